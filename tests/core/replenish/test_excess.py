"""Too much and dead stock."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from scm_cli.core.replenish.excess import ExcessRules, excess, what_to_do

RULES = ExcessRules(date(2026, 3, 2))


def stock(**values):
    row = {
        "sku": "A", "warehouse": "W", "usable_qty": 500.0, "inbound_qty": 0.0,
        "daily_mean_qty": 2.0, "target_qty": 90.0, "unit_cost": 3.0,
        "last_sold_on": date(2026, 2, 1), "last_received_on": date(2025, 1, 1), **values,
    }  # fmt: skip
    return pl.DataFrame([row])


@pytest.mark.parametrize(
    ("changes", "kind", "qty"),
    [
        ({}, "excess", 500 - 180),  # beyond 90 days of 2 a day
        ({"target_qty": 400.0}, "excess", 100),  # beyond the target
        ({"inbound_qty": 50.0}, "excess", 370),  # open orders make it worse
        ({"usable_qty": 100.0, "inbound_qty": 900.0}, "excess", 100),  # what lies there
        ({"usable_qty": 180.0}, None, 0),
        ({"last_sold_on": date(2025, 6, 1), "daily_mean_qty": 0.0}, "dead", 500),
        ({"last_sold_on": None, "daily_mean_qty": 0.0}, "dead", 500),
        ({"last_sold_on": None, "last_received_on": date(2026, 2, 20)}, "excess", 320),  # new
        ({"shelf_life_days": 30}, "expires", 440),  # 60 sell within 30 days
        ({"usable_qty": 0.0, "last_sold_on": None}, None, 0),
        ({"usable_qty": -5.0, "last_sold_on": None}, None, 0),
        ({"usable_qty": float("nan")}, None, 0),
    ],
)
def test_what_is_too_much(changes, kind, qty):
    rows = excess(stock(**changes), RULES).select("kind", "excess_qty").rows()
    assert rows == ([] if kind is None else [(kind, qty)])


def test_money_and_cover():
    row = excess(stock(), RULES).row(0, named=True)
    assert (row["cover_days"], row["excess_amount"], row["holding_amount"]) == (250, 960, 20)
    assert excess(stock(unit_cost=None), RULES).row(0, named=True)["excess_amount"] is None


def test_most_money_first():
    rows = pl.concat([stock(), stock(sku="B", unit_cost=9.0), stock(sku="C", unit_cost=None)],
                     how="vertical_relaxed")  # fmt: skip
    assert excess(rows, RULES)["sku"].to_list() == ["B", "A", "C"]


LINE = {"document": "PO-7", "line": 2, "need_by_on": None, "order_qty": 30.0, "warehouse": "EAST"}


@pytest.mark.parametrize(
    ("row", "plan", "said"),
    [
        ({"kind": "dead", "cover_days": None}, None, "sells no more"),
        ({"kind": "expires", "cover_days": 40.0}, None, "before it spoils"),
        ({"kind": "excess", "cover_days": 130.0}, None, "buy none before 2026-04-11"),
        ({"kind": "excess", "cover_days": 130.0}, {**LINE, "kind": "cancel"}, "call off PO-7/2"),
        ({"kind": "excess", "cover_days": 130.0}, {**LINE, "kind": "transfer"}, "move 30 to EAST"),
    ],
)
def test_what_to_do_begins_with_what_is_on_the_way(row, plan, said):
    assert said in str(what_to_do(row, plan, ExcessRules(date(2026, 3, 2))))


def test_what_is_far_too_much_is_offered_as_well():
    far = what_to_do({"kind": "excess", "cover_days": 300.0}, None, ExcessRules(date(2026, 3, 2)))
    assert "buy none before 2026-09-28; offer" in str(far)
