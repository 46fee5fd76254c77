"""The models: published worked examples, exact cases, and a slow loop beside each fast pass."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.forecast.batch import Batch, Panel, panels
from scm_cli.core.forecast.candidates import Family, candidates, regular_paths, slow_levels
from scm_cli.core.forecast.combine import combination_weights
from scm_cli.core.forecast.engine import forecast
from scm_cli.core.forecast.fading import alive, cautious, silence
from scm_cli.core.forecast.holt import FINE_GRID, holt_path
from scm_cli.core.forecast.intermittent import sba_level, tsb_level
from scm_cli.core.forecast.seasonal import (
    deseasoned,
    own_factors,
    pooled_profile,
    shrunk_factors,
    unrolled,
)
from scm_cli.core.forecast.smoothing import level_path, smoothed
from scm_cli.core.forecast.theta import theta_path

series = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=30)
ragged = st.lists(series, min_size=1, max_size=6)


def panel_of(*rows: list[float]) -> Panel:
    batch = Batch.of([np.array(r, dtype=float) for r in rows])
    return next(panels(batch, np.arange(len(rows))))[1]


@given(ragged)
def test_a_panel_holds_each_series_right_aligned_longest_first(rows: list[list[float]]) -> None:
    batch = Batch.of([np.array(r) for r in rows])
    index, panel = next(panels(batch, np.arange(len(rows))))
    assert (np.diff(panel.lengths) <= 0).all()
    for column, i in enumerate(index):
        kept = panel.y[len(panel.y) - len(rows[i]) :, column]
        assert kept.tolist() == rows[i]
    assert panel.live.tolist() == [
        int((panel.lengths >= r).sum()) for r in range(len(panel.y), 0, -1)
    ]


@given(ragged)
@settings(max_examples=30)
def test_smoothing_many_equals_smoothing_each(rows: list[list[float]]) -> None:
    batch = Batch.of([np.array(r) for r in rows])
    index, panel = next(panels(batch, np.arange(len(rows))))
    together = smoothed(panel, (0.1, 0.5)).level
    for column, i in enumerate(index):
        alone = smoothed(panel_of(rows[i]), (0.1, 0.5)).level[0]
        assert together[column] == pytest.approx(alone, rel=1e-9, abs=1e-9)


def test_the_level_path_is_the_recursion() -> None:
    y = [3.0, 5.0, 4.0, 8.0]
    path = level_path(panel_of(y), np.array([0.5]))[:, 0]
    level = np.mean(y)
    for value, got in zip(y, path, strict=True):
        level += 0.5 * (value - level)
        assert got == pytest.approx(level)


def test_theta_goes_on_with_half_the_slope() -> None:
    """On a straight line the level keeps up with weight 1 and the drift is half the slope."""
    path = theta_path(panel_of(list(np.arange(20.0))), 4, (1.0,))[:, 0]
    assert path.tolist() == pytest.approx([19.5, 20.0, 20.5, 21.0])


def test_the_damped_trend_of_a_line_flattens() -> None:
    path = holt_path(panel_of(list(np.arange(40.0))), 30, FINE_GRID)[:, 0]
    steps = np.diff(path)
    assert 0 < steps[-1] < steps[0] < 1


def test_tsb_fades_while_nothing_is_sold_and_sba_waits() -> None:
    gone = panel_of([0.0, 4.0] * 10 + [0.0] * 60)
    assert tsb_level(gone)[0] < 0.3 < sba_level(gone)[0]


@pytest.mark.parametrize("value", [0.0, 1.0, 7.5, 1e9])
def test_every_candidate_keeps_a_flat_series_flat(value: float) -> None:
    panel = panel_of([value] * 40)
    level = smoothed(panel, (0.1,)).level
    regular = regular_paths(panel, 24, 12, level)
    assert regular.shape == (len(candidates(Family.REGULAR, 12)), 24, 1)
    assert regular == pytest.approx(value)
    slow = slow_levels(panel, 24, 4, level)
    assert len(slow) == len(candidates(Family.SLOW, 1))
    # the Syntetos-Boylan correction alone is below the mean, by half its weight
    assert np.delete(slow[:, 0], 2) == pytest.approx(value, rel=0.02, abs=1e-9)
    assert slow[2, 0] == pytest.approx(value, rel=0.16)


def test_own_factors_find_a_season_and_shrinking_keeps_it() -> None:
    season = np.array([0.5, 1.0, 1.5, 1.0])
    panel = panel_of(list(100 * np.tile(season, 10)))
    factor, noise = own_factors(panel, 4)
    assert factor[:, 0] == pytest.approx(season)
    kept = shrunk_factors(factor, noise, np.ones((4, 1)))
    assert kept[:, 0] == pytest.approx(season, abs=1e-6)
    assert deseasoned(panel, kept).y[:, 0] == pytest.approx(100)


def test_noise_without_season_shrinks_to_the_pooled_profile() -> None:
    rng = np.random.default_rng(7)
    rows = [list(rng.poisson(2.0, 84).astype(float)) for _ in range(200)]
    factor, noise = own_factors(panel_of(*rows), 7)
    kept = shrunk_factors(factor, noise, np.ones_like(factor))
    assert np.abs(kept - 1).mean() < 0.6 * np.abs(factor - 1).mean()


def test_a_profile_is_pooled_only_as_far_as_series_agree() -> None:
    rng = np.random.default_rng(1)
    shared = np.array([0.5, 0.8, 1.0, 1.0, 1.1, 1.2, 1.4])[:, None]
    noise, units = np.full(300, 1e-4), np.full(300, 50.0)
    phase = np.zeros(300, dtype=np.int64)
    alike = shared * (1 + 0.05 * rng.standard_normal((7, 300)))
    assert pooled_profile(alike, noise, phase, units) == pytest.approx(shared[:, 0], abs=0.02)
    apart = 1 + 0.3 * rng.standard_normal((7, 300))
    assert np.abs(pooled_profile(apart, noise, phase, units) - 1).max() < 0.01


def test_a_shop_closed_on_sundays_keeps_its_weekly_total() -> None:
    week = np.array([10.0, 10, 10, 10, 10, 20, 0])
    panel = panel_of(list(np.tile(week, 12)))
    factor = shrunk_factors(*own_factors(panel, 7), np.ones((7, 1)))
    calm = deseasoned(panel, factor)
    assert calm.y[7:].mean() * 7 == pytest.approx(70, rel=0.02)
    assert unrolled(factor, 84)[6, 0] < 0.05


def test_combination_weights_leave_out_what_only_harms() -> None:
    rng = np.random.default_rng(3)
    truth = rng.standard_normal(3000)
    good = truth + 0.2 * rng.standard_normal((2, 3000))
    bad = 3 * rng.standard_normal(3000) + 2
    weights = combination_weights(np.stack([good[0] - truth, good[1] - truth, bad]))
    assert weights.sum() == pytest.approx(1)
    assert weights[2] < 0.05
    assert weights[0] == pytest.approx(weights[1], abs=0.1)


def test_silence_grows_with_idle_time_and_quantiles_let_go_later() -> None:
    busy, slow = [1.0, 1, 1, 1, 0, 1, 1, 1] * 3, [1.0, 0, 0, 0, 0, 0, 0, 1] * 3
    panel = panel_of(busy + [0.0] * 12, slow + [0.0] * 12)
    quiet = silence(panel)
    assert quiet[0] > quiet[1] > 0
    chance = alive(quiet, 0.03)
    assert chance[0] < chance[1] < 1
    assert (cautious(chance) > chance).all()


@pytest.mark.parametrize(
    ("days", "last", "off"), [(60, 0.0, 0.4), (400, 0.0, 0.3), (60, 50.0, 1.75), (400, 50.0, 0.6)]
)
def test_one_odd_day_is_no_new_level_of_an_item_that_always_sold_the_same(
    days: int, last: float, off: float
) -> None:
    made = forecast(Batch.of([np.array([5.0] * (days - 1) + [last])]), 14, 7)
    assert made.mean[0] == pytest.approx(np.full(14, 5.0), abs=off)


def test_a_change_that_stays_is_followed() -> None:
    made = forecast(Batch.of([np.array([5.0] * 200 + [15.0] * 30)]), 14, 7)
    assert made.mean[0] == pytest.approx(np.full(14, 15.0), abs=1.0)
