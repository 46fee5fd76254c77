"""What all series teach together (`Pooled`), and how one series is told with it.

A `Pooled` is small and plain, so that a forecast can run partition by partition (or on other
machines) with the same result as in one go. `backtest.pool` learns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.batch import Batch, Floats, Ints, Panel, panels
from scm_cli.core.forecast.candidates import Family, Sketch, sketch
from scm_cli.core.forecast.fading import alive
from scm_cli.core.forecast.seasonal import (
    by_phase,
    deseasoned,
    own_factors,
    pooled_profile,
    shrunk_factors,
)
from scm_cli.core.forecast.spread import SpreadLaw, span_sd, spans_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from scm_cli.core.forecast.calibrate import Stretch

REGULAR_ZERO_SHARE = 0.2
REGULAR_BUCKETS = 6
WHOLE_SEASON = (1.0,) * len(Family)


@dataclass(frozen=True, slots=True)
class Learnt:
    """Of one family: combination `weights` (m,), `odds` of dying, the `law` of its spread.

    `season_share`: how much of the seasonal swing pays, from 0 to 1.
    """

    weights: Floats
    odds: float
    law: SpreadLaw
    season_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Pooled:
    """Season `profile` (season,), what each family taught, stretch of total and step quantiles."""

    horizon: int
    profile: Floats
    learnt: tuple[Learnt, ...]
    total_stretch: Stretch
    step_stretch: Stretch

    @property
    def spans(self) -> tuple[int, ...]:
        return spans_to(self.horizon)

    @property
    def season_shares(self) -> tuple[float, ...]:
        return tuple(each.season_share for each in self.learnt)


@dataclass(frozen=True, slots=True)
class Told:
    """One panel's forecast: what to expect of items that live, and the `chance` (n,) of that.

    Season-free mean `path` (h, n), deviations `span_sd` (s, n) of totals, `step_sd` (h, n).
    """

    path: Floats
    span_sd: Floats
    step_sd: Floats
    chance: Floats


def families(batch: Batch) -> Ints:
    """Family of each series, (n,): regular when few buckets are empty, slow otherwise.

    >>> families(Batch.of([np.ones(9), np.array([0.0, 1, 0, 0, 0, 2])])).tolist()
    [0, 1]
    """
    empty, lengths = batch.totals(batch.values <= 0), batch.lengths
    regular = (empty <= REGULAR_ZERO_SHARE * lengths) & (lengths >= REGULAR_BUCKETS)
    return np.where(regular, Family.REGULAR, Family.SLOW).astype(np.int64)


def whole_numbers(batch: Batch) -> NDArray[np.bool_]:
    """Whether each series is counted in whole units, (n,)."""
    parts: NDArray[np.bool_] = batch.totals(batch.values != np.floor(batch.values)) == 0
    return parts


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


def sketches(
    batch: Batch,
    horizon: int,
    profile: Floats,
    spans: tuple[int, ...],
    season_shares: Sequence[float] = WHOLE_SEASON,
) -> Iterator[tuple[Ints, Family, Panel, Sketch]]:
    """Sketches of every panel of every family: (positions, family, panel, sketch)."""
    family_of = families(batch)
    for family in Family:
        share = season_shares[family]
        for index, panel in panels(batch, np.flatnonzero(family_of == family)):
            factor = by_phase(profile, batch.phase[index])
            if len(profile) > 1 and share > 0:
                factor = shrunk_factors(*own_factors(panel, len(profile)), factor)
            factor = 1 + share * (factor - 1)
            calm = deseasoned(panel, factor)
            yield index, family, calm, sketch(calm, family, horizon, factor, spans)


def season_rows(factor: Floats, horizon: int) -> Floats:
    """Season factors of the next `horizon` buckets, (h, n)."""
    return factor[np.arange(horizon) % len(factor)]


def combined(drawn: Sketch, learnt: Learnt) -> Floats:
    """Mean path (h, n), season out, of items taken to be alive: the weighted candidates."""
    path: Floats = np.tensordot(learnt.weights, drawn.paths, axes=1)
    return path


def told(drawn: Sketch, learnt: Learnt, path: Floats) -> Told:
    """The distribution of demand around a season-free mean `path` (h, n) of living items.

    A bucket h steps ahead strays by the error of one bucket and by what the level itself wanders
    until then, alpha² per step (Hyndman et al., 2008, ch. 6).
    """
    spans = span_sd(drawn.errors, learnt.law, path.mean(0))
    steps = np.arange(len(path))[:, None]
    single = spans[0] * np.sqrt(1 + steps * drawn.alpha**2)
    step_sd = single * np.sqrt(season_rows(drawn.factor, len(path)))
    return Told(path, spans, step_sd, alive(drawn.silence, learnt.odds))
