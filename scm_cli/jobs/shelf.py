"""What lies on the shelf: how it weighs, what is too much, what expires."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.jobs import planning
from scm_cli.store.costs import costs
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.replenish.excess import ExcessRules
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

KEY = ["sku", "warehouse"]


def classes(run: Run) -> list[dict[str, Any]]:
    """ABC class of every item and warehouse, with the quantity it rests on: one-off large lines are left out."""
    with reading(run) as con:
        known = planning.gather(con, run)
    demand = planning.prepared(known, run.settings).demand
    found = planning.classed(known, run.settings, demand).join(
        _sold(demand, run.today), on=KEY, how="left"
    )
    return (
        found.select(*KEY, "name", "abc_class", "service_pct", pl.col("sold_qty").fill_null(0.0))
        .sort("abc_class", "sold_qty", "sku", descending=[False, True, False])
        .to_dicts()
    )


def _sold(demand: pl.DataFrame, today: date) -> pl.DataFrame:
    last = demand.filter(pl.col("on") >= today - timedelta(days=365))
    return last.group_by(KEY).agg(pl.col("qty").sum().alias("sold_qty"))


def excess(run: Run, made: Planned | None = None) -> list[dict[str, Any]]:
    """Stock beyond what the plan needs, dead stock and what spoils, most money first.

    `made`: the plan, where it is at hand; else it is made anew.
    """
    return _excess(run, made or planning.present(run))


def excess_told(run: Run) -> list[dict[str, Any]]:
    """The rows of `excess`, and `what` to do about each."""
    from scm_cli.core.replenish.excess import what_to_do

    planned = planning.present(run)
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for row in planned.plan.suggestions.iter_rows(named=True):
        if row["kind"] in ("cancel", "defer"):
            said[row["sku"], row["warehouse"]] = row
        elif row["kind"] == "transfer":
            said.setdefault((row["sku"], row["from_warehouse"]), row)
    rules = _rules(run)
    return [
        {**row, "what": what_to_do(row, said.get((row["sku"], row["warehouse"])), rules)}
        for row in _excess(run, planned)
    ]


def _rules(run: Run) -> ExcessRules:
    from scm_cli.core.replenish.excess import ExcessRules

    settings = run.settings.planning
    return ExcessRules(
        run.today,
        float(settings.excess_days),
        settings.dead_after_days,
        holding_pct=settings.holding_cost_pct,
    )


def _excess(run: Run, planned: Planned) -> list[dict[str, Any]]:
    from scm_cli.core.replenish.excess import excess as too_much

    with reading(run) as con:
        last = pl.DataFrame(rows(con, _LAST), schema=_LAST_SCHEMA, infer_schema_length=None)
    plan = planned.protection.select(*KEY, "target_qty")
    pace = planned.forecast.group_by(KEY).agg(
        (pl.col("mean_qty").sum() / pl.col("bucket_days").sum()).alias("daily_mean_qty")
    )
    stock = planned.stocked.join(plan, on=KEY, how="left").join(pace, on=KEY, how="left")
    stock = stock.join(last, on=KEY, how="left")
    names = planned.stocked.select(*KEY, "name", "usable_qty")
    # what the plan buys or moves in is not too much, however long ago it was sold
    wanted = planned.plan.suggestions.filter(pl.col("kind").is_in(["buy", "make", "transfer"]))
    stock = stock.join(wanted.select(KEY), on=KEY, how="anti")
    found = too_much(stock, _rules(run)).join(names, on=KEY, how="left", maintain_order="left")
    return found.with_columns(pl.col(pl.Float64).round(2)).to_dicts()


_LAST_SCHEMA = {
    "sku": pl.String,
    "warehouse": pl.String,
    "last_sold_on": pl.Date,
    "last_received_on": pl.Date,
}
_LAST = (
    "SELECT sku, place AS warehouse, max(moved_on) FILTER (qty < 0) AS last_sold_on, "
    "max(moved_on) FILTER (qty > 0) AS last_received_on FROM stock_entry WHERE place NOT LIKE '@%' "
    "GROUP BY ALL ORDER BY ALL"
)


def expiring(run: Run, days: int | None) -> list[dict[str, Any]]:
    """Lots that expire within so many days, and what of them will not be sold in time."""
    from scm_cli.core.stock.expiry import unsold

    within = run.settings.stock.expiry_warn_days if days is None else days
    with reading(run) as con:
        lots = rows(con, _LOTS, {"until": run.today + timedelta(days=within)})
        known = costs(con, run.today, sorted({lot["sku"] for lot in lots}))
        lots = [{**lot, "unit_cost": known[lot["sku"]].unit_cost} for lot in lots]
        pace = {(r["sku"], r["warehouse"]): r["daily_qty"] for r in rows(con, _PACE)}
    return unsold(lots, pace, run.today)


_LOTS = (
    "SELECT l.sku, i.name, l.warehouse, l.lot, l.expiry_on, l.qty FROM on_hand_lot l "
    "JOIN item i USING (sku) WHERE l.qty > 0 AND l.expiry_on <= $until ORDER BY l.expiry_on, l.sku, l.warehouse, l.lot"
)
_PACE = "SELECT sku, warehouse, sum(mean_qty)::DOUBLE / sum(bucket_days) AS daily_qty FROM forecast GROUP BY ALL"
