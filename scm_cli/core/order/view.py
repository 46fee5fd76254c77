"""How a line of a customer's order is read: what is open on it, and how far it has come."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ZERO = Decimal(0)


def line_status(order_status: str, line: Mapping[str, Any]) -> str:
    """How far a line has come, in one word.

    `line` holds `qty`, `cancelled_qty`, `shipped_qty` and `allocated_qty` [stock units]. What was
    cancelled leaves what is wanted; a closed order leaves nothing open.

    >>> line = {"qty": 10, "cancelled_qty": 0, "shipped_qty": 4, "allocated_qty": 6}
    >>> line_status("confirmed", line), line_status("draft", line | {"shipped_qty": 0})
    ('part shipped', 'draft')
    """
    wanted = line["qty"] - line["cancelled_qty"]
    if order_status == "cancelled" or wanted <= 0:
        return "cancelled"
    if line["shipped_qty"] >= wanted:
        return "shipped"
    if order_status in ("draft", "closed"):
        return order_status
    if line["shipped_qty"] > 0:
        return "part shipped"
    return "allocated" if line["allocated_qty"] >= wanted else "open"


def open_qty(order_status: str, line: Mapping[str, Any]) -> Decimal:
    """What is still to be shipped [stock units]; only a confirmed order has anything.

    >>> line = {"qty": Decimal(10), "cancelled_qty": Decimal(1), "shipped_qty": Decimal(4)}
    >>> open_qty("confirmed", line), open_qty("closed", line)
    (Decimal('5'), Decimal('0'))
    """
    if order_status != "confirmed":
        return ZERO
    left: Decimal = line["qty"] - line["cancelled_qty"] - line["shipped_qty"]
    return max(left, ZERO)
