"""A shop of nine items as frames, and the planning functions that run on parts of it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl
from replenish_cases import RULES, random_world

from scm_cli.core.forecast import frames, stockout
from scm_cli.core.replenish import flow
from scm_cli.core.replenish.arrival import quantile_days, remaining_days
from scm_cli.core.replenish.excess import ExcessRules, excess
from scm_cli.core.replenish.lead_time import lead_times
from scm_cli.core.replenish.plan import plan
from scm_cli.core.replenish.safety import protection
from scm_cli.core.replenish.schemas import PlanInputs
from scm_cli.core.stock.outages import out_days

TODAY = date(2026, 7, 1)
KEY = ["sku", "warehouse"]
PROBS = (0.5, 0.9, 0.95, 0.99)
WORLD = random_world(7, skus=9)


def demand(items: int = 9) -> pl.DataFrame:
    """Half a year of daily sales in two warehouses, from a slow to a fast item."""
    rng = np.random.default_rng(9)
    days = pl.date_range(date(2026, 1, 1), date(2026, 6, 30), eager=True)
    parts = [
        pl.DataFrame({"sku": f"I{i:02d}", "warehouse": place, "on": days, "qty": units})
        for i in range(items)
        for place in ("N", "W")
        if len(units := rng.poisson(0.2 + i, len(days)).astype(float))
    ]
    return pl.concat(parts).filter(pl.col("qty") > 0)


SOLD = demand()
ITEMS = SOLD.select(KEY).unique().sort(KEY).with_columns(
    category=pl.lit("tea"), min_qty=pl.lit(None, pl.Float64), max_qty=pl.lit(None, pl.Float64),
    guess_daily_qty=pl.lit(2.0), service_pct=pl.lit(95.0), unit_step_qty=pl.lit(1.0),
)  # fmt: skip
EVENT = pl.DataFrame({
    "event": "sale", "kind": "promotion",
    "from_on": [date(2026, 3, 3), date(2026, 7, 7)], "until_on": [date(2026, 3, 5), date(2026, 7, 9)],
})  # fmt: skip
SHARED = frames.pooled_demand(SOLD, frames.ForecastRules(35), TODAY, ITEMS, EVENT)
#: The first items came once and left; the others come and go.
MOVES = SOLD.with_columns(
    qty=pl.when(pl.col("sku") < "I03").then(-1.0).otherwise(pl.col("qty").sin() * 9)
)
SPANS = ITEMS.select(*KEY, days=pl.lit([7.0, 14.0]), weights=pl.lit([0.75, 0.25]))
ORDERS = SOLD.with_row_index().select(
    "sku", supplier=pl.format("S{}", pl.col("index") % 3), ordered_on="on",
    usable_on=pl.when(pl.col("index") % 7 > 0).then(
        pl.col("on") + pl.duration(days=pl.col("index") % 11)
    ),
    open=pl.col("index") % 7 == 0, quoted_days=pl.lit(6),
).sample(300, seed=1)  # fmt: skip
LEADS = lead_times(ORDERS, TODAY)
STOCK = ITEMS.with_columns(
    usable_qty=pl.int_range(pl.len()) * 13.0, inbound_qty=pl.lit(5.0), target_qty=pl.lit(40.0),
    daily_mean_qty=pl.lit(1.5), unit_cost=pl.lit(2.0),
    last_sold_on=pl.lit(TODAY - timedelta(days=3)), last_received_on=pl.lit(date(2026, 1, 5)),
)  # fmt: skip


def told(sold: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    return frames.forecast_frame(frames.outlook(sold, SHARED, items))


def over_intervals(sold: pl.DataFrame, items: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    return frames.interval_frame(frames.outlook(sold, SHARED, items), spans, PROBS)


def protected(
    kind: str, sold: pl.DataFrame, items: pl.DataFrame, spans: pl.DataFrame
) -> pl.DataFrame:
    rows = over_intervals(sold, items, spans).join(items, on=KEY, maintain_order="left")
    extra = {"supplier": pl.lit("S"), "interval_days": pl.lit(9), "cycle_qty": pl.lit(14.0)}
    return protection(rows.with_columns(**extra), PROBS, kind)


def required(sold: pl.DataFrame, items: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    return flow.required(frames.outlook(sold, SHARED, items), orders, 35)


def repaired(sold: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    return stockout.repaired(sold, out_days(moves, TODAY), TODAY)


def unknown(moves: pl.DataFrame) -> pl.DataFrame:
    return stockout.demand_unknown(out_days(moves, TODAY), TODAY)


def lead_days(leads: pl.DataFrame) -> pl.DataFrame:
    days = {f"p{p:g}": quantile_days(leads, p) for p in (0.5, 0.9)}
    return leads.select("supplier", "sku").with_columns(**days)


def arriving(orders: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    return remaining_days(orders.filter("open"), leads, TODAY)


def too_much(stock: pl.DataFrame) -> pl.DataFrame:
    return excess(stock, ExcessRules(TODAY))


def suggested(*parts: pl.DataFrame) -> pl.DataFrame:
    return plan(PlanInputs(*parts), RULES).suggestions


def left(*parts: pl.DataFrame) -> pl.DataFrame:
    return plan(PlanInputs(*parts), RULES).not_bought


COMING = SOLD.tail(60).with_columns(pl.col("on") + pl.duration(days=9))
INPUTS = [getattr(WORLD, f.name) for f in fields(PlanInputs)]
#: What runs on one part alone: name → (function of the frames, the frames).
CASES = {
    "out_days": (partial(out_days, today=TODAY), [MOVES]),
    "repaired": (repaired, [SOLD, MOVES]),
    "demand_unknown": (unknown, [MOVES]),
    "forecast_frame": (told, [SOLD, ITEMS]),
    "interval_frame": (over_intervals, [SOLD, ITEMS, SPANS]),
    "required": (required, [SOLD, ITEMS, COMING]),
    "protection, fill": (partial(protected, "fill"), [SOLD, ITEMS, SPANS]),
    "protection, cycle": (partial(protected, "cycle"), [SOLD, ITEMS, SPANS]),
    "lead times told": (lead_days, [LEADS]),
    "remaining_days": (arriving, [ORDERS, LEADS]),
    "excess": (too_much, [STOCK]),
    "plan, suggestions": (suggested, INPUTS),
    "plan, not bought": (left, INPUTS),
}
