"""What all series teach together, learnt once: `pool`.

A `Pooled` is small and plain, so that a forecast can run partition by partition (or on other
machines) with the same result as in one go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scm_cli.core.forecast.batch import Batch, Floats, Ints, Panel, panels
from scm_cli.core.forecast.calibrate import Spread, neutral, stretch
from scm_cli.core.forecast.candidates import CANDIDATES, Family, Sketch, sketch
from scm_cli.core.forecast.combine import combination_weights
from scm_cli.core.forecast.seasonal import (
    by_phase,
    deseasoned,
    own_factors,
    pooled_profile,
    shrunk_factors,
)
from scm_cli.core.forecast.spread import PowerLaw, SpanErrors, power_law, sd_at, span_sd, spans_to

SAMPLE_SERIES = 2048
ORIGINS = 4
REGULAR_ZERO_SHARE = 0.2
REGULAR_BUCKETS = 6
TRIAL_BUCKETS = 8  # what a series needs to be part of a rolling origin
TRIAL_SOLD = 3


@dataclass(frozen=True, slots=True)
class Pooled:
    """Season `profile` (season,), combination `weights` and `laws` per family, stretch factors."""

    horizon: int
    profile: Floats
    weights: tuple[Floats, ...]
    laws: tuple[PowerLaw, ...]
    total_stretch: Floats
    step_stretch: Floats

    @property
    def spans(self) -> tuple[int, ...]:
        return spans_to(self.horizon)


def families(batch: Batch) -> Ints:
    """Family of each series, (n,): regular when few buckets are empty, slow otherwise."""
    zeros = batch.totals(batch.values <= 0)
    lengths = batch.lengths
    regular = (zeros <= REGULAR_ZERO_SHARE * lengths) & (lengths >= REGULAR_BUCKETS)
    return np.where(regular, Family.REGULAR, Family.SLOW).astype(np.int64)


def whole_numbers(batch: Batch) -> NDArray[np.bool_]:
    """Whether each series is counted in whole units, (n,)."""
    return batch.totals(batch.values != np.floor(batch.values)) == 0


def sketches(
    batch: Batch, horizon: int, profile: Floats
) -> Iterator[tuple[Ints, Family, Panel, Sketch]]:
    """Sketches of every panel of every family: (positions, family, panel, sketch)."""
    spans, season = spans_to(horizon), len(profile)
    family_of = families(batch)
    for family in Family:
        for index, panel in panels(batch, np.flatnonzero(family_of == family)):
            pooled = by_phase(profile, batch.phase[index])
            factor = pooled
            if season > 1:
                factor = shrunk_factors(*own_factors(panel, season), pooled)
            calm = deseasoned(panel, factor)
            yield index, family, calm, sketch(calm, family, horizon, factor, spans)


def shared_profile(batch: Batch, season: int) -> Floats:
    """The season that all series share, (season,), mean 1."""
    if season == 1 or not len(batch):
        return np.ones(season)
    own, noise, phase, units = [], [], [], []
    for index, panel in panels(batch, np.arange(len(batch))):
        factor, variance = own_factors(panel, season)
        own.append(factor)
        noise.append(variance)
        phase.append(batch.phase[index])
        units.append(panel.y.sum(0))
    joined = np.concatenate(noise), np.concatenate(phase), np.concatenate(units)
    return pooled_profile(np.concatenate(own, axis=1), *joined)


def origins(lengths: Ints, horizon: int, season: int) -> list[int]:
    """Buckets to drop for each rolling origin, the newest first; empty when history is short."""
    if not len(lengths):
        return []
    room = int(np.median(lengths)) - max(2 * season, 8) - horizon
    step = int(np.clip(room // (ORIGINS - 1), 1, horizon))
    return [horizon + i * step for i in range(ORIGINS) if i * step <= room]


@dataclass(frozen=True, slots=True)
class _Trial:
    """One panel of one rolling origin, beside what came."""

    family: Family
    sketch: Sketch
    actual: Floats
    whole: NDArray[np.bool_]


def _trials(sample: Batch, horizon: int, season: int) -> list[_Trial]:
    found = []
    for dropped in origins(sample.lengths, horizon, season):
        past = sample.before(dropped)
        kept = np.flatnonzero((past.lengths >= TRIAL_BUCKETS) & (past.totals(past.values > 0) >= TRIAL_SOLD))
        past = past.rows(kept)
        actual = np.maximum(sample.rows(kept).last(dropped)[:, :horizon], 0.0).T
        whole = whole_numbers(past)
        for index, family, _, drawn in sketches(past, horizon, shared_profile(past, season)):
            found.append(_Trial(family, drawn, actual[:, index], whole[index]))
    return found


def season_rows(factor: Floats, horizon: int) -> Floats:
    """Season factors of the next `horizon` buckets, (h, n)."""
    return factor[np.arange(horizon) % len(factor)]


def _errors_of(trial: _Trial) -> Floats:
    horizon = len(trial.actual)
    seasonal = trial.sketch.paths * season_rows(trial.sketch.factor, horizon)
    whole = seasonal.sum(1) - trial.actual.sum(0)
    half = max(horizon // 2, 1)
    part = seasonal[:, :half].sum(1) - trial.actual[:half].sum(0)
    return np.concatenate([whole, part], axis=1)


def combined(drawn: Sketch, weights: Floats) -> Floats:
    """Mean path (h, n), season out."""
    path: Floats = np.tensordot(weights, drawn.paths, axes=1)
    return path


def _joined(parts: list[SpanErrors]) -> SpanErrors:
    return SpanErrors(
        np.concatenate([p.square for p in parts], axis=1),
        np.concatenate([p.windows for p in parts], axis=1),
        np.concatenate([p.level for p in parts]),
    )


def step_sd(sd: Floats, alpha: Floats, horizon: int) -> Floats:
    """Deviation (h, n) of single buckets: the level's own wander adds alpha² per step."""
    wander = np.arange(horizon)[:, None] * alpha**2
    return sd[0] * np.sqrt((1 + wander))


