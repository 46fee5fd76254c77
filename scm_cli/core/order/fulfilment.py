"""Shipping: which order line a delivery answers, and from which lots it is picked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def answered(line: Mapping[str, Any], order: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The order line that a delivery line answers: the first of its item with enough open.

    Raises:
        ScmError: the order is not confirmed, lacks the item, or would be exceeded.
    """
    number, status = order[0]["order_no"], order[0]["status"]
    if status != "confirmed":
        raise ScmError(
            "order {number} is {status}; nothing is delivered on it",
            number=number,
            status=status,
        )
    mine = [each for each in order if each["sku"] == line["sku"]]
    if not mine:
        raise ScmError("order {number} has no line for {sku}", number=number, sku=line["sku"])
    for each in mine:
        if each["open_qty"] >= line["qty"]:
            return each
    most = max(each["open_qty"] for each in mine)
    raise ScmError(
        "order {number} has {open} of {sku} open, not {qty}",
        number=number,
        sku=line["sku"],
        open=f"{most.normalize():f}",
        qty=f"{line['qty'].normalize():f}",
    )


def picked(
    qty: Decimal, lots: Sequence[Mapping[str, Any]], on: date, lot: str | None
) -> list[tuple[str | None, Decimal]]:
    """Lots and quantities to pick, first expiry first (FEFO); expired lots are not picked.

    What the lots do not cover is picked without a lot: the ledger then shows what is missing.

    >>> lots = [{"lot": "L2", "expiry_on": date(2026, 5, 1), "qty": Decimal(8)},
    ...     {"lot": "L1", "expiry_on": date(2026, 3, 1), "qty": Decimal(5)}]
    >>> picked(Decimal(7), lots, date(2026, 2, 1), None)
    [('L1', Decimal('5')), ('L2', Decimal('2'))]
    """
    if lot is not None:
        return [(lot, qty)]
    good = [each for each in lots if each["expiry_on"] is None or each["expiry_on"] >= on]
    good.sort(key=lambda each: (each["expiry_on"] or date.max, each["lot"] or "", each["qty"]))
    found: list[tuple[str | None, Decimal]] = []
    for each in good:
        take = min(qty, each["qty"])
        if take > 0:
            found.append((each["lot"], take))
            qty -= take
    if qty > 0:
        found.append((None, qty))
    return found
