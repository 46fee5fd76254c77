"""Quantiles stretched until they keep their promise on the backtest.

For each probability the distance from mean to quantile is scaled by the factor that would have
given the promised coverage on rolling origins (conformal prediction with normalised scores:
Papadopoulos et al., 2008; Romano, Patterson, Candès, NeurIPS 2019), pooled over series of
alike relative spread and pulled to 1 where there is little evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scm_cli.core.forecast.batch import Floats, Ints
from scm_cli.core.forecast.quantile import demand_quantile, normal_score

LEVELS = np.array([0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995])
SPREAD_EDGES = np.array([0.3, 0.7, 1.4])  # classes of sd / mean
PRIOR_EXCEEDANCES = 4.0
STRETCH_RANGE = (0.5, 2.5)


@dataclass(frozen=True, slots=True)
class Spread:
    """Demand by `mean` and `sd` (n,) [units]; `whole` (n,) marks what is counted."""

    mean: Floats
    sd: Floats
    whole: NDArray[np.bool_]

    def rows(self, index: NDArray[np.bool_]) -> Spread:
        return Spread(self.mean[index], self.sd[index], self.whole[index])

    @property
    def classes(self) -> Ints:
        """Class of relative spread, 0 (calm) to 3 (lumpy)."""
        ratio = self.sd / np.maximum(self.mean, 1e-12)
        return np.searchsorted(SPREAD_EDGES, ratio).astype(np.int64)

    def quantile(self, probs: Floats) -> Floats:
        return demand_quantile(self.mean, self.sd, self.whole, probs)


def neutral() -> Floats:
    """Stretch factors (classes, levels) that change nothing."""
    return np.ones((len(SPREAD_EDGES) + 1, len(LEVELS)))


def stretch(spread: Spread, actual: Floats) -> Floats:
    """Stretch factors (classes, levels) from past forecasts and what came, (n,)."""
    factors = neutral()
    usable = (spread.mean > 0) & (spread.sd > 0)
    told, came = spread.rows(usable), actual[usable]
    above = np.maximum(told.quantile(LEVELS) - told.mean[:, None], 0.02 * told.sd[:, None])
    score = (came - told.mean)[:, None] / above
    classes = told.classes
    for c in np.unique(classes):
        mine = score[classes == c]
        for q, level in enumerate(LEVELS):
            exceeding = len(mine) * (1 - level)
            trust = exceeding / (exceeding + PRIOR_EXCEEDANCES)
            wanted = float(np.clip(np.quantile(mine[:, q], level), *STRETCH_RANGE))
            factors[c, q] = wanted**trust
    return factors


def calibrated_quantile(spread: Spread, probs: Floats, factors: Floats) -> Floats:
    """Quantiles (n, q) stretched by class; none negative, rising with the probability."""
    raw = spread.quantile(probs)
    score, knots = normal_score(probs), normal_score(LEVELS)
    by_class = np.stack([np.interp(score, knots, np.log(row)) for row in factors])
    above = raw - spread.mean[:, None]
    out = np.where(above > 0, spread.mean[:, None] + np.exp(by_class)[spread.classes] * above, raw)
    order = np.argsort(probs)
    out[:, order] = np.maximum.accumulate(np.maximum(out[:, order], 0.0), axis=1)
    return out
