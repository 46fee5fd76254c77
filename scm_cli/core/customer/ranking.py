"""How sure a share is, and how well a score ranks."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def normal_quantile(range_pct: float) -> float:
    """How many standard deviations a two-sided range of `range_pct` reaches.

    >>> round(normal_quantile(90), 3)
    1.645
    """
    return NormalDist().inv_cdf(0.5 + range_pct / 200)


def wilson_pct(
    hits: ArrayLike, tries: ArrayLike, range_pct: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """A share in percent with its range; NaN where nothing was tried.

    Wilson's score interval (1927), which stays within 0-100 and is not empty at 0 of n.

    >>> [round(float(v), 1) for v in wilson_pct(8, 10, 95)]
    [80.0, 49.0, 94.3]
    """
    z = normal_quantile(range_pct)
    k, n = np.asarray(hits, float), np.asarray(tries, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, k / n, np.nan)
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = np.minimum(np.maximum(middle - half, 0), share)  # rounding may not cross the share
    return 100 * share, 100 * low, 100 * np.maximum(np.minimum(middle + half, 1), share)


def auc(scores: ArrayLike, hits: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a hit is ranked above a miss, ties one half.

    NaN without hits or without misses. Computed from ranks (Hanley and McNeil 1982).

    >>> auc([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0])
    0.75
    >>> auc([1, 1, 1], [1, 0, 0])
    0.5
    """
    score, hit = np.asarray(scores, float), np.asarray(hits, bool)
    n, m = int(hit.sum()), int((~hit).sum())
    if not n or not m:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    middle = last - (count - 1) / 2
    return float((middle[place][hit].sum() - n * (n + 1) / 2) / (n * m))
