"""What to take from the shelf first: carrier's cut-off and promised service, then rank and expiry."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = Mapping[str, Any]

ZERO = Decimal(0)
#: Services from the most pressing on; 次日达 is next_day.
SERVICES: tuple[str, ...] = ("overdue", "same_day", "next_day", "two_days", "standard")


def service(due_on: date | None, on: date) -> str:
    """How soon goods that are picked on a day have to be at the door.

    `due_on` is the promised day, else the requested one; null is not bound to a day.

    >>> on = date(2026, 1, 5)
    >>> [service(date(2026, 1, day), on) for day in (4, 5, 6, 7, 8)]
    ['overdue', 'same_day', 'next_day', 'two_days', 'standard']
    >>> service(None, on)
    'standard'
    """
    if due_on is None:
        return SERVICES[-1]
    days = (due_on - on).days
    return SERVICES[min(max(days + 1, 0), len(SERVICES) - 1)]


def leave_by(due_on: date | None, way_days: int, on: date) -> date:
    """The last day on which goods can leave and still be at the door in time.

    Never before `on`, which is also the day of goods that nobody waits for on a day.

    >>> leave_by(date(2026, 1, 9), 2, date(2026, 1, 5)).day, leave_by(None, 2, date(2026, 1, 5)).day
    (7, 5)
    """
    return on if due_on is None else max(on, due_on - timedelta(days=way_days))


def to_pick(holds: Iterable[Row], on: date) -> list[dict[str, Any]]:
    """The pick list of a day: what is held from stock and may leave, in the order of picking.

    Args:
        holds: reservations from stock: `order_no, line_no, sku, lot, expiry_on, qty, promised_on,
            requested_on, priority, way_days, carrier, cutoff`.
        on: the day on which goods leave.

    A line is left out while its customer asked for a later day that need not be worked for yet.
    The most pressing service comes first, in it the earliest cut-off, then priority, order, and
    of an order's line the lot that expires first (FEFO).

    >>> hold = {"order_no": "SO-1", "line_no": 1, "sku": "A", "lot": "L2", "qty": Decimal(2),
    ...     "expiry_on": date(2026, 9, 1), "promised_on": date(2026, 1, 8), "requested_on": None,
    ...     "priority": 5, "way_days": 2, "carrier": "SF", "cutoff": "18:00"}
    >>> soon = {**hold, "order_no": "SO-2", "promised_on": date(2026, 1, 6), "cutoff": "16:00"}
    >>> old = {**hold, "lot": "L1", "expiry_on": date(2026, 3, 1)}
    >>> rows = to_pick([hold, soon, old], date(2026, 1, 5))
    >>> [(r["order_no"], r["lot"], r["service"], r["leave_by_on"].day) for r in rows]
    [('SO-2', 'L2', 'next_day', 5), ('SO-1', 'L1', 'standard', 6), ('SO-1', 'L2', 'standard', 6)]
    """
    found = []
    for hold in holds:
        due_on = hold["promised_on"] or hold["requested_on"]
        last = leave_by(due_on, hold["way_days"], on)
        if hold["requested_on"] is not None and last > on:
            continue
        told = {"service": service(due_on, on), "leave_by_on": last, "due_on": due_on}
        found.append({**hold, **told})
    found.sort(key=_rank)
    return found


def _rank(row: Row) -> tuple[Any, ...]:
    return (
        SERVICES.index(row["service"]), row["cutoff"], row["leave_by_on"], row["priority"],
        row["order_no"], row["line_no"], row["expiry_on"] or date.max, row["lot"] or "",
    )  # fmt: skip


def by_lot(picks: Sequence[Row]) -> list[dict[str, Any]]:
    """The same goods by item and lot: one walk along the shelves, then sorted into parcels.

    >>> row = {"sku": "A", "name": "Pen", "lot": None, "expiry_on": None, "unit": "pcs"}
    >>> by_lot([{**row, "qty": Decimal(2), "order_no": "SO-1"}, {**row, "qty": Decimal(3), "order_no": "SO-2"}])
    [{'sku': 'A', 'name': 'Pen', 'lot': None, 'expiry_on': None, 'qty': Decimal('5'), 'unit': 'pcs', 'orders': 2}]
    """
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    orders: dict[tuple[str, str | None], set[str]] = {}
    for row in picks:
        key = (row["sku"], row["lot"])
        told = {n: row[n] for n in ("sku", "name", "lot", "expiry_on")}
        sum_of = found.setdefault(key, {**told, "qty": ZERO, "unit": row["unit"], "orders": 0})
        sum_of["qty"] += row["qty"]
        orders.setdefault(key, set()).add(row["order_no"])
    for key, row_of in found.items():
        row_of["orders"] = len(orders[key])
    return sorted(
        found.values(), key=lambda r: (r["sku"], r["expiry_on"] or date.max, r["lot"] or "")
    )


def unpicked(holds: Iterable[Row], today: date) -> list[dict[str, Any]]:
    """Lines whose promise is lost unless they leave today, and that still lie on the shelf.

    Takes what `to_pick` takes; answers a row per order line: `order_no, line_no, customer, sku,
    qty, due_on, service`, the most pressing first.

    >>> hold = {"order_no": "SO-1", "line_no": 1, "customer": "C", "sku": "A", "lot": None, "qty": Decimal(2),
    ...     "expiry_on": None, "promised_on": date(2026, 1, 6), "requested_on": None, "priority": 5,
    ...     "way_days": 1, "carrier": None, "cutoff": "16:00"}
    >>> unpicked([hold, {**hold, "order_no": "SO-2", "promised_on": date(2026, 1, 9)}], date(2026, 1, 5))[0]["order_no"]
    'SO-1'
    """
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in to_pick(holds, today):
        if row["due_on"] is None or row["leave_by_on"] > today:
            continue
        key = (row["order_no"], row["line_no"])
        names = ("order_no", "line_no", "customer", "sku", "due_on", "service")
        line = found.setdefault(key, {**{n: row[n] for n in names}, "qty": ZERO})
        line["qty"] += row["qty"]
    return list(found.values())
