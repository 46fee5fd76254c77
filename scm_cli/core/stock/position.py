"""The quantities of an item in a warehouse, exactly as they are named everywhere.

available = usable on hand − reserved; position = usable on hand + firm inbound − all open
confirmed demand, allocated or not. They are computed from facts, never stored beside them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ZERO = Decimal(0)
SUMMED = ("on_hand_qty", "usable_qty", "reserved_qty", "inbound_qty", "demand_qty")


def level(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All quantities [stock units] of one item in one warehouse from its sums.

    `facts`: sku, warehouse, on_hand_qty, usable_qty, reserved_qty, inbound_qty, demand_qty.

    >>> row = level({"sku": "A", "warehouse": "W", "on_hand_qty": 12, "usable_qty": 10,
    ...     "reserved_qty": 4, "inbound_qty": 50, "demand_qty": 9})
    >>> row["available_qty"], row["position_qty"]
    (6, 51)
    """
    return {
        "sku": facts["sku"],
        "warehouse": facts["warehouse"],
        "on_hand_qty": facts["on_hand_qty"],
        "reserved_qty": facts["reserved_qty"],
        "inbound_qty": facts["inbound_qty"],
        "available_qty": facts["usable_qty"] - facts["reserved_qty"],
        "usable_qty": facts["usable_qty"],
        "open_demand_qty": facts["demand_qty"],
        "position_qty": facts["usable_qty"] + facts["inbound_qty"] - facts["demand_qty"],
    }


def item_levels(
    held: Iterable[Mapping[str, Any]],
    coming: Iterable[Mapping[str, Any]],
    waiting: Iterable[Mapping[str, Any]],
    kept: Iterable[Mapping[str, Any]],
    at: tuple[str, date, str | None],
) -> list[dict[str, Any]]:
    """`level` of one item in each warehouse, from its own rows.

    Args:
        held: lots: warehouse, expiry_on, qty. An expired lot is on hand and not usable.
        coming: open inbound lines: warehouse, open_qty.
        waiting: open order lines: warehouse, open_qty.
        kept: what is reserved from stock: warehouse, qty.
        at: the item, today, and the warehouse of lines that name none.

    >>> from datetime import date
    >>> lots = [{"warehouse": "W", "expiry_on": date(2026, 1, 1), "qty": Decimal(2)},
    ...     {"warehouse": "W", "expiry_on": None, "qty": Decimal(10)}]
    >>> [row] = item_levels(lots, [], [{"warehouse": None, "open_qty": Decimal(3)}], [],
    ...     ("A", date(2026, 5, 1), "W"))
    >>> [int(row[f"{n}_qty"]) for n in ("on_hand", "usable", "open_demand", "position")]
    [12, 10, 3, 7]
    """
    sku, today, default = at
    sums: dict[str, dict[str, Any]] = {}

    def add(warehouse: str | None, name: str, qty: Decimal) -> None:
        place = str(warehouse or default)
        of = sums.setdefault(place, {"sku": sku, "warehouse": place} | dict.fromkeys(SUMMED, ZERO))
        of[name] += qty

    for row in held:
        add(row["warehouse"], "on_hand_qty", row["qty"])
        if row["expiry_on"] is None or row["expiry_on"] >= today:
            add(row["warehouse"], "usable_qty", row["qty"])
    for name, field, found in (
        ("inbound_qty", "open_qty", coming),
        ("demand_qty", "open_qty", waiting),
        ("reserved_qty", "qty", kept),
    ):
        for row in found:
            add(row["warehouse"], name, row[field])
    return [level(sums[place]) for place in sorted(sums)]


def entered(qty: Decimal, unit: str | None, factor: Decimal) -> str:
    """A quantity in the unit in which it was entered.

    >>> entered(Decimal(48), "箱", Decimal(24))
    '2箱'
    """
    return f"{round(qty / factor, 4).normalize():f}{unit or ''}"


def in_packs(qty: Decimal, unit: str, packs: Iterable[tuple[str, Decimal]]) -> str:
    """A quantity in the item's packs, the largest first.

    >>> in_packs(Decimal(77), "瓶", [("箱", Decimal(24))])
    '3箱5瓶'
    >>> in_packs(Decimal(5), "pcs", [])
    '5pcs'
    """
    sign, rest, parts = ("-", -qty, []) if qty < 0 else ("", qty, [])
    for name, factor in sorted(packs, key=lambda pack: -pack[1]):
        if factor > 1 and rest >= factor:
            count = rest // factor
            rest -= count * factor
            parts.append(f"{count}{name}")
    if rest or not parts:
        parts.append(f"{rest.normalize():f}{unit}")
    return sign + "".join(parts)
