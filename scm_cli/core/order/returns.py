"""What customers give back: never more than they got, and where it goes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


def taken_back(
    line: Mapping[str, Any], order: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Decimal]]:
    """The order lines that a returned line answers, with how much of each.

    Args:
        line: `sku` and `qty` [stock units].
        order: the order's lines with `sku`, `shipped_qty` (all that ever left) and `returned_qty`.

    Raises:
        ScmError: the order has no line for the item, or less of it was shipped than comes back.

    >>> shipped = {"order_no": "SO-1", "line_no": 1, "sku": "A", "shipped_qty": Decimal(5),
    ...     "returned_qty": Decimal(2)}
    >>> taken_back({"sku": "A", "qty": Decimal(3)}, [shipped])[0][1]
    Decimal('3')
    """
    number, sku = order[0]["order_no"], line["sku"]
    mine = [each for each in order if each["sku"] == sku]
    if not mine:
        raise ScmError("order {number} has no line for {sku}", number=number, sku=sku)
    left: Decimal = line["qty"]
    found = []
    for each in mine:
        part = min(left, max(each["shipped_qty"] - each["returned_qty"], Decimal(0)))
        if part > 0:
            found.append((each, part))
            left -= part
    if left > 0:
        shipped = sum((e["shipped_qty"] for e in mine), Decimal(0))
        back = sum((e["returned_qty"] for e in mine), Decimal(0))
        raise ScmError(
            "{qty} of {sku} come back on order {number}, which shipped {shipped} and took {back} back",
            hint="Correct the quantity, or enter the rest on the order that shipped it.",
            number=number,
            sku=sku,
            qty=f"{line['qty'].normalize():f}",
            shipped=f"{shipped.normalize():f}",
            back=f"{back.normalize():f}",
        )
    return found


def require_shipped(line: Mapping[str, Any], lot: str | None, on: date) -> None:
    """Goods come back after they left, and in a lot in which they left.

    Args:
        line: the order's line: `order_no, sku`, `left_on` (its first shipment; null: it left before
            the books began) and `lots`, those that were shipped on it.
        lot: the lot that is named; None: the books know it.
        on: the day on which they come back.

    Raises:
        ScmError: says what was shipped, and when.

    >>> from datetime import date
    >>> line = {"order_no": "SO-1", "sku": "A", "left_on": date(2026, 3, 2), "lots": ["L1"]}
    >>> require_shipped(line, "L1", date(2026, 3, 2))
    """
    if line["left_on"] is None:
        return
    if on < line["left_on"]:
        raise ScmError(
            "{sku} of order {number} left on {left}; it cannot come back on {day}",
            hint="Correct the day.",
            exit_code=Exit.REFUSED,
            sku=line["sku"],
            number=line["order_no"],
            left=line["left_on"],
            day=on,
        )
    if lot is None or lot in line["lots"]:
        return
    if not line["lots"]:
        raise ScmError(
            "{sku} was shipped on order {number} without a lot",
            hint="Leave the lot out.",
            sku=line["sku"],
            number=line["order_no"],
        )
    raise ScmError(
        "lot {lot} of {sku} was not shipped on order {number}, which shipped {lots}",
        hint="Name one of those.",
        lot=lot,
        sku=line["sku"],
        number=line["order_no"],
        lots=", ".join(line["lots"]),
    )
