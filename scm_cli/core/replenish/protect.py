"""Trigger and target of every item-warehouse: from the forecast, the owner's rules and the room.

Every function takes and returns frames of `stocked` (see there).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.forecast.frames import interval_frame
from scm_cli.core.replenish.safety import protection
from scm_cli.core.replenish.service import FAR, NEAR, cycle_qty, served

if TYPE_CHECKING:
    from scm_cli.core.forecast.frames import Outlook
    from scm_cli.core.replenish.facts import StockRules

KEY = ["sku", "warehouse"]
#: Quantiles that are asked of the forecast; service levels between them are interpolated.
PROBS = (0.5, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)


def protected(
    outlook: Outlook, intervals: pl.DataFrame, rows: pl.DataFrame, rules: StockRules
) -> pl.DataFrame:
    """Trigger and target per item-warehouse: PROTECTION, and the service that they stand for.

    Convention: the protection interval is lead time + review period, the lead time counted from
    the order, tonight. What is bought per cycle: `service.cycle_qty`.

    Args:
        outlook: the forecast.
        intervals: supplier, possible interval lengths [days] and their weights.
        rows: of `stocked`.
        rules: what the firm sets.
    """
    found = interval_frame(outlook, intervals.select(*KEY, "days", "weights"), PROBS)
    mean_days = (pl.col("days") * pl.col("weights")).list.sum() / pl.col("weights").list.sum()
    told = intervals.select(
        *KEY, "supplier", mean_days.round().cast(pl.Int64).alias("interval_days")
    )
    found = found.join(told, on=KEY, how="inner")
    found = found.join(rows.select(*KEY, *_ECONOMY), on=KEY, how="inner").sort(KEY)
    quantile = pl.col("quantiles_qty").list
    found = found.with_columns(
        quantile.get(PROBS.index(NEAR)).alias("near_qty"),
        quantile.get(PROBS.index(FAR)).alias("far_qty"),
        (pl.col("mean_qty") / pl.col("interval_days").clip(1, None)).alias("daily_qty"),
    )
    daily, cost = (found[n].cast(pl.Float64).to_numpy() for n in ("daily_qty", "unit_cost"))
    found = served(found, rules).with_columns(
        cycle_qty=cycle_qty(daily, cost, rules),
        interval_sd_qty=(pl.col("far_qty") - pl.col("near_qty")) / _APART,
    )
    ours = protection(found, PROBS, rules.kind)
    told = found.select(*KEY, "service_pct", "service_from", "cycle_qty")
    return _roomed(_owners(ours, rows), rows).join(told, on=KEY, how="left", maintain_order="left")


#: Standard deviations between the near and the far quantile; the tail is what service asks about.
_APART = 2.326348 - 1.281552
_ECONOMY = (
    "class_service_pct", "own_service_pct", "unit_cost", "unit_margin", "line_rate", "review_days",
)  # fmt: skip


def _owners(ours: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Where the owner's own rule was adopted, his min and max are trigger and target."""
    own = rows.filter((pl.col("rule") == "owner") & pl.col("min_qty").is_not_null())
    own = own.select(
        *KEY, "min_qty", pl.coalesce("max_qty", pl.col("min_qty") + 1).alias("max_qty")
    )
    joined = ours.join(own, on=KEY, how="left", maintain_order="left")
    target = pl.max_horizontal("max_qty", pl.col("min_qty") + 1)
    return joined.with_columns(
        pl.coalesce("min_qty", "trigger_qty").alias("trigger_qty"),
        pl.when(pl.col("min_qty").is_not_null())
        .then(target)
        .otherwise("target_qty")
        .alias("target_qty"),
    ).select(ours.columns)


def _roomed(ours: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Where there is room for so much only, nothing is ordered beyond it."""
    room = rows.filter(pl.col("storage_qty").is_not_null()).select(*KEY, "storage_qty")
    most = pl.col("storage_qty").fill_null(float("inf"))
    return (
        ours.join(room, on=KEY, how="left", maintain_order="left")
        .with_columns(
            pl.min_horizontal("trigger_qty", (most - 1).clip(0.0, None)).alias("trigger_qty"),
            pl.min_horizontal("target_qty", most).alias("target_qty"),
        )
        .select(ours.columns)
    )


def kept_for_orders(
    demand: pl.DataFrame, committed: pl.DataFrame, rows: pl.DataFrame
) -> pl.DataFrame:
    """The requirement, in which items that are bought to order count their confirmed orders alone."""
    ordered = rows.filter(pl.col("rule") == "to_order").select(KEY)
    if ordered.is_empty():
        return demand
    asked = committed.join(ordered, on=KEY, how="semi").with_columns(days=pl.lit(1, pl.Int64))
    asked = asked.select(demand.columns)
    rest = demand.join(ordered, on=KEY, how="anti")
    return pl.concat([rest, asked], how="vertical_relaxed").sort(*KEY, "on", "qty")


def standing(rows: pl.DataFrame, protection: pl.DataFrame, forecast: pl.DataFrame) -> pl.DataFrame:
    """What each item-warehouse has, on order included, beside its levels: for joint orders."""
    per_day = daily_mean(forecast)
    position = pl.col("usable_qty") + pl.col("inbound_qty") - pl.col("demand_qty")
    kept = rows.filter(~pl.col("rule").is_in(["never", "to_order"]).fill_null(False))
    return (
        kept.filter(pl.col("status") == "active")
        .select(*KEY, position.alias("position_qty"))
        .join(protection, on=KEY)
        .join(per_day, on=KEY)
    )


def daily_mean(forecast: pl.DataFrame) -> pl.DataFrame:
    """Mean demand a day over the horizon [units]."""
    return forecast.group_by(KEY).agg(
        (pl.col("mean_qty").sum() / pl.col("bucket_days").sum()).alias("daily_mean_qty")
    )
