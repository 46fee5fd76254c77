"""Past forecasts made again as they would have been, and what then came."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from scm_cli.core.forecast.frames import ForecastRules, interval_frame, outlook, pooled_demand

KEY = ["sku", "warehouse"]
ORIGINS = 3
DAYS = 30
PROB = 0.95


def trials(demand: pl.DataFrame, today: date, asked: pl.DataFrame | None = None) -> pl.DataFrame:
    """Forecasts of thirty days from three past origins beside what was asked for.

    Args:
        demand: `sku`, `warehouse`, `on`, `qty` [units], before `today`.
        today: the newest origin lies thirty days before it.
        asked: what is held against the forecasts; `demand` itself when absent.

    Returns:
        `sku`, `warehouse`, `origin_on`, `actual_qty`, `forecast_qty`, `quantile_qty` (at 95 %),
        `naive_qty` (the thirty days before the origin); only series that had begun by then.

    >>> days = pl.date_range(date(2026, 1, 1), date(2026, 7, 1), eager=True)
    >>> flat = pl.DataFrame({"sku": "A", "warehouse": "W", "on": days, "qty": 2.0})
    >>> trials(flat, date(2026, 7, 2))["forecast_qty"].round(1).to_list()
    [60.0, 60.0, 60.0]
    """
    origins = [today - timedelta(days=DAYS * n) for n in range(1, ORIGINS + 1)]
    came = demand if asked is None else asked
    blocks = [_trial(demand, came, origin) for origin in origins if (demand["on"] < origin).any()]
    return pl.concat(blocks) if blocks else pl.DataFrame(schema=SCHEMA)


SCHEMA = {
    "sku": pl.String,
    "warehouse": pl.String,
    "origin_on": pl.Date,
    "actual_qty": pl.Float64,
    "forecast_qty": pl.Float64,
    "quantile_qty": pl.Float64,
    "naive_qty": pl.Float64,
}


def _trial(demand: pl.DataFrame, asked: pl.DataFrame, origin: date) -> pl.DataFrame:
    before = demand.filter(pl.col("on") < origin)
    made = outlook(before, pooled_demand(before, ForecastRules(horizon_days=DAYS + 7), origin))
    span = made.keys.select(
        *KEY, pl.lit([float(DAYS)]).alias("days"), pl.lit([1.0]).alias("weights")
    )
    told = interval_frame(made, span, [PROB]).select(
        *KEY,
        pl.col("mean_qty").alias("forecast_qty"),
        pl.col("quantiles_qty").list.first().alias("quantile_qty"),
    )
    found = told.join(_sum(asked, origin, DAYS, "actual_qty"), on=KEY, how="left")
    found = found.join(
        _sum(asked, origin - timedelta(days=DAYS), DAYS, "naive_qty"), on=KEY, how="left"
    )
    return found.with_columns(
        pl.col("actual_qty", "naive_qty").fill_null(0.0), pl.lit(origin).alias("origin_on")
    ).select(SCHEMA.keys())


def _sum(demand: pl.DataFrame, first: date, days: int, name: str) -> pl.DataFrame:
    inside = demand.filter((pl.col("on") >= first) & (pl.col("on") < first + timedelta(days=days)))
    return inside.group_by(KEY).agg(pl.col("qty").cast(pl.Float64).sum().alias(name))
