"""Days on which nothing was there: opening and closing stock both zero (or below)."""

from __future__ import annotations

from datetime import date

import polars as pl


def out_days(moves: pl.DataFrame, today: date) -> pl.DataFrame:
    """Days that began and ended without stock.

    Args:
        moves: `sku`, `warehouse`, `on`, `qty` (+ in, − out) [stock units], of the whole ledger.
        today: days from it on are not told.

    Returns:
        `sku`, `warehouse`, `on`, before `today`. Before its first move nothing is known of an
        item, so nothing is told.

    >>> rows = pl.DataFrame({"sku": "A", "warehouse": "W", "qty": [5.0, -5.0, 3.0],
    ...     "on": [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 5)]})
    >>> out_days(rows, date(2026, 1, 9))["on"].to_list()
    [datetime.date(2026, 1, 3), datetime.date(2026, 1, 4)]
    """
    keys = ["sku", "warehouse"]
    daily = moves.group_by(*keys, "on").agg(pl.col("qty").sum()).sort(*keys, "on")
    closing = daily.with_columns(
        pl.col("qty").cum_sum().over(keys).round(4).alias("closing_qty"),
        pl.col("on").shift(-1).over(keys).fill_null(today).alias("until_on"),
    )
    empty = closing.filter(pl.col("closing_qty") <= 0).with_columns(
        (pl.col("on") + pl.duration(days=1)).alias("first_on"),
        # the day of the next move ends with stock unless that move leaves none either
        (pl.min_horizontal("until_on", pl.lit(today)) - pl.duration(days=1)).alias("last_on"),
    )
    spans = empty.filter(pl.col("first_on") <= pl.col("last_on"))
    return spans.select(*keys, pl.date_ranges("first_on", "last_on").alias("on")).explode(
        "on", empty_as_null=False
    )
