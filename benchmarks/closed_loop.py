"""Replay public histories day by day and hold our policy against the usual min/max.

python -m benchmarks.closed_loop DATA_DIR [retail m5]

- retail: `online_retail_2009_2010.xlsx`, product codes only, cancellations left out, every item
  that sold before the replay; cost 60 % of the mean price.
- m5: `m5_every_tenth_daily.csv`; without prices a unit costs 1.

The last 182 days are replayed, the first 42 of them not counted; review each 7 days, no minimum
order, sales lost when short. Each item has one of 12 suppliers; lead times are drawn from its
distribution (gamma of mean 5 to 30 days and variation 0.15 to 0.5, told by ten points). The
peer: min = 30-day average × (lead time + review), max = min + 30 days. Ours is made stricter or
laxer (one factor on the chance of falling short) until average stock value, then the share of
lines short, is that of the peer.

Per set and spread of the service ("class": as ABC classes say; "line": evenly over lines, by
what the service costs) it prints as JSON: fewer lines short % at equal stock, higher turnover %
at equal lines short, and each policy's figures with the bound of perfect foresight.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl

from scm_cli.core.forecast.abnormal import AbnormalRules
from scm_cli.core.replenish.facts import StockRules
from scm_cli.core.replenish.simulate_shop import ROWS, SimulateRules, Stage, played, stage
from scm_cli.core.stock.classes import abc

DAYS, REVIEW, SUPPLIERS, POINTS, SEED = 182, 7, 12, 10, 7
SERVICE = {"A": 97.0, "B": 95.0, "C": 90.0}
SPREADS = {"class": 0.0, "line": 0.75}
ORDER_AMOUNT = 0.0  # per order line: the default of the settings
GOALS = {"fewer_short_lines_pct": 70.0, "higher_turnover_pct": 30.0}


def retail(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    lines = pl.read_excel(
        data / "online_retail_2009_2010.xlsx",
        schema_overrides={"Invoice": pl.String, "StockCode": pl.String},
    )
    sold = lines.filter(
        ~pl.col("Invoice").str.starts_with("C"),
        pl.col("Quantity") > 0,
        pl.col("Price") > 0,
        pl.col("StockCode").str.contains(r"^\d{5}"),
    )
    qty = pl.col("Quantity").cast(pl.Float64)
    daily = sold.group_by(sku="StockCode", on=pl.col("InvoiceDate").cast(pl.Date)).agg(
        qty=qty.sum()
    )
    price = sold.group_by(sku="StockCode").agg(price=(pl.col("Price") * qty).sum() / qty.sum())
    return daily, price


def m5(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    wide = pl.read_csv(data / "m5_every_tenth_daily.csv", infer_schema_length=None)
    long = wide.rename({"id": "sku"}).unpivot(index="sku", variable_name="on", value_name="qty")
    daily = long.with_columns(pl.col("on").str.to_date(), pl.col("qty").cast(pl.Float64))
    daily = daily.filter(pl.col("qty") > 0)
    return daily, daily.select("sku").unique().with_columns(price=pl.lit(1 / 0.6))


SETS = {"retail": retail, "m5": m5}


def lead_times() -> tuple[list[list[float]], np.random.Generator]:
    """Ten equally likely lead times of each supplier, and the generator that drew them."""
    rng = np.random.default_rng(SEED)
    means, spread = rng.uniform(5, 30, SUPPLIERS), rng.uniform(0.15, 0.5, SUPPLIERS)
    found = []
    for mean, cv in zip(means, spread, strict=True):
        drawn = np.sort(rng.gamma(1 / cv**2, mean * cv**2, 200 * POINTS))
        found.append(np.rint(drawn[100::200]).clip(1).tolist())
    return found, rng


def rows_of(demand: pl.DataFrame, price: pl.DataFrame, start_on: date) -> pl.DataFrame:
    """Items with cost, margin, class by value before the replay, and protection interval."""
    points, rng = lead_times()
    before = demand.filter(pl.col("on") < start_on)
    value = (
        before.join(price, on="sku")
        .group_by("sku")
        .agg(value_amount=(pl.col("qty") * pl.col("price")).sum())
    )
    keys = value.sort("sku").with_columns(warehouse=pl.lit("W"))
    classes = abc(keys.select("sku", "warehouse", "value_amount"))
    rows = keys.join(price, on="sku", maintain_order="left")
    rows = rows.join(classes.select("sku", "abc_class"), on="sku", maintain_order="left")
    supplier = rng.integers(0, SUPPLIERS, rows.height)
    days = [[day + REVIEW for day in points[s]] for s in supplier]
    given = rows.with_columns(
        pl.col("abc_class").replace_strict(SERVICE, return_dtype=pl.Float64).alias("service_pct"),
        pl.Series("days", days),
        pl.Series("weights", [[1.0] * POINTS] * rows.height),
        unit_cost=0.6 * pl.col("price"),
        unit_margin=0.4 * pl.col("price"),
    )
    missing = [pl.lit(None, kind).alias(n) for n, kind in ROWS.items() if n not in given.columns]
    return given.with_columns(missing).select(ROWS.keys())


def compared(staged: Stage, rules: SimulateRules) -> dict[str, Any]:
    """Ours as set, at equal stock and at equal service, beside the peer and the bound."""
    told = {
        name: played(staged, replace(rules, equal=equal))
        for name, equal in (
            ("as_set", None),
            ("equal_stock", "stock"),
            ("equal_service", "service"),
        )
    }
    rows = {name: made.totals.to_dicts() for name, made in told.items()}
    ours = {name: {**found[0], "multiple": told[name].multiple} for name, found in rows.items()}
    peer, bound = rows["as_set"][1:]
    stock, service = ours["equal_stock"], ours["equal_service"]

    def fewer(name: str) -> float:
        return float(round(100 * (1 - stock[name] / peer[name]), 1))

    figures = {
        "fewer_short_lines_pct": fewer("stockout_rate_pct"),
        "higher_turnover_pct": round(100 * (service["turnover"] / peer["turnover"] - 1), 1),
    }
    missed = 100 - stock["fill_rate_pct"], 100 - peer["fill_rate_pct"]
    return {
        **figures,
        "met": {name: figures[name] >= goal for name, goal in GOALS.items()},
        "fewer_stockout_days_pct": fewer("stockout_days"),
        "fewer_units_short_pct": round(100 * (1 - missed[0] / missed[1]), 1),
        "less_margin_lost_pct": fewer("lost_margin_amount"),
        "ours": {name: rounded(found) for name, found in ours.items()},
        "min_max": rounded(peer),
        "foresight": rounded(bound),
    }


def rounded(found: dict[str, Any]) -> dict[str, Any]:
    return {n: round(v, 3) if isinstance(v, float) else v for n, v in found.items()}


def main(argv: list[str]) -> None:
    for name in argv[1:] or SETS:
        begun = time.process_time()
        demand, price = SETS[name](Path(argv[0]))
        demand = demand.with_columns(warehouse=pl.lit("W")).select("sku", "warehouse", "on", "qty")
        today = cast("date", demand["on"].max()) + timedelta(days=1)
        stock = StockRules(REVIEW, 14, SERVICE, holding_pct=20.0, order_line_amount=ORDER_AMOUNT)
        rules = SimulateRules(
            today, stock, DAYS, seed=SEED, most_items=10**6, abnormal=AbnormalRules()
        )
        rows = rows_of(demand, price, today - timedelta(days=DAYS))
        staged = stage(rows, demand, demand.clear(), rules)
        staging = time.process_time() - begun
        told = {
            n: compared(staged, replace(rules, stock=replace(stock, service_spread=p)))
            for n, p in SPREADS.items()
        }
        cost = {"forecast_cpu_seconds": round(staging, 1),
                "cpu_seconds": round(time.process_time() - begun, 1)}  # fmt: skip
        print(json.dumps({"set": name, "items": staged.rows.height, "days": DAYS, **cost, **told}))


if __name__ == "__main__":
    main(sys.argv[1:])
