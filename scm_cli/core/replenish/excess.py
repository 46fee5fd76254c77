"""Stock that is too much (积压) and stock that no longer sells (呆滞), with the money in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.replenish.sayings import tidy
from scm_cli.core.replenish.schemas import conformed
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scm_cli.core.replenish.schemas import Schema

STOCK: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "usable_qty": pl.Float64,
    "inbound_qty": pl.Float64,
    "daily_mean_qty": pl.Float64,
    "target_qty": pl.Float64,
    "unit_cost": pl.Float64,
    "last_sold_on": pl.Date,
    "last_received_on": pl.Date,
    "shelf_life_days": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class ExcessRules:
    """When stock is too much: beyond target and `keep_days` of sales; when it is dead."""

    today: date
    keep_days: float = 90.0
    dead_days: int = 180  # without a sale
    new_days: int = 60  # just received: not judged dead yet
    holding_pct: float = 25.0  # of cost, per year


def excess(stock: pl.DataFrame, rules: ExcessRules) -> pl.DataFrame:
    """Excess and dead stock per item-warehouse.

    Args:
        stock: `STOCK`: quantities in stock units; cost null: unknown; `last_sold_on`,
            `last_received_on` null: never; `shelf_life_days` null: keeps.
        rules: today and thresholds.

    Returns:
        Rows with something too much: keys, `kind` (`dead`, `expires` or `excess`),
        `excess_qty`, `excess_amount`, whole `cover_days` (null: does not sell), `holding_amount`
        per month, most money first. Dead: in stock, no sale for `dead_days`, nothing received for
        `new_days`; all of it is excess. Expires: more than sells within the shelf life. Excess:
        stock and open orders beyond the larger of target and `keep_days` of sales, as far as
        it lies in the warehouse.

    >>> from datetime import date
    >>> row = {"sku": "A", "warehouse": "W", "usable_qty": 500.0, "inbound_qty": 0.0,
    ...     "daily_mean_qty": 2.0, "target_qty": 90.0, "unit_cost": 3.0,
    ...     "last_sold_on": date(2026, 2, 1), "last_received_on": None, "shelf_life_days": None}
    >>> found = excess(pl.DataFrame([row]), ExcessRules(date(2026, 3, 2)))
    >>> found.select("kind", "excess_qty", "excess_amount", "cover_days").row(0)
    ('excess', 320.0, 960.0, 250.0)
    """
    stock = conformed(stock, STOCK)
    usable = pl.col("usable_qty").fill_nan(None).fill_null(0.0).clip(0.0, None)
    daily = pl.col("daily_mean_qty").fill_nan(None).fill_null(0.0).clip(0.0, None)
    today = pl.lit(rules.today)
    quiet = (today - pl.col("last_sold_on")).dt.total_days().fill_null(10**6) >= rules.dead_days
    settled = (today - pl.col("last_received_on")).dt.total_days().fill_null(10**6)
    dead = (usable > 0) & quiet & (settled >= rules.new_days)
    keep = pl.max_horizontal(pl.col("target_qty").fill_null(0.0), daily * rules.keep_days)
    inbound = pl.col("inbound_qty").fill_null(0.0)
    over = pl.min_horizontal(usable, usable + inbound - keep).clip(0.0, None)
    fresh = daily * pl.col("shelf_life_days")
    spoils = (usable - fresh).clip(0.0, None).fill_null(0.0)
    kind = (
        pl.when(dead).then(pl.lit("dead"))
        .when((spoils > 0) & (spoils >= over)).then(pl.lit("expires"))
        .when(over > 0).then(pl.lit("excess"))
    )  # fmt: skip
    rows = stock.with_columns(
        kind=kind,
        excess_qty=pl.when(dead).then(usable).otherwise(pl.max_horizontal(over, spoils)),
        cover_days=pl.when(~dead & (daily > 0)).then((usable / daily).round()),
    ).filter(pl.col("kind").is_not_null())
    amount = pl.col("excess_qty") * pl.col("unit_cost")
    rows = rows.with_columns(
        excess_amount=amount, holding_amount=amount * rules.holding_pct / 100 / 12
    )
    told = ["kind", "excess_qty", "excess_amount", "cover_days", "holding_amount"]
    return rows.select("sku", "warehouse", *told).sort(
        "excess_amount", "sku", "warehouse", descending=[True, False, False], nulls_last=True
    )


def what_to_do(row: Mapping[str, Any], plan: Mapping[str, Any] | None, rules: ExcessRules) -> Say:
    """What to do about one row of `excess`: first what is on the way, then what another place needs.

    Args:
        row: of `excess`.
        plan: the plan's own word on this stock, a row of `schemas.SUGGESTIONS`: a line on the way
            that is not needed (cancel, defer), or a transfer from here; None where there is none.
        rules: those of `excess`.

    >>> from datetime import date
    >>> row = {"kind": "excess", "cover_days": 250.0}
    >>> print(what_to_do(row, None, ExcessRules(date(2026, 3, 2))))
    buy none before 2026-08-09; offer what is too much: scm customer campaign propose
    """
    spare_days = max(round((row["cover_days"] or 0.0) - rules.keep_days), 0)
    until = rules.today + timedelta(days=spare_days)
    if plan is not None:
        values = {name: tidy(plan[name]) for name in _PLAN_VALUES}
        return Say(PLANNED[plan["kind"]], **values, day=until)
    if row["kind"] != "excess" or row["cover_days"] is None:
        return Say(LYING["expires" if row["kind"] == "expires" else "dead"])
    kind = "excess" if row["cover_days"] < 2 * rules.keep_days else "far too much"
    return Say(LYING[kind], day=until)


PLANNED = {
    "cancel": "call off {document}/{line}: scm purchase cancel {document} --line {line}",
    "defer": "put {document}/{line} off: "
    "scm purchase change {document} --line {line} --need-by {need_by_on}",
    "transfer": "move {order_qty} to {warehouse} (scm stock move), buy none before {day}",
}
LYING = {
    "dead": "sells no more: offer it (scm customer campaign propose), give it back or write it off",
    "expires": "more than sells before it spoils: offer it now (scm customer campaign propose)",
    "excess": "buy none before {day}",
    "far too much": "buy none before {day}; offer what is too much: scm customer campaign propose",
}
_PLAN_VALUES = ("document", "line", "need_by_on", "order_qty", "warehouse")
