"""Closures of suppliers for every line at once; one at a time they are in `core.calendar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

CLOSURES = {"supplier": pl.String, "first_on": pl.Date, "last_on": pl.Date}


def closed_days(
    rows: pl.DataFrame, start: str, end: str, closures: pl.DataFrame | None
) -> pl.Series:
    """Days after `start` up to `end` in which the supplier of each row is closed [days]."""
    if closures is None or closures.is_empty():
        return pl.Series("closed", [0], dtype=pl.Int64).new_from_index(0, rows.height)
    each = rows.select("supplier", start, end).with_row_index("line")
    stops = closures.select(
        pl.col("supplier").cast(pl.String), pl.col("first_on", "last_on").cast(pl.Date)
    )
    everyone = stops.filter(pl.col("supplier").is_null()).drop("supplier")
    pairs = pl.concat(
        [
            each.join(stops.drop_nulls(), on="supplier"),
            each.join(everyone, how="cross"),
        ]
    )
    last = pl.min_horizontal("last_on", end)
    first = pl.max_horizontal("first_on", pl.col(start) + pl.duration(days=1))
    taken = ((last - first).dt.total_days() + 1).clip(0, None)
    total = pairs.group_by("line").agg(closed=taken.sum())
    return each.join(total, on="line", how="left", maintain_order="left")["closed"].fill_null(0)


def jumping_days(rows: pl.DataFrame, start: date, closures: pl.DataFrame | None) -> pl.Series:
    """Calendar days after `start` until the open days of each row have passed [days].

    Args:
        rows: `supplier, days` (open days).
        start: day of the order.
        closures: `CLOSURES`, neither overlapping nor touching within a supplier.
    """
    days = rows["days"]
    if closures is None or closures.is_empty():
        return days
    table = closures.select(pl.col(name).cast(kind) for name, kind in CLOSURES.items())
    for first, last in table.select("first_on", "last_on").unique().sort("first_on").iter_rows():
        open_here = table.filter((pl.col("first_on") == first) & (pl.col("last_on") == last))
        concerned = rows["supplier"].is_in(open_here["supplier"].drop_nulls().implode())
        if open_here["supplier"].null_count():
            concerned = pl.Series([True]).new_from_index(0, rows.height)
        ahead = (first - start).days
        taken = max((last - start).days - max(ahead, 1) + 1, 0)
        if ahead <= 0 <= (last - start).days:  # even what takes no day waits for an open one
            taken = pl.select(pl.when(days == 0).then(taken + 1).otherwise(taken)).to_series()
        days = days + (concerned & (days >= ahead)).cast(pl.Int64) * taken
    return days
