"""A promise: the day at 50 % and at 90 % at the customer's door, and the ways to beat it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.money.terms import cents
from scm_cli.core.order.door import Clock, at_door, by_chance, chance_by
from scm_cli.core.order.supply import SURE, Found, Stand, available

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.lateness import Chances

ZERO = Decimal(0)


class Way(NamedTuple):
    """From one warehouse to the door: where it is, the days of the lane, the clock."""

    warehouse: str
    lane: Chances
    clock: Clock


class Promised(NamedTuple):
    """The days at the door for the whole of a quantity; None where supply is not firm."""

    qty: Decimal
    p50_on: date | None
    p90_on: date | None
    limited_by: str | None
    door: dict[date, float]


def promised(stand: Stand, qty: Decimal, way: Way) -> Promised:
    """When the whole of `qty` [stock units] reaches the customer.

    >>> clock = Clock(date(2026, 1, 5))
    >>> found = promised(Stand(Decimal(5)), Decimal(3), Way("MAIN", {2: 1.0}, clock))
    >>> found.p50_on.day, found.p90_on.day, found.limited_by
    (7, 7, 'stock')
    """
    return told(available(stand, qty), qty, way)


def told(found: Found, qty: Decimal, way: Way) -> Promised:
    """Supply days as days at the door."""
    door = at_door(found.days, way.lane, way.clock)
    limited = found.limited_by if found.days else "no firm supply"
    return Promised(qty, by_chance(door, 0.5), by_chance(door, SURE), limited, door)


class Offer(NamedTuple):
    """A supplier that could be asked today: price per stock unit ex tax and days until usable."""

    supplier: str
    unit_price: Decimal | None
    days: Chances
    approved: bool = True


class Other(NamedTuple):
    """The same or another item elsewhere: what stands there and the way from there.

    `factor` units stand for one; `unit_cost` is per unit of it, None when unknown.
    """

    kind: str  # warehouse or substitute
    sku: str
    stand: Stand
    way: Way
    factor: Decimal = Decimal(1)
    unit_cost: Decimal | None = None


def options(
    first: Promised, others: Sequence[Other], parcel_amount: Decimal, unit_cost: Decimal | None
) -> list[dict[str, Any]]:
    """Ways from other warehouses and by substitutes that are sooner, with what they cost more.

    A parcel from elsewhere costs `parcel_amount` more; a substitute what its units cost more.

    >>> clock = Clock(date(2026, 1, 5))
    >>> slow = Promised(Decimal(3), date(2026, 2, 1), date(2026, 2, 9), "PO-1/1", {})
    >>> east = Other("warehouse", "A", Stand(Decimal(9)), Way("EAST", {1: 1.0}, clock))
    >>> [(o["kind"], o["warehouse"], o["cost_amount"]) for o in options(slow, [east], Decimal(8), None)]
    [('warehouse', 'EAST', Decimal('8'))]
    """
    found = []
    for other in others:
        qty = first.qty * other.factor
        each = promised(other.stand, qty, other.way)
        if not sooner(each, first):
            continue
        cost: Decimal | None = parcel_amount if other.kind == "warehouse" else None
        if other.kind == "substitute" and other.unit_cost is not None and unit_cost is not None:
            cost = cents(qty * other.unit_cost - first.qty * unit_cost)
        found.append(
            row_of(other.kind, other.sku, qty, each, cost) | {"warehouse": other.way.warehouse}
        )
    return found


def bought(
    offers: Sequence[Offer], qty: Decimal, way: Way, first: Promised | None = None
) -> list[dict[str, Any]]:
    """Buying it today: days at the door per supplier, and what it costs more than the cheapest.

    With `first` only what is sooner; nothing bought yet is firm, so these dates are not promises.

    >>> clock = Clock(date(2026, 1, 5))
    >>> two = [Offer("S1", Decimal(5), {20: 1.0}), Offer("S2", Decimal(6), {3: 1.0})]
    >>> [(o["supplier"], o["promise_p50_on"].day, o["cost_amount"]) for o in
    ...     bought(two, Decimal(10), Way("MAIN", {1: 1.0}, clock))]
    [('S2', 9, Decimal('10.00')), ('S1', 27, Decimal('0.00'))]
    """
    priced = [o.unit_price for o in offers if o.unit_price is not None]
    least = min(priced, default=None)
    found = []
    for offer in offers:
        each = told(Found(offer.days, offer.supplier), qty, way)
        if first is not None and not sooner(each, first):
            continue
        more = None if offer.unit_price is None or least is None else offer.unit_price - least
        cost = None if more is None else cents(more * qty)
        kind = "expedited buy" if first is not None and first.p50_on is not None else "buy"
        found.append(row_of(kind, "", qty, each, cost) | {"supplier": offer.supplier})
    return sorted(found, key=lambda row: (row["promise_p90_on"], row["supplier"]))


def sooner(each: Promised, first: Promised) -> bool:
    """Whether one is sure earlier than the other (or at all).

    >>> sooner(Promised(ZERO, None, None, None, {}), Promised(ZERO, None, None, None, {}))
    False
    """
    return each.p90_on is not None and (first.p90_on is None or each.p90_on < first.p90_on)


def row_of(
    kind: str, sku: str, qty: Decimal, each: Promised, cost: Decimal | None
) -> dict[str, Any]:
    """An option as it is told: what, how much, when, for how much more."""
    return {
        "kind": kind, "sku": sku or None, "qty": qty, "promise_p50_on": each.p50_on,
        "promise_p90_on": each.p90_on, "limited_by": each.limited_by, "cost_amount": cost,
    }  # fmt: skip


def makes(row: dict[str, Any], by: date) -> bool:
    """Whether an option is there by a day at 90 %.

    >>> makes({"promise_p90_on": date(2026, 1, 5)}, date(2026, 1, 5))
    True
    """
    return row["promise_p90_on"] is not None and row["promise_p90_on"] <= by


def need_days(today: date, promised_on: date | None, lane: Chances) -> int | None:
    """Days until a line must leave to be at the door on its day; None: as soon as it can.

    >>> need_days(date(2026, 1, 1), date(2026, 1, 9), {2: 0.5, 3: 0.5})
    5
    """
    if promised_on is None:
        return None
    left = promised_on - timedelta(days=max(lane, default=0)) - today
    return max(left.days, 0) or None


def answer(sku: str, first: Promised, by: date | None) -> dict[str, Any]:
    """The head of the row that `scm order promise` tells."""
    return {
        "sku": sku,
        "qty": first.qty,
        "promise_p50_on": first.p50_on,
        "promise_p90_on": first.p90_on,
        "limited_by": first.limited_by,
        **({} if by is None else {"by_on": by, "chance_pct": chance_by(first.door, by)}),
    }
