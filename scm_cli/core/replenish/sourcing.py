"""From whom to buy: the approved supplier that makes the date at the lowest true cost.

Where none makes the date, the fastest; its lateness is shown in days and in its true cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.rounding import rounded_up

if TYPE_CHECKING:
    from scm_cli.core.replenish.schemas import PlanRules


def sourced(needs: pl.DataFrame, offers: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """Add to each need the chosen offer and its true unit cost.

    Args:
        needs: `row, sku, needed_qty, buy_day, daily_mean_qty, unit_cost, margin` per need.
        offers: usable offers (`schemas.OFFERS`; approved, one per item and supplier).
        rules: holding cost; today.

    Returns:
        The needs that someone supplies with `supplier, unit_price, moq_qty,
        order_multiple_qty, lead_days, lead_days_p90, min_order_amount, true_unit_cost`.

    True cost of a unit = price + holding the surplus that the minimum forces (its mean time on
    the shelf, at most a year) + margin lost to lateness: days late at the median, and a tenth of
    the days that the slow tenth of deliveries (P90) comes later still.
    """
    total = pl.col("needed_qty").sum().over("sku")
    needs = needs.with_columns(_total=total, _daily=pl.col("daily_mean_qty").sum().over("sku"))
    offers = offers.rename({"lead_days_p50": "lead_days"}).drop("approved", "outdated")
    pairs = needs.join(offers, on="sku", maintain_order="left_right")
    whole = pl.max_horizontal("_total", "moq_qty")
    surplus = rounded_up(whole, pl.col("order_multiple_qty")) - pl.col("_total")
    price = pl.col("unit_price").fill_null(pl.col("unit_cost")).fill_null(0.0)
    shelf_days = (surplus / pl.max_horizontal("_daily", 1e-9) / 2).clip(0.0, 365.0)
    holding = price * rules.holding_pct / 100 / 365 * surplus * shelf_days / pl.col("_total")
    late = (pl.col("lead_days") - pl.col("buy_day")).clip(0, None)
    latest = pl.max_horizontal("lead_days", "buy_day")
    later = (pl.col("lead_days_p90") - latest).clip(0, None) * 0.1
    lateness = pl.col("margin").clip(0.0, None) * pl.col("daily_mean_qty") * (late + later)
    cost = price + holding + lateness / pl.col("needed_qty")
    pairs = pairs.with_columns(unit_price=price, true_unit_cost=cost, _late=late > 0)
    fastest = pl.when("_late").then("lead_days").otherwise(0)
    return (
        pairs.with_columns(_fastest=fastest)
        .sort("row", "_late", "_fastest", "true_unit_cost", "rank", "supplier")
        .unique("row", keep="first", maintain_order=True)
        .drop("_total", "_daily", "_late", "_fastest")
    )
