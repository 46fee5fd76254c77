"""What posted documents do beside being stored: moves in the ledger, stock that may not be negative."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.intake import effects
from scm_cli.core.stock import negative
from scm_cli.store import facts

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.errors import Problem
    from scm_cli.run import Run


class StockWatch:
    """Stock below zero as it was before, to compare with after the write."""

    def __init__(self, con: Any, run: Run) -> None:  # noqa: ANN401
        self.con, self.run = con, run
        self.before = facts.negatives(con)
        self.warned: list[Problem] = []

    def check(self) -> None:
        """Note what fell below zero and is only warned about.

        Raises:
            ScmError: what may not fall below zero.
        """
        self.warned = negative.require_stock(
            self.before,
            facts.negatives(self.con),
            facts.counted_warehouses(self.con),
            self.run.setting("stock.negative"),
        )


def booked(con: Any, lines: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401
    """Count lines with what the books said on the counted day; a full count adds what it left out.

    `lines` carry `status_`; a line that is counted anew keeps the books of its first count.
    """
    key = ["count_no", "line_no"]
    lot = pl.col("lot") if "lot" in lines.columns else pl.lit(None, pl.String)
    lines = lines.with_columns(lot.alias("lot"))
    lines = lines.with_columns(pl.col("row", "line_no").cast(pl.Int64))
    blocks = [lines.clear().with_columns(pl.lit(None, pl.Decimal(18, 4)).alias("book_qty"))]
    found: dict[object, list[pl.DataFrame]] = {}  # by warehouse: what counts of this import changed
    ordered = lines.sort("counted_on", maintain_order=True)
    for (warehouse, day), part in ordered.group_by("warehouse", "counted_on", maintain_order=True):
        told = [facts.books(con, str(warehouse), day), *found.get(warehouse, [])]
        book = pl.concat(told).group_by("sku", "lot").agg(pl.col("qty").sum().alias("book_qty"))
        whole = part.join(
            book, on=["sku", "lot"], how="left", nulls_equal=True, maintain_order="left"
        )
        if "is_full" in part.columns and part["is_full"].fill_null(False).any():
            whole = pl.concat([whole, _left_out(part, book)], how="diagonal")
        gap = (pl.col("counted_qty") - pl.col("book_qty").fill_null(0)).cast(pl.Decimal(18, 4))
        fresh = whole.filter(pl.col("status_") == "inserted").select("sku", "lot", gap.alias("qty"))
        found.setdefault(warehouse, []).append(fresh)
        blocks.append(whole)
    whole = pl.concat(blocks, how="diagonal").with_columns(pl.col("book_qty").fill_null(0))
    first = old.select(*key, pl.col("book_qty").alias("first_qty"))
    return whole.join(first, on=key, how="left", maintain_order="left").with_columns(
        pl.coalesce("first_qty", "book_qty").alias("book_qty")
    ).drop("first_qty")  # fmt: skip


def _left_out(part: pl.DataFrame, book: pl.DataFrame) -> pl.DataFrame:
    """What the books hold and a full count does not name was counted as nothing."""
    fresh = part.filter(pl.col("status_") == "inserted")
    missing = book.filter(pl.col("book_qty") != 0).join(
        part, on=["sku", "lot"], how="anti", nulls_equal=True
    )
    if fresh.is_empty():
        return fresh.clear()
    head = fresh.row(0, named=True)
    last = int(fresh["line_no"].max() or 0)  # type: ignore[arg-type]
    return missing.select(
        pl.lit(head["row"], pl.Int64).alias("row"),
        pl.lit(head["count_no"]).alias("count_no"),
        pl.lit(head["warehouse"]).alias("warehouse"),
        pl.lit(head["counted_on"]).alias("counted_on"),
        (pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + last).alias("line_no"),
        "sku", "lot", "book_qty",
        pl.lit(0).cast(pl.Decimal(18, 4)).alias("counted_qty"),
        pl.lit("inserted").alias("status_"),
    )  # fmt: skip


def follow(con: Any, known: Known, table: str, numbers: pl.Series) -> Changes:  # noqa: ANN401
    """The ledger rows by which the moves of these documents, as they are stored now, stand.

    Documents are read back whole, so that a changed head moves all lines of its document.
    Nothing from before the shop's start moves stock.
    """
    kind, _, dated = effects.POSTED[table]
    start = known.start_on or known.today
    lines = facts.posted_lines(con, table, numbers)
    if table == "opening_stock":
        lines = lines.with_columns(pl.lit(start).alias("opened_on"))
    wanted = effects.moves(table, lines.filter(pl.col(dated) >= start))
    changes = Changes()
    live = facts.live_moves(con, kind, numbers)
    changes.insert("stock_move", effects.corrections(wanted, live, kind))
    return changes
