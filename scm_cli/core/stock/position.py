"""The quantities of an item in a warehouse, exactly as they are named everywhere.

available = usable on hand − reserved; position = usable on hand + firm inbound − all open
confirmed demand, allocated or not. They are computed from facts, never stored beside them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ZERO = Decimal(0)


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
