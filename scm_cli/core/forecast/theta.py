"""Theta: exponential smoothing with a share of the straight-line slope as drift.

Assimakopoulos and Nikolopoulos, International Journal of Forecasting 16 (2000) 521-530, in the
form of Hyndman and Billah (IJF 19, 2003): simple smoothing with drift slope/2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.smoothing import likelihood_weights

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Panel

SLOPE_SHARE = 0.5


def straight_slope(panel: Panel) -> Floats:
    """Least-squares slope [units per bucket, per bucket] of each series, (n,).

    >>> from scm_cli.core.forecast.batch import Panel
    >>> straight_slope(Panel.of(np.array([[1.0], [3.0], [5.0]]), np.array([3]))).tolist()
    [2.0]
    """
    lengths = np.maximum(panel.lengths, 2).astype(np.float64)
    from_end = np.arange(len(panel.y)) - (len(panel.y) - 1)
    weighted = from_end @ panel.y
    middle = -(lengths - 1) / 2
    spread = lengths * (lengths**2 - 1) / 12
    result: Floats = (weighted - middle * panel.y.sum(0)) / spread
    return result


def theta_path(panel: Panel, horizon: int, alphas: tuple[float, ...]) -> Floats:
    """Forecast means (h, n); a flat series stays flat.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> theta_path(Panel.of(np.full((8, 1), 5.0), np.array([8])), 2, (0.1, 0.9)).ravel().tolist()
    [5.0, 5.0]
    """
    alpha = np.array(alphas)[:, None]
    drift = SLOPE_SHARE * straight_slope(panel)
    level = np.zeros((len(alphas), panel.y.shape[1]))
    lag = np.zeros((len(alphas), 1)) if panel.live[0] == panel.live[-1] else np.zeros_like(level)
    squared_error, error = np.zeros_like(level), np.empty_like(level)
    known = 0
    for now, live in zip(panel.y, panel.live, strict=True):
        e = np.subtract(now[:known], level[:, :known], out=error[:, :known])
        behind = e - lag[:, :known] * drift[:known]
        squared_error[:, :known] += behind * behind
        e *= alpha
        level[:, :known] += e
        lag[:, :known] *= 1 - alpha
        lag[:, :known] += 1
        level[:, known:live] = now[known:live]
        lag[:, known:live] = 1
        known = live
    weight = likelihood_weights(squared_error, panel.lengths - 1)
    base = (weight * (level + lag * drift)).sum(0)
    result: Floats = base + np.arange(horizon)[:, None] * drift
    return result
