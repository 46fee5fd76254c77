"""Quantiles stretched until they keep their promise on the backtest.

For each probability the distance from mean to quantile is scaled by the factor that would have
given the promised coverage on rolling origins (conformal prediction with normalised scores:
Papadopoulos et al., 2008; Romano, Patterson, Candès, NeurIPS 2019), pooled over series of
alike relative spread and pulled to 1 where there is little evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.quantile import demand_quantile, normal_score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Floats, Ints

LEVELS = np.array([0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995])
SPREAD_EDGES = np.array([0.3, 0.7, 1.4])  # classes of sd / mean
PRIOR_EXCEEDANCES = 4.0
STRETCH_RANGE = (0.5, 3.0)
ROWS_AT_ONCE = 8192  # the arrays of one step stay in the cache


@dataclass(frozen=True, slots=True)
class Spread:
    """Demand of items that live, by `mean` and `sd` (n,) [units], and the `chance` that they do.

    `whole` (n,) marks what is counted in whole units.
    """

    mean: Floats
    sd: Floats
    whole: NDArray[np.bool_]
    chance: Floats

    def rows(self, index: NDArray[np.bool_] | slice) -> Spread:
        return Spread(self.mean[index], self.sd[index], self.whole[index], self.chance[index])

    @property
    def classes(self) -> Ints:
        """Class of relative spread, 0 (calm) to 3 (lumpy)."""
        ratio = self.sd / np.maximum(self.mean, 1e-12)
        return np.searchsorted(SPREAD_EDGES, ratio).astype(np.int64)

    def quantile(self, probs: Floats, factors: Floats | None = None) -> Floats:
        """Quantiles (n, q) at `probs` (q,), stretched by class; none negative, rising.

        With chance a to live, the quantile at p is the living one at 1 - (1 - p) / a, or zero.
        """
        out = np.empty((len(self.mean), len(probs)))
        order = np.argsort(probs)
        for begin in range(0, len(out), ROWS_AT_ONCE):
            part = slice(begin, begin + ROWS_AT_ONCE)
            some = self.rows(part)
            at = np.maximum(1 - (1 - probs[None, order]) / some.chance[:, None], 0.0)
            living = demand_quantile(some.mean, some.sd, some.whole, at)
            if factors is not None:
                living = some.stretched(living, at, factors)
            living = np.where(at > 0, np.maximum(living, 0.0), 0.0)
            out[part, order] = np.maximum.accumulate(living, axis=1)
        return out

    def stretched(self, quantiles: Floats, probs: Floats, factors: Floats) -> Floats:
        """Quantiles above the mean moved away from it by their class's factors."""
        above = quantiles - self.mean[:, None]
        score, knots, classes = normal_score(probs), normal_score(LEVELS), self.classes
        for c, factor in enumerate(factors):
            mine = classes == c
            above[mine] *= np.exp(np.interp(score[mine], knots, np.log(factor)))
        return np.where(quantiles > self.mean[:, None], self.mean[:, None] + above, quantiles)


def neutral() -> Floats:
    """Stretch factors (classes, levels) that change nothing.

    >>> neutral().shape
    (4, 8)
    """
    return np.ones((len(SPREAD_EDGES) + 1, len(LEVELS)))


def stretch(past: list[tuple[Spread, Floats]]) -> Floats:
    """Stretch factors (classes, levels) from past forecasts and what came, (n,) each."""
    factors = neutral()
    scores, classes = [np.empty((0, len(LEVELS)))], [np.empty(0, dtype=np.int64)]
    for spread, actual in past:
        usable = (spread.mean > 0) & (spread.sd > 0)
        told, came = spread.rows(usable), actual[usable]
        above = told.quantile(LEVELS) - told.mean[:, None]
        scores.append((came - told.mean)[:, None] / np.maximum(above, 0.02 * told.sd[:, None]))
        classes.append(told.classes)
    score, class_of = np.concatenate(scores), np.concatenate(classes)
    for c in np.unique(class_of):
        mine = score[class_of == c]
        for q, level in enumerate(LEVELS):
            exceeding = len(mine) * (1 - level)
            trust = exceeding / (exceeding + PRIOR_EXCEEDANCES)
            wanted = float(np.clip(np.quantile(mine[:, q], level), *STRETCH_RANGE))
            factors[c, q] = wanted**trust
    return factors
