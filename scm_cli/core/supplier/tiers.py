"""Grades A-D with memory, and roles by what a supplier means to us.

A grade falls after one worse period and rises only after two better ones in a row, to the lower
of the two; a period with few lines says nothing and changes nothing. A safety failure or an
expired licence is a D at once, however few the lines.

Roles (Kraljic, Harvard Business Review, Sept. 1983): much money or little, and whether others
could deliver the same: strategic (much, no one else), bottleneck (little, no one else),
leverage (much, others), routine (little, others).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Grades = NDArray[np.int64]  # 3 A, 2 B, 1 C, 0 D, -1 unrated

NAMES = {3: "A", 2: "B", 1: "C", 0: "D", -1: "unrated"}
WORST, UNRATED = 0, -1


@dataclass(frozen=True, slots=True)
class TierRules:
    """From which score [%] on each grade is given, and how many lines it takes."""

    a_pct: float = 90.0
    b_pct: float = 75.0
    c_pct: float = 60.0
    min_lines: int = 5
    high_spend_pct: float = 80.0
    sole_source_pct: float = 50.0


def grades(score: NDArray[np.float64], lines: Grades, rules: TierRules) -> Grades:
    """The grade of one period alone; nan is no score.

    >>> grades(np.array([95.0, 75.0, 60.0, 10.0, 99.0, np.nan]), np.array([9, 9, 9, 9, 4, 9]),
    ...     TierRules()).tolist()
    [3, 2, 1, 0, -1, -1]
    """
    bounds = np.array([rules.c_pct, rules.b_pct, rules.a_pct])
    # as it is shown, so that a score of 75.00 is never below 75
    found = np.searchsorted(bounds, np.round(np.nan_to_num(score), 2), side="right")
    return np.where((lines >= rules.min_lines) & ~np.isnan(score), found, UNRATED)


def standing(
    periods: Sequence[Grades], failed: Sequence[NDArray[np.bool_]]
) -> tuple[Grades, list[str]]:
    """Where each supplier stands after the last period, and why: one array per period, oldest first.

    Causes: `unrated`, `first`, `held`, `up`, `waits` (better once; twice is needed), `down`,
    `few lines` (kept), `failure`.

    >>> seen = [np.array([1, 3]), np.array([3, 1]), np.array([2, 1])]
    >>> tiers, causes = standing(seen, [np.zeros(2, bool)] * 3)
    >>> tiers.tolist(), causes
    ([2, 1], ['up', 'held'])
    """
    now = np.full(len(periods[0]), UNRATED)
    before = now.copy()
    causes = np.full(len(now), "unrated", dtype="U16")
    for grade, fell in zip(periods, failed, strict=True):
        seen = np.where(fell, WORST, grade)
        rated, stood = seen > UNRATED, now > UNRATED
        twice = np.minimum(seen, before)
        up = rated & stood & (seen > now) & (twice > now)
        down = rated & stood & (seen < now)
        told = (fell, rated & ~stood, up, down, rated & (seen > now), rated, stood)
        words = ["failure", "first", "up", "down", "waits", "held", "few lines"]
        causes = np.select(list(told), words, "unrated")
        now = np.select([rated & ~stood, up, down], [seen, twice, seen], now)
        before = np.where(rated, seen, before)
    return now, causes.tolist()


def named(found: Grades) -> list[str]:
    """Grades as letters.

    >>> named(np.array([3, -1]))
    ['A', 'unrated']
    """
    return [NAMES[int(each)] for each in found]


def roles(spend: pl.DataFrame, rules: TierRules) -> pl.DataFrame:
    """Each supplier's role: `supplier, role`; none without spend.

    Args:
        spend: `supplier, spend, sole_spend`: a year's money, and that of items which nobody else
            who is approved could deliver.
        rules: the largest suppliers that make up `high_spend_pct` of the money are much; from
            `sole_source_pct` of a supplier's money without alternative on, it has none.

    >>> money = pl.DataFrame({"supplier": ["S", "T", "U"], "spend": [90.0, 8, 2],
    ...     "sole_spend": [90.0, 0, 2]})
    >>> roles(money, TierRules())["role"].to_list()
    ['strategic', 'routine', 'bottleneck']
    """
    known = spend.filter(pl.col("spend") > 0).sort(["spend", "supplier"], descending=[True, False])
    before = pl.col("spend").cum_sum() - pl.col("spend")
    much = before < pl.col("spend").sum() * rules.high_spend_pct / 100
    alone = pl.col("sole_spend") >= pl.col("spend") * rules.sole_source_pct / 100
    role = (
        pl.when(much & alone)
        .then(pl.lit("strategic"))
        .when(alone)
        .then(pl.lit("bottleneck"))
        .when(much)
        .then(pl.lit("leverage"))
        .otherwise(pl.lit("routine"))
    )
    return known.select("supplier", role=role).sort("supplier")
