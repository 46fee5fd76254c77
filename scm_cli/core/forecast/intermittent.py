"""Intermittent demand: size and occurrence smoothed apart, grids averaged by likelihood.

SBA: Croston (1972) with the correction of Syntetos and Boylan, IJF 21 (2005) 303-314.
TSB: Teunter, Syntetos, Babai, EJOR 214 (2011) 606-615; it fades while nothing is sold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.smoothing import likelihood_weights

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Panel

SBA_GRID = (0.05, 0.1, 0.2, 0.3)
TSB_SIZE_GRID = (0.1, 0.2)
TSB_CHANCE_GRID = (0.02, 0.05, 0.1, 0.2)


def mean_size(panel: Panel) -> tuple[Floats, Floats]:
    """Mean size of the buckets sold, and their share, each (n,)."""
    sold = np.count_nonzero(panel.y, axis=0)
    size = panel.y.sum(0) / np.maximum(sold, 1)
    return size, np.maximum(sold, 0.5) / np.maximum(panel.lengths, 1)


def sba_level(panel: Panel, alphas: tuple[float, ...] = SBA_GRID) -> Floats:
    """Mean demand per bucket (n,) by Syntetos-Boylan.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> y = np.tile([[0.0], [6.0]], (20, 1))
    >>> sba_level(Panel.of(y, np.array([40])), (0.1,)).round(2).tolist()
    [2.85]
    """
    alpha = np.array(alphas)[:, None]
    first_size, share = mean_size(panel)
    size = np.repeat(first_size[None], len(alphas), axis=0)
    gap = np.repeat(1 / share[None], len(alphas), axis=0)
    idle, squared_error = np.ones(len(share)), np.zeros_like(size)
    mean = size / gap * (1 - alpha / 2)
    for now, live in zip(panel.y, panel.live, strict=True):
        error = now[:live] - mean[:, :live]
        squared_error[:, :live] += error * error
        sold = np.flatnonzero(now[:live])
        gap_sold, size_sold = gap[:, sold], size[:, sold]
        size_sold += alpha * (now[sold] - size_sold)
        gap_sold += alpha * (idle[sold] - gap_sold)
        size[:, sold], gap[:, sold] = size_sold, gap_sold
        mean[:, sold] = size_sold / gap_sold * (1 - alpha / 2)
        idle[:live] += 1
        idle[sold] = 1
    result: Floats = (likelihood_weights(squared_error, panel.lengths) * mean).sum(0)
    return result


def tsb_level(panel: Panel) -> Floats:
    """Mean demand per bucket (n,) by Teunter-Syntetos-Babai; it falls during idle time.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> y = np.concatenate([np.full((20, 1), 4.0), np.zeros((60, 1))])
    >>> bool(tsb_level(Panel.of(y, np.array([80])))[0] < 0.5)
    True
    """
    chance_weight = np.array(TSB_CHANCE_GRID)[:, None]
    size_weight = np.array(TSB_SIZE_GRID)[:, None, None]
    first_size, share = mean_size(panel)
    count = len(share)
    size = np.repeat(first_size[None], len(TSB_SIZE_GRID), axis=0)[:, None]
    chance = np.repeat(share[None], len(TSB_CHANCE_GRID), axis=0)
    squared_error = np.zeros((len(TSB_SIZE_GRID), len(TSB_CHANCE_GRID), count))
    for now, live in zip(panel.y, panel.live, strict=True):
        error = size[:, :, :live] * chance[:, :live]
        error -= now[:live]
        error *= error
        squared_error[:, :, :live] += error
        sold = np.flatnonzero(now[:live])
        chance[:, :live] *= 1 - chance_weight
        chance[:, sold] += chance_weight
        size_sold = size[:, :, sold]
        size[:, :, sold] = size_sold + size_weight * (now[sold] - size_sold)
    weight = likelihood_weights(squared_error.reshape(-1, count), panel.lengths)
    result: Floats = (weight * (size * chance).reshape(-1, count)).sum(0)
    return result
