"""Items that have stopped selling: how surely, and how much of the forecast is left.

An item that sold in a share p of its buckets and then nothing for g buckets is either alive and
unlucky, with chance (1 - p)^g, or dead. By Bayes' rule the chance that it is alive is
1 / (1 + odds * ((1 - p)^-g - 1)), with `odds` of dying to living at each idle bucket (after
Schmittlein, Morrison, Colombo, Management Science 33, 1987, 1-24, for customers). Which `odds`
fits is learnt from rolling origins.
"""

from __future__ import annotations

import numpy as np

from scm_cli.core.forecast.batch import Floats, Panel

ODDS = (0.002, 0.006, 0.02, 0.06)  # candidates; the first is used where nothing was learnt


def surprise(panel: Panel) -> Floats:
    """(1 - p)^-g - 1 of each series, (n,): 0 while it sells, large when idle far too long.

    >>> y = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    >>> surprise(Panel.of(y, np.array([4, 4]))).round(3).tolist()
    [2.333, 0.0]
    """
    sold = panel.y > 0
    any_sold = sold.any(0)
    idle = np.where(any_sold, np.argmax(sold[::-1], axis=0), 0)
    active = len(panel.y) - idle - np.argmax(sold, axis=0)
    # half a sale and half a miss are added, so that neither share reaches 0 or 1
    share = (sold.sum(0) + 0.5) / (np.maximum(active, 1) + 1)
    return np.expm1(np.minimum(-idle * np.log1p(-np.minimum(share, 0.99)), 60.0))


def alive(surprises: Floats, odds: float) -> Floats:
    """Chance that each series still lives, (n,).

    >>> alive(np.array([0.0, 500.0]), 0.002).tolist()
    [1.0, 0.5]
    """
    return 1 / (1 + odds * surprises)
