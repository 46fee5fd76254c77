"""The cut line of a budget."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.replenish.budget import within_budget
from scm_cli.errors import ScmError


def purchases(*rows):
    names = ["sku", "warehouse", "supplier", "amount", "margin_amount"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    return frame.cast({"amount": pl.Float64, "margin_amount": pl.Float64}).with_columns(
        kind=pl.lit("buy")
    )


THREE = purchases(("A", "W", "S", 100, 20), ("B", "W", "S", 50, 30), ("C", "W", "T", 80, 40))


@pytest.mark.parametrize(
    ("budget", "bought"),
    [(0, []), (49, []), (50, ["B"]), (130, ["B", "C"]), (229, ["B", "C"]), (230, ["B", "C", "A"]),
     (math.inf, ["B", "C", "A"])],
)  # fmt: skip
def test_lines_are_bought_by_margin_protected_per_money(budget, bought):
    """B protects 0.60 per unit of money, C 0.50, A 0.20."""
    found = within_budget(THREE, budget)
    assert found.filter("within_budget")["sku"].to_list() == bought
    assert found["budget_rank"].to_list() == [1, 2, 3]


def test_lines_that_share_a_minimum_stand_together():
    rows = purchases(("A", "N", "S", 90, 90), ("A", "W", "S", 10, 0), ("B", "W", "S", 50, 47))
    found = within_budget(rows, 60)
    assert found.select("sku", "warehouse", "within_budget").rows() == [
        ("B", "W", True), ("A", "N", False), ("A", "W", False),
    ]  # fmt: skip


def test_what_costs_nothing_is_bought_first():
    rows = purchases(("A", "W", "S", 50, 40), ("free", "W", "S", 0, 0), ("?", "W", "S", None, None))
    assert set(within_budget(rows, 0).filter("within_budget")["sku"]) == {"free", "?"}


@pytest.mark.parametrize("budget", [-1.0, math.nan])
def test_an_impossible_budget_is_refused(budget):
    with pytest.raises(ScmError, match="not a possible amount"):
        within_budget(THREE, budget)


money = st.floats(0, 1000)


@given(st.lists(st.tuples(money, money), max_size=12), money, money)
def test_more_money_never_drops_a_line(rows, budget, more):
    frame = purchases(*((f"I{n}", "W", "S", a, m) for n, (a, m) in enumerate(rows)))
    few = within_budget(frame, budget).filter("within_budget")
    many = within_budget(frame, budget + more).filter("within_budget")
    assert set(few["sku"]) <= set(many["sku"])
    assert few["amount"].sum() <= budget + 1e-6
