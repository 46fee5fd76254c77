"""Changing and cancelling what a customer ordered: what is shipped stays."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.pricing import discounted
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping

ZERO = Decimal(0)


def changed(line: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A stored line with its new quantity [stock units], price or discount.

    More than before, or another day, is promised anew; less keeps its promise.

    Raises:
        ScmError: less than what was shipped or cancelled, or nothing would be left to ship.

    >>> line = {"order_no": "SO-1", "line_no": 1, "sku": "A", "qty": Decimal(9), "cancelled_qty": Decimal(0),
    ...     "shipped_qty": Decimal(4), "unit_price": Decimal(2), "list_price": None, "promised_on": None}
    >>> changed(line, {"qty": Decimal(6)})
    {'order_no': 'SO-1', 'line_no': 1, 'qty': Decimal('6')}
    """
    row: dict[str, Any] = {"order_no": line["order_no"], "line_no": line["line_no"]}
    done = line["shipped_qty"] + line["cancelled_qty"]
    if done >= max(line["qty"], values.get("qty", ZERO)):
        raise ScmError("line {n} has nothing left to ship", n=line["line_no"])
    if "qty" in values:
        if values["qty"] < done:
            raise ScmError(
                "line {n} has {done} shipped or cancelled; it cannot become {qty}",
                n=line["line_no"],
                done=f"{done.normalize():f}",
                qty=f"{values['qty'].normalize():f}",
            )
        if values["qty"] == done:
            raise ScmError(
                "line {n} would have nothing left to ship",
                hint="Cancel what is open of it: scm order cancel {number} --line {n}",
                n=line["line_no"],
                number=line["order_no"],
            )
        row["qty"] = values["qty"]
    if "unit_price" in values:
        row |= {"unit_price": values["unit_price"], "price_source": "typed"}
        row |= {"list_price": None, "discount_pct": None}
    if values.get("discount_pct") is not None:
        before = values.get("unit_price") or line["list_price"] or line["unit_price"]
        row |= {
            "list_price": before, "discount_pct": values["discount_pct"],
            "unit_price": None if before is None else discounted(before, values["discount_pct"]),
        }  # fmt: skip
    return row


def cancelled(line: Mapping[str, Any]) -> dict[str, Any]:
    """What is not shipped of a line is cancelled.

    >>> cancelled({"order_no": "SO-1", "line_no": 1, "qty": Decimal(9), "cancelled_qty": Decimal(1),
    ...     "shipped_qty": Decimal(4)})["cancelled_qty"]
    Decimal('5')
    """
    left = max(line["qty"] - line["cancelled_qty"] - line["shipped_qty"], ZERO)
    return {
        "order_no": line["order_no"],
        "line_no": line["line_no"],
        "cancelled_qty": line["cancelled_qty"] + left,
    }
