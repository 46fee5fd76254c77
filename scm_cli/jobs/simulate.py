"""What the last months would have been: the shop's own history replayed, told and filed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import planning
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scm_cli.core.replenish.simulate_shop import Simulation
    from scm_cli.jobs.planned import Facts
    from scm_cli.run import Run

KEY = ["sku", "warehouse"]
EQUAL = ("stock", "service")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is replayed: so many days, how what is short is treated, what is made equal."""

    days: int = 182
    seed: int = 1
    backorder: bool = False
    equal: str | None = None
    order_amount: float | None = None
    most_items: int = 2000


def simulated(run: Run, asked: Asked) -> Simulation:
    """Replay the shop's history under our policy, its own settings and perfect foresight.

    Raises:
        ScmError: too little history, or `equal` is neither stock nor service (exit 2).
    """
    from scm_cli.core.replenish import simulate_shop

    if asked.equal is not None and asked.equal not in EQUAL:
        raise ScmError(
            "there is no --equal {what}",
            hint="Use {kinds}.",
            exit_code=Exit.USAGE,
            what=asked.equal,
            kinds=", ".join(EQUAL),
        )
    with reading(run) as con:
        known = planning.gather(con, run)
    stock = planning.stock_rules(run.settings)
    if asked.order_amount is not None:
        stock = replace(stock, order_line_amount=asked.order_amount)
    rules = simulate_shop.SimulateRules(
        run.today, stock, asked.days, asked.seed, asked.backorder, asked.equal, asked.most_items,
        planning.demand_rules(run.settings).abnormal,
    )  # fmt: skip
    start_on = simulate_shop.window(known.demand, rules).start_on
    return simulate_shop.simulation(
        _rows(run, known, start_on), known.demand, _arriving(known, start_on), rules
    )


def _rows(run: Run, known: Facts, start_on: date) -> pl.DataFrame:
    """Item-warehouses with costs, settings, minimums, lead times and the stock of the first day."""
    from scm_cli.core.replenish import stocked
    from scm_cli.core.replenish.simulate_shop import ROWS

    rows = planning.classed(known, run.settings)
    offers, intervals, _ = stocked.supplied(known, rows, planning.stock_rules(run.settings))
    sells = offers.select("supplier", "sku", "moq_qty", "order_multiple_qty").unique(
        ["supplier", "sku"], keep="first", maintain_order=True
    )
    begun = known.moves.filter(pl.col("on") < start_on)
    opening = begun.group_by(KEY).agg(pl.col("qty").sum().clip(0.0, None).alias("start_qty"))
    bought = rows.filter((pl.col("rule") != "never").fill_null(True))
    return (
        bought.join(intervals, on=KEY, how="inner", maintain_order="left")
        .join(sells, on=["supplier", "sku"], how="left", maintain_order="left")
        .join(opening, on=KEY, how="left", maintain_order="left")
        .with_columns(service_pct="class_service_pct")
        .select(ROWS.keys())
    )


def _arriving(known: Facts, start_on: date) -> pl.DataFrame:
    """What had been ordered before the first day and came on it or later."""
    came = known.purchases.filter(
        (pl.col("ordered_on") < start_on) & (pl.col("usable_on") >= start_on)
    )
    place = pl.when(pl.col("warehouse") == "").then(pl.lit(known.place)).otherwise("warehouse")
    return came.select("sku", place.alias("warehouse"), pl.col("usable_on").alias("on"), "qty")


def totals(made: Simulation) -> list[dict[str, Any]]:
    """One row per policy, rounded for the eye."""
    return _shown(made.totals)


def items(made: Simulation) -> list[dict[str, Any]]:
    """One row per item-warehouse and policy, rounded for the eye."""
    return _shown(made.items)


def _shown(frame: pl.DataFrame) -> list[dict[str, Any]]:
    floats = [n for n, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(pl.col(n).round(2) for n in floats).to_dicts()


def book(run: Run, made: Simulation, path: Path) -> Path:
    """The replay as a workbook with charts; the path that it got."""
    from scm_cli.excel.simulate_book import write_simulation

    return write_simulation(path, made, run.settings.currency, run.lang)


def page(run: Run, made: Simulation, path: Path) -> Path:
    """The replay as one HTML file; the path that it got."""
    from scm_cli.excel.saving import saved_text
    from scm_cli.paper.simulate import simulation_html

    settings = run.settings
    return saved_text(path, simulation_html(made, settings.company, settings.currency, run.lang))
