"""Shipment notices: what of an order is on its way, and when it is expected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.calendar import require_past
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    Row = Mapping[str, Any]


def require_order(order: Sequence[Row]) -> None:
    """Refuse a notice for an order of which nothing can come.

    Raises:
        ScmError: it is a draft, cancelled, or nothing of it is open.
    """
    head = order[0]
    if head["status"] in ("draft", "cancelled"):
        raise ScmError(
            "order {number} is {status}; nothing of it is shipped",
            hint="See `scm purchase show {number}`.",
            number=head["purchase_no"],
            status=head["status"],
        )
    if all(line["open_qty"] <= line["in_transit_qty"] for line in order):
        raise ScmError(
            "nothing of order {number} is left to ship",
            hint="See `scm purchase show {number}`.",
            number=head["purchase_no"],
        )


def require_days(shipped_on: date, expected_on: date | None, today: date) -> None:
    """Refuse days that cannot be.

    Raises:
        ScmError: shipped after today, or expected before it was shipped.
    """
    require_past(shipped_on, today)
    if expected_on is not None and expected_on < shipped_on:
        raise ScmError(
            "expected on {expected}, which is before it was shipped on {shipped}",
            hint="Correct one of the days.",
            expected=expected_on,
            shipped=shipped_on,
        )


def left_to_ship(line: Row) -> Decimal:
    """What of an order line is neither received nor on its way.

    >>> from decimal import Decimal
    >>> left_to_ship({"open_qty": Decimal(100), "in_transit_qty": Decimal(60)})
    Decimal('40')
    """
    return max(Decimal(line["open_qty"]) - Decimal(line["in_transit_qty"]), Decimal(0))


def shipped_lines(
    order: Sequence[Row], asked: Sequence[tuple[str, Decimal]], over_pct: Decimal
) -> list[tuple[Row, Decimal]]:
    """Which order lines a notice fills, and with how much [stock units].

    Args:
        order: the order's lines with `open_qty` and `in_transit_qty`.
        asked: item and quantity; none means all that is left.
        over_pct: what a supplier may send beyond what is left.

    Lines of one item are filled in order; what is beyond goes to the last.

    Raises:
        ScmError: the order lacks an item, or more is shipped than is left.

    >>> line = {"purchase_no": "P", "line_no": 1, "sku": "A", "open_qty": Decimal(9), "in_transit_qty": Decimal(0)}
    >>> [float(qty) for _, qty in shipped_lines([line], [("A", Decimal(4))], Decimal(10))]
    [4.0]
    """
    if not asked:
        return [(line, left_to_ship(line)) for line in order if left_to_ship(line) > 0]
    found: list[tuple[Row, Decimal]] = []
    for sku, qty in asked:
        mine = [line for line in order if line["sku"] == sku]
        if not mine:
            raise ScmError(
                "order {number} has no line for {sku}", number=order[0]["purchase_no"], sku=sku
            )
        left = sum((left_to_ship(line) for line in mine), Decimal(0))
        if qty > left * (1 + over_pct / 100):
            raise ScmError(
                "{sku}: {qty} shipped of order {number}, of which {left} are left to ship",
                hint="Correct the quantity, or change the order first.",
                sku=sku,
                qty=f"{qty.normalize():f}",
                number=order[0]["purchase_no"],
                left=f"{left.normalize():f}",
            )
        rest = qty
        for line in mine:
            part = rest if line is mine[-1] else min(rest, left_to_ship(line))
            if part > 0:
                found.append((line, part))
            rest -= part
    return found
