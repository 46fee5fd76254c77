"""From the shop's frames to the planner's inputs: what is stocked where, from whom, how safely.

Every function takes and returns frames; the caller hands in the facts (see `jobs.planning`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.forecast.frames import interval_frame
from scm_cli.core.replenish.levels import PROBS, levels, service_pct
from scm_cli.core.stock.classes import abc

if TYPE_CHECKING:
    from scm_cli.core.forecast.frames import Outlook
    from scm_cli.core.replenish.facts import PlanningFacts
    from scm_cli.settings_model import Settings

KEY = ["sku", "warehouse"]
YEAR_DAYS = 365


def stocked(known: PlanningFacts, settings: Settings) -> pl.DataFrame:
    """One row per item and warehouse that holds, sells, expects or is told to hold the item.

    Items that are nowhere yet stand in the default warehouse. Columns: the item's, the owner's
    rules, class, service level, stock, unit cost and margin.
    """
    seen = [known.demand, known.levels, known.committed, known.policies]
    pairs = pl.concat([frame.select(KEY) for frame in seen]).unique()
    active = known.items.filter(pl.col("status") == "active")
    nowhere = active.join(pairs, on="sku", how="anti").select("sku", pl.lit(known.place).alias("warehouse"))
    pairs = pl.concat([pairs, nowhere]).sort(KEY)
    rows = pairs.join(known.items, on="sku", how="inner", maintain_order="left")
    rows = rows.join(known.policies, on=KEY, how="left", maintain_order="left")
    rows = rows.join(known.levels, on=KEY, how="left", maintain_order="left")
    rows = rows.join(known.sold, on="sku", how="left", maintain_order="left")
    main = pl.col("warehouse") == known.place  # an item's own min and max are those of the default
    rows = rows.with_columns(
        pl.coalesce("own_min_qty", pl.when(main).then("min_qty")).alias("min_qty"),
        pl.coalesce("own_max_qty", pl.when(main).then("max_qty")).alias("max_qty"),
        pl.col("on_hand_qty", "usable_qty", "reserved_qty", "inbound_qty", "demand_qty").fill_null(0.0),
        pl.coalesce("unit_sale", "sold_price").alias("unit_sale"),
        pl.lit(settings.planning.review_days).alias("review_days"),
    )
    value = _yearly_value(known)
    classes = abc(rows.select(KEY).join(value, on=KEY, how="left").with_columns(pl.col("value_amount").fill_null(0.0)))
    service = settings.service
    rated = service_pct(classes, {"A": service.a_pct, "B": service.b_pct, "C": service.c_pct})
    rows = rows.join(rated, on=KEY, how="left", maintain_order="left")
    return rows.with_columns(
        pl.coalesce("own_service_pct", "service_pct").alias("service_pct"),
        (pl.col("unit_sale") - pl.col("unit_cost")).alias("unit_margin"),
    )


def _yearly_value(known: PlanningFacts) -> pl.DataFrame:
    """What each item-warehouse sold in the last year, at its sale price (else its cost, else 1)."""
    last = known.demand.filter(pl.col("on") >= pl.lit(known.today) - pl.duration(days=YEAR_DAYS))
    priced = last.join(known.sold, on="sku", how="left").join(
        known.items.select("sku", "unit_cost", "unit_sale"), on="sku", how="left"
    )
    price = pl.coalesce("sold_price", "unit_sale", "unit_cost", pl.lit(1.0))
    return priced.group_by(KEY).agg((pl.col("qty") * price).sum().alias("value_amount"))


def supplied(
    known: PlanningFacts, rows: pl.DataFrame, settings: Settings
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Offers with learnt lead times, the protection interval per item-warehouse, the lead times.

    The interval is that of the item's first approved supplier: its lead-time distribution plus
    the review period; items without a supplier take the shop's default lead time.
    """
    default = settings.planning.default_lead_time_days
    quoted = known.offers.with_columns(pl.col("quoted_days").fill_null(default))
    leads = _leads(quoted)
    offers = quoted.join(
        leads.select("supplier", "sku", "lead_days_p50", "lead_days_p90"), on=["supplier", "sku"], how="left"
    ).with_columns(
        pl.col("lead_days_p50").fill_null(pl.col("quoted_days")),
        pl.col("lead_days_p90").fill_null(pl.col("quoted_days")),
    )
    first = (
        offers.filter("approved").sort("sku", "rank", "unit_price", "supplier").unique("sku", keep="first")
    ).select("sku", "supplier")
    spread = leads.select("supplier", "sku", "days", "weights")
    chosen = rows.select(*KEY, "review_days").join(first, on="sku", how="left", maintain_order="left")
    chosen = chosen.join(spread, on=["supplier", "sku"], how="left", maintain_order="left")
    fallback = pl.concat_list(pl.lit(float(default)))
    chosen = chosen.with_columns(
        (pl.col("days").fill_null(fallback).list.eval(pl.element().cast(pl.Float64))).alias("lead"),
        pl.col("weights").fill_null(pl.concat_list(pl.lit(1.0))),
    )
    chosen = chosen.with_columns(
        (pl.col("lead") + pl.col("review_days").cast(pl.Float64)).alias("days")
    )
    return offers, chosen.select(*KEY, "supplier", "days", "weights"), leads


