"""Forecast every series of a batch: means, quantiles, and demand over protection intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.backtest import pool
from scm_cli.core.forecast.calibrate import Spread
from scm_cli.core.forecast.candidates import Family
from scm_cli.core.forecast.fading import cautious
from scm_cli.core.forecast.pooled import (
    Pooled,
    combined,
    season_rows,
    sketches,
    told,
    whole_numbers,
)
from scm_cli.core.forecast.quantile import mixture_quantile
from scm_cli.core.forecast.spread import sd_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Batch, Floats, Ints, Panel

LABELS = {Family.REGULAR: "theta+trend", Family.SLOW: "intermittent"}
SHORT_BUCKETS = 8
PRIOR_BUCKETS = 4.0  # what was expected of a series counts as much as this many of its own
DEAD_SHARE = 0.05
MIXTURE_GRID = np.array(
    [
        0.01,
        0.03,
        0.07,
        0.13,
        0.2,
        0.3,
        0.4,
        0.5,
        0.6,
        0.7,
        0.77,
        0.83,
        0.88,
        0.92,
        0.95,
        0.965,
        0.975,
        0.983,
        0.99,
        0.994,
        0.997,
        0.999,
    ]
)


@dataclass(frozen=True, slots=True)
class IntervalDemand:
    """Demand of a protection interval: `mean`, `sd` (n,), `quantiles` (n, q) [units]."""

    mean: Floats
    sd: Floats
    quantiles: Floats


@dataclass(frozen=True, slots=True)
class Forecast:
    """`mean` (n, h) [units per bucket] and what tells its distribution."""

    mean: Floats
    method: NDArray[np.str_]
    chance: Floats  # (n,) that the item still lives; the mean counts it, the deviations do not
    level: Floats  # (n,) of the last bucket, without its season
    factor: Floats  # (n, season), of the buckets after the history
    step_sd: Floats  # (n, h)
    span_sd: Floats  # (s, n)
    whole: NDArray[np.bool_]
    pooled: Pooled

    def quantiles(self, probs: Sequence[float]) -> Floats:
        """Quantiles of each bucket, (n, h, q)."""
        count, horizon = self.mean.shape
        chance, whole = np.repeat(self.chance, horizon), np.repeat(self.whole, horizon)
        ahead = np.tile(np.arange(1.0, horizon + 1), count)
        mean, sd = self.mean.ravel() / chance, self.step_sd.ravel()
        spread = Spread(mean, sd, whole, cautious(chance), ahead)
        flat = spread.quantile(np.array(probs), self.pooled.step_stretch)
        return flat.reshape(count, horizon, len(probs))

    def rows(self, index: Ints) -> Forecast:
        """The forecast of the series at `index` alone."""
        return replace(
            self,
            mean=self.mean[index],
            method=self.method[index],
            chance=self.chance[index],
            level=self.level[index],
            factor=self.factor[index],
            step_sd=self.step_sd[index],
            span_sd=self.span_sd[:, index],
            whole=self.whole[index],
        )

    def lifted(self, multiple: Floats) -> Forecast:
        """The forecast with each bucket multiplied, (n, h): an event, a closure."""
        base = np.maximum(self.mean.sum(1), 1e-12)
        overall = (self.mean * multiple).sum(1) / base
        return replace(
            self,
            mean=self.mean * multiple,
            step_sd=self.step_sd * multiple,
            span_sd=self.span_sd * np.where(self.mean.sum(1) > 0, overall, 1.0),
        )

    def total(self, periods: Floats) -> Floats:
        """Mean demand [units] of the first `periods` (n, k) buckets, whole or not.

        Beyond the horizon the last level goes on with its season.
        """
        horizon = self.mean.shape[1]
        within = _upto(self.mean, np.minimum(periods, horizon))
        turns, rest = np.divmod(np.maximum(periods, horizon), self.factor.shape[1])
        season = turns * self.factor.sum(1)[:, None] + _upto(self.factor, rest)
        before, first = divmod(horizon, self.factor.shape[1])
        begun = before * self.factor.sum(1) + self.factor[:, :first].sum(1)
        result: Floats = within + self.level[:, None] * (season - begun[:, None])
        return result

    def interval(
        self, periods: Floats, weights: Floats, probs: Sequence[float], after: float = 0.0
    ) -> IntervalDemand:
        """Demand summed over an interval that is itself uncertain.

        Args:
            periods: (n, k) possible lengths [buckets].
            weights: (n, k) their probabilities, up to a factor.
            probs: of the quantiles, each in (0, 1).
            after: the interval begins this many buckets after the end of history.

        The distribution is mixed over the lengths, so that its spread holds the lead time's own.

        >>> from scm_cli.core.forecast.batch import Batch
        >>> flat = forecast(Batch.of([np.full(30, 4.0)]), 4, 1)
        >>> two_or_four = flat.interval(np.array([[2.0, 4.0]]), np.ones((1, 2)), [0.5])
        >>> two_or_four.mean.round(6).tolist()
        [12.0]
        """
        count, points = periods.shape
        known = np.maximum(periods, 0.0)
        share = weights / np.maximum(weights.sum(1, keepdims=True), 1e-300)
        mean = self.total(known + after) - self.total(np.full((count, 1), after))
        sd = np.where(known > 0, sd_at(self.span_sd, self.pooled.spans, known), 0.0)
        asked = np.array(probs)
        grid = asked if points == 1 else np.union1d(MIXTURE_GRID, asked)
        chance, whole = np.repeat(self.chance, points), np.repeat(self.whole, points)
        living, length = mean.ravel() / chance, known.ravel()
        spread = Spread(living, sd.ravel(), whole, cautious(chance), length)
        flat = spread.quantile(grid, self.pooled.total_stretch)
        parts = flat.reshape(count, points, len(grid))
        quantiles = parts[:, 0] if points == 1 else mixture_quantile(parts, grid, share, asked)
        middle = (share * mean).sum(1)
        alive = self.chance[:, None]
        second = alive * sd**2 + mean**2 / alive  # of each length, dead or alive
        variance = np.maximum((share * second).sum(1) - middle**2, 0.0)
        return IntervalDemand(middle, np.sqrt(variance), quantiles)


def _upto(path: Floats, buckets: Floats) -> Floats:
    """Sums of the first `buckets` (n, k) columns of each row of `path` (n, h), whole or not."""
    total = np.concatenate([np.zeros((len(path), 1)), np.cumsum(path, axis=1)], axis=1)
    whole = np.minimum(buckets.astype(np.int64), path.shape[1] - 1)
    rows = np.arange(len(path))[:, None]
    result: Floats = total[rows, whole] + (buckets - whole) * path[rows, whole]
    return result


def forecast(
    batch: Batch,
    horizon: int,
    season: int,
    pooled: Pooled | None = None,
    prior: Floats | None = None,
) -> Forecast:
    """Forecast `horizon` buckets of every series.

    Args:
        batch: n demand series [units per bucket].
        horizon: buckets ahead, at least 1.
        season: buckets per season; 1 for none.
        pooled: what all series taught; learnt from this batch when absent.
        prior: (n,) mean per bucket that is expected of a series before it has a history (its
            category's, the owner's guess), NaN for none; series shorter than 8 buckets lean on it.

    >>> from scm_cli.core.forecast.batch import Batch
    >>> flat = Batch.of([np.full(30, 4.0)])
    >>> forecast(flat, 3, 1).mean.round(6).tolist()
    [[4.0, 4.0, 4.0]]
    """
    shared = pooled or pool(batch, horizon, season)
    count, spans = len(batch), shared.spans
    mean, single = np.zeros((count, horizon)), np.zeros((count, horizon))
    factor, sd = np.ones((count, season)), np.zeros((len(spans), count))
    level, chance = np.zeros(count), np.ones(count)
    method = np.full(count, "none", dtype="U16")
    expected = np.full(count, np.nan) if prior is None else prior
    shares = shared.season_shares
    for index, family, panel, drawn in sketches(batch, horizon, shared.profile, spans, shares):
        mine = shared.learnt[family]
        path = leaning(combined(drawn, mine), expected[index], panel.lengths)
        made = told(drawn, mine, path)
        lives = made.path * made.chance
        mean[index] = (lives * season_rows(drawn.factor, horizon)).T
        level[index], chance[index] = lives[-1], made.chance
        sd[:, index], single[index] = made.span_sd, made.step_sd.T
        factor[index] = drawn.factor.T
        method[index] = labels(family, panel, lives)
    silent = mean.sum(1) <= 0
    single[silent], sd[:, silent] = 0.0, 0.0
    return Forecast(mean, method, chance, level, factor, single, sd, whole_numbers(batch), shared)


def leaning(path: Floats, expected: Floats, lengths: Ints) -> Floats:
    """Paths (h, n) of short series pulled to what was `expected` (n,) of them."""
    trust = np.where(lengths < SHORT_BUCKETS, lengths / (lengths + PRIOR_BUCKETS), 1.0)
    trust = np.where(np.isfinite(expected), trust, 1.0)
    pulled: Floats = trust * path + (1 - trust) * np.where(np.isfinite(expected), expected, 0.0)
    return pulled


def labels(family: Family, panel: Panel, path: Floats) -> NDArray[np.str_]:
    """How each series was forecast, (n,)."""
    label = np.full(len(panel.lengths), LABELS[family], dtype="U16")
    label[panel.lengths < SHORT_BUCKETS] = "short"
    recent, usual = path.mean(0), panel.y.sum(0) / np.maximum(panel.lengths, 1)
    label[(recent < DEAD_SHARE * usual) & (panel.lengths >= SHORT_BUCKETS)] = "dead"
    label[(usual <= 0) & (recent <= 0)] = "none"
    label[(usual <= 0) & (recent > 0)] = "prior"
    return label
