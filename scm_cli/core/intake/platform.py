"""Orders of a platform against the books: what the platform says last does not undo what we did.

The platform tells how far an order is with it; goods leave our books when they are shipped here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

ORDER, CANCELLED = "order_no", "cancelled"


def settled_lines(
    lines: pl.DataFrame, said: pl.DataFrame, old: pl.DataFrame, begun_on: date
) -> pl.DataFrame:
    """Lines with what is cancelled and what left before the books began, and `said` per line.

    Args:
        lines: prepared order lines with `row`, `order_no`, `line_no`, `qty`, `ordered_on`.
        said: `row` and the platform's `status` in our words; null: as the row above of its order.
        old: stored `order_no, line_no, cancelled_qty, shipped_before_qty`.
        begun_on: orders from before that the platform calls closed are history.
    """
    kept = old.select(
        ORDER, "line_no", pl.col("cancelled_qty").alias("old_cancelled_qty"),
        pl.col("shipped_before_qty").alias("old_before_qty"),
    )  # fmt: skip
    told = said.select("row", pl.col("status").alias("said"))
    found = lines.drop("said", strict=False).join(told, on="row", how="left", maintain_order="left")
    found = found.join(kept, on=[ORDER, "line_no"], how="left", maintain_order="left")
    found = found.with_columns(
        pl.col("said").forward_fill().over(ORDER).fill_null("confirmed").alias("said")
    )
    all_back = (pl.col("said") == CANCELLED).all().over(ORDER)
    nothing = pl.lit(0).cast(pl.Decimal(18, 4))
    part_back = pl.when((pl.col("said") == CANCELLED) & ~all_back).then(pl.col("qty"))
    past = (pl.col("said") == "closed") & (pl.col("ordered_on") < begun_on)
    before = pl.when(past).then(pl.col("qty")).otherwise(nothing)
    return found.with_columns(
        pl.coalesce(part_back, "old_cancelled_qty", nothing).alias("cancelled_qty"),
        pl.coalesce("old_before_qty", before).alias("shipped_before_qty"),
    ).drop("old_cancelled_qty", "old_before_qty")


def settled_heads(
    heads: pl.DataFrame, lines: pl.DataFrame, old: pl.DataFrame, begun_on: date
) -> pl.DataFrame:
    """Heads with their status in our books.

    A new order that the platform calls closed waits for its shipping here, unless it is older than
    the books. A known order is cancelled when the platform says so of all its lines and nothing
    has left, and confirmed when it was a draft; else it stays as it is.

    Args:
        heads: prepared order heads: `order_no`, `ordered_on`.
        lines: from `settled_lines`.
        old: stored `order_no`, `status`, and `has_left`: goods of it were shipped here.
        begun_on: as in `settled_lines`.
    """
    order = pl.Series(["confirmed", "closed", "draft", CANCELLED])
    ranks = dict(zip(order, range(len(order)), strict=True))
    said = lines.group_by(ORDER).agg(
        pl.col("said").replace_strict(ranks, return_dtype=pl.Int64).min().alias("rank")
    )
    found = heads.join(said, on=ORDER, how="left", maintain_order="left")
    found = found.join(
        old.select(ORDER, pl.col("status").alias("old"), "has_left"), on=ORDER, how="left",
        maintain_order="left",
    )  # fmt: skip
    said_of = pl.col("rank").replace_strict(
        {n: word for word, n in ranks.items()}, return_dtype=pl.String
    )
    waits = (said_of == "closed") & (pl.col("ordered_on") >= begun_on)
    fresh = pl.when(waits).then(pl.lit("confirmed")).otherwise(said_of)
    gone = (said_of == CANCELLED) & ~pl.col("has_left").fill_null(value=False)
    known = (
        pl.when(gone).then(pl.lit(CANCELLED))
        .when((pl.col("old") == "draft") & said_of.is_in(["confirmed", "closed"])).then(pl.lit("confirmed"))
        .otherwise(pl.col("old"))
    )  # fmt: skip
    status = pl.when(pl.col("old").is_null()).then(fresh).otherwise(known)
    return found.with_columns(status.alias("status")).drop("rank", "old", "has_left")
