"""The forecast as frames: polars in, polars out, the same whole or partition by partition.

`pooled_demand` learns once from everything; `outlook` then forecasts all series or any part of
them; `forecast_frame` and `interval_frame` tell the result.

>>> from datetime import date
>>> days = pl.date_range(date(2026, 1, 1), date(2026, 3, 31), eager=True)
>>> demand = pl.DataFrame({"sku": "A", "warehouse": "W", "on": days, "qty": 3.0})
>>> rules, today = ForecastRules(horizon_days=14), date(2026, 4, 1)
>>> made = outlook(demand, pooled_demand(demand, rules, today))
>>> forecast_frame(made)["mean_qty"].round(3).to_list()[:2]
[3.0, 3.0]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.backtest import pool
from scm_cli.core.forecast.demand import Bucket, DemandMatrix, bucket_choice, demand_matrix
from scm_cli.core.forecast.engine import Forecast, forecast
from scm_cli.core.forecast.events import EventEffects
from scm_cli.core.forecast.ladder import MEANS, category_means, expectations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Floats
    from scm_cli.core.forecast.pooled import Pooled

KEYS = ["sku", "warehouse"]
DEMAND = {"sku": pl.String, "warehouse": pl.String, "on": pl.Date, "qty": pl.Float64}
FORECAST = {
    "sku": pl.String,
    "warehouse": pl.String,
    "bucket_on": pl.Date,
    "bucket_days": pl.Int64,
    "mean_qty": pl.Float64,
    "p50_qty": pl.Float64,
    "p90_qty": pl.Float64,
    "p95_qty": pl.Float64,
    "method": pl.String,
}
INTERVALS = {
    "sku": pl.String,
    "warehouse": pl.String,
    "days": pl.List(pl.Float64),  # possible protection intervals, from today on
    "weights": pl.List(pl.Float64),  # their probabilities
}
INTERVAL_DEMAND = {
    "sku": pl.String,
    "warehouse": pl.String,
    "mean_qty": pl.Float64,
    "sd_qty": pl.Float64,
    "quantiles_qty": pl.List(pl.Float64),  # at the probabilities asked for, in their order
    "method": pl.String,
}


@dataclass(frozen=True, slots=True)
class ForecastRules:
    """What a firm may set. `bucket` None lets the data choose."""

    horizon_days: int = 120
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True)
class PooledDemand:
    """What all series teach together; small, so it travels with every partition."""

    pooled: Pooled
    bucket: Bucket
    today: date
    season: int
    category_means: pl.DataFrame
    effects: EventEffects | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast beside its series, buckets and the day it was made for."""

    keys: pl.DataFrame
    forecast: Forecast
    bucket: Bucket
    next_on: date
    today: date


def horizon_of(bucket: Bucket, today: date, days: int) -> int:
    """Buckets needed to see `days` ahead of `today`.

    >>> from datetime import date
    >>> horizon_of(Bucket.WEEK, date(2026, 1, 7), 14)
    3
    """
    begun = (today - bucket.start(today)).days
    return max(int(np.ceil((days + begun) / bucket.mean_days)), 1)


def pooled_demand(
    demand: pl.DataFrame,
    rules: ForecastRules,
    today: date,
    items: pl.DataFrame | None = None,
    calendar: pl.DataFrame | None = None,
) -> PooledDemand:
    """Learn once, from all series, what `outlook` shares between them; see `learnt_demand`."""
    return learnt_demand(demand, rules, today, items, calendar)[0]


def learnt_demand(
    demand: pl.DataFrame,
    rules: ForecastRules,
    today: date,
    items: pl.DataFrame | None = None,
    calendar: pl.DataFrame | None = None,
) -> tuple[PooledDemand, DemandMatrix]:
    """What all series teach together, and their buckets, from which `outlook` may go on.

    Args:
        demand: schema `DEMAND`, sparse; optionally `repaired_qty` (see `stockout`).
        rules: horizon and bucket.
        today: history ends with the last whole bucket before it.
        items: sku, warehouse and what `ladder.expectations` reads.
        calendar: events (see `events`); without it none are learnt.
    """
    categories = None
    if items is not None and "category" in items.columns:
        categories = items.select(*KEYS, "category")
    effects = None
    if calendar is not None:
        effects = EventEffects.learnt(demand, calendar, today, categories)
    bucket = rules.bucket or bucket_choice(demand.select(*KEYS, "on", "qty"), today)
    matrix = demand_matrix(effects.calm(demand) if effects else demand, bucket, today)
    means = pl.DataFrame(schema=MEANS)
    if categories is not None:
        means = category_means(matrix, categories)
    horizon = horizon_of(bucket, today, rules.horizon_days)
    learnt = pool(matrix.batch, horizon, matrix.season)
    return PooledDemand(learnt, bucket, today, matrix.season, means, effects), matrix


