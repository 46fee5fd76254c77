"""Damped-trend exponential smoothing over a grid of weights, averaged by likelihood.

Gardner and McKenzie, Management Science 31 (1985) 1237-1246. The grid (alpha, beta, phi) is an
axis of the arrays; the best point of the grid per series is kept.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Panel

FINE_GRID = tuple(product((0.1, 0.35, 0.7), (0.03, 0.15), (0.8, 0.95)))
BLOCK_GRID = tuple(product((0.25, 0.5, 0.75, 1.0), (0.05, 0.25), (0.7, 0.9)))
WARM_BUCKETS = 5  # the first trend is the mean change over this many buckets


def first_trend(panel: Panel) -> Floats:
    """Mean change per bucket over the first buckets of each series, (n,)."""
    columns = np.arange(panel.y.shape[1])
    oldest = len(panel.y) - panel.lengths
    width = np.minimum(panel.lengths - 1, WARM_BUCKETS)
    change = panel.y[oldest + width, columns] - panel.y[oldest, columns]
    return change / np.maximum(width, 1)


def holt_path(panel: Panel, horizon: int, grid: tuple[tuple[float, float, float], ...]) -> Floats:
    """Forecast means (h, n) of the grid point with the least one-step squared error.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> holt_path(Panel.of(np.full((8, 1), 5.0), np.array([8])), 2, FINE_GRID).ravel().tolist()
    [5.0, 5.0]
    """
    alpha, beta, phi = (np.array(column)[:, None] for column in zip(*grid, strict=True))
    count = panel.y.shape[1]
    start = first_trend(panel)
    level, trend = np.zeros((len(grid), count)), np.zeros((len(grid), count))
    squared_error, error = np.zeros_like(level), np.empty_like(level)
    known = 0
    for now, live in zip(panel.y, panel.live, strict=True):
        slope, base = trend[:, :known], level[:, :known]
        slope *= phi
        base += slope
        e = np.subtract(now[:known], base, out=error[:, :known])
        squared_error[:, :known] += e * e
        e *= alpha
        base += e
        e *= beta
        slope += e
        level[:, known:live] = now[known:live]
        trend[:, known:live] = start[known:live]
        known = live
    best, columns = squared_error.argmin(0), np.arange(count)
    damping = phi[best, 0] ** np.arange(1, horizon + 1)[:, None]
    path: Floats = level[best, columns] + np.cumsum(damping, axis=0) * trend[best, columns]
    return path
