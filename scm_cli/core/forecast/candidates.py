"""The candidate forecasts of a panel, and all that is learnt from it in one go (`Sketch`).

Two families: *regular* series take trend models at three time scales (Kourentzes, Petropoulos,
Trapero: IJF 30, 2014, 291-302, on combining temporal aggregation levels), *slow* ones take
level models. Series are not sorted further: combining beats selecting.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.fading import silence
from scm_cli.core.forecast.holt import BLOCK_GRID, FINE_GRID, holt_path
from scm_cli.core.forecast.intermittent import sba_level, tsb_level
from scm_cli.core.forecast.smoothing import level_path, smoothed
from scm_cli.core.forecast.spikes import without_spikes
from scm_cli.core.forecast.spread import SpanErrors, span_errors
from scm_cli.core.forecast.theta import theta_path

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Panel

THETA_ALPHAS = (0.02, 0.05, 0.15, 0.3, 0.6, 1.0)
LEVEL_ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
FAST_ALPHA = 0.2
BLOCK_ALPHAS = (0.05, 0.15, 0.3, 0.6)


class Family(IntEnum):
    """Which candidates a series takes."""

    REGULAR = 0
    SLOW = 1


TRENDS = ("theta", "trend", "trend of blocks", "trend of wide blocks", "ses")
LEVELS = ("ses", "tsb", "sba", "blocks", "recent mean", "long mean", "fast")
YEAR_SEASON = 12  # buckets of a season that is a year: months and weeks of several years
LEVEL_BLOCKS = (2, 4, 8, 16)  # buckets; days and weeks wander more than they trend


def candidates(family: Family, season: int) -> tuple[str, ...]:
    """Names of the candidates of a family, in the order of their paths.

    >>> len(candidates(Family.REGULAR, 12)), len(candidates(Family.REGULAR, 7))
    (5, 9)
    """
    if family is Family.SLOW:
        return LEVELS
    short = season < YEAR_SEASON
    return TRENDS + (tuple(f"level of {n}" for n in LEVEL_BLOCKS) if short else ())


@dataclass(frozen=True, slots=True)
class Sketch:
    """Candidate means `paths` (m, h, n) before season, season `factor` (season, n), errors."""

    paths: Floats
    factor: Floats
    errors: SpanErrors
    alpha: Floats
    silence: Floats


def block_width(season: int) -> int:
    """Buckets per block: a quarter of a long season, a whole short one, four without season.

    >>> [block_width(m) for m in (1, 7, 12, 52)]
    [4, 7, 3, 13]
    """
    if season <= 1:
        return 4
    return season if season < 8 else season // 4


def mean_of_last(panel: Panel, buckets: int) -> Floats:
    """Mean of the newest `buckets`, or of all there are, (n,)."""
    result: Floats = panel.y[-buckets:].sum(0) / np.clip(panel.lengths, 1, buckets)
    return result


def through_centres(coarse: Floats, block: int, horizon: int) -> Floats:
    """A path of block means (b, n) as a line through the blocks' centres, (h, n).

    >>> through_centres(np.array([[2.0], [4.0]]), 2, 4).ravel().tolist()
    [1.5, 2.5, 3.5, 4.5]
    """
    place = (np.arange(horizon) + 0.5) / block - 0.5
    left = np.clip(np.floor(place), 0, len(coarse) - 2).astype(np.int64)
    part = (place - left)[:, None]
    return (1 - part) * coarse[left] + part * coarse[left + 1]


def regular_paths(panel: Panel, horizon: int, season: int, ses: Floats) -> Floats:
    """Theta, damped trends of one bucket, one block and two blocks, the level, (5, h, n).

    Where the season is not a year, levels of several bucket widths follow, (9, h, n).
    """
    width = block_width(season)
    paths = [theta_path(panel, horizon, THETA_ALPHAS), holt_path(panel, horizon, FINE_GRID)]
    for block in (width, 2 * width):
        blocks = max(-(-horizon // block), 2)
        coarse = holt_path(panel.blocks(block), blocks, BLOCK_GRID)
        paths.append(through_centres(coarse, block, horizon))
    levels = [ses]
    if season < YEAR_SEASON:
        levels += [smoothed(panel.blocks(block), BLOCK_ALPHAS).level for block in LEVEL_BLOCKS]
    paths += [np.repeat(level[None], horizon, axis=0) for level in levels]
    return np.maximum(np.stack(paths), 0.0)


def slow_levels(panel: Panel, horizon: int, width: int, ses: Floats) -> Floats:
    """Level candidates, (7, n)."""
    blocks = smoothed(panel.blocks(width), BLOCK_ALPHAS).level
    recent, long = mean_of_last(panel, max(horizon, width)), mean_of_last(panel, len(panel.y))
    fast = smoothed(panel, (FAST_ALPHA,)).level
    return np.stack([ses, tsb_level(panel), sba_level(panel), blocks, recent, long, fast])


def sketch(
    panel: Panel, family: Family, horizon: int, factor: Floats, spans: tuple[int, ...]
) -> Sketch:
    """Everything the engine needs of one panel whose season is already taken out."""
    season = len(factor)
    fitted = without_spikes(panel) if family is Family.REGULAR else panel
    ses = smoothed(fitted, LEVEL_ALPHAS)
    if family is Family.REGULAR:
        paths = regular_paths(fitted, horizon, season, ses.level)
    else:
        levels = slow_levels(panel, horizon, block_width(season), ses.level)
        paths = np.repeat(levels[:, None], horizon, axis=1)
    errors = span_errors(panel, level_path(panel, ses.alpha), spans)
    return Sketch(paths, factor, errors, ses.alpha, silence(panel))
