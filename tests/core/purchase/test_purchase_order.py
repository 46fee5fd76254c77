"""Purchase orders: prices, states, promises, changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scm_cli.core.purchase import order, receiving
from scm_cli.errors import ScmError

TODAY = date(2026, 3, 1)
LINE: dict[str, Any] = {
    "purchase_no": "P1",
    "line_no": 1,
    "sku": "A",
    "status": "confirmed",
    "qty": Decimal(100),
    "cancelled_qty": Decimal(0),
    "accepted_qty": Decimal(0),
    "received_before_qty": Decimal(0),
    "open_qty": Decimal(100),
    "first_promised_on": None,
}


@pytest.mark.parametrize(
    ("status", "action", "after"),
    [
        ("draft", "approve", "approved"),
        ("approved", "confirm", "confirmed"),
        ("confirmed", "confirm", "confirmed"),
        ("approved", "cancel", "cancelled"),
        ("closed", "cancel", None),
        ("cancelled", "change", None),
        ("draft", "confirm", None),
        ("approved", "approve", None),
    ],
)
def test_states(status: str, action: str, after: str | None) -> None:
    paper = {"purchase_no": "P1", "status": status}
    if after is None:
        with pytest.raises(ScmError):
            order.next_status(paper, action)
    else:
        assert order.next_status(paper, action) == after


@pytest.mark.parametrize(("qty", "price"), [(1, 9), (99, 9), (100, 8), (499, 8), (500, 7)])
def test_the_highest_break_reached_counts(qty: int, price: int) -> None:
    breaks = [
        {"from_qty": f, "unit_price": p, "valid_from_on": None, "valid_until_on": None}
        for f, p in ((0, 9), (100, 8), (500, 7))
    ]
    found = order.price_of(breaks, Decimal(qty), TODAY)
    assert found is not None
    assert found["unit_price"] == price


def test_an_expired_price_is_never_used_silently() -> None:
    old = {
        "from_qty": 0,
        "unit_price": 5,
        "valid_from_on": None,
        "valid_until_on": date(2026, 2, 28),
    }
    assert order.price_of([old], Decimal(1), TODAY) is None


def test_the_first_promise_is_frozen() -> None:
    first = order.promised(LINE, date(2026, 3, 10))
    again = order.promised({**LINE, **first}, date(2026, 3, 20))
    assert again["promised_on"] == date(2026, 3, 20)
    assert again["first_promised_on"] == date(2026, 3, 10)


def test_our_own_change_of_the_day_refreezes() -> None:
    row = order.changed({**LINE, "first_promised_on": TODAY}, {"requested_on": date(2026, 4, 1)})
    assert row["changed_by_us"]
    assert row["first_promised_on"] is None


def test_what_is_received_cannot_be_changed_away() -> None:
    with pytest.raises(ScmError):
        order.changed({**LINE, "accepted_qty": Decimal(60)}, {"qty": Decimal(50)})


@pytest.mark.parametrize(
    ("line", "came", "refused"),
    [
        ({}, 100, False),
        ({}, 110, False),  # ten per cent over is taken
        ({}, 111, True),
        ({"accepted_qty": Decimal(50), "open_qty": Decimal(50)}, 61, True),
        ({"status": "cancelled"}, 1, True),
        ({"status": "draft"}, 1, True),
        ({"sku": "B"}, 1, True),
    ],
)
def test_receiving_against_an_order(line: dict[str, Any], came: int, refused: bool) -> None:
    paper = [{**LINE, **line}]
    asked = {"sku": "A", "qty": Decimal(came)}
    if refused:
        with pytest.raises(ScmError):
            receiving.answered(asked, paper)
    else:
        assert receiving.answered(asked, paper)["line_no"] == 1
