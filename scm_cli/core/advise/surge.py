"""Demand beyond its band (618, 双11, one large order): who runs out when, and what still helps.

The need of an item and warehouse is walked day by day. Where sales run above the band, the pace
that was seen goes on and open orders are part of it; where open orders alone are beyond it, they
come on top of the usual pace. What is short is the deepest gap so far between need and supply.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SOLD = "sold beyond its band"
ORDERED = "ordered beyond its band"
SUPPLY = "open purchase"
PRODUCTION = "production"
EPSILON = 1e-6


class Flow(NamedTuple):
    """Goods on a day [days from today], with the document and line they belong to."""

    day: int
    qty: float
    document: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """An item in a warehouse as it stands: quantities in stock units, days from today.

    `on_top` says that open orders come on top of the pace; else they are part of it.
    """

    sku: str
    warehouse: str
    usable_qty: float
    pace_qty: float  # a day
    on_top: bool
    orders: tuple[Flow, ...] = ()
    coming: tuple[Flow, ...] = ()
    unit_margin: float | None = None
    unit_price: float | None = None  # what the usual supplier asks, ex tax


def needed(ahead: Ahead, days: int) -> list[float]:
    """What is needed from today up to each of the next days, added up.

    >>> needed(Ahead("A", "W", 0, 2.0, True, (Flow(1, 9.0),)), 2)
    [0.0, 11.0, 13.0]
    >>> needed(Ahead("A", "W", 0, 2.0, False, (Flow(1, 3.0),)), 2)
    [0.0, 3.0, 4.0]
    """
    asked = _by_day(ahead.orders, days)
    if ahead.on_top:
        return [qty + ahead.pace_qty * day for day, qty in enumerate(asked)]
    return [max(qty, ahead.pace_qty * day) for day, qty in enumerate(asked)]


def short(ahead: Ahead, days: int) -> list[float]:
    """Units that could not be served so far, day by day.

    >>> short(Ahead("A", "W", 5.0, 2.0, True, (), (Flow(4, 9.0),)), 5)
    [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    """
    come = _by_day(ahead.coming, days)
    gaps = [need - ahead.usable_qty - qty for need, qty in zip(needed(ahead, days), come, strict=True)]  # fmt: skip
    return list(accumulate((max(gap, 0.0) for gap in gaps), max))


def _by_day(flows: Iterable[Flow], days: int) -> list[float]:
    sums = [0.0] * (days + 1)
    for flow in flows:
        if flow.day <= days:
            sums[max(flow.day, 0)] += flow.qty
    return list(accumulate(sums))


def runs_out(ahead: Ahead, days: int) -> int | None:
    """The first day on which something is short; None within `days`.

    >>> runs_out(Ahead("A", "W", 5.0, 2.0, True), 9)
    3
    """
    return next((day for day, qty in enumerate(short(ahead, days)) if qty > EPSILON), None)


@dataclass(frozen=True, slots=True)
class Offered:
    """An approved supplier: price ex tax per stock unit, days until usable, its quantities."""

    supplier: str
    unit_price: float | None
    p50_days: int
    p90_days: int
    moq_qty: float = 0.0
    multiple_qty: float = 0.0

    def qty(self, need: float) -> float:
        """What has to be ordered to have `need`.

        >>> Offered("S", 1.0, 2, 3, 10.0, 12.0).qty(13.0)
        24.0
        """
        most = max(need, self.moq_qty)
        step = self.multiple_qty or 1.0
        return ceil(most / step - EPSILON) * step


class Wait(NamedTuple):
    """Days until the usual supplier delivers at 90 %, and how long an order waits before it is lost.

    `walked_days`: what is to be bought covers so many days, where orders reach further.
    """

    usual_days: int
    patience_days: float = 7.0
    walked_days: int = 0


def rescues(
    ahead: Ahead, offers: Sequence[Offered], wait: Wait, today: date, most: int
) -> list[dict[str, Any]]:
    """The fastest suppliers: premium against the margin that they save; the usual one closes the list.

    Args:
        ahead: the item, with what transfers bring already among what comes.
        offers: approved suppliers, the usual one first.
        wait: how long the usual way takes, and how long orders wait.
        today: the day of asking.
        most: how many faster ones are told.

    Returns:
        `sku, warehouse, supplier, order_qty, unit_price, arrives_on` (90 %), `premium_amount`
        against the usual price (null without prices), `saved_qty` and `saved_margin_amount`
        against the usual supplier, `worth`. Orders wait for `patience_days`; other sales that
        find nothing are lost at once.

    >>> ahead = Ahead("A", "W", 5.0, 1.0, True, unit_margin=3.0, unit_price=2.0)
    >>> two = [Offered("U", 2.0, 15, 20), Offered("F", 2.5, 6, 7)]
    >>> found = rescues(ahead, two, Wait(20), date(2026, 1, 1), 3)
    >>> [(r["supplier"], r["order_qty"], r["premium_amount"], r["saved_margin_amount"]) for r in found]
    [('F', 15.0, 7.5, 39.0), ('U', 15.0, 0.0, 0.0)]
    """
    gaps = short(ahead, max(wait.usual_days, wait.walked_days))
    if gaps[-1] <= EPSILON or not offers:
        return []
    usual, late = offers[0], _lost(ahead, gaps, wait.usual_days, wait.patience_days)
    found = []
    for offer in sorted(offers[1:], key=lambda o: (o.p90_days, o.unit_price or 0.0, o.supplier)):
        if offer.p90_days < wait.usual_days:
            saved = late - _lost(ahead, gaps, offer.p90_days, wait.patience_days)
            if saved > EPSILON:
                found.append(_rescue(ahead, offer, gaps[-1], saved, today))
    return [*found[:most], _rescue(ahead, usual, gaps[-1], 0.0, today)]


def _rescue(ahead: Ahead, offer: Offered, gap: float, saved: float, today: date) -> dict[str, Any]:
    qty = offer.qty(gap)
    premium = margin = None
    if offer.unit_price is not None and ahead.unit_price is not None:
        premium = round((offer.unit_price - ahead.unit_price) * qty, 2)
    if ahead.unit_margin is not None:
        margin = round(saved * max(ahead.unit_margin, 0.0), 2)
    known = saved > 0 and premium is not None and margin is not None
    return {
        "sku": ahead.sku, "warehouse": ahead.warehouse, "supplier": offer.supplier,
        "order_qty": qty, "unit_price": offer.unit_price,
        "arrives_on": today + timedelta(days=offer.p90_days), "premium_amount": premium,
        "saved_qty": round(saved, 4), "saved_margin_amount": margin,
        "worth": margin > premium if known else None,  # type: ignore[operator]
    }  # fmt: skip


def _lost(ahead: Ahead, gaps: Sequence[float], day: int, patience_days: float) -> float:
    """What is lost by a day: who ordered waits for a while, who did not goes elsewhere."""
    waits = ahead.on_top and day <= patience_days
    return min(gaps[day], ahead.pace_qty * day) if waits else gaps[day]


def moved(
    ahead: Ahead, spare: Mapping[str, float], days: int, today: date, transfer_days: int
) -> list[dict[str, Any]]:
    """Transfers from warehouses that can spare it, the largest spare first.

    Args:
        ahead: the item where it is short.
        spare: warehouse → what it does not need itself in those days.
        days: how far is looked.
        today: the day of asking.
        transfer_days: days from one warehouse to another.

    >>> ahead = Ahead("A", "W", 5.0, 1.0, True)
    >>> [(m["from_warehouse"], m["qty"]) for m in
    ...     moved(ahead, {"N": 3.0, "S": 9.0}, 20, date(2026, 1, 1), 2)]
    [('S', 9.0), ('N', 3.0)]
    """
    left, found = ceil(short(ahead, days)[-1] - EPSILON), []
    for place, qty in sorted(spare.items(), key=lambda pair: (-pair[1], pair[0])):
        give = min(float(int(qty)), float(left))
        if give <= 0:
            continue
        left -= int(give)
        found.append(
            {
                "sku": ahead.sku, "from_warehouse": place, "warehouse": ahead.warehouse, "qty": give,
                "arrives_on": today + timedelta(days=transfer_days),
            }
        )  # fmt: skip
    return found


def spare(ahead: Ahead, days: int) -> float:
    """What a warehouse can give away and still serve its own need of those days.

    >>> spare(Ahead("A", "W", 30.0, 1.0, True), 20)
    10.0
    """
    come = _by_day(ahead.coming, days)
    both = zip(come, needed(ahead, days), strict=True)
    lowest = min(ahead.usable_qty + qty - need for qty, need in both)
    return max(min(lowest, ahead.usable_qty), 0.0)


def pulled(ahead: Ahead, out_day: int, days: int, today: date) -> list[dict[str, Any]]:
    """Open supply that comes after the item has run out: what to bring forward, and to when.

    >>> ahead = Ahead("A", "W", 5.0, 1.0, True, (), (Flow(20, 50.0, "PO-1", 2),))
    >>> pulled(ahead, 6, 30, date(2026, 1, 1))[0]["to_on"].day
    6
    """
    need_on = today + timedelta(days=max(out_day - 1, 1))
    return [
        {
            "sku": ahead.sku, "warehouse": ahead.warehouse, "document": flow.document, "line": flow.line,
            "qty": flow.qty, "from_on": today + timedelta(days=flow.day), "to_on": need_on,
        }
        for flow in sorted(ahead.coming)
        if out_day <= flow.day <= days and flow.document
    ]  # fmt: skip


@dataclass(slots=True)
class Pack:
    """The emergency pack: what surges, and what to do about it, page by page."""

    items: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)
    suppliers: list[dict[str, Any]] = field(default_factory=list)
    reschedule: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
