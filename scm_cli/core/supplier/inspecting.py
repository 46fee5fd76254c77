"""What an inspection may say: no more failed than was looked at, on a day that has come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_sound(found: Mapping[str, Any], receipt: Mapping[str, Any] | None, today: date) -> None:
    """Refuse an inspection that cannot be.

    Args:
        found: the inspection: `inspected_qty, failed_qty, inspected_on, supplier`.
        receipt: the head of the receipt that it names, if any.
        today: nothing is inspected later than that.

    Raises:
        ScmError: more failed than was inspected, the day lies ahead or before the receipt, the
            goods came from another supplier.

    >>> from decimal import Decimal
    >>> require_sound({"inspected_qty": Decimal(10), "failed_qty": Decimal(2), "supplier": "S",
    ...     "inspected_on": date(2026, 1, 5)}, None, date(2026, 1, 5))
    """
    if found["failed_qty"] > found["inspected_qty"]:
        raise ScmError(
            "{failed} failed, but only {inspected} were inspected",
            hint="Look at --failed and --inspected.",
            failed=f"{found['failed_qty'].normalize():f}",
            inspected=f"{found['inspected_qty'].normalize():f}",
        )
    if found["inspected_on"] > today:
        raise ScmError("{day} has not come yet", day=found["inspected_on"])
    if receipt is None:
        return
    if receipt["supplier"] != found["supplier"]:
        raise ScmError(
            "receipt {receipt} came from {supplier}",
            receipt=receipt["receipt_no"],
            supplier=receipt["supplier"],
        )
    if found["inspected_on"] < receipt["received_on"]:
        raise ScmError(
            "the inspection lies before the receipt of {day}", day=receipt["received_on"]
        )
