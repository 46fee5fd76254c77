"""Grades with memory, and roles."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.tiers import NAMES, TierRules, grades, named, roles, standing

GRADE = {letter: number for number, letter in NAMES.items()} | {"-": -1, "!": -1}

#: Grades of the periods, oldest first (- few lines, ! a failure in them) → tier and cause.
HISTORIES = [
    ("-", "unrated", "unrated"),
    ("B", "B", "first"),
    ("BB", "B", "held"),
    ("BA", "B", "waits"),
    ("BAA", "A", "up"),
    ("BABA", "B", "waits"),  # not two in a row
    ("BA-A", "A", "up"),  # a silent period says nothing against it
    ("CBA", "B", "up"),  # to the lower of the two
    ("DAB", "B", "up"),
    ("CABA", "B", "waits"),
    ("CABAA", "A", "up"),
    ("AB", "B", "down"),
    ("AD", "D", "down"),
    ("ADA", "D", "waits"),
    ("ADAA", "A", "up"),
    ("A-", "A", "few lines"),
    ("A--B", "B", "down"),
    ("A!", "D", "failure"),
    ("-!", "D", "failure"),
    ("A!A", "D", "waits"),
    ("A!AA", "A", "up"),
    ("--", "unrated", "unrated"),
]


@pytest.mark.parametrize(("history", "tier", "cause"), HISTORIES, ids=[h[0] for h in HISTORIES])
def test_where_a_history_leads(history: str, tier: str, cause: str) -> None:
    seen = [np.array([GRADE[each]]) for each in history]
    failed = [np.array([each == "!"]) for each in history]
    found, causes = standing(seen, failed)
    assert (named(found), causes) == ([tier], [cause])


@pytest.mark.parametrize(
    ("score", "lines", "letter"),
    [
        (100.0, 5, "A"), (90.0, 5, "A"), (89.99, 5, "B"), (75.0, 5, "B"), (74.99, 5, "C"),
        (60.0, 5, "C"), (59.99, 5, "D"), (0.0, 5, "D"), (100.0, 4, "unrated"),
        (float("nan"), 50, "unrated"), (74.996, 5, "B"),  # shown as 75.00
    ],
)  # fmt: skip
def test_bounds(score: float, lines: int, letter: str) -> None:
    assert named(grades(np.array([score]), np.array([lines]), TierRules())) == [letter]


@given(st.lists(st.integers(-1, 3), min_size=1, max_size=9))
def test_a_tier_never_rises_above_two_good_periods_nor_hides_a_bad_one(seen) -> None:
    columns = [np.array([grade]) for grade in seen]
    failed = [np.array([False])] * len(seen)
    tier = int(standing(columns, failed)[0][0])
    rated = [grade for grade in seen if grade >= 0]
    assert tier == (-1 if not rated else tier)
    if rated:
        assert min(rated) <= tier <= rated[-1]


@given(st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=1, max_size=6))
def test_suppliers_do_not_touch_each_other(table) -> None:
    columns = [np.array(period) for period in table]
    failed = [np.zeros(3, bool)] * len(table)
    together = standing(columns, failed)[0].tolist()
    alone = [int(standing([c[i : i + 1] for c in columns], [f[:1] for f in failed])[0][0])
             for i in range(3)]  # fmt: skip
    assert together == alone


def test_roles_by_money_and_alternatives() -> None:
    money = pl.DataFrame(
        [("S", 500.0, 300.0), ("T", 300.0, 100.0), ("U", 150.0, 150.0), ("V", 50.0, 0.0),
         ("W", 0.0, 0.0)],
        schema=["supplier", "spend", "sole_spend"], orient="row",
    )  # fmt: skip
    found = dict(roles(money, TierRules()).iter_rows())
    assert found == {"S": "strategic", "T": "leverage", "U": "bottleneck", "V": "routine"}
