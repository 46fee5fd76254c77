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

from scm_cli.core.advise.notices import Notice, number
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SOLD, ORDERED = "sold beyond its band", "ordered beyond its band"
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


def rescues(
    ahead: Ahead, offers: Sequence[Offered], usual_days: int, today: date, most: int
) -> list[dict[str, Any]]:
    """The fastest suppliers that come before the usual one: premium against the margin they save.

    Args:
        ahead: the item, with what transfers bring already among what comes.
        offers: approved suppliers.
        usual_days: when an order placed today at the usual supplier is there at 90 %.
        today: the day of asking.
        most: how many are told.

    Returns:
        `sku, warehouse, supplier, order_qty, unit_price, arrives_on` (90 %), `premium_amount`
        (against the usual price; null without prices), `saved_qty`, `saved_margin_amount`, `worth`.
        Orders wait until goods come; other sales that find none are lost.

    >>> ahead = Ahead("A", "W", 5.0, 1.0, True, unit_margin=3.0, unit_price=2.0)
    >>> found = rescues(ahead, [Offered("F", 2.5, 6, 7)], 20, date(2026, 1, 1), 3)[0]
    >>> found["order_qty"], found["premium_amount"], found["saved_margin_amount"], found["worth"]
    (15.0, 7.5, 39.0, True)
    """
    gaps = short(ahead, usual_days)
    found = []
    for offer in sorted(offers, key=lambda o: (o.p90_days, o.unit_price or 0.0, o.supplier)):
        if offer.p90_days >= usual_days or gaps[-1] <= EPSILON:
            continue
        saved = gaps[-1] - _lost(ahead, gaps, offer.p90_days)
        if saved <= EPSILON:
            continue
        qty = offer.qty(gaps[-1])
        known = offer.unit_price is not None and ahead.unit_price is not None
        premium = (offer.unit_price - ahead.unit_price) * qty if known else None  # type: ignore[operator]
        margin = None if ahead.unit_margin is None else saved * max(ahead.unit_margin, 0.0)
        found.append(
            {
                "sku": ahead.sku, "warehouse": ahead.warehouse, "supplier": offer.supplier,
                "order_qty": qty, "unit_price": offer.unit_price,
                "arrives_on": today + timedelta(days=offer.p90_days),
                "premium_amount": None if premium is None else round(premium, 2),
                "saved_qty": round(saved, 4),
                "saved_margin_amount": None if margin is None else round(margin, 2),
                "worth": None if premium is None or margin is None else margin > premium,
            }
        )  # fmt: skip
    return found[:most]


def _lost(ahead: Ahead, gaps: Sequence[float], day: int) -> float:
    """What is lost by a day: who did not order does not wait."""
    return min(gaps[day], ahead.pace_qty * day) if ahead.on_top else gaps[day]


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


def notices(found: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """One line for the morning: how many items, and the one that is furthest beyond its band.

    `found`: `sku, warehouse, cause, expected_qty` (the band's upper bound), `actual_qty`.

    >>> row = {"sku": "A", "warehouse": "W", "cause": SOLD, "expected_qty": 10.0, "actual_qty": 30.0}
    >>> print(notices([row])[0].what)
    1 item is asked for beyond the band, A most: 30 where 10 were the bound; see scm advise
    """
    if not found:
        return []
    first = max(found, key=lambda r: (r["actual_qty"] / max(r["expected_qty"], 1.0), r["sku"]))
    what = Say(
        "{n} {n:item is|items are} asked for beyond the band, {sku} most: {actual} where {bound} "
        "were the bound; see scm advise",
        n=len(found), sku=first["sku"], actual=number(round(first["actual_qty"])),
        bound=number(round(first["expected_qty"])),
    )  # fmt: skip
    return [Notice("surge", "", "", what)]


def to_supplier(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a supplier that could help."""
    return Say(
        "{name}: we urgently need {qty} of {sku}, usable with us by {day}. Can you ship at once, and "
        "what is the earliest day you can promise? Please confirm quantity, price and day today. {firm}",
        name=name, qty=number(row["order_qty"]), sku=row["sku"], day=row["arrives_on"], firm=firm,
    )  # fmt: skip


def to_expediter(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a supplier whose open order is needed sooner."""
    return Say(
        "{name}: please bring {qty} of {sku} on {document} forward from {old} to {new}; demand is far "
        "above plan. Which part can leave now? {firm}",
        name=name, qty=number(row["qty"]), sku=row["sku"], document=row["document"],
        old=row["from_on"], new=row["to_on"], firm=firm,
    )  # fmt: skip


def to_warehouse(row: Mapping[str, Any]) -> Say:
    """What to tell the warehouse that gives."""
    return Say(
        "Send {qty} of {sku} to {place} today; it runs out there.",
        qty=number(row["qty"]), sku=row["sku"], place=row["warehouse"],
    )  # fmt: skip


def to_customer(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a customer whose order waits for it."""
    return Say(
        "{name}: of your order {document} {qty} of {sku} may come later than {day}. We are bringing "
        "supply forward and will tell you the new day; a part can leave now if you wish. {firm}",
        name=name, document=row["order_no"], qty=number(row["open_qty"]), sku=row["sku"],
        day=row["promised_on"] or "-", firm=firm,
    )  # fmt: skip
