"""Receiving: which order line a receipt answers, and when what came in expires."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

#: A supplier may send this much more than ordered before the receipt is refused.
OVER_PCT = Decimal(10)


def answered(line: Mapping[str, Any], order: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The order line that a receipt line answers: the first of its item with something open.

    Args:
        line: `sku` and accepted `qty` [stock units].
        order: the order's lines with `status`, `qty`, `cancelled_qty`, `open_qty`.

    Raises:
        ScmError: the order is cancelled or a draft, lacks the item, or would be exceeded by
            more than 10 %.
    """
    number = order[0]["purchase_no"]
    if order[0]["status"] == "cancelled":
        raise ScmError("order {number} is cancelled", hint="Receive without it.", number=number)
    if order[0]["status"] == "draft":
        raise ScmError(
            "order {number} is a draft",
            hint="Approve it: scm purchase approve {number}",
            number=number,
        )
    mine = [each for each in order if each["sku"] == line["sku"]]
    if not mine:
        raise ScmError("order {number} has no line for {sku}", number=number, sku=line["sku"])
    best = next((each for each in mine if each["open_qty"] > 0), mine[-1])
    ordered = best["qty"] - best["cancelled_qty"]
    done = best["received_before_qty"] + best["accepted_qty"] + line["qty"]
    if done > ordered * (1 + OVER_PCT / 100):
        raise ScmError(
            "{sku}: {done} of order {number}, which is for {ordered}",
            hint="Receive the rest without the order, or change the order first.",
            sku=line["sku"],
            done=f"{done.normalize():f}",
            number=number,
            ordered=f"{ordered.normalize():f}",
        )
    return best


def expiry(item: Mapping[str, Any], received_on: date, lot: str | None) -> date | None:
    """When a lot that came in expires, from the item's shelf life; None without a lot.

    >>> from datetime import date
    >>> expiry({"shelf_life_days": 30}, date(2026, 1, 1), "L1").isoformat()
    '2026-01-31'
    """
    days = item.get("shelf_life_days")
    return received_on + timedelta(days=int(days)) if days and lot else None
