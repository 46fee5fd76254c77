"""Shipment notices: which lines they fill, and what they may not say. Late lines beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from scm_cli.core.purchase import shipping
from scm_cli.core.purchase.lateness import late_lines
from scm_cli.core.replenish.lead_time import delays
from scm_cli.errors import ScmError

D = Decimal

TODAY = date(2026, 3, 31)


def line(
    number: int, sku: str, open_qty: int, on_the_way: int = 0, status: str = "approved"
) -> dict[str, Any]:
    return {
        "purchase_no": "PO",
        "line_no": number,
        "sku": sku,
        "status": status,
        "open_qty": D(open_qty),
        "in_transit_qty": D(on_the_way),
    }


ORDER = [line(1, "A", 60), line(2, "A", 40, 10), line(3, "B", 5, 5)]


@pytest.mark.parametrize(
    ("asked", "filled"),
    [
        ([], [(1, 60), (2, 30)]),
        ([("A", D(20))], [(1, 20)]),
        ([("A", D(70))], [(1, 60), (2, 10)]),
        ([("A", D(99))], [(1, 60), (2, 39)]),  # up to a tenth more than is left
    ],
)
def test_lines_of_one_item_are_filled_in_order(asked, filled) -> None:
    found = shipping.shipped_lines(ORDER, asked, D(10))
    assert [(each["line_no"], qty) for each, qty in found] == filled


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("A", D(100)), "of which 90 are left"),
        (("C", D(1)), "has no line for C"),
        (("B", D(1)), "of which 0 are left"),
    ],
)
def test_more_than_is_left_is_refused(asked: tuple[str, Decimal], why: str) -> None:
    with pytest.raises(ScmError, match=why):
        shipping.shipped_lines(ORDER, [asked], D(10))


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ([line(1, "A", 0, 0, "draft")], "is draft"),
        ([line(1, "A", 0, 0, "cancelled")], "is cancelled"),
        ([line(1, "A", 5, 5)], "nothing of order PO is left"),
    ],
)
def test_orders_of_which_nothing_can_come(order: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(ScmError, match=why):
        shipping.require_order(order)


def test_days_that_cannot_be() -> None:
    shipping.require_days(TODAY, TODAY, TODAY)
    with pytest.raises(ScmError, match="still to come"):
        shipping.require_days(date(2026, 4, 1), None, TODAY)
    with pytest.raises(ScmError, match="before it was shipped"):
        shipping.require_days(TODAY, date(2026, 3, 30), TODAY)


def record(supplier: str, days_late: list[int]) -> list[dict[str, Any]]:
    """Lines promised for the 11th of January that came so much later."""
    return [
        {
            "supplier": supplier,
            "sku": "A",
            "ordered_on": date(2026, 1, 1),
            "requested_on": date(2026, 1, 11),
            "first_promised_on": date(2026, 1, 11),
            "usable_on": date(2026, 1, 11 + days),
            "open": False,
            "changed_by_us": False,
        }
        for days in days_late
    ]


def test_what_is_late_and_what_will_more_likely_be_late_than_not() -> None:
    known = delays(pl.DataFrame([*record("SLOW", [6] * 20), *record("GOOD", [0] * 20)]), TODAY)
    open_lines = pl.DataFrame(
        [
            {
                "purchase": "P1",
                "line": 1,
                "supplier": "SLOW",
                "due_on": date(2026, 4, 10),
                "told_on": None,
            },
            {
                "purchase": "P2",
                "line": 1,
                "supplier": "GOOD",
                "due_on": date(2026, 4, 10),
                "told_on": None,
            },
            {
                "purchase": "P3",
                "line": 1,
                "supplier": "GOOD",
                "due_on": date(2026, 3, 20),
                "told_on": None,
            },
            {
                "purchase": "P4",
                "line": 1,
                "supplier": "GOOD",
                "due_on": date(2026, 4, 10),
                "told_on": date(2026, 4, 15),
            },
            {
                "purchase": "P5",
                "line": 1,
                "supplier": "SLOW",
                "due_on": date(2026, 4, 10),
                "told_on": date(2026, 4, 9),
            },
            {
                "purchase": "P6",
                "line": 1,
                "supplier": "NEW",
                "due_on": date(2026, 4, 10),
                "told_on": None,
            },
        ],
        schema_overrides={"told_on": pl.Date},
    )
    found = {r["purchase"]: r for r in late_lines(open_lines, known, TODAY).iter_rows(named=True)}
    assert {p: r["state"] for p, r in found.items()} == {
        "P3": "late",
        "P1": "at_risk",
        "P4": "at_risk",
    }
    assert found["P1"]["expected_on"] == date(2026, 4, 16)
    assert found["P4"]["expected_on"] == date(2026, 4, 15)
    assert (found["P3"]["late_days"], found["P1"]["late_days"]) == (11, -10)
    assert found["P3"]["expected_on"] > TODAY
