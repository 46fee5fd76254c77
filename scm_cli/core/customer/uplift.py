"""What a campaign changed: its group against a control, by intention to treat, with ranges.

Everybody who was drawn into a group counts in it, reached or not, so that the comparison stays
that of two random groups.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.customer.ranking import normal_quantile, wilson_pct

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

STEPS = 60  # halvings of an interval of at most 1: beyond the last digit
ALL = 100.0


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference and the range in which it lies."""

    value: float
    low: float
    high: float


def newcombe_points(hits: tuple[int, int], tries: tuple[int, int], range_pct: float) -> Difference:
    """First share less the second, in percentage points, with its range; NaN for an empty group.

    The hybrid score interval: Newcombe, "Interval estimation for the difference between
    independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998),
    873-890, method 10: from Wilson's interval of each share.

    >>> found = newcombe_points((56, 48), (70, 80), 95)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (20.0, 5.24, 33.39)
    """
    share, low, high = wilson_pct(hits, tries, range_pct)
    value = float(share[0] - share[1])
    down = math.hypot(float(share[0] - low[0]), float(high[1] - share[1]))
    up = math.hypot(float(high[0] - share[0]), float(share[1] - low[1]))
    return Difference(value, max(value - down, -ALL), min(value + up, ALL))


def t_quantile(range_pct: float, freedom: float) -> float:
    """How many standard errors a two-sided range reaches with so many degrees of freedom.

    The Cornish-Fisher expansion: Abramowitz and Stegun (1964), Handbook of Mathematical
    Functions, 26.7.5; within 1 % from 3 degrees of freedom on.

    >>> round(t_quantile(95, 10), 3), round(t_quantile(95, 1e9), 3)
    (2.228, 1.96)
    """
    z, v = normal_quantile(range_pct), max(freedom, 1.0)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / v + g2 / v**2 + g3 / v**3 + g4 / v**4


def mean_difference(first: ArrayLike, second: ArrayLike, range_pct: float) -> Difference:
    """The mean of the first less that of the second, per customer, with its range.

    Variances may differ: Welch, "The generalization of Student's problem when several different
    population variances are involved", Biometrika 34 (1947). NaN where a group is empty, no range
    where one has a single customer.

    >>> found = mean_difference([4.0, 6.0, 8.0], [1.0, 2.0, 3.0], 95)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (4.0, -0.15, 8.15)
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if not len(a) or not len(b):
        return Difference(math.nan, math.nan, math.nan)
    value = float(a.mean() - b.mean())
    if min(len(a), len(b)) < 2:
        return Difference(value, math.nan, math.nan)
    parts = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    spread = sum(parts)
    if spread == 0:
        return Difference(value, value, value)
    freedom = spread**2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    reach = t_quantile(range_pct, freedom) * math.sqrt(spread)
    return Difference(value, value - reach, value + reach)


def detectable_points(
    base: float, sizes: tuple[int, int], range_pct: float, power_pct: float
) -> float | None:
    """The smallest rise of a share, in points, that two groups of these sizes would show.

    `base` is the share without the campaign (0-1), `sizes` those contacted and the control. With
    the chance `power_pct` the range of the difference would leave out zero. None when even a rise
    to 100 % would not be seen. Source: Fleiss, Levin and Paik (2003), Statistical Methods for
    Rates and Proportions, 3rd ed., 4.3, without continuity correction.

    >>> round(detectable_points(0.10, (400, 100), 90, 80) or 0, 1)
    10.1
    >>> detectable_points(0.10, (2, 1), 90, 80) is None
    True
    """
    n, m = sizes
    if not n or not m:
        return None
    sure, strong = normal_quantile(range_pct), NormalDist().inv_cdf(power_pct / ALL)

    def seen(rise: float) -> bool:
        high = base + rise
        pooled = (n * high + m * base) / (n + m)
        none = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        some = math.sqrt(high * (1 - high) / n + base * (1 - base) / m)
        return rise >= sure * none + strong * some

    low, high = 0.0, 1.0 - base
    if not seen(high):
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return ALL * high
