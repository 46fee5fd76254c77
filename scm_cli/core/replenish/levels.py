"""Trigger and target of an item from the demand of its protection interval.

Convention: the protection interval is lead time + review period; lead time counts from the
order, tonight; the review period is the time until the next chance to order. The trigger is
the quantile of demand over that interval at the service level, the target lies above it by
the demand of one review period, and by at least one unit, so that a filled position never
triggers again. Silver, Pyke & Thomas, Inventory and Production Management in Supply Chains,
4th ed., section 6.9 (periodic review, order-up-to).
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl

#: Quantiles that are asked of the forecast; service levels between them are interpolated.
PROBS = (0.5, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)


def service_pct(classes: pl.DataFrame, by_class: dict[str, float]) -> pl.DataFrame:
    """`service_pct` per item-warehouse from its class.

    >>> frame = pl.DataFrame({"sku": ["x"], "warehouse": ["W"], "abc_class": ["A"]})
    >>> service_pct(frame, {"A": 97.0, "B": 95.0, "C": 90.0})["service_pct"].to_list()
    [97.0]
    """
    return classes.with_columns(
        pl.col("abc_class").replace_strict(by_class, return_dtype=pl.Float64).alias("service_pct")
    )


def quantile_at(quantiles: pl.Expr, pct: pl.Expr) -> pl.Expr:
    """The quantile [units] at a level between `PROBS`, linear between its neighbours."""
    found = quantiles.list.first()
    level = (pct / 100).clip(PROBS[0], PROBS[-1])
    for n, (low, high) in enumerate(pairwise(PROBS)):
        left, right = quantiles.list.get(n), quantiles.list.get(n + 1)
        share = ((level - low) / (high - low)).clip(0, 1)
        found = pl.when(level >= low).then(left + share * (right - left)).otherwise(found)
    return found


def levels(interval: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Trigger and target [stock units].

    Args:
        interval: `sku`, `warehouse`, `mean_qty`, `quantiles_qty` at `PROBS`, of demand over the
            protection interval; `interval_days`, `supplier`.
        items: `sku`, `warehouse`, `service_pct`, `daily_mean_qty`, `review_days`.

    Returns:
        The planner's PROTECTION schema.
    """
    rows = interval.join(items, on=["sku", "warehouse"], how="inner")
    trigger = quantile_at(pl.col("quantiles_qty"), pl.col("service_pct"))
    cycle = (pl.col("daily_mean_qty") * pl.col("review_days")).clip(lower_bound=0)
    sells = pl.col("mean_qty") > 0
    return rows.with_columns(trigger.ceil().alias("trigger_qty")).select(
        "sku",
        "warehouse",
        "supplier",
        "interval_days",
        pl.col("mean_qty").alias("interval_mean_qty"),
        pl.when(sells).then("trigger_qty").otherwise(0.0).alias("trigger_qty"),
        pl.when(sells)
        .then(pl.col("trigger_qty") + pl.max_horizontal(cycle.ceil(), pl.lit(1.0)))
        .otherwise(0.0)
        .alias("target_qty"),
    )
