"""From the shop's frames to the planner's inputs: what is stocked where, from whom, how safely.

Every function takes and returns frames; the caller hands in the facts (see `jobs.planning`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.arrival import jumping_days, quantile_days, remaining_days
from scm_cli.core.replenish.lead_time import lead_times
from scm_cli.core.replenish.protect import daily_mean
from scm_cli.core.series import series_of
from scm_cli.core.stock.classes import abc

if TYPE_CHECKING:
    from scm_cli.core.replenish.facts import PlanningFacts, StockRules

KEY = ["sku", "warehouse"]
YEAR_DAYS = 365
RECENT_DAYS = 91


def stocked(known: PlanningFacts, rules: StockRules, demand: pl.DataFrame) -> pl.DataFrame:
    """One row per item and warehouse that holds, sells, expects or is told to hold the item.

    Items that are nowhere yet stand in the default warehouse. Columns: the item's, the owner's
    rules, class, service level, stock, unit cost and margin. The classes rest on `demand` as the
    forecast sees it (see `preparation.prepared`): one line never to come again makes no class.
    """
    seen = [known.demand, known.levels, known.committed, known.policies]
    pairs = pl.concat([series_of(frame, KEY) for frame in seen]).unique()
    active = known.items.filter(pl.col("status") == "active")
    nowhere = active.join(pairs, on="sku", how="anti").select(
        "sku", pl.lit(known.place).alias("warehouse")
    )
    pairs = pl.concat([pairs, nowhere]).sort(KEY)
    rows = pairs.join(known.items, on="sku", how="inner", maintain_order="left")
    rows = rows.join(known.policies, on=KEY, how="left", maintain_order="left")
    rows = rows.join(known.levels, on=KEY, how="left", maintain_order="left")
    rows = rows.join(known.sold, on="sku", how="left", maintain_order="left")
    main = pl.col("warehouse") == known.place  # an item's own min and max are those of the default
    rows = rows.with_columns(
        pl.coalesce("own_min_qty", pl.when(main).then("min_qty")).alias("min_qty"),
        pl.coalesce("own_max_qty", pl.when(main).then("max_qty")).alias("max_qty"),
        pl.col("on_hand_qty", "usable_qty", "reserved_qty", "inbound_qty", "demand_qty").fill_null(
            0.0
        ),
        pl.coalesce("unit_sale", "sold_price").alias("unit_sale"),
        pl.lit(rules.review_days).alias("review_days"),
    )
    value = _yearly_value(known, demand)
    classes = abc(
        rows.select(KEY)
        .join(value, on=KEY, how="left")
        .with_columns(pl.col("value_amount").fill_null(0.0))
    )
    levels = dict(rules.service_pct)
    level = pl.col("abc_class").replace_strict(levels, return_dtype=pl.Float64)
    rated = classes.with_columns(level.alias("class_service_pct"))
    rows = rows.join(rated, on=KEY, how="left", maintain_order="left")
    rows = rows.join(_line_rate(known), on=KEY, how="left", maintain_order="left")
    return rows.with_columns(
        pl.col("line_rate").fill_null(0.5 / RECENT_DAYS),
        pl.coalesce("own_service_pct", "class_service_pct").alias("service_pct"),
        (pl.col("unit_sale") - pl.col("unit_cost")).alias("unit_margin"),
    )


def _line_rate(known: PlanningFacts) -> pl.DataFrame:
    """Days with demand per day over the last quarter; half a day more, for none is never sure."""
    begin = pl.lit(known.today) - pl.duration(days=RECENT_DAYS)
    late = known.demand.filter(pl.col("on") >= begin, pl.col("qty") > 0)
    return late.group_by(KEY).agg(
        ((pl.col("on").n_unique() + 0.5) / RECENT_DAYS).alias("line_rate")
    )


def _yearly_value(known: PlanningFacts, demand: pl.DataFrame) -> pl.DataFrame:
    """What each item-warehouse sold in the last year, at its sale price (else its cost, else 1)."""
    last = demand.filter(pl.col("on") >= pl.lit(known.today) - pl.duration(days=YEAR_DAYS))
    priced = last.join(known.sold, on="sku", how="left").join(
        known.items.select("sku", "unit_cost", "unit_sale"), on="sku", how="left"
    )
    price = pl.coalesce("sold_price", "unit_sale", "unit_cost", pl.lit(1.0))
    return priced.group_by(KEY).agg((pl.col("qty") * price).sum().alias("value_amount"))


def supplied(
    known: PlanningFacts, rows: pl.DataFrame, rules: StockRules
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Offers with learnt lead times, the protection interval per item-warehouse, the lead times.

    The interval is that of the item's first approved supplier: its lead-time distribution plus
    the review period; items without a supplier take the shop's default lead time.
    """
    default = rules.default_lead_time_days
    quoted = known.offers.with_columns(pl.col("quoted_days").fill_null(default))
    leads = _leads(known, quoted)
    offers = quoted.join(
        leads.select("supplier", "sku", "lead_days_p50", "lead_days_p90"),
        on=["supplier", "sku"],
        how="left",
    ).with_columns(
        pl.col("lead_days_p50").fill_null(pl.col("quoted_days")),
        pl.col("lead_days_p90").fill_null(pl.col("quoted_days")),
    )
    first = (
        offers.filter("approved")
        .sort("sku", "rank", "unit_price", "supplier")
        .unique("sku", keep="first")
    ).select("sku", "supplier")
    spread = leads.select("supplier", "sku", "days", "weights")
    chosen = rows.select(*KEY, "review_days").join(
        first, on="sku", how="left", maintain_order="left"
    )
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