def _stretches(
    trials: list[_Trial], weights: tuple[Floats, ...], laws: tuple[PowerLaw, ...]
) -> tuple[Floats, Floats]:
    totals, steps = [], []
    for trial in trials:
        horizon = len(trial.actual)
        spans = spans_to(horizon)
        calm = combined(trial.sketch, weights[trial.family])
        sd = span_sd(trial.sketch.errors, laws[trial.family], calm.mean(0))
        seasonal = season_rows(trial.sketch.factor, horizon)
        path = calm * seasonal
        sums, came = np.cumsum(path, axis=0), np.cumsum(trial.actual, axis=0)
        for span in sorted({max(horizon // 4, 1), max(horizon // 2, 1), horizon}):
            here = sd_at(sd, spans, np.full((sd.shape[1], 1), float(span)))[:, 0]
            totals.append((sums[span - 1], here, trial.whole, came[span - 1]))
        single = step_sd(sd, trial.sketch.alpha, horizon)
        for step in sorted({0, horizon // 2, horizon - 1}):
            here = single[step] * np.sqrt(seasonal[step])
            steps.append((path[step], here, trial.whole, trial.actual[step]))
    if not totals:
        return neutral(), neutral()
    return _stretch_of(totals), _stretch_of(steps)


def _stretch_of(rows: list[tuple[Floats, Floats, NDArray[np.bool_], Floats]]) -> Floats:
    mean, sd, whole, actual = (np.concatenate(column) for column in zip(*rows, strict=True))
    return stretch(Spread(mean, sd, whole), actual)


def pool(batch: Batch, horizon: int, season: int) -> Pooled:
    """Learn from at most 2,048 series, evenly taken, what a forecast shares between series."""
    count = min(len(batch), SAMPLE_SERIES)
    chosen = np.unique(np.linspace(0, max(len(batch) - 1, 0), count).astype(np.int64))
    sample = batch.rows(chosen)
    trials = _trials(sample, horizon, season)
    weights, laws = [], []
    for family in Family:
        mine = [t for t in trials if t.family is family]
        none = np.empty((len(CANDIDATES[family]), 0))
        weights.append(combination_weights(np.concatenate([none, *map(_errors_of, mine)], axis=1)))
        parts = [t.sketch.errors for t in mine]
        laws.append(power_law(_joined(parts)) if parts else default_law(horizon))
    family_weights, family_laws = tuple(weights), tuple(laws)
    totals, steps = _stretches(trials, family_weights, family_laws)
    profile = shared_profile(batch, season)
    return Pooled(horizon, profile, family_weights, family_laws, totals, steps)


def default_law(horizon: int) -> PowerLaw:
    """Without history to learn from: variance = 2 * mean^1.5 of one bucket, in proportion to span."""
    spans = np.array(spans_to(horizon), dtype=np.float64)
    return PowerLaw(np.log(2.0 * spans), np.full(len(spans), 1.5))
