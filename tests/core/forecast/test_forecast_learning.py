"""What rolling origins teach: whether a season pays, and what a short history can still tell."""

from __future__ import annotations

import numpy as np
import pytest

from scm_cli.core.forecast.backtest import origins, pool, trial_horizon
from scm_cli.core.forecast.batch import Batch
from scm_cli.core.forecast.candidates import Family
from scm_cli.core.forecast.engine import forecast
from scm_cli.core.forecast.spread import SpanErrors, default_law, span_sd


def months(count: int, *, swing: float, rate: float, seed: int = 5) -> Batch:
    """80 items of `count` months; demand swings by `swing` over the year."""
    rng = np.random.default_rng(seed)
    level = rng.gamma(4.0, rate / 4.0, (80, 1))
    season = 1 + swing * np.sin(2 * np.pi * np.arange(count) / 12)
    values = rng.poisson(level * season)
    values[:, 0] += 1
    return Batch.of([row.astype(float) for row in values], np.full(80, count % 12))


@pytest.mark.parametrize(
    ("swing", "rate", "family", "kept"),
    [
        (0.8, 60.0, Family.REGULAR, {1.0}),
        (0.0, 60.0, Family.REGULAR, {0.0, 0.5}),
        (0.0, 0.4, Family.SLOW, {0.0}),
    ],
)
def test_a_season_is_kept_as_far_as_it_paid_on_past_days(
    swing: float, rate: float, family: Family, kept: set[float]
) -> None:
    learnt = pool(months(72, swing=swing, rate=rate), 12, 12)
    assert learnt.season_shares[family] in kept


def test_a_season_that_no_item_shows_leaves_the_forecast_flat() -> None:
    made = forecast(months(72, swing=0.0, rate=0.4), 12, 12)
    assert np.ptp(made.mean, axis=1).max() == pytest.approx(0.0, abs=1e-9)


def test_two_years_of_months_still_teach_how_far_demand_strays() -> None:
    """They hold no two seasons before an origin; half the history serves instead."""
    batch = months(24, swing=0.3, rate=0.8)
    ahead = trial_horizon(batch.lengths, 12)
    assert origins(batch.lengths, ahead, 12)
    assert not np.all(pool(batch, 12, 12).total_stretch.factors == 1)


def test_own_errors_grow_with_the_level_and_shrink_half_as_much() -> None:
    seen = SpanErrors(np.full((1, 3), 9.0), np.full((1, 3), 1e9), np.full(3, 10.0))
    sd = span_sd(seen, default_law((1,)), np.array([20.0, 10.0, 5.0]))[0]
    power = default_law((1,)).power
    assert sd.tolist() == pytest.approx(
        [3 * 2 ** (power / 2), 3.0, 3 * 2 ** (-power / 4)], rel=1e-6
    )