def _leads(known: PlanningFacts, quoted: pl.DataFrame) -> pl.DataFrame:
    """Lead times learnt from the shop's own purchase lines, in calendar days for an order today."""
    asked = quoted.select("supplier", "sku", "quoted_days")
    lines = known.purchases.join(asked, on=["supplier", "sku"], how="left")
    closed = closures(known.closures)
    found = lead_times(lines, known.today, quoted=asked, closures=closed)
    p50, p90 = quantile_days(found, 0.5), quantile_days(found, 0.9)
    open_p50 = found.select("supplier", p50.alias("days"))
    jumped = jumping_days(open_p50, known.today, closed) - p50
    return found.with_columns(
        (p50 + jumped).alias("lead_days_p50"),
        jumping_days(found.select("supplier", p90.alias("days")), known.today, closed).alias(
            "lead_days_p90"
        ),
        (pl.col("lead_days").cast(pl.List(pl.Float64)) + jumped.cast(pl.Float64)).alias("days"),
    )


def closures(rows: pl.DataFrame) -> pl.DataFrame:
    """Days on which suppliers are closed, merged where they overlap or touch; the firm's close all.

    >>> from datetime import date
    >>> rows = pl.DataFrame({"party_kind": ["supplier"] * 2, "party": ["S"] * 2,
    ...     "from_on": [date(2026, 2, 1), date(2026, 2, 4)],
    ...     "until_on": [date(2026, 2, 3), date(2026, 2, 9)]})
    >>> closures(rows)["last_on"].to_list()
    [datetime.date(2026, 2, 9)]
    """
    concerned = rows.filter(pl.col("party_kind").is_in(["supplier", "firm"])).select(
        pl.when(pl.col("party_kind") == "supplier").then("party").alias("supplier"),
        pl.col("from_on").alias("first_on"),
        pl.col("until_on").alias("last_on"),
    )
    sorted_rows = concerned.sort("supplier", "first_on", "last_on")
    reach = pl.col("last_on").cum_max().shift(1).over("supplier")
    apart = (pl.col("first_on") > reach + pl.duration(days=1)).fill_null(True)
    numbered = sorted_rows.with_columns(
        apart.cast(pl.Int64).cum_sum().over("supplier").alias("group")
    )
    merged = numbered.group_by("supplier", "group", maintain_order=True).agg(
        pl.col("first_on").min(), pl.col("last_on").max()
    )
    return merged.select("supplier", "first_on", "last_on")


def plan_items(rows: pl.DataFrame, forecast: pl.DataFrame) -> pl.DataFrame:
    """The planner's ITEMS schema; items that are ended or that the owner never buys are not stocked."""
    per_day = daily_mean(forecast)
    never = (pl.col("status") == "ended") | (pl.col("rule") == "never").fill_null(False)
    return rows.join(per_day, on=KEY, how="left", maintain_order="left").with_columns(
        pl.when(never).then(pl.lit("none")).otherwise(pl.lit("buy")).alias("kind"),
        (pl.col("rule") == "to_order").fill_null(False).alias("to_order"),
        pl.col("unit_margin").clip(0.0, None),
    )


def supply(known: PlanningFacts, leads: pl.DataFrame) -> pl.DataFrame:
    """Open purchase lines with the day on which they are expected; the planner's SUPPLY schema.

    What a shipment notice says is on its way is expected on its day. A line without a promise is
    expected when its supplier usually delivers, given that it has not come yet, and not before a
    day that was asked for beyond the quoted time: a line asked for at once comes no later than a
    new order would, else the same gap would be bought for again and again. A line whose day has
    passed is counted on when nine of ten such lines come.
    """
    lines = _split_in_transit(known.purchases.filter(pl.col("open_qty") > 0))
    lines = remaining_days(lines, leads, known.today, closures=closures(known.closures))
    today = pl.lit(known.today)
    usual = today + pl.duration(days=pl.col("remaining_p50_days"))
    quoted = known.offers.group_by("supplier", "sku").agg(pl.col("quoted_days").max())
    lines = lines.join(quoted, on=["supplier", "sku"], how="left", maintain_order="left")
    soonest = pl.col("ordered_on") + pl.duration(days="quoted_days")
    at_once = (pl.col("requested_on") <= soonest).fill_null(False)
    wanted = pl.when(~at_once).then("requested_on")
    place = pl.when(pl.col("warehouse") == "").then(pl.lit(known.place)).otherwise("warehouse")
    return lines.select(
        "sku",
        place.alias("warehouse"),
        pl.coalesce("promised_on", pl.max_horizontal(wanted, usual)).alias("on"),
        pl.col("open_qty").alias("qty"),
        pl.col("purchase_no").alias("document"),
        pl.col("line_no").alias("line"),
        pl.lit(True).alias("firm"),
        (today + pl.duration(days=pl.col("remaining_p90_days"))).alias("latest_p90_on"),
        "shipped",
    )


def _split_in_transit(lines: pl.DataFrame) -> pl.DataFrame:
    """Open lines with what is on its way as a row of its own, promised for the notice's day."""
    lines = lines.with_columns(shipped=pl.lit(False))
    on_its_way = lines.filter(pl.col("in_transit_qty") > 0).with_columns(
        open_qty=pl.col("in_transit_qty"), promised_on=pl.col("transit_on"), shipped=pl.lit(True)
    )
    if on_its_way.is_empty():
        return lines
    rest = lines.with_columns(open_qty=pl.col("open_qty") - pl.col("in_transit_qty"))
    both = pl.concat([on_its_way, rest.filter(pl.col("open_qty") > 0)])
    return both.sort("purchase_no", "line_no", maintain_order=True)
