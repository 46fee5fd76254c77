"""How long stock lasts, what it costs to run out, what has stopped selling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def running_out(rows: Iterable[Mapping[str, Any]], default_lead_days: int) -> list[dict[str, Any]]:
    """Items whose stock and goods on order end before a new order could arrive, the dearest loss first.

    Args:
        rows: `sku`, `name`, `warehouse`, `available_qty`, `daily_qty` [units/day],
            `lead_days` (null: the default), `margin` [currency/unit] (null: unknown), and
            `arrivals`, (days from today, quantity) of goods on order, ascending (null: none).
        default_lead_days: for items without a quoted lead time [days].

    Returns:
        The rows with `days_left` and `margin_at_risk_amount` (null without a margin): what is not
        sold while nothing lies there until a new order could arrive; `next_arrival_days` of what
        is on order.

    >>> rows = [{"sku": "A", "name": "Pen", "warehouse": "W", "available_qty": 10, "daily_qty": 5.0,
    ...     "lead_days": 7, "margin": 2.0, "arrivals": None}]
    >>> found = running_out(rows, 14)[0]
    >>> found["days_left"], found["margin_at_risk_amount"]
    (2, 50.0)
    >>> running_out([{**rows[0], "arrivals": [(4, 100)]}], 14)[0]["margin_at_risk_amount"]
    20.0
    """
    found = []
    for row in rows:
        daily = float(row["daily_qty"] or 0)
        if daily <= 0:
            continue
        stock = max(0.0, float(row["available_qty"]))
        lead = row["lead_days"] if row["lead_days"] is not None else default_lead_days
        coming = row.get("arrivals") or ()
        out_after, lost = _short(stock / daily, lead, [(d, float(q) / daily) for d, q in coming])
        if lost > 0:
            margin = row["margin"]
            found.append(
                {
                    "sku": row["sku"],
                    "name": row["name"],
                    "warehouse": row["warehouse"],
                    "days_left": int(out_after),
                    "daily_qty": round(daily, 2),
                    "available_qty": row["available_qty"],
                    "next_arrival_days": coming[0][0] if coming else None,
                    "margin_at_risk_amount": None
                    if margin is None
                    else round(lost * daily * max(0.0, float(margin)), 2),
                }
            )
    return sorted(
        found, key=lambda r: (-(r["margin_at_risk_amount"] or 0), r["days_left"], r["sku"])
    )


def _short(left: float, until: float, arrivals: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """After how many days stock first ends, and on how many days before `until` there is none.

    All in days of sales: `left` now, and what arrives when.

    >>> _short(2.0, 10.0, [(5, 3.0)])
    (2.0, 5.0)
    """
    out_after, short, now = until, 0.0, 0.0
    for day, more in [*((float(d), q) for d, q in arrivals if d < until), (until, 0.0)]:
        lasts = now + left
        if lasts < day:
            out_after, short = min(out_after, lasts), short + day - max(lasts, now)
        left, now = max(lasts - day, 0.0) + more, day
    return out_after, short


def items(rows: Iterable[Mapping[str, Any]]) -> int:
    """How many items rows of items and warehouses speak of.

    >>> items([{"sku": "A", "warehouse": "W"}, {"sku": "A", "warehouse": "V"}])
    1
    """
    return len({row["sku"] for row in rows})


def lies(row: Mapping[str, Any], after_days: int) -> bool:
    """Whether an item is there and was not asked for in so many days (null: never).

    >>> lies({"on_hand_qty": 3, "idle_days": 90}, 180), lies({"on_hand_qty": 3, "idle_days": None}, 180)
    (False, True)
    """
    idle = row["idle_days"]
    return bool(row["on_hand_qty"] > 0 and (idle is None or idle >= after_days))


def dead(rows: Iterable[Mapping[str, Any]], after_days: int) -> list[dict[str, Any]]:
    """Items that lie and were not asked for in `after_days`, the most money first.

    `rows`: `sku`, `name`, `warehouse`, `on_hand_qty`, `unit_cost` (null: unknown),
    `idle_days` (null: never sold). `value_amount` is null where the cost is unknown.

    >>> rows = [{"sku": "A", "name": "Pen", "warehouse": "W", "on_hand_qty": 10, "unit_cost": 2,
    ...     "idle_days": 400}]
    >>> dead(rows, 180)[0]["value_amount"]
    20.0
    """
    found = [
        {
            "sku": row["sku"],
            "name": row["name"],
            "warehouse": row["warehouse"],
            "on_hand_qty": row["on_hand_qty"],
            "value_amount": None
            if row["unit_cost"] is None
            else round(float(row["on_hand_qty"]) * float(row["unit_cost"]), 2),
            "idle_days": row["idle_days"],
        }
        for row in rows
        if lies(row, after_days)
    ]
    return sorted(found, key=lambda r: (-(r["value_amount"] or 0), r["sku"]))
