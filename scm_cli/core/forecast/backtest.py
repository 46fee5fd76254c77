"""Rolling origins: the forecast is made as of earlier days and held against what came.

From that `pool` learns the weights of the combination, how fast silent items fade, the usual
spread of a series of that size, and how far quantiles must be stretched to keep their promise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.calibrate import Spread, Stretch, learnt_stretch
from scm_cli.core.forecast.candidates import Family, Sketch, candidates
from scm_cli.core.forecast.combine import combination_weights
from scm_cli.core.forecast.fading import ODDS, alive, cautious
from scm_cli.core.forecast.pooled import (
    WHOLE_SEASON,
    Learnt,
    Pooled,
    combined,
    season_rows,
    shared_profile,
    sketches,
    told,
    whole_numbers,
)
from scm_cli.core.forecast.spread import (
    SpreadLaw,
    default_law,
    joined,
    sd_at,
    span_sd,
    spans_to,
    spread_law,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Batch, Floats, Ints

SAMPLE_SERIES = 1024
ORIGINS = 4
TRIAL_BUCKETS = 8  # what a series must have by the day of an origin to be part of it
TRIAL_SOLD = 3
WORTHS = (0.5, 2.0, 8.0, 32.0)
SEASON_SHARES = (1.0, 0.5, 0.0)
LOSS_CAP = 9.0  # when odds and seasons are chosen, of an error squared: 3 deviations
NOTHING = 1e-9  # what rounding leaves of items that always sold the same
ERROR_CAP = 8.0  # when candidates are weighed, in deviations
ENOUGH_ERRORS = 0.25  # standard errors
LAW_CAP = 25.0  # when the law is weighed, of 5


@dataclass(frozen=True, slots=True)
class Trial:
    """One panel of one rolling origin beside what came, `actual` (h, n)."""

    family: Family
    sketch: Sketch
    actual: Floats
    whole: NDArray[np.bool_]

    @property
    def season(self) -> Floats:
        return season_rows(self.sketch.factor, len(self.actual))

    @property
    def seasonal(self) -> bool:
        return float(np.ptp(self.sketch.factor)) > NOTHING


def trial_horizon(lengths: Ints, horizon: int) -> int:
    """Buckets that a trial looks ahead: at most a third of the usual history."""
    usual = int(np.median(lengths)) if len(lengths) else 0
    return int(np.clip(usual // 3, 1, horizon))


def origins(lengths: Ints, horizon: int, season: int) -> list[int]:
    """Buckets to drop for each rolling origin, newest first; empty when history is short.

    Two seasons, or half the usual history where that is shorter, lie before the oldest.

    >>> origins(np.array([60, 60, 60]), 12, 1)
    [12, 24, 36, 48]
    """
    if not len(lengths):
        return []
    usual = int(np.median(lengths))
    room = usual - max(min(2 * season, usual // 2), TRIAL_BUCKETS) - horizon
    step = int(np.clip(room // (ORIGINS - 1), 1, horizon))
    return [horizon + i * step for i in range(ORIGINS) if i * step <= room]


def trials(
    sample: Batch,
    horizon: int,
    season: int,
    spans: tuple[int, ...],
    season_shares: Sequence[float] = WHOLE_SEASON,
) -> list[Trial]:
    """Every origin's forecasts of the series that were under way by then."""
    found = []
    for dropped in origins(sample.lengths, horizon, season):
        past = sample.before(dropped)
        sold = past.totals(past.values > 0)
        kept = np.flatnonzero((past.lengths >= TRIAL_BUCKETS) & (sold >= TRIAL_SOLD))
        past, later = past.rows(kept), sample.rows(kept).last(dropped)
        actual, whole = np.maximum(later[:, :horizon], 0.0).T, whole_numbers(past)
        profile = shared_profile(past, season)
        for index, family, _, drawn in sketches(past, horizon, profile, spans, season_shares):
            found.append(Trial(family, drawn, actual[:, index], whole[index]))
    return found


