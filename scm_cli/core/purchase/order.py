"""Purchase orders: price, approval, promises, and what may still be changed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRICE = Decimal("0.000001")
#: From which state each action may be taken, and where it leads.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "approve": (("draft",), "approved"),
    "confirm": (("approved", "confirmed"), "confirmed"),
    "cancel": (("draft", "approved", "confirmed"), "cancelled"),
    "change": (("draft", "approved", "confirmed"), ""),
}


REFUSALS: dict[str, str] = {
    "approve": "order {number} is {status}; it cannot be approved",
    "confirm": "order {number} is {status}; it cannot be confirmed",
    "cancel": "order {number} is {status}; it cannot be cancelled",
    "change": "order {number} is {status}; it cannot be changed",
}
#: The states of an order, as words to be translated.
STATUSES = ("draft", "approved", "confirmed", "closed", "cancelled")


def next_status(order: Mapping[str, Any], action: str) -> str:
    """The state of an order after an action.

    Raises:
        ScmError: the action cannot be taken in the order's state.

    >>> next_status({"purchase_no": "P1", "status": "draft"}, "approve")
    'approved'
    """
    allowed, after = STEPS[action]
    if order["status"] not in allowed:
        raise ScmError(
            REFUSALS[action],
            hint="See `scm purchase show {number}`.",
            number=order["purchase_no"],
            status=Say(order["status"]),
        )
    return after or str(order["status"])


def first_status(amount: Decimal, limit: float | None) -> str:
    """A new order is approved at once unless its value passes the approval limit.

    >>> first_status(Decimal(500), None), first_status(Decimal(500), 100.0)
    ('approved', 'draft')
    """
    return "draft" if limit is not None and amount > Decimal(str(limit)) else "approved"


def price_per(
    offer: Mapping[str, Any], factor: Decimal, rate: Decimal = Decimal(1)
) -> Decimal | None:
    """What an offer asks for a unit of `factor` stock units, to 6 places; None where nothing is asked.

    Args:
        offer: `unit_price` for a unit of `factor` stock units; an item asks its `purchase_price`.
        factor: stock units in the unit that is ordered.
        rate: what a unit of the offer's currency costs in the order's.

    >>> price_per({"unit_price": Decimal(46), "factor": Decimal(24)}, Decimal(1))
    Decimal('1.916667')
    >>> price_per({"purchase_price": Decimal(2)}, Decimal(24))
    Decimal('48.000000')
    """
    price = offer.get("unit_price", offer.get("purchase_price"))
    if price is None:
        return None
    found: Decimal = price * rate * factor / offer.get("factor", 1)
    return found.quantize(PRICE, ROUND_HALF_UP)


def price_of(
    prices: Sequence[Mapping[str, Any]], qty: Decimal, today: date
) -> Mapping[str, Any] | None:
    """The supplier's valid price for a quantity: the highest break that it reaches.

    Args:
        prices: `from_qty` [stock units], `unit_price`, `valid_from_on`, `valid_until_on` of one supplier-item.
        qty: [stock units].
        today: prices out of their validity do not count.

    >>> breaks = [{"from_qty": 0, "unit_price": 9, "valid_from_on": None, "valid_until_on": None},
    ...     {"from_qty": 100, "unit_price": 8, "valid_from_on": None, "valid_until_on": None}]
    >>> price_of(breaks, Decimal(120), date(2026, 1, 1))["unit_price"]
    8
    """
    valid = [
        p
        for p in prices
        if (p["valid_from_on"] is None or p["valid_from_on"] <= today)
        and (p["valid_until_on"] is None or p["valid_until_on"] >= today)
        and p["from_qty"] <= qty
    ]
    return max(valid, key=lambda p: p["from_qty"]) if valid else None


def requested(today: date, asked: date | None, lead_days: int | None, *, firm: bool = True) -> date:
    """The day the goods are wanted: as asked, else today plus the quoted lead time [days].

    A day that only the plan needs (`firm` false) is not asked for before the supplier can.

    >>> requested(date(2026, 1, 1), date(2026, 1, 3), 7, firm=False).isoformat()
    '2026-01-08'
    """
    soonest = today + timedelta(days=lead_days or 0)
    if asked is None:
        return soonest
    return asked if firm else max(asked, soonest)


def promised(line: Mapping[str, Any], day: date) -> dict[str, Any]:
    """A supplier's promise for a line; the first one is frozen.

    >>> promised({"purchase_no": "P", "line_no": 1, "first_promised_on": None}, date(2026, 1, 9))[
    ...     "first_promised_on"].isoformat()
    '2026-01-09'
    """
    return {
        "purchase_no": line["purchase_no"],
        "line_no": line["line_no"],
        "promised_on": day,
        "first_promised_on": line["first_promised_on"] or day,
    }


def changed(line: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A line as we change it; it is marked, and a change that moves its day or quantity refreezes.

    Raises:
        ScmError: the new quantity is below what has been received or cancelled.
    """
    done = line["accepted_qty"] + line["received_before_qty"] + line["cancelled_qty"]
    if "qty" in values and values["qty"] < done:
        raise ScmError(
            "line {n} has {done} received or cancelled; it cannot become {qty}",
            n=line["line_no"],
            done=f"{done.normalize():f}",
            qty=f"{values['qty'].normalize():f}",
        )
    row = {
        "purchase_no": line["purchase_no"],
        "line_no": line["line_no"],
        **values,
        "changed_by_us": True,
    }
    if "requested_on" in values:
        row |= {"promised_on": None, "first_promised_on": None}
    return row


def cancelled(line: Mapping[str, Any], by: str) -> dict[str, Any]:
    """What is open of a line is cancelled, by us or by the supplier."""
    return {
        "purchase_no": line["purchase_no"],
        "line_no": line["line_no"],
        "cancelled_qty": line["cancelled_qty"] + line["open_qty"],
        "cancelled_by": by,
    }
