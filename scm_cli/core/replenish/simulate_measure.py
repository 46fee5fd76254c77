"""What a replay cost and served, per item-warehouse and in total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.simulate import EPSILON

if TYPE_CHECKING:
    from scm_cli.core.replenish.simulate import Course, Floats, World

YEAR_DAYS = 365
SUMS = {
    "demand_qty": pl.Float64,
    "served_qty": pl.Float64,
    "lines": pl.Int64,  # item-days with demand
    "short_lines": pl.Int64,  # of these not filled in full
    "stockout_days": pl.Int64,  # item-days that end with an empty shelf
    "stock_qty": pl.Float64,  # average
    "stock_amount": pl.Float64,  # average at cost
    "sold_amount": pl.Float64,  # at cost
    "orders": pl.Int64,  # order lines placed
    "holding_amount": pl.Float64,
    "ordering_amount": pl.Float64,
    "lost_margin_amount": pl.Float64,
}
FIGURES = [
    "fill_rate_pct",
    "stockout_rate_pct",
    "stockout_days",
    "stock_qty",
    "stock_amount",
    "turnover",
    "orders",
    "holding_amount",
    "ordering_amount",
    "lost_margin_amount",
    "cost_amount",
]


@dataclass(frozen=True, slots=True)
class Money:
    """`unit_cost` and `unit_margin` (n,) per unit; `holding_pct` of cost per year; per order line."""

    unit_cost: Floats
    unit_margin: Floats
    holding_pct: float
    order_amount: float


def items(world: World, course: Course, money: Money, warm_days: int) -> pl.DataFrame:
    """Sums and averages per item-warehouse, `SUMS`, in the order of the columns.

    Args:
        world: demand and its days.
        course: what happened.
        money: what things cost.
        warm_days: days at the beginning that are not counted: a policy must first get its own
            orders in. Margins below 0 count as 0.

    Units that wait (`World.backorder`) are short on their day but lose no margin.

    >>> from scm_cli.core.replenish.simulate import Levels, World, replayed
    >>> world = World.plain(np.full((4, 1), 3.0), np.zeros((5, 1), dtype=np.int64), 1)
    >>> course = replayed(world, Levels(np.full((4, 1), 2.0), np.full((4, 1), 2.0)))
    >>> money = Money(np.array([5.0]), np.array([1.0]), 36.5, 2.0)
    >>> items(world, course, money, 0).select("served_qty", "short_lines", "orders",
    ...     "ordering_amount", "lost_margin_amount").row(0)
    (8.0, 4, 3, 6.0, 4.0)
    """
    asked, served = world.demand[warm_days:], course.served[warm_days:]
    stock = course.stock[warm_days:]
    first = -(-warm_days // world.review_days)
    orders = (course.ordered[first:] > EPSILON).sum(0)
    missing = asked - served
    short = missing > EPSILON
    average = stock.mean(0)
    lost = 0.0 if world.backorder else 1.0
    found = {
        "demand_qty": asked.sum(0),
        "served_qty": served.sum(0),
        "lines": (asked > EPSILON).sum(0),
        "short_lines": short.sum(0),
        "stockout_days": (stock <= EPSILON).sum(0),
        "stock_qty": average,
        "stock_amount": average * money.unit_cost,
        "sold_amount": served.sum(0) * money.unit_cost,
        "orders": orders,
        "holding_amount": stock.sum(0) * money.unit_cost * money.holding_pct / 100 / YEAR_DAYS,
        "ordering_amount": orders * money.order_amount,
        "lost_margin_amount": lost * missing.sum(0) * np.maximum(money.unit_margin, 0.0),
    }
    return pl.DataFrame(found, schema=SUMS, strict=False)


def rated(sums: pl.DataFrame, days: int) -> pl.DataFrame:
    """The sums with rates: fill, stockouts, turnover a year, all costs; null without demand.

    Args:
        sums: `SUMS`, of items or of all together.
        days: that were counted.

    >>> one = pl.DataFrame({name: [2] for name in SUMS}, schema=SUMS)
    >>> rated(one, 365).select("fill_rate_pct", "stockout_rate_pct", "turnover").row(0)
    (100.0, 100.0, 1.0)
    """

    def share(part: str, whole: str, times: float) -> pl.Expr:
        some = pl.col(whole) > EPSILON
        return pl.when(some).then(times * pl.col(part) / pl.col(whole))

    return sums.with_columns(
        fill_rate_pct=share("served_qty", "demand_qty", 100.0),
        stockout_rate_pct=share("short_lines", "lines", 100.0),
        turnover=share("sold_amount", "stock_amount", YEAR_DAYS / max(days, 1)),
        cost_amount=pl.sum_horizontal("holding_amount", "ordering_amount", "lost_margin_amount"),
    )


def total(sums: pl.DataFrame, days: int) -> pl.DataFrame:
    """All item-warehouses as one row, with its rates."""
    return rated(sums.select(pl.col(name).sum() for name in SUMS), days)
