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
     (229.995, ["B", "C", "A"]), (math.inf, ["B", "C", "A"])],
)  # fmt: skip
def test_lines_are_bought_by_margin_protected_per_money(budget, bought):
    """B protects 0.60 per unit of money, C 0.50, A 0.20."""
    found = within_budget(THREE, budget)
    assert found.filter("within_budget")["sku"].to_list() == bought
    assert found["budget_rank"].to_list() == [1, 2, 3]


def test_what_does_not_fit_makes_room_for_the_next():
    rows = purchases(("A", "W", "S", 100, 90), ("B", "W", "S", 40, 20), ("C", "W", "T", 15, 5))
    bought = within_budget(rows, 60).filter("within_budget")
    assert bought["sku"].to_list() == ["B", "C"]


@pytest.mark.parametrize(
    ("budget", "bought"),
    [(60, {"C"}), (120, {"C"}), (150, {"A", "B"}), (199, {"A", "B"}), (200, {"A", "B", "C"})],
)
def test_a_supplier_gets_its_smallest_order_or_none(budget, bought):
    """S takes no order below 130: its A alone, worth most, would be refused."""
    rows = purchases(("A", "W", "S", 100, 90), ("B", "W", "S", 50, 10), ("C", "W", "T", 50, 20))
    found = within_budget(rows, budget, {"S": 130.0}).filter("within_budget")
    assert set(found["sku"]) == bought


def test_a_smallest_order_that_the_whole_plan_misses_asks_for_nothing():
    assert within_budget(THREE, 50, {"S": 1000.0}).filter("within_budget")["sku"].to_list() == ["B"]


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


@given(st.lists(st.tuples(money, money), max_size=12), money, st.floats(0, 500))
def test_the_money_is_kept_and_nothing_that_fits_is_left(rows, budget, least):
    names = "ST"
    frame = purchases(*((f"I{n}", "W", names[n % 2], a, m) for n, (a, m) in enumerate(rows)))
    ranked = within_budget(frame, budget, {"S": least})
    bought = ranked.filter("within_budget")
    left = budget - bought["amount"].sum()
    assert left >= -0.01
    free = ranked.filter(~pl.col("within_budget") & (pl.col("supplier") == "T"))
    assert free.is_empty() or free["amount"].min() > left - 0.01
    mine = bought.filter(pl.col("supplier") == "S")["amount"].sum()
    whole = frame.filter(pl.col("supplier") == "S")["amount"].sum()
    assert whole < least or mine >= least - 1e-6 or mine == 0
