"""The normal distribution for arrays: density, probability, quantile and loss.

Exact to double precision (complementary error function); formulas from Abramowitz & Stegun,
Handbook of Mathematical Functions (1964), ch. 26, and Silver, Pyke & Thomas, Inventory and
Production Management in Supply Chains (2017), appendix on the unit normal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

_ERFC = np.frompyfunc(math.erfc, 1, 1)


def density(z: ArrayLike) -> Vector:
    """φ(z) of the unit normal [-].

    >>> round(float(density(0.0)), 6)
    0.398942
    """
    at = np.asarray(z, dtype=np.float64)
    result: Vector = np.exp(-0.5 * at * at) / math.sqrt(2 * math.pi)
    return result


def probability(z: ArrayLike) -> Vector:
    """Φ(z), the chance that a unit normal is at most z [-].

    >>> round(float(probability(1.96)), 6)
    0.975002
    """
    at = np.asarray(z, dtype=np.float64)
    return 0.5 * np.asarray(_ERFC(-at / math.sqrt(2)), dtype=np.float64)


def quantile(share: ArrayLike) -> Vector:
    """The z with Φ(z) = share; share is kept within 1e-12 of 0 and 1 [-].

    Start from Abramowitz & Stegun 26.2.23 (error below 4.5e-4), then three Newton steps.

    >>> round(float(quantile(0.95)), 6)
    1.644854
    """
    p = np.clip(np.asarray(share, dtype=np.float64), 1e-12, 1 - 1e-12)
    t = np.sqrt(-2 * np.log(np.minimum(p, 1 - p)))
    top = 2.515517 + t * (0.802853 + t * 0.010328)
    bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    z = np.sign(p - 0.5) * (t - top / bottom)
    for _ in range(3):
        z = z - (probability(z) - p) / np.maximum(density(z), 1e-300)
    return np.asarray(z)


def loss(z: ArrayLike) -> Vector:
    """G(z) = E[(Z - z)⁺] of the unit normal [-].

    >>> round(float(loss(1.0)), 6)
    0.083315
    """
    at = np.asarray(z, dtype=np.float64)
    result: Vector = np.maximum(density(at) - at * probability(-at), 0.0)
    return result


def expected_short(level: ArrayLike, sd: ArrayLike) -> Vector:
    """Units missing on average when `level` is what is left over the mean [units].

    sd·G(level/sd); without spread simply what is missing.

    >>> expected_short([-3.0, 0.0], [0.0, 2.0]).round(4).tolist()
    [3.0, 0.7979]
    """
    left, spread = np.broadcast_arrays(
        np.asarray(level, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    )
    some = np.maximum(spread, 1e-12)
    z = np.clip(left / some, -40, 40)
    missing = np.where(spread > 1e-12, some * loss(z), 0.0)
    return np.asarray(np.maximum(missing, -left), dtype=np.float64)
