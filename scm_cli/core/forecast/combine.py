"""Weights of the combination: what rolling origins support, never a winner per series.

One set of weights per family minimises the pooled squared error of the horizon total, held
near equal weights (Bates and Granger, Operational Research Quarterly 20, 1969; the pull to
equal weights after Diebold and Pauly, IJF 6, 1990, 503-508).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats

EQUAL_ROWS = 100.0  # equal weights count as much as this many backtested totals
EQUAL_SHARE = 0.02


def combination_weights(errors: Floats) -> Floats:
    """Weights (m,), none negative, sum 1, from errors (m, rows) of the candidates' totals.

    Rows count as they are: who calls makes them comparable.

    >>> good, bad = np.full(4000, 0.1), np.full(4000, 3.0)
    >>> bool(combination_weights(np.stack([good, bad]))[0] > 0.9)
    True
    >>> combination_weights(np.ones((2, 0))).tolist()
    [0.5, 0.5]
    """
    count, number = errors.shape
    equal = np.full(count, 1 / count)
    if not errors.any():
        return equal
    second = errors @ errors.T / number
    pull = (EQUAL_SHARE + EQUAL_ROWS / number) * float(np.trace(second)) / count
    second += pull * np.eye(count)
    target = pull * equal
    weight = equal.copy()
    rate = 0.5 / float(np.abs(second).max())
    for _ in range(500):  # exponentiated gradient keeps the weights a distribution
        weight = weight * np.exp(-rate * (second @ weight - target))
        weight /= weight.sum()
    return weight
