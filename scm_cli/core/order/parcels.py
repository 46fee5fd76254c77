"""Several parcels for one line: what can leave today, from one warehouse or from some together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.order.door import by_chance
from scm_cli.core.order.promise import Promised, promised, row_of, sooner
from scm_cli.core.order.supply import SURE, Stand, available

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.promise import Way

ZERO = Decimal(0)


class Place(NamedTuple):
    """One item in one warehouse, and the way from there."""

    stand: Stand
    way: Way


class Parcel(NamedTuple):
    """What one warehouse sends today: the days are those of `each`."""

    warehouse: str
    each: Promised


def parcels(
    places: Sequence[Place], first: Promised, parcel_amount: Decimal
) -> list[dict[str, Any]]:
    """What can go at once when the whole has to wait, with a parcel for each further warehouse.

    Args:
        places: the warehouse that was asked, then the others, the first to help first.
        first: the promise of the whole from the warehouse that was asked.
        parcel_amount: what each parcel beyond the first costs.

    Returns:
        What one warehouse can send (the rest follows: one more parcel), and what some can send
        together; `parts` says who sends how much. Only what is sooner than the whole, and what no
        other way beats in quantity, day and cost; what the warehouse asked can send stays.

    >>> from scm_cli.core.order.door import Clock
    >>> from scm_cli.core.order.promise import Way
    >>> clock = Clock(date(2026, 1, 5))
    >>> main = Place(Stand(Decimal(7)), Way("MAIN", {1: 1.0}, clock))
    >>> east = Place(Stand(Decimal(5)), Way("EAST", {2: 1.0}, clock))
    >>> whole = promised(main.stand, Decimal(10), main.way)
    >>> [(o["kind"], o["warehouse"], o["qty"], o["promise_p90_on"].day, o["cost_amount"])
    ...     for o in parcels([main, east], whole, Decimal(8))]
    [('split', 'MAIN', Decimal('7'), 6, Decimal('8')), ('together', 'MAIN 7 + EAST 3', Decimal('10'), 7, Decimal('8'))]
    """
    alone = [promised(place.stand, first.qty, place.way) for place in places[1:]]
    found: list[dict[str, Any]] = []
    for sent in _ways(places, first.qty):
        joint = _joint([p.each for p in sent]) if len(sent) > 1 else sent[0].each
        waits = 1 if joint.qty < first.qty else 0  # the rest, when there is one
        cost = parcel_amount * (len(sent) - 1 + waits)
        beaten = not waits and any(not sooner(joint, each) for each in alone if each.p90_on)
        if (
            sooner(joint, first) and not beaten
        ):  # by one of the others, with the whole in one parcel
            kind = "split" if len(sent) == 1 else "together"
            found.append(row_of(kind, "", joint.qty, joint, cost) | _senders(sent))
    plain = places[0].way.warehouse
    return [
        row
        for row in found
        if row["warehouse"] == plain or not any(_beats(other, row) for other in found)
    ]


def _ways(places: Sequence[Place], qty: Decimal) -> list[list[Parcel]]:
    """Who could send: the warehouse that was asked alone, with each of the others, with all.

    All in two orders: the one with most first, the quickest first. Each way once.
    """
    own, others = places[:1], places[1:]
    most = sorted(others, key=lambda place: -now_qty(place.stand, qty))
    quick = sorted(others, key=lambda place: max(place.way.lane, default=0))
    orders = [[*own], *([*own, other] for other in others), [*own, *most], [*own, *quick]]
    found: list[list[Parcel]] = []
    for order in orders:
        sent = _sent(order, qty)
        if sent and sent not in found:
            found.append(sent)
    return found


def _beats(other: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether another way sends as much, as early and as cheaply, and is better in one of these."""
    mine, theirs = ((-r["qty"], r["promise_p90_on"], r["cost_amount"]) for r in (row, other))
    return mine != theirs and all(t <= m for t, m in zip(theirs, mine, strict=True))


def _senders(sent: Sequence[Parcel]) -> dict[str, Any]:
    parts = [{"warehouse": p.warehouse, "qty": p.each.qty} for p in sent]
    if len(sent) == 1:
        return {"warehouse": sent[0].warehouse}
    told = " + ".join(f"{p.warehouse} {p.each.qty.normalize():f}" for p in sent)
    return {"warehouse": told, "parts": parts}


def _sent(places: Sequence[Place], qty: Decimal) -> list[Parcel]:
    """What each place sends today of a quantity, until all of it is sent."""
    found, left = [], qty
    for place in places:
        most = now_qty(place.stand, left)
        if most > 0:
            found.append(Parcel(place.way.warehouse, promised(place.stand, most, place.way)))
            left -= most
    return found


def _joint(parts: Sequence[Promised]) -> Promised:
    """All parcels at the door: the chance of a day is that each is there, taken as independent."""
    days = sorted({day for part in parts for day in part.door})
    upto = [_all_there(parts, day) for day in days]
    steps = [upto[0], *(after - before for before, after in pairwise(upto))]
    door = {day: step for day, step in zip(days, steps, strict=True) if step > 0}
    qty = sum((part.qty for part in parts), ZERO)
    return Promised(qty, by_chance(door, 0.5), by_chance(door, SURE), "stock", door)


def _all_there(parts: Sequence[Promised], day: date) -> float:
    chance = 1.0
    for part in parts:
        chance *= sum(share for on, share in part.door.items() if on <= day)
    return chance


def now_qty(stand: Stand, qty: Decimal) -> Decimal:
    """How much of `qty` is free today: every amount up to it is as well.

    >>> now_qty(Stand(Decimal(7)), Decimal(10))
    Decimal('7')
    """
    low, high = ZERO, min(qty, max(stand.usable_qty, ZERO))
    if available(stand, high).days == {0: 1.0}:
        return high
    step = Decimal("0.0001") if high % 1 else Decimal(1)
    while high - low > step:
        middle = ((low + high) / 2).quantize(step)
        if middle in (low, high):
            break
        low, high = (middle, high) if available(stand, middle).days == {0: 1.0} else (low, middle)
    return low
