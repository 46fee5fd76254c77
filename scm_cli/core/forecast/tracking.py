"""Forecasts of past runs held against what then came.

A run keeps, for each item and warehouse, the forecast of thirty days one lead time ahead (the
month that an order placed today is for), the naive forecast of it, and the 5 % and 95 % quantiles
of demand over the protection interval. Later runs add what came.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.demand import demand_matrix
from scm_cli.core.forecast.frames import KEYS, interval_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scm_cli.core.forecast.demand import Bucket
    from scm_cli.core.forecast.frames import Outlook

MONTH_DAYS = 30
LOW, HIGH = 0.05, 0.95
ADI_EDGE, CV2_EDGE = 1.32, 0.49  # Syntetos, Boylan, Croston, JORS 56, 2005, 495-503
PLAN = {
    "sku": pl.String,
    "warehouse": pl.String,
    "abc_class": pl.String,
    "lead_days": pl.Int64,
    "interval_days": pl.Int64,
}
SNAPSHOT = {
    "made_on": pl.Date,
    "sku": pl.String,
    "warehouse": pl.String,
    "abc_class": pl.String,
    "pattern": pl.String,
    "from_on": pl.Date,
    "until_on": pl.Date,
    "forecast_qty": pl.Float64,
    "naive_qty": pl.Float64,
    "actual_qty": pl.Float64,
    "interval_until_on": pl.Date,
    "interval_p05_qty": pl.Float64,
    "interval_p95_qty": pl.Float64,
    "interval_actual_qty": pl.Float64,
}


def patterns(demand: pl.DataFrame, bucket: Bucket, today: date) -> pl.DataFrame:
    """Series keys and `pattern`: smooth, erratic, intermittent, lumpy.

    By the mean number of buckets between demands (above 1.32 intermittent) and the squared
    coefficient of variation of their size (above 0.49 erratic); both is lumpy.

    >>> from scm_cli.core.forecast.demand import Bucket
    >>> days = pl.date_range(date(2026, 1, 1), date(2026, 1, 9), eager=True)
    >>> rows = pl.DataFrame({"sku": "A", "warehouse": "W", "on": days, "qty": 2.0})
    >>> patterns(rows, Bucket.DAY, date(2026, 1, 10))["pattern"].to_list()
    ['smooth']
    """
    sold = demand.filter(pl.col("qty") > 0).select(*KEYS, "on", "qty")
    matrix = demand_matrix(sold, bucket, today, 1)
    batch = matrix.batch
    count, total = batch.totals(batch.values > 0), batch.totals()
    often, spread = np.maximum(count, 1), np.maximum(count - 1, 1)
    variance = np.maximum(batch.totals(batch.values**2) - total**2 / often, 0.0) / spread
    told = matrix.keys.with_columns(
        pl.Series("adi", batch.lengths / often),
        pl.Series("cv2", variance / np.where(total > 0, total / often, 1.0) ** 2),
    ).filter(pl.Series(count > 0))
    rare, uneven = pl.col("adi") > ADI_EDGE, pl.col("cv2") > CV2_EDGE
    name = (
        pl.when(rare & uneven).then(pl.lit("lumpy"))
        .when(rare).then(pl.lit("intermittent"))
        .when(uneven).then(pl.lit("erratic"))
        .otherwise(pl.lit("smooth"))
    )  # fmt: skip
    return told.select(*KEYS, name.alias("pattern"))


def snapshot(made: Outlook, plan: pl.DataFrame, demand: pl.DataFrame) -> pl.DataFrame:
    """What a run keeps of its forecast, schema `SNAPSHOT`; nothing has come yet.

    Args:
        made: the outlook of the run.
        plan: schema `PLAN`: class, usual lead time, and lead time + review period [days].
        demand: `sku`, `warehouse`, `on`, `qty` as asked for, before the run.
    """
    days, today = made.bucket.mean_days, made.today
    mine = made.keys.with_row_index("row").join(plan, on=KEYS, how="inner", maintain_order="left")
    begun = (today - made.next_on).days
    ends = mine.select(
        (pl.col("lead_days") + begun).alias("from"),
        (pl.col("lead_days") + begun + MONTH_DAYS).alias("until"),
    )
    total = made.forecast.rows(mine["row"].to_numpy()).total(ends.to_numpy() / days)
    spans = mine.select(
        *KEYS,
        pl.concat_list(pl.col("interval_days").clip(1).cast(pl.Float64)).alias("days"),
        pl.concat_list(pl.lit(1.0)).alias("weights"),
    )
    band = interval_frame(made, spans, [LOW, HIGH]).select(
        *KEYS,
        pl.col("quantiles_qty").list.first().alias("interval_p05_qty"),
        pl.col("quantiles_qty").list.last().alias("interval_p95_qty"),
    )
    last = demand.filter(pl.col("on") >= today - timedelta(days=MONTH_DAYS))
    naive = last.group_by(KEYS).agg(pl.col("qty").cast(pl.Float64).sum().alias("naive_qty"))
    told = mine.with_columns(pl.Series("forecast_qty", total[:, 1] - total[:, 0]).clip(0.0))
    for frame in (band, naive, patterns(demand, made.bucket, today)):
        told = told.join(frame, on=KEYS, how="left", maintain_order="left")
    first = pl.lit(today) + pl.duration(days=pl.col("lead_days"))
    return told.select(
        pl.lit(today).alias("made_on"),
        *KEYS,
        "abc_class",
        pl.col("pattern").fill_null("none"),
        first.alias("from_on"),
        (first + pl.duration(days=MONTH_DAYS - 1)).alias("until_on"),
        "forecast_qty",
        pl.col("naive_qty").fill_null(0.0).clip(0.0),
        pl.lit(None, pl.Float64).alias("actual_qty"),
        (pl.lit(today) + pl.duration(days=pl.col("interval_days").clip(1) - 1)).alias(
            "interval_until_on"
        ),
        "interval_p05_qty",
        "interval_p95_qty",
        pl.lit(0.0).alias("interval_actual_qty"),
    ).sort(KEYS)


def matured(kept: pl.DataFrame, today: date) -> pl.DataFrame:
    """Rows whose month is over, as `accuracy` reads them; intervals under way have no quantile."""
    over = pl.col("interval_until_on") < today
    return kept.filter(pl.col("actual_qty").is_not_null()).with_columns(
        pl.when(over).then("interval_p95_qty").alias("quantile_qty"),
        pl.when(over).then("interval_actual_qty").alias("quantile_actual_qty"),
    )


def apart(days: Iterable[date], most: int) -> list[date]:
    """At most `most` days, thirty or more from one another, counted back from the newest.

    >>> apart([date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 10)], 6)
    [datetime.date(2026, 2, 10), datetime.date(2026, 1, 1)]
    """
    chosen: list[date] = []
    for day in sorted(days, reverse=True):
        if not chosen or (chosen[-1] - day).days >= MONTH_DAYS:
            chosen.append(day)
    return chosen[:most]


def signals(kept: pl.DataFrame, runs: int) -> pl.DataFrame:
    """Tracking signal of each item over its last `runs` months, which do not overlap.

    Signal = sum(F - A) / mean|F - A| (Brown, Statistical Forecasting for Inventory Control,
    1959): n when all n months stray to the same side, near 0 when they stray by chance.

    Returns:
        `sku`, `warehouse`, `runs`, `signal`, and per month `expected_qty`, `actual_qty`.

    >>> days = [date(2026, month, 1) for month in (1, 3, 5, 7)]
    >>> rows = pl.DataFrame({"sku": "A", "warehouse": "W", "made_on": days,
    ...     "forecast_qty": 10.0, "actual_qty": 6.0})
    >>> signals(rows, 6).select("runs", "signal").rows()
    [(4, 4.0)]
    """
    error = pl.col("forecast_qty") - pl.col("actual_qty")
    over = kept.filter(pl.col("actual_qty").is_not_null())
    last = over.filter(pl.col("made_on").is_in(apart(over["made_on"].unique(), runs)))
    sums = last.group_by(KEYS).agg(
        pl.len().cast(pl.Int64).alias("runs"),
        error.sum().alias("sum"),
        error.abs().mean().alias("size"),
        pl.col("forecast_qty").mean().alias("expected_qty"),
        pl.col("actual_qty").mean(),
    )
    signal = pl.when(pl.col("size") > 0).then(pl.col("sum") / pl.col("size")).otherwise(0.0)
    return sums.select(*KEYS, "runs", signal.alias("signal"), "expected_qty", "actual_qty").sort(
        KEYS
    )
