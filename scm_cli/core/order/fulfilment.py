"""Shipping: which order line a delivery answers, and from which lots it is picked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Lot = TypeVar("Lot", bound=Mapping[str, Any])


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


def unexpired(lots: Sequence[Lot], on: date) -> list[Lot]:
    """The lots that may still leave on a day.

    >>> unexpired([{"expiry_on": date(2026, 1, 1)}, {"expiry_on": None}], date(2026, 1, 2))
    [{'expiry_on': None}]
    """
    return [each for each in lots if each["expiry_on"] is None or each["expiry_on"] >= on]


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
    good = unexpired(lots, on)
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


def shippable(
    line: Mapping[str, Any],
    asked_qty: Decimal | None,
    holds: Sequence[Mapping[str, Any]],
    named_lot: str | None = None,
) -> list[tuple[str | None, Decimal]]:
    """Lots and quantities of an order line that leave: what it holds from stock.

    Args:
        line: `sku`, `order_no`, `line_no`, `open_qty`, `held_qty` from stock [stock units].
        asked_qty: how much; None ships all that is held.
        holds: its reservations from stock: `lot`, `expiry_on`, `qty`.
        named_lot: what it holds of this lot is used up before the others.

    Raises:
        ScmError: more is asked for than the line has open or holds.

    >>> line = {"sku": "A", "order_no": "SO-1", "line_no": 1, "open_qty": Decimal(9)}
    >>> shippable(line, Decimal(3), [{"lot": "L", "expiry_on": None, "qty": Decimal(5)}])
    [('L', Decimal('3'))]
    """
    held_qty = sum((hold["qty"] for hold in holds), Decimal(0))
    qty = held_qty if asked_qty is None else asked_qty
    where = {"sku": line["sku"], "number": line["order_no"]}
    if qty > line["open_qty"]:
        raise ScmError(
            "order {number} has {open} of {sku} open, not {qty}",
            hint="See `scm order show {number}`.",
            **where,
            open=_plain(line["open_qty"]),
            qty=_plain(qty),
        )
    if qty > held_qty:
        raise ScmError(
            "{qty} of {sku} are asked for, {held} are allocated to order {number}",
            hint="Ship those, or see who holds the rest: scm stock show {sku}.",
            **where,
            held=_plain(held_qty),
            qty=_plain(qty),
        )
    found: list[tuple[str | None, Decimal]] = []
    by_expiry = sorted(holds, key=lambda h: (h["expiry_on"] or date.max, h["lot"] or ""))
    for hold in sorted(by_expiry, key=lambda h: named_lot is not None and h["lot"] != named_lot):
        take = min(qty, hold["qty"])
        if take > 0:
            found.append((hold["lot"], take))
            qty -= take
    return found


def require_lot(
    lot: str, qty: Decimal, lots: Sequence[Mapping[str, Any]], on: date, sku: str
) -> None:
    """Refuse a lot that is not there, expired, or held for others.

    `lots` holds `lot`, `expiry_on` and `free_qty`: what nobody else holds.

    Raises:
        ScmError: says which.
    """
    mine = [each for each in lots if each["lot"] == lot]
    if not mine:
        raise ScmError(
            "there is no lot {lot} of {sku} here",
            hint="See `scm stock show {sku}`.",
            lot=lot,
            sku=sku,
        )
    require_unexpired(sku, mine[0], on)
    if mine[0]["free_qty"] < qty:
        raise ScmError(
            "lot {lot} of {sku} has {free} free, not {qty}",
            hint="See `scm stock show {sku}`.",
            lot=lot,
            sku=sku,
            free=_plain(mine[0]["free_qty"]),
            qty=_plain(qty),
        )


def _plain(qty: Decimal) -> str:
    return f"{qty.normalize():f}"


def require_unexpired(sku: str, lot: Mapping[str, Any], on: date) -> None:
    """Goods that have expired do not leave for a customer.

    Args:
        sku: the item.
        lot: `lot, expiry_on` (null: it does not expire).
        on: the day on which they leave.

    Raises:
        ScmError: it has expired before.

    >>> from datetime import date
    >>> require_unexpired("A", {"lot": "L", "expiry_on": date(2026, 3, 2)}, date(2026, 3, 2))
    """
    if lot["expiry_on"] is not None and lot["expiry_on"] < on:
        raise ScmError(
            "lot {lot} of {sku} expired on {day}",
            hint="Ship another lot, or take it out: scm stock count {sku}=0 --lot {lot}.",
            lot=lot["lot"],
            sku=sku,
            day=lot["expiry_on"].isoformat(),
        )
