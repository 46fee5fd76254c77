"""Quantiles stretched until they keep their promise on the backtest.

For each probability the distance from mean to quantile is scaled by the factor that would have
given the promised coverage on rolling origins (conformal prediction with normalised scores:
Papadopoulos et al., 2008; Romano, Patterson, Candès, NeurIPS 2019), pooled over series of
alike relative spread and pulled to 1 where there is little evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.quantile import demand_quantile, normal_score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Floats, Ints

LEVELS = np.array([0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995])
SPREAD_EDGES = np.array([0.3, 0.7, 1.4])  # classes of sd / mean
SILENT_CHANCE = 0.9  # items less sure to live than this are a class of their own
CLASSES = len(SPREAD_EDGES) + 2
PRIOR_EXCEEDANCES = 4.0
SPAN_EXCEEDANCES = 40.0  # of one span: evidence that counts as much as that of all spans
STRETCH_LEAST, STRETCH_MOST = 0.5, 3.0
NEVER_NARROWER = 0.9  # from this level on: a calm past does not promise a calm future
SILENT_MOST = 6.0  # what comes back after long silence does so at its former size
ROWS_AT_ONCE = 8192  # the arrays of one step stay in the cache


@dataclass(frozen=True, slots=True)
class Stretch:
    """Factors by span, class of relative spread and level: `factors` (s, classes, levels).

    `spans` (s,) [buckets] rise; between them factors are read on logarithmic scales.
    """

    spans: Floats
    factors: Floats

    def at(self, periods: Floats, classes: Ints, score: Floats) -> Floats:
        """Factors (n, q) for spans (n,), classes (n,) and normal scores (n, q)."""
        knots = normal_score(LEVELS)
        level = np.interp(score, knots, np.arange(len(knots)))
        low = np.minimum(level.astype(np.int64), len(knots) - 2)
        part = level - low
        count = len(self.spans)
        place = np.interp(
            np.log(np.maximum(periods, 1e-6)), np.log(self.spans), np.arange(float(count))
        )
        left = np.minimum(place.astype(np.int64), max(count - 2, 0))
        logs, total = np.log(self.factors), np.zeros(score.shape)
        for k, share in (
            (left, 1 - (place - left)),
            (np.minimum(left + 1, count - 1), place - left),
        ):
            row, own = k[:, None], classes[:, None]
            here = (1 - part) * logs[row, own, low] + part * logs[row, own, low + 1]
            total += share[:, None] * here
        return np.exp(total)


@dataclass(frozen=True, slots=True)
class Spread:
    """Demand of items that live, by `mean` and `sd` (n,) [units], and the `chance` that they do.

    `whole` (n,) marks what is counted in whole units; `periods` (n,) [buckets] is the span that
    the demand is a total of, or how far ahead its bucket lies.
    """

    mean: Floats
    sd: Floats
    whole: NDArray[np.bool_]
    chance: Floats
    periods: Floats

    def rows(self, index: NDArray[np.bool_] | slice) -> Spread:
        return Spread(
            self.mean[index],
            self.sd[index],
            self.whole[index],
            self.chance[index],
            self.periods[index],
        )

    @property
    def classes(self) -> Ints:
        """Class of relative spread, 0 (calm) to 3 (lumpy), 4 for items that fell silent."""
        ratio = self.sd / np.maximum(self.mean, 1e-12)
        by_spread = np.searchsorted(SPREAD_EDGES, ratio)
        return np.where(self.chance < SILENT_CHANCE, CLASSES - 1, by_spread).astype(np.int64)

    def quantile(self, probs: Floats, stretch: Stretch | None = None) -> Floats:
        """Quantiles (n, q) at `probs` (q,), stretched; none negative, rising.

        With chance a to live, the quantile at p is the living one at 1 - (1 - p) / a, or zero.
        """
        out = np.empty((len(self.mean), len(probs)))
        order = np.argsort(probs)
        for begin in range(0, len(out), ROWS_AT_ONCE):
            part = slice(begin, begin + ROWS_AT_ONCE)
            some = self.rows(part)
            at = np.maximum(1 - (1 - probs[None, order]) / some.chance[:, None], 0.0)
            living = demand_quantile(some.mean, some.sd, some.whole, at)
            if stretch is not None:
                living = some.stretched(living, at, stretch)
            living = np.where(at > 0, np.maximum(living, 0.0), 0.0)
            out[part, order] = np.maximum.accumulate(living, axis=1)
        return out

    def stretched(self, quantiles: Floats, probs: Floats, stretch: Stretch) -> Floats:
        """Quantiles above the mean moved away from it by their factors."""
        above = quantiles - self.mean[:, None]
        factor = stretch.at(self.periods, self.classes, normal_score(probs))
        return np.where(above > 0, self.mean[:, None] + above * factor, quantiles)


def neutral() -> Stretch:
    """Factors that change nothing.

    >>> neutral().factors.shape
    (1, 5, 8)
    """
    return Stretch(np.ones(1), np.ones((1, CLASSES, len(LEVELS))))


def learnt_stretch(past: list[tuple[Spread, Floats]]) -> Stretch:
    """Factors from past forecasts, each of one span, and what came, (n,) each."""
    if not past:
        return neutral()
    scores, classes, spans = [], [], []
    for spread, actual in past:
        usable = (spread.mean > 0) & (spread.sd > 0)
        told, came = spread.rows(usable), actual[usable]
        above = told.quantile(LEVELS) - told.mean[:, None]
        scores.append((came - told.mean)[:, None] / np.maximum(above, 0.02 * told.sd[:, None]))
        classes.append(told.classes)
        spans.append(told.periods)
    score, class_of, span_of = (np.concatenate(part) for part in (scores, classes, spans))
    known = np.unique(np.concatenate([spread.periods for spread, _ in past]))
    factors = np.ones((len(known), CLASSES, len(LEVELS)))
    for c in np.unique(class_of):
        mine = class_of == c
        most = SILENT_MOST if c == CLASSES - 1 else STRETCH_MOST
        wanted = partial(_factors, most=most)
        all_spans = wanted(score[mine], np.ones(len(LEVELS)), PRIOR_EXCEEDANCES)
        for s, span in enumerate(known):
            own = score[mine & (span_of == span)]
            factors[s, c] = wanted(own, all_spans, SPAN_EXCEEDANCES)
    return Stretch(known, factors)


def _factors(score: Floats, prior: Floats, prior_exceedances: float, most: float) -> Floats:
    """Factor per level from normalised scores (n, levels), pulled to `prior` (levels,).

    The level asked of n scores is raised to (n + 1) / n of itself, so that the next one is
    covered as promised (split conformal prediction; Vovk, Gammerman, Shafer, 2005).
    """
    count = len(score)
    if not count:
        return prior
    rare = count * (1 - LEVELS)
    trust = rare / (rare + prior_exceedances)
    place = np.minimum(LEVELS * (count + 1) / count, 1.0) * (count - 1)
    low = place.astype(np.int64)
    ranked, level = np.sort(score, axis=0), np.arange(len(LEVELS))
    below, above = ranked[low, level], ranked[np.minimum(low + 1, count - 1), level]
    least = np.where(LEVELS >= NEVER_NARROWER, 1.0, STRETCH_LEAST)
    wanted = np.clip(below + (place - low) * (above - below), least, most)
    factors: Floats = wanted**trust * prior ** (1 - trust)
    return factors