def _leads(quoted: pl.DataFrame) -> pl.DataFrame:
    return quoted.select(
        "supplier", "sku", pl.concat_list("quoted_days").alias("days"), pl.concat_list(pl.lit(1.0)).alias("weights"),
        pl.col("quoted_days").alias("lead_days_p50"), pl.col("quoted_days").alias("lead_days_p90"),
        pl.lit(0).alias("n"), pl.lit("quoted").alias("method"),
    )  # fmt: skip


def protected(outlook: Outlook, intervals: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Trigger and target per item-warehouse, the planner's PROTECTION schema."""
    found = interval_frame(outlook, intervals.select(*KEY, "days", "weights"), PROBS)
    mean_days = (pl.col("days") * pl.col("weights")).list.sum() / pl.col("weights").list.sum()
    told = intervals.select(*KEY, "supplier", mean_days.round().cast(pl.Int64).alias("interval_days"))
    found = found.join(told, on=KEY, how="inner")
    daily = (pl.col("mean_qty") / pl.col("interval_days").clip(1, None)).alias("daily_mean_qty")
    needs = rows.select(*KEY, "service_pct", "review_days").join(found.select(*KEY, daily), on=KEY)
    return levels(found, needs)


def plan_items(rows: pl.DataFrame, forecast: pl.DataFrame) -> pl.DataFrame:
    """The planner's ITEMS schema; items that are ended or that the owner never buys are not stocked."""
    per_day = forecast.group_by(KEY).agg((pl.col("mean_qty").sum() / pl.col("bucket_days").sum()).alias("daily_mean_qty"))
    never = (pl.col("status") == "ended") | (pl.col("rule") == "never").fill_null(False)
    return rows.join(per_day, on=KEY, how="left", maintain_order="left").with_columns(
        pl.when(never).then(pl.lit("none")).otherwise(pl.lit("buy")).alias("kind"),
        pl.col("unit_margin").clip(0.0, None),
    )


def supply(known: PlanningFacts, leads: pl.DataFrame) -> pl.DataFrame:
    """Open purchase lines with the day on which they are expected; the planner's SUPPLY schema."""
    spread = leads.select("supplier", "sku", "lead_days_p50", "lead_days_p90")
    lines = known.purchases.filter(pl.col("open_qty") > 0).join(spread, on=["supplier", "sku"], how="left")
    usual = pl.col("ordered_on") + pl.duration(days=pl.col("lead_days_p50").fill_null(0))
    late = pl.col("ordered_on") + pl.duration(days=pl.col("lead_days_p90").fill_null(0))
    place = pl.when(pl.col("warehouse") == "").then(pl.lit(known.place)).otherwise("warehouse")
    expected = pl.coalesce("promised_on", "requested_on", usual)
    return lines.select(
        "sku",
        place.alias("warehouse"),
        expected.alias("on"),
        pl.col("open_qty").alias("qty"),
        pl.col("purchase_no").alias("document"),
        pl.col("line_no").alias("line"),
        pl.lit(True).alias("firm"),
        pl.max_horizontal(late, expected).alias("latest_p90_on"),
    )
