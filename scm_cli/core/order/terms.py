"""What holds an order up: a deposit, the credit limit, an approval; and what lets it go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scm_cli.core.money.terms import cents, line_amount
from scm_cli.errors import Exit, Say, ScmError

ZERO = Decimal(0)
#: From which state each action may be taken.
FROM: dict[str, tuple[str, ...]] = {
    "approved": ("draft",),
    "changed": ("draft", "confirmed"),
    "cancelled": ("draft", "confirmed"),
    "shipped": ("confirmed",),
}
REFUSALS = {
    "approved": "order {number} is {status}; it cannot be approved",
    "changed": "order {number} is {status}; it cannot be changed",
    "cancelled": "order {number} is {status}; it cannot be cancelled",
    "shipped": "order {number} is {status}; it cannot be shipped",
}


def amount(lines: Sequence[Mapping[str, Any]]) -> Decimal:
    """What lines are worth with tax [currency, 0.01]; cancelled quantities count for nothing.

    >>> amount([{"qty": Decimal(3), "factor": Decimal(1), "unit_price": Decimal("1.50"),
    ...     "tax_included": True, "tax_rate_pct": None}])
    Decimal('4.50')
    """
    return sum(
        (
            line_amount(
                line["qty"] - line.get("cancelled_qty", ZERO), line["factor"], line["unit_price"],
                None if line["tax_included"] else line["tax_rate_pct"],
            )
            for line in lines if line["unit_price"] is not None
        ), ZERO,
    )  # fmt: skip


def agreed(customer: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """When an order is paid, and its deposit [%]: what is stated of it, else the customer's.

    A deposit that is stated alone means the terms "deposit".

    Raises:
        ScmError: a deposit, or what it holds, beside other terms; or terms of a deposit of which
            nobody says how much.

    >>> agreed({"payment_terms": "credit", "deposit_pct": None}, {"deposit_pct": Decimal(50)})
    {'payment_terms': 'deposit', 'deposit_pct': Decimal('50')}
    """
    found = {n: stated.get(n, customer[n]) for n in ("payment_terms", "deposit_pct")}
    if "deposit_pct" in stated:
        found["payment_terms"] = stated.get("payment_terms", "deposit")
        if found["payment_terms"] != "deposit":
            raise ScmError(
                "a deposit goes with the terms deposit alone",
                hint="Leave out --deposit, or give --terms deposit.",
                exit_code=Exit.USAGE,
            )
    if "deposit_holds" in stated and found["payment_terms"] != "deposit":
        raise ScmError(
            "no deposit is agreed that could hold the order",
            hint="Leave out --deposit-holds, or give --deposit too.",
            exit_code=Exit.USAGE,
        )
    if found["payment_terms"] == "deposit" and found["deposit_pct"] is None:
        raise ScmError(
            "how much is the deposit?", hint="Give it in % with --deposit.", exit_code=Exit.USAGE
        )
    return found


def deposit_amount(order: Mapping[str, Any], worth: Decimal) -> Decimal:
    """What must be paid before the order goes on [currency]: its deposit, or all of it.

    >>> deposit_amount({"payment_terms": "deposit", "deposit_pct": Decimal(30)}, Decimal("100.01"))
    Decimal('30.00')
    """
    if order["payment_terms"] == "before_shipping":
        return worth
    if order["payment_terms"] == "deposit":
        return cents(worth * (order["deposit_pct"] or ZERO) / 100)
    return ZERO


def waits_for(
    order: Mapping[str, Any], worth: Decimal, limit: float | None, over_credit: Decimal
) -> str | None:
    """What a new order waits for before it is confirmed: deposit, credit, approval, or nothing.

    Args:
        order: its terms; `paid_amount` is what came in for it.
        worth: of the order [currency].
        limit: orders above it wait for approval.
        over_credit: by how much the customer would be over the credit limit.

    >>> plain = {"payment_terms": None, "deposit_pct": None, "deposit_holds": "confirming",
    ...     "paid_amount": Decimal(0), "approved_by": None}
    >>> waits_for(plain, Decimal(500), 100.0, Decimal(0)), waits_for(plain, Decimal(50), 100.0, Decimal(9))
    ('approval', 'credit')
    """
    approved = order["approved_by"] is not None
    if not approved and over_credit > 0:
        return "credit"
    if not approved and limit is not None and worth > Decimal(str(limit)):
        return "approval"
    asked = order["payment_terms"] == "deposit" and order["deposit_holds"] == "confirming"
    if asked and order["paid_amount"] < deposit_amount(order, worth):
        return "deposit"
    return None


def require_deposit(order: Mapping[str, Any], worth: Decimal) -> None:
    """Refuse to approve what waits for its deposit alone: money confirms it, no signature.

    Raises:
        ScmError: names the deposit and what came of it.
    """
    needed = deposit_amount(order, worth)
    if order["waits_for"] == "deposit" and order["paid_amount"] < needed:
        raise ScmError(
            "order {number} waits for its deposit of {needed}; {paid} has come",
            hint="Enter it and the order is confirmed: scm money pay {customer} {left} --document {number}",
            number=order["order_no"],
            needed=f"{needed:f}",
            paid=f"{order['paid_amount']:f}",
            customer=order["customer"],
            left=f"{needed - order['paid_amount']:f}",
        )


def require_paid(order: Mapping[str, Any], worth: Decimal) -> None:
    """Refuse to ship what is to be paid before.

    Raises:
        ScmError: the deposit, or the whole, has not come in.
    """
    needed = deposit_amount(order, worth)
    if order["paid_amount"] < needed:
        raise ScmError(
            "order {number} ships when {needed} is paid; {paid} has come",
            hint="Enter it: scm money pay {customer} {left} --document {number}",
            number=order["order_no"],
            needed=f"{needed:f}",
            paid=f"{order['paid_amount']:f}",
            customer=order["customer"],
            left=f"{needed - order['paid_amount']:f}",
        )


def require_state(order: Mapping[str, Any], action: str) -> None:
    """Refuse what an order's state does not allow.

    Raises:
        ScmError: names the state and the action.

    >>> require_state({"order_no": "SO-1", "status": "draft"}, "approved")
    """
    if order["status"] not in FROM[action]:
        raise ScmError(
            REFUSALS[action],
            hint="See `scm order show {number}`.",
            number=order["order_no"],
            status=Say(order["status"]),
        )


def require_free_to_go(number: str, waits: str | None) -> None:
    """Refuse to hand out goods of an order that waits for something.

    Raises:
        ScmError: names what it waits for.

    >>> require_free_to_go("SO-1", None)
    """
    if waits is not None:
        raise ScmError(
            "order {number} would wait for {what}; nothing was sold",
            hint="Enter it with `scm order new`, then `scm order approve`.",
            number=number,
            what=Say(waits),
        )


def require_unshipped(number: str, waits: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Refuse to hold up again an order of which goods have left.

    Raises:
        ScmError: names what it would wait for.

    >>> require_unshipped("SO-1", "credit", [{"shipped_qty": Decimal(0)}])
    """
    if any(line["shipped_qty"] > 0 for line in lines):
        raise ScmError(
            "order {number} would wait for {what}, and goods of it have been shipped",
            hint="Enter what is more as an order of its own with `scm order new`.",
            number=number,
            what=Say(waits),
        )
