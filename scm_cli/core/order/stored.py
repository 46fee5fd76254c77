"""Holds and stock as they are stored: rows of reservations and lots, turned into holds and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from scm_cli.core.order.allocation import Hold
from scm_cli.errors import ScmError

ZERO = Decimal(0)


def netted(lots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lots with something in them, less what stands below zero beside them.

    Goods that left without naming their lot stand below zero; they left from some lot, and it is
    the last to expire that is not counted on.

    Args:
        lots: `sku`, `warehouse`, `lot`, `expiry_on`, `qty` [stock units].

    >>> row = {"sku": "A", "warehouse": "W", "lot": None, "expiry_on": None, "qty": Decimal(-3)}
    >>> [r["qty"] for r in netted([row, row | {"lot": "L1", "qty": Decimal(5)}])]
    [Decimal('2')]
    """
    owed: dict[tuple[str, str], Decimal] = {}
    for row in lots:
        if row["qty"] < 0:
            place = (row["sku"], row["warehouse"])
            owed[place] = owed.get(place, ZERO) - row["qty"]
    found = []
    for row in sorted(
        lots, key=lambda r: (r["expiry_on"] or date.max, r["lot"] or ""), reverse=True
    ):
        place = (row["sku"], row["warehouse"])
        gone = min(max(row["qty"], ZERO), owed.get(place, ZERO))
        if gone:
            owed[place] -= gone
        if row["qty"] > gone:
            found.append({**row, "qty": row["qty"] - gone})
    return found[::-1]


def differences(
    before: Sequence[Mapping[str, Any]], after: Sequence[Hold], sku: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Reservation rows to insert (without a number), update and delete; nothing that stands."""
    wanted = {(hold.line, hold.source): hold for hold in after}
    updates, deletes = [], []
    for row in before:
        key = ((row["order_no"], row["line_no"]), _source_of(row))
        hold = wanted.pop(key, None)
        if hold is None:
            deletes.append({"reservation_no": row["reservation_no"]})
        elif (hold.qty, hold.is_pinned) != (row["qty"], row["is_pinned"]):
            updates.append(
                {"reservation_no": row["reservation_no"], "qty": hold.qty, "is_pinned": hold.is_pinned}
            )  # fmt: skip
    return [_row(hold, sku) for hold in wanted.values()], updates, deletes


def held(row: Mapping[str, Any]) -> Hold:
    """A reservation as it is stored."""
    key = (row["order_no"], row["line_no"])
    return Hold(key, _source_of(row), row["qty"], bool(row["is_pinned"]))


def _source_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["warehouse"], row["lot"], row["purchase_no"], row["purchase_line_no"]


def _row(hold: Hold, sku: str) -> dict[str, Any]:
    warehouse, lot, purchase_no, purchase_line_no = hold.source
    return {
        "order_no": hold.line[0], "line_no": hold.line[1], "sku": sku,
        "source": "stock" if purchase_no is None else "inbound", "warehouse": warehouse, "lot": lot,
        "purchase_no": purchase_no, "purchase_line_no": purchase_line_no, "qty": hold.qty,
        "is_pinned": hold.is_pinned,
    }  # fmt: skip


def require_sound(entry: int, before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Refuse to take back goods that a later entry gave to an order.

    Both map what is held beyond what is there ("A1 MAIN", "PO-1/1") to the last entry that holds
    of it.

    Raises:
        ScmError: something is held that would no longer be there.

    >>> require_sound(3, {"A1 MAIN": 5}, {"A1 MAIN": 5})
    """
    for what in sorted(after.keys() - before.keys()):
        raise ScmError(
            "entry {entry} cannot be undone: entry {number} gave {what} to an order",
            hint="Undo entry {number} first, or cancel that order.",
            entry=entry,
            number=after[what],
            what=what,
        )
