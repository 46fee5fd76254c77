"""Single odd buckets of regular items, held back before trends and levels are fitted.

One bucket far outside what its item ever does, with ordinary ones beside it, says little of
what comes next: a level that follows it is wrong for weeks. It is brought to the edge of the
usual, as in robust exponential smoothing (Gelper, Fried, Croux: Journal of Forecasting 29, 2010,
285-300). Two such buckets side by side are a change of demand, and stay. The spread of the
forecast is told from the demand as it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.forecast.batch import Panel

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats

USUAL_SDS = 2.5  # from the mean of a series; chosen on rolling origins, see docs/forecasting.md


def moments(panel: Panel) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each series, (n,)."""
    lengths = np.maximum(panel.lengths, 1)
    mean = panel.y.sum(0) / lengths
    square = np.einsum("tn,tn->n", panel.y, panel.y) / lengths
    return mean, np.sqrt(np.maximum(square - mean * mean, 0.0))


def without_spikes(panel: Panel) -> Panel:
    """The panel with buckets beyond the usual of their series, and beyond both neighbours, cut.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> steady = np.full((400, 1), 5.0)
    >>> steady[-1] = 0.0
    >>> without_spikes(Panel.of(steady, np.array([400]))).y[-1].round(2).tolist()
    [4.36]
    >>> steady[-2] = 0.0
    >>> without_spikes(Panel.of(steady, np.array([400]))).y[-2:].ravel().tolist()
    [0.0, 0.0]
    """
    mean, sd = moments(panel)
    y = panel.y
    low, high = np.empty_like(y), np.empty_like(y)
    low[:], high[:] = mean - USUAL_SDS * sd, mean + USUAL_SDS * sd
    for edge, outer in ((low, np.minimum), (high, np.maximum)):
        outer(edge[1:], y[:-1], out=edge[1:])
        outer(edge[:-1], y[1:], out=edge[:-1])
    cut = np.clip(y, low, high, out=low)
    before = np.arange(len(y), 0, -1)[:, None] > panel.lengths
    cut[before] = 0.0
    return Panel(cut, panel.lengths, panel.live)
