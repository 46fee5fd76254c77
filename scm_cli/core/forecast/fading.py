"""Items that have stopped selling: how surely, and how much of the forecast is left.

An item that sold in a share p of its buckets and then nothing for g buckets has missed
L = -g * log(1 - p) sales' worth of time. Were its rate steady, a living item would stay silent so
long with chance exp(-L); as rates wander (gamma-mixed, shape 2) it is (1 + L/2)^-2, and by Bayes'
rule the item lives with chance 1 / (1 + odds * ((1 + L/2)^2 - 1)) (Schmittlein, Morrison,
Colombo, Management Science 33, 1987, 1-24, for customers). Which `odds` of dying fit is learnt
from rolling origins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats, Panel

#: Candidates; the first where nothing was learnt.
ODDS = (0.003, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.35)


def silence(panel: Panel) -> Floats:
    """L = -g * log(1 - p) of each series, (n,): 0 while it sells, large when idle far too long.

    >>> from scm_cli.core.forecast.batch import Panel
    >>> y = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    >>> silence(Panel.of(y, np.array([4, 4]))).round(3).tolist()
    [0.981, 0.0]
    """
    sold = panel.y > 0
    idle = np.where(sold.any(0), np.argmax(sold[::-1], axis=0), 0)
    active = len(panel.y) - idle - np.argmax(sold, axis=0)
    # half a sale and half a miss are added, so that the share reaches neither 0 nor 1
    share = (sold.sum(0) + 0.5) / (np.maximum(active, 1) + 1)
    result: Floats = idle * -np.log1p(-np.minimum(share, 0.99))
    return result


def alive(silences: Floats, odds: float) -> Floats:
    """Chance that each series still lives, (n,).

    >>> alive(np.array([0.0, 18.0]), 0.01).round(3).tolist()
    [1.0, 0.503]
    """
    return 1 / (1 + odds * ((1 + silences / 2) ** 2 - 1))


def cautious(chance: Floats) -> Floats:
    """The chance to live that quantiles count on, (n,): the fourth root.

    A quantile is there for the case that an item comes back, so it lets go much later.

    >>> cautious(np.array([1.0, 0.0016])).round(3).tolist()
    [1.0, 0.2]
    """
    return np.sqrt(np.sqrt(chance))
