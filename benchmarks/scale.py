"""Forecast, protect and plan a million item-warehouses (or ten) in chunks, on one machine.

python -m benchmarks.scale [--full] [--items N] [--chunk N] [--core-hour AMOUNT]

Weekly demand of two years is drawn for each chunk (negative binomial, rates of many sizes, one
item in three with a season), so memory holds one chunk whatever the number. What all items teach
is learnt once, from the first chunk; every chunk then runs the functions that the nightly run
and the engines run. Prints JSON: CPU seconds by step, the most memory, and what 100 workers of
the same speed would take and cost: whole chunks each, after the learning. Drawing the demand is
no part of the work and is told apart.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.demand import Bucket
from scm_cli.core.forecast.frames import (
    ForecastRules,
    PooledDemand,
    forecast_frame,
    interval_frame,
    outlook,
    pooled_demand,
)
from scm_cli.core.replenish.flow import required
from scm_cli.core.replenish.plan import plan
from scm_cli.core.replenish.safety import protection
from scm_cli.core.replenish.schemas import FLOW, SUPPLY, PlanInputs, PlanRules

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 1, 5)
WEEKS = 104
HORIZON_DAYS = 91
KEY = ["sku", "warehouse"]
PROBS = (0.5, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)
WAREHOUSES = 5
WORKERS = 100
REVIEW_DAYS = 7


class Clock:
    """CPU seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.seconds[name] += time.process_time() - begun


def drawn(first: int, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Demand and items of the item-warehouses from number `first` on; the same whenever drawn."""
    rng = np.random.default_rng([7, first])
    rate = np.exp(rng.normal(0.5, 1.4, count))  # units a week; median 1.6
    swing = np.where(np.arange(count) % 3 == 0, 0.5, 0.0)[:, None]
    season = 1 + swing * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    mixed = rng.gamma(2.0, 0.5, (count, WEEKS)) * rate[:, None] * season
    units = rng.poisson(mixed).astype(np.float64)
    number = np.arange(first, first + count)
    items = pl.DataFrame({"number": number}).select(
        pl.format("I{}", (pl.col("number") // WAREHOUSES).cast(pl.String).str.zfill(8)).alias("sku"),
        pl.format("W{}", pl.col("number") % WAREHOUSES).alias("warehouse"),
        usable_qty=pl.Series(np.round(rate * rng.uniform(0, 16, count))),
        unit_cost=pl.lit(10.0), unit_margin=pl.lit(4.0), review_days=pl.lit(REVIEW_DAYS),
        service_pct=pl.lit(95.0), lead_days=pl.Series(rng.integers(3, 30, count)),
        supplier=pl.format("S{}", pl.col("number") % 500),
    )  # fmt: skip
    row, week = np.nonzero(units)
    start = TODAY - timedelta(weeks=WEEKS)
    days = pl.Series("on", [start + timedelta(weeks=w) for w in range(WEEKS)])
    demand = items.select(KEY)[row].with_columns(days.gather(week), qty=units[row, week])
    return demand, items


def planned(
    demand: pl.DataFrame, items: pl.DataFrame, shared: PooledDemand, clock: Clock
) -> tuple[int, int]:
    """One chunk through every step; how many forecast rows and suggestions it made."""
    with clock.step("forecast"):
        made = outlook(demand, shared, items.select(KEY))
        forecast = forecast_frame(made)
    with clock.step("protection"):
        span = (pl.col("lead_days") + REVIEW_DAYS).cast(pl.Float64)
        spans = items.select(*KEY, days=pl.concat_list(span, span + 5), weights=pl.lit([0.7, 0.3]))
        told = interval_frame(made, spans, PROBS).join(items, on=KEY, maintain_order="left")
        told = told.with_columns(interval_days=pl.col("lead_days") + REVIEW_DAYS)
        daily = pl.col("mean_qty") / pl.col("interval_days")
        safe = protection(told.with_columns(cycle_qty=daily * REVIEW_DAYS), PROBS)
    with clock.step("plan"):
        orders = pl.DataFrame(schema=dict(FLOW))
        pace = forecast.group_by(KEY).agg(
            daily_mean_qty=pl.col("mean_qty").sum() / pl.col("bucket_days").sum()
        )
        offers = items.select("sku", "supplier", lead_days_p50="lead_days", unit_price="unit_cost")
        found = plan(
            PlanInputs(
                items=items.join(pace, on=KEY, maintain_order="left"),
                demand=required(made, orders, HORIZON_DAYS),
                supply=pl.DataFrame(schema=dict(SUPPLY)),
                protection=safe,
                offers=offers.unique("sku").with_columns(approved=pl.lit(value=True)),
                committed=orders,
            ),
            PlanRules(today=TODAY, horizon_days=HORIZON_DAYS),
        )
    return len(forecast), len(found.suggestions)


def measured(count: int, chunk: int, core_hour_amount: float) -> dict[str, object]:
    """All chunks, one after another, and the extrapolation."""
    clock, begun = Clock(), time.monotonic()
    shared = None
    rows = suggestions = 0
    for first in range(0, count, chunk):
        with clock.step("drawing"):
            demand, items = drawn(first, min(chunk, count - first))
        if shared is None:
            with clock.step("learning"):
                rules = ForecastRules(HORIZON_DAYS, Bucket.WEEK)
                shared = pooled_demand(demand, rules, TODAY, items.select(KEY))
        told, bought = planned(demand, items, shared, clock)
        rows, suggestions = rows + told, suggestions + bought
    usage = resource.getrusage(resource.RUSAGE_SELF)
    by_step = {name: round(seconds, 2) for name, seconds in clock.seconds.items()}
    learning = clock.seconds["learning"]
    work = sum(clock.seconds[name] for name in ("forecast", "protection", "plan"))
    sizes = sorted({count, 1_000_000, 10_000_000})
    return {
        "item_warehouses": count,
        "chunk": chunk,
        "forecast_rows": rows,
        "suggestions": suggestions,
        "seconds": round(time.monotonic() - begun, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "cpu_by_step": by_step,
        "cpu_seconds_per_million": round(work * 1e6 / count, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "extrapolated": [
            priced(spread(size, chunk, work / count, learning), core_hour_amount) for size in sizes
        ],
        "assumed": "one core a worker, as fast as this one; transfer of the parts not counted",
    }


def spread(count: int, chunk: int, each_seconds: float, learning: float) -> dict[str, float]:
    """What so many item-warehouses take on 100 workers that work on whole chunks."""
    rounds = math.ceil(math.ceil(count / chunk) / WORKERS)
    hours = (count * each_seconds + learning) / 3600
    return {
        "item_warehouses": count,
        "workers": WORKERS,
        "seconds": round(rounds * min(chunk, count) * each_seconds + learning, 1),
        "core_hours": round(hours, 3),
    }


def priced(load: dict[str, float], core_hour_amount: float) -> dict[str, float]:
    return {**load, "cost_amount": round(load["core_hours"] * core_hour_amount, 3)}


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    asked.add_argument("--full", action="store_true", help="ten million")
    asked.add_argument("--items", type=int, default=1_000_000)
    asked.add_argument("--chunk", type=int, default=20_000)
    asked.add_argument("--core-hour", type=float, default=0.3, help="price of a core for an hour")
    given = asked.parse_args()
    count = 10_000_000 if given.full else given.items
    if given.chunk % WAREHOUSES:
        asked.error(f"--chunk must be a multiple of {WAREHOUSES}: a chunk holds whole items")
    print(json.dumps(measured(count, given.chunk, given.core_hour), indent=1))


if __name__ == "__main__":
    main()
