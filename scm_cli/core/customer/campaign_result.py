"""What a campaign brought in a stretch of days: the contacted beside the control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer.uplift import Difference, mean_difference, newcombe_points
from scm_cli.core.records.campaigns import CONTROL, TREATED

if TYPE_CHECKING:
    from datetime import date

FIGURES = ("orders", "sales_amount", "margin_amount", "discount_amount")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days that is looked at, both ends included."""

    name: str
    from_on: date
    until_on: date


def windows(from_on: date, until_on: date, after_days: int, today: date) -> list[Window]:
    """The campaign's own days, those after it, and both, as far as they have passed.

    The days after tell what was only bought earlier than it would have been.

    >>> from datetime import date
    >>> [w.name for w in windows(date(2026, 3, 1), date(2026, 3, 10), 30, date(2026, 3, 20))]
    ['during', 'after', 'both']
    """
    found = [Window("during", from_on, min(until_on, today))]
    if today > until_on:
        last = min(until_on + timedelta(days=after_days), today)
        found.append(Window("after", until_on + timedelta(days=1), last))
        found.append(Window("both", from_on, last))
    return found


def compared(
    members: pl.DataFrame, sales: pl.DataFrame, window: Window, range_pct: float
) -> dict[str, Any]:
    """One row of the report: both groups in `window`, by intention to treat.

    `members`: customer, arm. `sales`: customer, day, orders, sales_amount, margin_amount,
    discount_amount (ex tax; margin is net of discounts). Customers who bought nothing count with
    nothing. Differences are null without a control, their ranges where they cannot be told.

    >>> from datetime import date
    >>> who = pl.DataFrame({"customer": ["A", "B"], "arm": ["treated", "control"]})
    >>> day = date(2026, 3, 1)
    >>> sold = pl.DataFrame({"customer": ["A"], "day": [day], "orders": [1], "sales_amount": [9.0],
    ...     "margin_amount": [4.0], "discount_amount": [1.0]})
    >>> row = compared(who, sold, Window("during", day, day), 90)
    >>> row["treated_buyers"], row["difference_points"], row["margin_difference_amount"]
    (1, 100.0, 4.0)
    """
    inside = sales.filter(pl.col("day").is_between(window.from_on, window.until_on))
    each = inside.group_by("customer").agg(pl.col(FIGURES).sum())
    frame = members.join(each, on="customer", how="left").with_columns(
        pl.col(FIGURES).fill_null(0).cast(pl.Float64)
    )
    arms = {arm: frame.filter(arm=arm) for arm in (TREATED, CONTROL)}
    row: dict[str, Any] = {
        "window": window.name,
        "from_on": window.from_on,
        "until_on": window.until_on,
    }
    buyers = {arm: int((mine["orders"] > 0).sum()) for arm, mine in arms.items()}
    for arm, mine in arms.items():
        n = len(mine)
        row |= {arm: n, f"{arm}_buyers": buyers[arm]}
        row[f"{arm}_pct"] = 100 * buyers[arm] / n if n else None
        row |= {f"{arm}_{name}": float(mine[name].sum()) for name in FIGURES}
        row[f"{arm}_orders"] = int(row[f"{arm}_orders"])
        row[f"{arm}_margin_each_amount"] = float(mine["margin_amount"].sum()) / n if n else None
    sizes = len(arms[TREATED]), len(arms[CONTROL])
    points = newcombe_points((buyers[TREATED], buyers[CONTROL]), sizes, range_pct)
    margins = [arms[arm]["margin_amount"].to_numpy() for arm in (TREATED, CONTROL)]
    money = mean_difference(margins[0], margins[1], range_pct)
    row |= _told(points, ("difference_points", "low_points", "high_points"))
    row |= _told(money, _MONEY)
    whole = Difference(*(v * sizes[0] for v in (money.value, money.low, money.high)))
    return row | _told(whole, _WHOLE)


_MONEY = ("margin_difference_amount", "low_margin_amount", "high_margin_amount")
_WHOLE = ("extra_margin_amount", "low_extra_amount", "high_extra_amount")


def _told(found: Difference, names: tuple[str, str, str]) -> dict[str, float | None]:
    values = (found.value, found.low, found.high)
    return {n: None if math.isnan(v) else v for n, v in zip(names, values, strict=True)}
