"""The engine as the planner sees it: sensible for any series, honest in its quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.forecast.backtest import origins, pool
from scm_cli.core.forecast.batch import Batch
from scm_cli.core.forecast.engine import forecast

PROBS = [0.5, 0.9, 0.95, 0.99]
ONE_YEAR_GAP = [3.0] * 60 + [0.0] * 365 + [3.0] * 10


def sound(batch: Batch, horizon: int, season: int) -> None:
    made = forecast(batch, horizon, season)
    assert made.mean.shape == (len(batch), horizon)
    per_bucket = made.quantiles(PROBS)
    count = len(batch)
    periods = np.tile([0.5, 3.0, 2.5 * horizon], (count, 1))
    demand = made.interval(periods, np.tile([0.2, 0.7, 0.1], (count, 1)), PROBS)
    for array in (made.mean, per_bucket, demand.mean, demand.sd, demand.quantiles):
        assert np.isfinite(array).all()
        assert (array >= 0).all()
    assert (np.diff(per_bucket, axis=2) >= -1e-9 * (1 + per_bucket[..., :1])).all()
    assert (np.diff(demand.quantiles, axis=1) >= -1e-9 * (1 + demand.quantiles[:, :1])).all()


@pytest.mark.parametrize("season", [1, 7, 12])
@pytest.mark.parametrize(
    "history",
    [
        [],
        [5.0],
        [0.0] * 30,
        [0.0] * 20 + [1.0],
        [1.0] + [0.0] * 200,
        [4.0] * 100,
        [-3.0, 5.0, -2.0] * 20,
        ONE_YEAR_GAP,
        [1.0] * 50 + [1e9] + [1.0] * 50,
        [1e-9] * 40,
        list(np.arange(80.0)),
        list(np.arange(80.0)[::-1]),
    ],
    ids=str,
)
def test_odd_histories_give_finite_forecasts(history: list[float], season: int) -> None:
    sound(Batch.of([np.array(history)]), 9, season)


histories = st.lists(st.floats(-10, 1e9, allow_subnormal=False), max_size=40)


@given(st.lists(histories, min_size=1, max_size=5), st.sampled_from([1, 7]))
@settings(max_examples=40, deadline=None)
def test_any_batch_gives_finite_forecasts(rows: list[list[float]], season: int) -> None:
    sound(Batch.of([np.array(r) for r in rows]), 5, season)


@pytest.mark.parametrize("value", [1.0, 3.7, 2e6])
def test_a_flat_series_is_flat_at_any_horizon(value: float) -> None:
    made = forecast(Batch.of([np.full(60, value)]), 150, 7)
    assert made.mean == pytest.approx(value)
    ten_years = made.interval(np.array([[3650.0]]), np.ones((1, 1)), [0.5])
    assert ten_years.mean == pytest.approx(3650 * value)


def test_the_forecast_scales_with_the_unit() -> None:
    """Grams instead of kilograms: a thousand times everything."""
    rng = np.random.default_rng(5)
    rows = [rng.gamma(2.0, 1.0, 60) * (rng.random(60) < 0.9) for _ in range(40)]
    small, large = Batch.of(rows), Batch.of([1000 * r for r in rows])
    shared = pool(small, 6, 1)
    assert forecast(large, 6, 1, shared).mean == pytest.approx(
        1000 * forecast(small, 6, 1, shared).mean, rel=1e-6
    )


def test_a_dead_item_fades_and_says_so() -> None:
    made = forecast(Batch.of([np.array([5.0] * 60 + [0.0] * 200)]), 10, 1)
    assert made.method.tolist() == ["dead"]
    assert made.mean.max() < 0.25


def test_short_and_empty_histories_are_named() -> None:
    made = forecast(Batch.of([np.empty(0), np.array([2.0, 3.0]), np.full(50, 2.0)]), 4, 1)
    assert made.method.tolist() == ["none", "short", "theta+trend"]


def test_a_prior_stands_in_for_history_and_gives_way_to_it() -> None:
    rows = [np.empty(0), np.full(4, 2.0), np.full(30, 2.0)]
    made = forecast(Batch.of(rows), 3, 1, prior=np.full(3, 10.0))
    assert made.mean[:, 0].tolist() == pytest.approx([10.0, 6.0, 2.0], rel=1e-2)
    assert made.method[0] == "prior"
    assert made.quantiles([0.95])[0, 0, 0] > 10


def test_any_part_of_a_batch_is_forecast_as_in_the_whole() -> None:
    rng = np.random.default_rng(11)
    rows = [
        rng.poisson(lam, n).astype(float)
        for lam, n in zip(rng.gamma(1, 3, 60), range(30, 90), strict=True)
    ]
    whole = Batch.of(rows)
    shared = pool(whole, 7, 7)
    together = forecast(whole, 7, 7, shared)
    for index in (np.arange(0, 60, 3), np.array([59, 2])):
        part = forecast(whole.rows(index), 7, 7, shared)
        assert part.mean == pytest.approx(together.mean[index], rel=1e-9, abs=1e-12)
        assert part.quantiles([0.95]) == pytest.approx(together.quantiles([0.95])[index], rel=1e-9)


def test_the_same_input_gives_the_same_output() -> None:
    rows = [np.random.default_rng(i).poisson(3.0, 50).astype(float) for i in range(20)]
    one, two = (forecast(Batch.of(rows), 5, 1) for _ in range(2))
    assert (one.mean == two.mean).all()
    assert (one.span_sd == two.span_sd).all()


def test_a_weekday_pattern_is_told() -> None:
    week = np.array([0.5, 0.5, 1.0, 1.0, 1.0, 1.5, 1.5])
    rng = np.random.default_rng(2)
    rows = [rng.poisson(8 * np.tile(week, 20)).astype(float) for _ in range(50)]
    made = forecast(Batch.of(rows), 7, 7)
    assert made.mean.mean(0) / made.mean.mean() == pytest.approx(week, abs=0.06)


def test_a_random_lead_time_widens_the_interval() -> None:
    """Mean 8 either way; with lead times 2 or 14 the variance holds that of the lead time."""
    made = forecast(Batch.of([np.random.default_rng(4).poisson(10.0, 120).astype(float)]), 14, 1)
    fixed = made.interval(np.array([[8.0]]), np.ones((1, 1)), PROBS)
    random = made.interval(np.array([[2.0, 14.0]]), np.ones((1, 2)), PROBS)
    assert random.mean == pytest.approx(fixed.mean, rel=0.05)
    per_bucket = made.mean.mean()
    assert random.sd[0] ** 2 > fixed.sd[0] ** 2 + 0.9 * (6 * per_bucket) ** 2
    assert random.quantiles[0, 2] > 14 * per_bucket  # a fixed lead time with z would stop short
    same = made.interval(np.array([[8.0, 8.0]]), np.ones((1, 2)), PROBS)
    assert same.quantiles == pytest.approx(fixed.quantiles, rel=0.02)


def test_interval_means_add_up_and_may_begin_later() -> None:
    made = forecast(Batch.of([np.random.default_rng(6).poisson(5.0, 70).astype(float)]), 10, 7)
    one = np.ones((1, 1))
    first = made.interval(4 * one, one, [0.5]).mean
    rest = made.interval(3.5 * one, one, [0.5], after=4.0).mean
    assert first + rest == pytest.approx(made.interval(7.5 * one, one, [0.5]).mean)


@pytest.mark.parametrize("size", [0.4, 4.0, 40.0])
def test_coverage_keeps_its_promise_on_simulated_demand(size: float) -> None:
    """Level wanders slowly, demand is negative binomial; the next six buckets are held back."""
    rng = np.random.default_rng(int(size * 10))
    count, length, ahead = 600, 70, 6
    level = size * np.exp(np.cumsum(0.03 * rng.standard_normal((count, length + ahead)), axis=1))
    demand = rng.poisson(level * rng.gamma(2.0, 0.5, level.shape)).astype(float)
    made = forecast(Batch.of(list(demand[:, :length])), ahead, 1)
    ones = np.ones((count, 1))
    told = made.interval(ahead * ones, ones, [0.9, 0.95, 0.99]).quantiles
    covered = (demand[:, length:].sum(1)[:, None] <= told).mean(0)
    promised = np.array([0.9, 0.95, 0.99])
    assert (covered > promised - 0.025).all()
    assert (covered < promised + 0.055).all()


def test_origins_leave_enough_history() -> None:
    assert origins(np.array([100] * 5), 18, 12) == [18, 36, 54, 72]
    assert origins(np.array([20] * 5), 18, 12) == []