def total_errors(trial: Trial) -> Floats:
    """Errors of the candidates' totals over the whole and over half the horizon, (m, 2n).

    In usual errors of the series' own totals, so that who sells much does not count for more than
    who sells little; where all candidates fail, they are brought down to an error of `ERROR_CAP`.
    """
    error = np.cumsum(trial.sketch.paths * trial.season - trial.actual, axis=1)
    buckets = np.array([len(trial.actual), (len(trial.actual) - 1) // 2 + 1])
    usual = np.sqrt(buckets[:, None] * trial.sketch.errors.square[0] + 1e-12)
    scaled = error[:, buckets - 1] / usual
    failed = np.sqrt((scaled**2).mean(0))
    bounded: Floats = scaled / np.maximum(failed / ERROR_CAP, 1)
    return bounded.reshape(len(error), -1)


def _weights(mine: list[Trial]) -> Floats:
    """Weights of the candidates of one family, (m,)."""
    return combination_weights(np.concatenate([total_errors(t) for t in mine], axis=1))


def season_share(mine: list[Trial], family: Family) -> float:
    """How much of the season pays: of `SEASON_SHARES` the one with the least error per bucket.

    The level that each origin told without its season is held against what came with so much
    of the season put on it; errors are squared, scaled by the series' own and bounded. Where history
    is too short for any origin to know a season, items that sell in most buckets are trusted
    with it, and slow ones, which show a chance pattern as readily, are not.
    """
    if not any(trial.seasonal for trial in mine):
        return 1.0 if family is Family.REGULAR else 0.0
    weights = _weights(mine)
    loss = np.zeros(len(SEASON_SHARES))
    for trial in mine:
        level = np.tensordot(weights, trial.sketch.paths, axes=1)
        scale = trial.sketch.errors.square[0] + 1e-12
        for s, share in enumerate(SEASON_SHARES):
            off = level * (1 + share * (trial.season - 1)) - trial.actual
            loss[s] += np.minimum((off**2).mean(0) / scale, LOSS_CAP).sum()
    return SEASON_SHARES[int(np.argmax(loss <= loss.min() + NOTHING))]


def _odds(mine: list[Trial], weights: Floats) -> float:
    """The least odds of dying that tell the horizon total about as well as any, each row scaled.

    Squared errors, bounded; as well is within a quarter of a standard error of the difference to the
    best, so that a few series that fell silent do not fade all.
    """
    parts = []
    for trial in mine:
        mean = np.tensordot(weights, trial.sketch.paths, axes=1) * trial.season
        total, came = mean.sum(0), trial.actual.sum(0)
        scale = len(mean) * trial.sketch.errors.square[0] + 1e-12
        left = np.stack([total * alive(trial.sketch.silence, odds) for odds in ODDS])
        parts.append(np.minimum((left - came) ** 2 / scale, LOSS_CAP))
    loss = np.concatenate(parts, axis=1)
    worse = loss - loss[loss.mean(1).argmin()]
    doubt = ENOUGH_ERRORS * worse.std(1) / np.sqrt(worse.shape[1])
    return ODDS[int(np.argmax(worse.mean(1) <= doubt))]


def _law(mine: list[Trial], learnt: Learnt, spans: tuple[int, ...]) -> SpreadLaw:
    """The law with its worth scaled to what told the trials' errors best, by likelihood.

    Quasi-likelihood of variances (Patton, Journal of Econometrics 160, 2011, 246-256) of one
    bucket and of the whole horizon, each series' part bounded.
    """
    known = []
    for trial in mine:
        path = combined(trial.sketch, learnt)
        off = path * alive(trial.sketch.silence, learnt.odds) * trial.season - trial.actual
        ends = np.tile([1.0, float(len(off))], (off.shape[1], 1))
        known.append((trial.sketch.errors, path.mean(0), ends, np.stack([off[0], off.sum(0)], 1)))

    def loss(law: SpreadLaw) -> float:
        total = 0.0
        for errors, mean, ends, off in known:
            variance = sd_at(span_sd(errors, law, mean), spans, ends) ** 2 + 1e-12
            total += float((np.log(variance) + np.minimum(off**2 / variance, LAW_CAP)).sum())
        return total

    law = learnt.law
    first = np.arange(len(spans)) == 0
    worths = (np.where(first, one, more) for one, more in product(WORTHS, WORTHS))
    return min((replace(law, windows=law.windows * each) for each in worths), key=loss)


def _learnt(
    mine: list[Trial], family: Family, season: int, spans: tuple[int, ...], share: float
) -> Learnt:
    if not mine:
        count = len(candidates(family, season))
        return Learnt(np.full(count, 1 / count), ODDS[0], default_law(spans), share)
    weights = _weights(mine)
    law = spread_law(joined([t.sketch.errors for t in mine]), spans)
    learnt = Learnt(weights, _odds(mine, weights), law, share)
    return replace(learnt, law=_law(mine, learnt, spans))


def _stretches(
    found: list[Trial], learnt: tuple[Learnt, ...], spans: tuple[int, ...]
) -> tuple[Stretch, Stretch]:
    """Stretch of interval totals and of single buckets."""
    totals, steps = [], []
    for trial in found:
        horizon = len(trial.actual)
        mine = learnt[trial.family]
        made = told(trial.sketch, mine, combined(trial.sketch, mine))
        path = made.path * trial.season
        sums, came = np.cumsum(path, axis=0), np.cumsum(trial.actual, axis=0)
        for span in sorted({max(horizon // 4, 1), max(horizon // 2, 1), horizon}):
            periods = np.full((path.shape[1], 1), float(span))
            sd = sd_at(made.span_sd, spans, periods)[:, 0]
            spread = Spread(sums[span - 1], sd, trial.whole, cautious(made.chance), periods[:, 0])
            totals.append((spread, came[span - 1]))
        for step in sorted({0, horizon // 2, horizon - 1}):
            ahead = np.full(path.shape[1], step + 1.0)
            spread = Spread(
                path[step], made.step_sd[step], trial.whole, cautious(made.chance), ahead
            )
            steps.append((spread, trial.actual[step]))
    return learnt_stretch(totals), learnt_stretch(steps)


def pool(batch: Batch, horizon: int, season: int) -> Pooled:
    """Learn from at most 1,024 series, evenly taken, what a forecast shares between series.

    >>> from scm_cli.core.forecast.batch import Batch
    >>> pool(Batch.of([]), 4, 12).learnt[0].weights.tolist()
    [0.2, 0.2, 0.2, 0.2, 0.2]
    """
    count = min(len(batch), SAMPLE_SERIES)
    chosen = np.unique(np.linspace(0, max(len(batch) - 1, 0), count).astype(np.int64))
    sample, spans = batch.rows(chosen), spans_to(horizon)
    ahead, shares = trial_horizon(sample.lengths, horizon), WHOLE_SEASON
    found = trials(sample, ahead, season, spans)
    if season > 1:
        shares = tuple(season_share([t for t in found if t.family is f], f) for f in Family)
    if any(trial.seasonal and shares[trial.family] < 1 for trial in found):
        found = trials(sample, ahead, season, spans, shares)
    learnt = tuple(
        _learnt([t for t in found if t.family is f], f, season, spans, shares[f]) for f in Family
    )
    profile = shared_profile(sample, season)
    return Pooled(horizon, profile, learnt, *_stretches(found, learnt, spans))
