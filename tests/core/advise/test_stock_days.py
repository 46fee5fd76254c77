"""What runs out, what lies dead."""

from __future__ import annotations

import pytest

from scm_cli.core.advise.stock_days import dead, running_out


@pytest.mark.parametrize(
    ("available", "daily", "lead", "expected"),
    [
        (10, 5.0, 7, 2),  # two days left, seven to arrive
        (35, 5.0, 7, None),  # exactly enough
        (0, 1.0, None, 0),  # no quoted lead time: the default of 14 days
        (-4, 1.0, 5, 0),  # below zero is nothing left
        (10, 0.0, 7, None),  # does not sell
    ],
)
def test_running_out(available: int, daily: float, lead: int | None, expected: int | None) -> None:
    row = {"sku": "A", "name": "x", "warehouse": "W", "available_qty": available, "daily_qty": daily,
           "lead_days": lead, "margin": 1.0}  # fmt: skip
    found = running_out([row], 14)
    assert [r["days_left"] for r in found] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("arrivals", "left", "at_risk"),
    [
        ([], 2, 16.0),  # eight days of ten without
        ([(1, 100)], None, None),  # comes before the last unit goes
        ([(5, 100)], 2, 6.0),
        ([(5, 4), (9, 100)], 2, 10.0),  # two days of goods, then two days without again
        ([(12, 100)], 2, 16.0),  # later than a new order
    ],
)
def test_goods_on_order_end_what_is_short(
    arrivals: list[tuple[int, float]], left: int | None, at_risk: float | None
) -> None:
    row = {"sku": "A", "name": "x", "warehouse": "W", "available_qty": 4, "daily_qty": 2.0,
           "lead_days": 10, "margin": 1.0, "arrivals": arrivals}  # fmt: skip
    found = [(r["days_left"], r["margin_at_risk_amount"]) for r in running_out([row], 14)]
    assert found == ([] if left is None else [(left, at_risk)])


def test_an_unknown_margin_is_no_number() -> None:
    row = {"sku": "A", "name": "x", "warehouse": "W", "available_qty": 0, "daily_qty": 1.0,
           "lead_days": 5, "margin": None}  # fmt: skip
    assert running_out([row], 14)[0]["margin_at_risk_amount"] is None


def test_dead_stock_is_what_lies_and_was_not_asked_for() -> None:
    base = {"name": "x", "warehouse": "W", "on_hand_qty": 10, "unit_cost": 2}
    rows = [
        {**base, "sku": "sells", "idle_days": 3},
        {**base, "sku": "dead", "idle_days": 200},
        {**base, "sku": "never", "idle_days": None},
        {**base, "sku": "gone", "idle_days": 300, "on_hand_qty": 0},
    ]
    assert [r["sku"] for r in dead(rows, 180)] == ["dead", "never"]
