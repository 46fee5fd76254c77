"""How items stand in each warehouse, as the emergency pack walks them: stock, need, supply, offers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.surge import SOLD, Ahead, Flow, Offered
from scm_cli.store import planning
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    import polars as pl

    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

KEY = ("sku", "warehouse")


def stands(
    run: Run, planned: Planned, beyond: list[dict[str, Any]]
) -> dict[tuple[str, str], Ahead]:
    """Each surging item in every warehouse that knows it."""
    import polars as pl

    from scm_cli.core.replenish import stocked

    causes = {(r["sku"], r["warehouse"]): r["cause"] for r in beyond}
    skus = sorted({r["sku"] for r in beyond})
    with reading(run) as con:
        wanted = planning.wanted(con, planned.facts.place).filter(pl.col("sku").is_in(skus))
        held = planning.reserved(con)
    orders = _flows(_held_apart(wanted, held, run), run, "order_no")
    lines = stocked.supply(planned.facts, planned.leads).filter(pl.col("sku").is_in(skus))
    late = pl.when(pl.col("on") < run.today).then("latest_p90_on").otherwise("on")
    coming = _flows(lines.with_columns(late.alias("on")), run, "document")
    usual = _pace(planned.forecast.filter(pl.col("sku").is_in(skus)), run)
    seen = _recent_pace(planned.facts.demand.filter(pl.col("sku").is_in(skus)), run)
    first = {sku: each[0] for sku, each in offers(planned, set(skus)).items()}
    found = {}
    for row in planned.stocked.filter(pl.col("sku").is_in(skus)).iter_rows(named=True):
        key = (row["sku"], row["warehouse"])
        on_top = causes.get(key) != SOLD
        pace = usual.get(key, 0.0)
        if not on_top:
            pace = max(pace, seen.get(key, 0.0))
        price = first[key[0]].unit_price if key[0] in first else row["unit_cost"]
        margin = row["unit_margin"]
        if margin is None and price is not None and row["unit_sale"] is not None:
            margin = row["unit_sale"] - price
        found[key] = Ahead(
            *key, row["usable_qty"], pace, on_top, tuple(orders.get(key, ())),
            tuple(coming.get(key, ())), margin, price,
        )  # fmt: skip
    return found


def _held_apart(wanted: pl.DataFrame, held: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Open lines, what they hold of the stock apart and today: it is there for nobody else."""
    import polars as pl

    line = (*KEY, "order_no", "line_no")
    both = wanted.join(held, on=line, how="left", maintain_order="left")
    kept = pl.min_horizontal("qty", pl.col("held_qty").fill_null(0.0))
    now = both.with_columns(qty=kept, on=pl.lit(run.today))
    return pl.concat([now, both.with_columns(qty=pl.col("qty") - kept)]).filter(pl.col("qty") > 0)


def _flows(frame: pl.DataFrame, run: Run, document: str) -> dict[tuple[str, str], list[Flow]]:
    found: dict[tuple[str, str], list[Flow]] = {}
    for row in frame.iter_rows(named=True):
        day = max((row["on"] - run.today).days, 0)
        line = row.get("line", row.get("line_no"))
        flow = Flow(day, row["qty"], row[document] or "", line)
        found.setdefault((row["sku"], row["warehouse"]), []).append(flow)
    return found


def _pace(forecast: pl.DataFrame, run: Run) -> dict[tuple[str, str], float]:
    """Expected units a day of the coming weeks."""
    import polars as pl

    near = forecast.filter(pl.col("bucket_on") < run.today + timedelta(days=35))
    told = near.group_by(KEY).agg(qty=pl.col("mean_qty").sum() / pl.col("bucket_days").sum())
    return {(sku, place): qty for sku, place, qty in told.select(*KEY, "qty").iter_rows()}


def _recent_pace(demand: pl.DataFrame, run: Run) -> dict[tuple[str, str], float]:
    """Units a day of the last days, as they were asked for."""
    import polars as pl

    days = run.settings.surge.window_days
    late = demand.filter(pl.col("on") >= run.today - timedelta(days=days))
    told = late.group_by(KEY).agg(qty=pl.col("qty").sum() / days)
    return {(sku, place): qty for sku, place, qty in told.select(*KEY, "qty").iter_rows()}


def offers(planned: Planned, skus: set[str]) -> dict[str, list[Offered]]:
    """Approved suppliers of each item with learnt days, the usual one first."""
    import polars as pl

    told = planned.facts.offers.filter(pl.col("approved") & pl.col("sku").is_in(sorted(skus)))
    days = planned.leads.select("supplier", "sku", "lead_days_p50", "lead_days_p90")
    told = told.join(days, on=["supplier", "sku"], how="left")
    found: dict[str, list[Offered]] = {}
    for row in told.sort("sku", "rank", "unit_price", "supplier").iter_rows(named=True):
        quoted = row["quoted_days"] or 0
        found.setdefault(row["sku"], []).append(
            Offered(
                row["supplier"], row["unit_price"],
                quoted if row["lead_days_p50"] is None else row["lead_days_p50"],
                quoted if row["lead_days_p90"] is None else row["lead_days_p90"],
                row["moq_qty"] or 0.0, row["order_multiple_qty"] or 0.0,
            )
        )  # fmt: skip
    return found
