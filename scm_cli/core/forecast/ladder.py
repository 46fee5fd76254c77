"""Items without history: what stands in for it, in the order of how much it is worth.

Own history, else the mean of the item's category, else the owner's min and max, else the
owner's daily guess, else nothing, which is told, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from scm_cli.core.forecast.demand import DemandMatrix

RUNGS = ("category", "owner min/max", "owner guess")
MEANS = {"category": pl.String, "mean_qty": pl.Float64}
OWNER_DAYS = 30.0  # between min and max lies about a month of sales


def category_means(matrix: DemandMatrix, items: pl.DataFrame) -> pl.DataFrame:
    """Usual demand of an item per bucket: `category`, `mean_qty`, the median of its items.

    Args:
        matrix: demand of all items.
        items: series keys and `category`.
    """
    means = matrix.batch.totals() / matrix.batch.lengths.clip(1)
    keys = matrix.keys.columns
    known = matrix.keys.with_columns(mean_qty=means, buckets=matrix.batch.lengths)
    joined = known.filter(pl.col("buckets") > 0).join(items, on=keys, nulls_equal=True)
    named = joined.filter(pl.col("category").is_not_null())
    return named.group_by("category").agg(pl.col("mean_qty").median()).sort("category")


def expectations(
    keys: pl.DataFrame, items: pl.DataFrame, means: pl.DataFrame, bucket_days: float
) -> pl.DataFrame:
    """What is expected of each series before its history: keys, `prior_qty`, `rung`.

    Args:
        keys: the series, one row each; the order is kept.
        items: series keys and any of `category`, `min_qty`, `max_qty`, `guess_daily_qty`.
        means: of `category_means`.
        bucket_days: days per bucket; `prior_qty` is per bucket, null on no rung.

    >>> keys = pl.DataFrame({"sku": ["A", "B"]})
    >>> items = pl.DataFrame({"sku": ["A", "B"], "min_qty": [10.0, None], "max_qty": [40.0, None]})
    >>> none = pl.DataFrame(schema={"category": pl.String, "mean_qty": pl.Float64})
    >>> expectations(keys, items, none, 7.0)["prior_qty"].to_list()
    [7.0, None]
    """
    optional = {"category": pl.String, "min_qty": pl.Float64, "max_qty": pl.Float64}
    optional["guess_daily_qty"] = pl.Float64
    absent = [pl.lit(None, t).alias(c) for c, t in optional.items() if c not in items.columns]
    known = items.with_columns(absent).unique(keys.columns, keep="first")
    joined = keys.join(known, on=keys.columns, how="left", maintain_order="left", nulls_equal=True)
    joined = joined.join(means, on="category", how="left", maintain_order="left")
    between = pl.max_horizontal(pl.col("max_qty") - pl.col("min_qty").fill_null(0.0), "min_qty")
    rungs = (
        pl.col("mean_qty"),
        between * bucket_days / OWNER_DAYS,
        pl.col("guess_daily_qty") * bucket_days,
    )
    sound = [pl.when(r.is_finite() & (r > 0)).then(r) for r in rungs]
    names = [pl.when(q.is_not_null()).then(pl.lit(n)) for q, n in zip(sound, RUNGS, strict=True)]
    return joined.select(*keys.columns, prior_qty=pl.coalesce(sound), rung=pl.coalesce(names))
