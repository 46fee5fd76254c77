"""Supply that nobody waits for any more, who takes it; and goods that were held and are gone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ZERO = Decimal(0)


def freed(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], order_no: str
) -> list[dict[str, Any]]:
    """What an order let go, source by source, with who holds it now.

    Args:
        before: reservations as they were, of every order that holds of the same items.
        after: the same as they are now.
        order_no: the order that was cancelled or changed.

    Returns:
        Per source `sku, source, warehouse, lot, purchase_no, line_no`, the `qty` that was freed,
        `absorbed` (order, line, qty) by orders that waited, and the `surplus_qty` left.

    >>> row = {"order_no": "SO-1", "line_no": 1, "sku": "A", "source": "inbound", "warehouse": "M",
    ...     "lot": None, "purchase_no": "PO-1", "purchase_line_no": 1, "qty": Decimal(9)}
    >>> found = freed([row], [row | {"order_no": "SO-2", "qty": Decimal(4)}], "SO-1")[0]
    >>> found["qty"], found["absorbed"][0]["order"], found["surplus_qty"]
    (Decimal('9'), 'SO-2', Decimal('5'))
    """
    was, now = _by_source(before), _by_source(after)
    found = []
    for key, held in was.items():
        gone = _sum(held, order_no) - _sum(now.get(key, {}), order_no)
        if gone <= 0:
            continue
        absorbed, left = [], gone
        for line, qty in now.get(key, {}).items():
            more = min(qty - held.get(line, ZERO), left)
            if line[0] != order_no and more > 0:
                absorbed.append({"order": line[0], "line": line[1], "qty": more})
                left -= more
        sku, warehouse, lot, purchase_no, line_no = key
        found.append(
            {
                "sku": sku, "source": "stock" if purchase_no is None else "inbound",
                "warehouse": warehouse, "lot": lot, "purchase_no": purchase_no,
                "purchase_line_no": line_no, "qty": gone, "absorbed": absorbed,
                "surplus_qty": left,
            }
        )  # fmt: skip
    return found


def _by_source(
    rows: Sequence[Mapping[str, Any]],
) -> dict[tuple[Any, ...], dict[tuple[str, int], Decimal]]:
    found: dict[tuple[Any, ...], dict[tuple[str, int], Decimal]] = {}
    for row in rows:
        key = (
            row["sku"],
            row["warehouse"],
            row["lot"],
            row["purchase_no"],
            row["purchase_line_no"],
        )
        mine = found.setdefault(key, {})
        line = (row["order_no"], row["line_no"])
        mine[line] = mine.get(line, ZERO) + row["qty"]
    return found


def _sum(held: Mapping[tuple[str, int], Decimal], order_no: str) -> Decimal:
    return sum((qty for line, qty in held.items() if line[0] == order_no), ZERO)


def lost(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    used: Mapping[tuple[str, int, str | None], Decimal],
) -> list[dict[str, Any]]:
    """Order lines that held stock which is no longer there.

    Where lines only changed places, one with stock for one with inbound, nothing is lost.

    Args:
        before: reservations as they were: `order_no, line_no, sku, source, qty` [stock units].
        after: the same as they are now.
        used: (order, line, lot) → what was shipped of holds.

    Returns:
        `order, line, sku, qty`, by order and line.

    >>> row = {"order_no": "SO-1", "line_no": 1, "sku": "A", "source": "stock", "qty": Decimal(9)}
    >>> [each["qty"] for each in lost([row], [row | {"qty": Decimal(2)}], {("SO-1", 1, None): Decimal(3)})]
    [Decimal('4')]
    """
    gone: dict[tuple[str, int], Decimal] = {}
    skus: dict[tuple[str, int], str] = {}
    net: dict[str, Decimal] = {}
    for rows, sign in ((before, 1), (after, -1)):
        for row in rows:
            if row["source"] == "stock":
                line = (row["order_no"], row["line_no"])
                skus[line] = row["sku"]
                gone[line] = gone.get(line, ZERO) + sign * row["qty"]
    for (order, number, _), qty in used.items():
        if (order, number) in gone:
            gone[order, number] -= qty
    for line, qty in gone.items():
        net[skus[line]] = net.get(skus[line], ZERO) + qty
    return [
        {"order": line[0], "line": line[1], "sku": skus[line], "qty": qty}
        for line, qty in sorted(gone.items())
        if qty > 0 and net[skus[line]] > 0
    ]


def cancellable(purchase: Mapping[str, Any] | None) -> str | None:
    """Whether inbound that nobody waits for can still be cancelled: yes, ask, no; None for stock.

    Yes while the supplier has not confirmed it, on asking once confirmed, not once under way.

    >>> cancellable({"status": "approved", "in_transit_qty": 0}), cancellable(None)
    ('yes', None)
    """
    if purchase is None:
        return None
    if purchase["in_transit_qty"] > 0:
        return "no"
    return "yes" if purchase["status"] == "approved" else "ask"


def sells_in_days(surplus_qty: Decimal, daily_qty: float | None) -> int | None:
    """Days in which ordinary demand takes what is left over; None without a forecast.

    >>> sells_in_days(Decimal(10), 4.0)
    3
    """
    if not daily_qty or daily_qty <= 0:
        return None
    return int(-(-float(surplus_qty) // daily_qty))
