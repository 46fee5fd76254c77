"""The outlook with what sales knows: expected purchases on their days, new demand on top.

Only what the plan orders for is re-timed; the forecast that is stored and measured stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.customer import expected_buys, retime

if TYPE_CHECKING:
    from scm_cli.core.forecast.frames import Outlook

KEY = ["sku", "warehouse"]
TOLD = {
    "sku": pl.String, "warehouse": pl.String, "customers": pl.Int64, "first_on": pl.Date,
    "expected_qty": pl.Float64, "moved_qty": pl.Float64, "added_qty": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sales:
    """What sales knows: streams of regular customers, lines of open deals and their chances.

    `lines`: deal_no, customer, sku, warehouse, qty, is_known (the customer bought the item before).
    """

    streams: pl.DataFrame
    lines: pl.DataFrame
    chances: pl.DataFrame


def foreseen(made: Outlook, sales: Sales) -> tuple[Outlook, pl.DataFrame]:
    """The outlook re-timed, and what changed: one row per item and warehouse, schema `TOLD`.

    What lies before today of a bucket that has begun is left as it is. Without deals of new
    customer-items the mean of each series over its buckets stays what it was.
    """
    keys = made.keys.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    touched = pl.concat([sales.streams.select(KEY), sales.lines.select(KEY)]).unique()
    rows = keys.join(touched, on=KEY, how="semi", maintain_order="left")
    if rows.is_empty():
        return made, pl.DataFrame(schema=TOLD)
    mean = made.forecast.mean
    starts = made.bucket.starts(made.next_on, mean.shape[1] + 1)
    expected, new = _told(sales, starts, made)
    at, left = rows["row"].to_numpy(), _left(made, starts, mean.shape[1])
    base = _baseline(rows, np.maximum(mean[at], 0.0) * left, starts)
    fresh = retime.retimed(base, expected, new)["mean_qty"].to_numpy().reshape(len(at), -1)
    whole = mean.copy()
    open_days = left > 0
    whole[np.ix_(at, open_days)] = fresh[:, open_days] / left[open_days]
    return replace(made, forecast=replace(made.forecast, mean=whole)), _changes(
        rows, base, fresh, new, sales
    )


def _told(sales: Sales, starts: pl.Series, made: Outlook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Expected and new demand per bucket. A deal about what its customer buys regularly is told already."""
    said = sales.lines.join(sales.streams, on=["customer", *KEY], how="anti", nulls_equal=True)
    known, fresh = (
        expected_buys.from_deals(said.filter(pl.col("is_known") == flag), sales.chances, starts, made.today)
        for flag in (True, False)
    )  # fmt: skip
    stream = expected_buys.in_buckets(sales.streams, starts, made.today)
    return pl.concat([stream, known.select(stream.columns)]), fresh


def _left(made: Outlook, starts: pl.Series, buckets: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:  # fmt: skip
    """Which share of each bucket is still to come."""
    days = starts.diff().dt.total_days().slice(1).to_numpy().astype(np.float64)
    left = np.ones(buckets)
    left[0] = max(days[0] - max((made.today - made.next_on).days, 0), 0.0) / days[0]
    return left


def _baseline(
    rows: pl.DataFrame, mean: np.ndarray[tuple[int, int], np.dtype[np.float64]], starts: pl.Series
) -> pl.DataFrame:
    count, buckets = mean.shape
    row, column = np.repeat(np.arange(count), buckets), np.tile(np.arange(buckets), count)
    return rows[row].select(
        *KEY, starts.gather(column).alias("bucket_on"), pl.Series("mean_qty", mean.ravel())
    )


def _changes(
    rows: pl.DataFrame,
    base: pl.DataFrame,
    fresh: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    new: pl.DataFrame,
    sales: Sales,
) -> pl.DataFrame:
    """What was moved between buckets and what was added, where anything was."""
    who = sales.streams.group_by(KEY).agg(
        pl.col("customer").n_unique().cast(pl.Int64).alias("customers"),
        pl.col("on").min().alias("first_on"), pl.col("qty").sum().alias("expected_qty"),
    )  # fmt: skip
    told = base.with_columns(pl.Series("now", fresh.ravel()))
    ahead = (pl.col("now") - pl.col("mean_qty")).clip(lower_bound=0).sum()
    moved = told.group_by(KEY).agg(ahead.alias("more"))
    added = new.group_by(KEY).agg(pl.col("qty").sum().alias("added_qty"))
    found = rows.select(KEY).join(who, on=KEY, how="left").join(moved, on=KEY, how="left")
    found = found.join(added, on=KEY, how="left").with_columns(
        pl.col("customers", "added_qty", "expected_qty").fill_null(0)
    )
    found = found.with_columns(
        (pl.col("more") - pl.col("added_qty")).clip(lower_bound=0).alias("moved_qty")
    )
    changed = (pl.col("moved_qty") > 1e-9) | (pl.col("added_qty") > 1e-9)
    return found.filter(changed).select(pl.col(n).cast(t) for n, t in TOLD.items()).sort(KEY)
