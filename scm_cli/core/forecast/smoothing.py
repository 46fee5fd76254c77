"""Simple exponential smoothing over a grid of weights, averaged by likelihood.

The grid is one more axis of the arrays, so all weights of all series cost one pass over time.
Averaging the grid by its likelihood instead of keeping the best weight gives steadier levels
and needs no optimiser (Hyndman, Koehler, Ord, Snyder: Forecasting with Exponential Smoothing,
2008, ch. 5, for the likelihood).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Ints, Panel

WARM_BUCKETS = 12  # the first level is the mean of this many buckets


class Smoothed(NamedTuple):
    """`level` (n,) [units per bucket] and the smoothing weight `alpha` (n,) behind it."""

    level: Floats
    alpha: Floats


def likelihood_weights(squared_error: Floats, lengths: Ints) -> Floats:
    """Weights (p, n) of p candidates, each ∝ SSE^(-length/2), the Gaussian likelihood.

    >>> likelihood_weights(np.array([[1.0], [1.0], [1e9]]), np.array([20])).ravel().round(6).tolist()
    [0.5, 0.5, 0.0]
    """
    floor = squared_error.max(0) * 1e-12 + 1e-300
    log_weight = np.log(np.maximum(squared_error, floor)) * (-0.5 * lengths)
    weight: Floats = np.exp(log_weight - log_weight.max(0))
    weight /= weight.sum(0)
    return np.where(weight < 1e-100, 0.0, weight)


def first_level(panel: Panel, buckets: int = WARM_BUCKETS) -> Floats:
    """The mean of the first `buckets` values of each series, (n,)."""
    rows, count = panel.y.shape
    width = np.minimum(panel.lengths, buckets)
    total = np.zeros(count)
    oldest = rows - panel.lengths
    for step in range(int(width.max(initial=0))):
        at = np.minimum(oldest + step, rows - 1)
        total += np.where(step < width, panel.y[at, np.arange(count)], 0.0)
    return total / np.maximum(width, 1)


def smoothed(panel: Panel, alphas: tuple[float, ...]) -> Smoothed:
    """Final levels of every series.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> flat = Panel.of(np.full((9, 1), 7.0), np.array([9]))
    >>> smoothed(flat, (0.1, 0.5)).level.tolist()
    [7.0]
    """
    alpha = np.array(alphas)[:, None]
    level = np.repeat(first_level(panel)[None], len(alphas), axis=0)
    squared_error = np.zeros_like(level)
    error = np.empty_like(level)
    for now, live in zip(panel.y, panel.live, strict=True):
        e = np.subtract(now[:live], level[:, :live], out=error[:, :live])
        squared_error[:, :live] += e * e
        e *= alpha
        level[:, :live] += e
    weight = likelihood_weights(squared_error, panel.lengths)
    return Smoothed((weight * level).sum(0), (weight * alpha).sum(0))


def level_path(panel: Panel, alpha: Floats) -> Floats:
    """Levels (T, n) after each bucket, with one weight per series."""
    level = first_level(panel)
    path = np.empty_like(panel.y)
    for t, live in enumerate(panel.live):
        now = level[:live]
        now += alpha[:live] * (panel.y[t, :live] - now)
        path[t] = level
    return path
