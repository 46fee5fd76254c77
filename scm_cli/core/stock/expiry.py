"""Lots near their end: what sells in time when the first to expire goes first (FEFO)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


def unsold(
    lots: Sequence[Mapping[str, Any]], pace: Mapping[tuple[str, str], float], today: date
) -> list[dict[str, Any]]:
    """What of each lot will be left when it expires, the first to expire sold first.

    Args:
        lots: `sku`, `name`, `warehouse`, `lot`, `expiry_on`, `qty` [units], `unit_cost`, by expiry.
        pace: expected sales [units/day] per item and warehouse; unknown counts as none.
        today: the day of asking.

    Returns:
        The lots with `days_left`, `left_qty`, `loss_amount` (null without a cost) and `advice`:
        "scrap" once expired, "sell" while something would be left, else "watch".

    >>> from datetime import date
    >>> lots = [{"sku": "A", "name": "x", "warehouse": "W", "lot": "L1", "expiry_on": date(2026, 1, 11),
    ...     "qty": 30, "unit_cost": 2}]
    >>> row = unsold(lots, {("A", "W"): 2.0}, date(2026, 1, 1))[0]
    >>> row["left_qty"], row["loss_amount"], row["advice"]
    (10.0, 20.0, 'sell')
    """
    sold: dict[tuple[str, str], float] = {}
    found = []
    for lot in lots:
        place = (lot["sku"], lot["warehouse"])
        days = (lot["expiry_on"] - today).days
        room = max(0.0, pace.get(place, 0.0) * max(days, 0) - sold.get(place, 0.0))
        goes = min(float(lot["qty"]), room)
        sold[place] = sold.get(place, 0.0) + goes
        left = round(float(lot["qty"]) - goes, 4)
        cost = lot["unit_cost"]
        found.append(
            {
                **{n: lot[n] for n in ("sku", "name", "warehouse", "lot", "expiry_on", "qty")},
                "days_left": days,
                "left_qty": left,
                "loss_amount": None if cost is None else round(left * float(cost), 2),
                "advice": "scrap" if days < 0 else "sell" if left > 0 else "watch",
            }
        )
    return found
