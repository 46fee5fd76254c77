"""What sales knows, told to the forecast without counting anything twice.

The baseline already holds what the usual customers buy. Their expected next purchases say *when*,
so that share of the baseline is moved to those days and its sum stays. Only what no history
explains, a new customer or an item new to a customer, adds: a deal, times its chance.
"""

from __future__ import annotations

import polars as pl

KEY = ["sku", "warehouse"]


def retimed(baseline: pl.DataFrame, expected: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The baseline with its explained share moved to the expected days, and new demand added.

    `baseline`: sku, warehouse, bucket_on, mean_qty. `expected`: sku, warehouse, bucket_on, qty
    (next purchases of customers whose history is in the baseline). `new`: the same, of customers
    or customer-items that are not. Buckets that the baseline does not have are ignored.

    Of each item and warehouse the moved share is the sum of `expected`, at most the whole
    baseline: Σ mean_qty without `new` is what it was. With nothing expected nothing changes.

    >>> from datetime import date
    >>> days = [date(2026, 4, 6), date(2026, 4, 13)]
    >>> base = pl.DataFrame({"sku": "A", "warehouse": "W", "bucket_on": days, "mean_qty": [10.0, 10.0]})
    >>> known = pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "bucket_on": days[:1], "qty": [6.0]})
    >>> retimed(base, known, known.clear())["mean_qty"].to_list()
    [13.0, 7.0]
    """
    by = [*KEY, "bucket_on"]

    def summed(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        return frame.group_by(by).agg(pl.col("qty").cast(pl.Float64).sum().alias(name))

    rows = baseline.join(summed(expected, "due"), on=by, how="left", maintain_order="left")
    rows = rows.join(summed(new, "added"), on=by, how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("due", "added").fill_null(0.0))
    due, whole = pl.col("due").sum().over(KEY), pl.col("mean_qty").sum().over(KEY)
    share = pl.when(whole > 0).then((due / whole).clip(0, 1)).otherwise(0.0)
    fitted = (
        pl.when(due > 0).then(pl.col("due") * pl.min_horizontal(due, whole) / due).otherwise(0.0)
    )
    told = pl.col("mean_qty") * (1 - share) + fitted + pl.col("added")
    return rows.with_columns(told.alias("mean_qty")).drop("due", "added")