def outlook(
    demand: pl.DataFrame | DemandMatrix, shared: PooledDemand, items: pl.DataFrame | None = None
) -> Outlook:
    """Forecast the series of `demand` and `items`, all of them or one partition.

    A series is forecast from its own rows and `shared` alone, so running partitions and
    concatenating equals running the whole. `demand` may be the buckets that `learnt_demand` made.
    """
    if isinstance(demand, pl.DataFrame):
        calm = shared.effects.calm(demand) if shared.effects else demand
        matrix = demand_matrix(calm, shared.bucket, shared.today, shared.season)
    else:
        matrix = demand
    rungs = None
    if items is not None:
        matrix = matrix.including(items.select(KEYS))
        days = shared.bucket.mean_days
        rungs = expectations(matrix.keys, items, shared.category_means, days)
    prior = None if rungs is None else rungs["prior_qty"].fill_null(np.nan).to_numpy()
    horizon = shared.pooled.horizon
    made = forecast(matrix.batch, horizon, shared.season, shared.pooled, prior)
    if shared.effects:
        made = made.lifted(_lift(matrix, shared.effects, horizon))
    if rungs is not None:
        made = replace(made, method=_named(made.method, rungs["rung"]))
    return Outlook(matrix.keys, made, shared.bucket, matrix.next_on, shared.today)


def _named(method: NDArray[np.str_], rung: pl.Series) -> NDArray[np.str_]:
    """Methods with the rung of the ladder that a series without much history stands on."""
    step = rung.fill_null("").to_numpy().astype("U32")
    wide = method.astype("U32")
    leaning = np.char.add("short+", step)
    named = np.where((wide == "short") & (step != ""), leaning, wide)
    return np.where(wide == "prior", step, named)


def _lift(matrix: DemandMatrix, effects: EventEffects, horizon: int) -> Floats:
    """Mean event factor per series and bucket ahead, (n, h)."""
    starts = matrix.bucket.starts(matrix.next_on, horizon + 1)
    days = starts.diff().dt.total_days().to_numpy()[1:].astype(np.float64)
    last = starts[-1] - timedelta(days=1)
    places, table = effects.of_days(matrix.keys, matrix.next_on, last)
    column = np.searchsorted(starts.to_numpy(), places["on"].to_numpy(), side="right") - 1
    extra = np.zeros((len(matrix.keys), horizon))
    for at, kind in zip(column, places["column"].to_numpy(), strict=True):
        extra[:, at] += table[:, kind] - 1
    return 1 + extra / days


def forecast_frame(made: Outlook) -> pl.DataFrame:
    """One row per series and bucket, schema `FORECAST`.

    The first bucket is the one that holds `today`, told whole even when it has begun.
    """
    count, horizon = made.forecast.mean.shape
    starts = made.bucket.starts(made.next_on, horizon + 1)
    p50, p90, p95 = np.moveaxis(made.forecast.quantiles([0.5, 0.9, 0.95]), 2, 0)
    row, column = np.repeat(np.arange(count), horizon), np.tile(np.arange(horizon), count)
    days = starts.diff().dt.total_days().slice(1)
    return made.keys[row].select(
        *KEYS,
        starts.gather(column).alias("bucket_on"),
        days.gather(column).alias("bucket_days"),
        pl.Series("mean_qty", made.forecast.mean.ravel()),
        pl.Series("p50_qty", p50.ravel()),
        pl.Series("p90_qty", p90.ravel()),
        pl.Series("p95_qty", p95.ravel()),
        pl.Series("method", made.forecast.method.tolist(), dtype=pl.String)[row],
    )


def interval_frame(made: Outlook, intervals: pl.DataFrame, probs: Sequence[float]) -> pl.DataFrame:
    """Demand over each series' protection interval, schema `INTERVAL_DEMAND`.

    Args:
        made: the outlook.
        intervals: schema `INTERVALS`: per series the possible lengths in days, counted from
            `today`, and their probabilities. Series without a row or with an empty list are
            left out, as are rows without a series.
        probs: probabilities of the quantiles, each in (0, 1).
    """
    numbered = made.keys.with_row_index("row").join(
        intervals, on=KEYS, how="inner", maintain_order="left", nulls_equal=True
    )
    numbered = numbered.filter(pl.col("days").list.len() > 0)
    counts = numbered["days"].list.len().to_numpy().astype(np.int64)
    points = int(counts.max(initial=1))
    filled = np.arange(points) < counts[:, None]
    days, weights = np.zeros(filled.shape), np.zeros(filled.shape)
    days[filled] = numbered["days"].explode().to_numpy()
    weights[filled] = numbered["weights"].explode().to_numpy()
    begun = (made.today - made.next_on).days / made.bucket.mean_days
    row = numbered["row"].to_numpy()
    of_rows = made.forecast.rows(row)
    demand = of_rows.interval(days / made.bucket.mean_days, weights, probs, after=begun)
    return numbered.select(
        *KEYS,
        pl.Series("mean_qty", demand.mean),
        pl.Series("sd_qty", demand.sd),
        pl.Series("quantiles_qty", demand.quantiles, dtype=pl.Array(pl.Float64, len(probs))).cast(
            pl.List(pl.Float64)
        ),
        pl.Series("method", of_rows.method.tolist(), dtype=pl.String),
    )
