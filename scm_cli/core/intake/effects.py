"""What a posted document does to the ledger, for all its lines at once.

The same table of ways (`core.stock.moves.WAYS`) serves one line and a million.
"""

from __future__ import annotations

import polars as pl

from scm_cli.core.stock.moves import DISPOSED, WAYS
from scm_cli.core.stock.places import COUNT

#: Sheet kind → document kind, number, date.
POSTED: dict[str, tuple[str, str, str]] = {
    "receipt_line": ("receipt", "receipt_no", "received_on"),
    "shipment_line": ("shipment", "shipment_no", "shipped_on"),
    "sales_return_line": ("sales_return", "return_no", "returned_on"),
    "purchase_return_line": ("purchase_return", "return_no", "returned_on"),
    "transfer_line": ("transfer", "transfer_no", "moved_on"),
    "stock_count_line": ("stock_count", "count_no", "counted_on"),
    "opening_stock": ("opening", "warehouse", "opened_on"),
}
MOVE_COLUMNS = (
    "moved_on", "sku", "lot", "expiry_on", "qty", "from_place", "to_place", "unit_cost",
    "document_kind", "document_no", "line_no",
)  # fmt: skip
#: Columns that do not name a line of that document kind.
OPENING_KEY = {"opening": ("line_no",)}
COST_NOISE = 2e-6


def moves(table: str, lines: pl.DataFrame) -> pl.DataFrame:
    """Ledger rows of posted lines that carry their head's fields; lines of nothing move nothing."""
    kind, number, dated = POSTED[table]
    if kind == "stock_count":
        return count_moves(lines)
    way = WAYS[kind]
    names = lines.columns

    def place(name: str) -> pl.Expr:
        return pl.col(name) if name in names else pl.lit(name)

    target = place(way.target)
    if "disposition" in names:
        target = (
            pl.col("disposition").replace_strict(DISPOSED, default=None, return_dtype=pl.String)
        ).fill_null(target)
    lot = pl.col("lot") if "lot" in names else pl.lit(None, pl.String)
    return lines.filter(pl.col(way.qty) > 0).select(
        pl.col(dated).alias("moved_on"),
        "sku",
        pl.when(lot != "").then(lot).alias("lot"),
        (pl.col("expiry_on") if "expiry_on" in names else pl.lit(None, pl.Date)).alias("expiry_on"),
        pl.col(way.qty).alias("qty"),
        place(way.source).alias("from_place"),
        target.alias("to_place"),
        cost(lines).alias("unit_cost"),
        pl.lit(kind).alias("document_kind"),
        pl.col(number).alias("document_no"),
        (pl.col("line_no") if "line_no" in names else pl.int_range(1, pl.len() + 1)).alias(
            "line_no"
        ),
    )


def cost(lines: pl.DataFrame) -> pl.Expr:
    """Cost per stock unit, ex tax, from a line's own cost or price."""
    names = lines.columns
    if "unit_cost" in names:
        return pl.col("unit_cost").cast(pl.Decimal(18, 6))
    if "unit_price" not in names or "received_on" not in names:
        return pl.lit(None, pl.Decimal(18, 6))
    rate = (
        pl.col("tax_rate_pct").cast(pl.Float64).fill_null(0)
        if "tax_rate_pct" in names
        else pl.lit(0.0)
    )
    included = pl.col("tax_included").fill_null(True) if "tax_included" in names else pl.lit(True)
    per = pl.col("unit_price").cast(pl.Float64) / pl.col("factor").cast(pl.Float64)
    net = pl.when(included).then(per / (1 + rate / 100)).otherwise(per)
    return net.round(6).cast(pl.Decimal(18, 6))


def count_moves(lines: pl.DataFrame) -> pl.DataFrame:
    """Moves that bring the books (`book_qty`) to what was counted."""
    gap = pl.col("counted_qty") - pl.col("book_qty").fill_null(0)
    found = lines.filter(gap != 0).with_columns(gap.alias("gap"))
    more = pl.col("gap") > 0
    return found.select(
        pl.col("counted_on").alias("moved_on"),
        "sku",
        (pl.col("lot") if "lot" in lines.columns else pl.lit(None, pl.String)).alias("lot"),
        pl.lit(None, pl.Date).alias("expiry_on"),
        pl.col("gap").abs().cast(pl.Decimal(18, 4)).alias("qty"),
        pl.when(more).then(pl.lit(COUNT)).otherwise(pl.col("warehouse")).alias("from_place"),
        pl.when(more).then(pl.col("warehouse")).otherwise(pl.lit(COUNT)).alias("to_place"),
        pl.lit(None, pl.Decimal(18, 6)).alias("unit_cost"),
        pl.lit("stock_count").alias("document_kind"),
        pl.col("count_no").alias("document_no"),
        "line_no",
    )


def corrections(wanted: pl.DataFrame, live: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Ledger rows that make `live` moves say what the documents say now (`wanted`).

    What agrees stays; what does not is reversed and posted anew. `live` carries `move_no` and
    `tip`, the last move of its chain of reversals. Costs that differ by rounding alone agree.
    """
    # the lines of an opening have no numbers of their own: warehouse, item and lot name them
    same = [n for n in MOVE_COLUMNS if n not in ("unit_cost", *OPENING_KEY.get(kind, ()))]
    wanted = wanted.with_row_index("wanted_no")
    both = wanted.join(live, on=same, how="inner", nulls_equal=True)
    gap = (pl.col("unit_cost").cast(float) - pl.col("unit_cost_right").cast(float)).abs()
    neither = pl.col("unit_cost").is_null() & pl.col("unit_cost_right").is_null()
    agreed = both.filter(neither | (gap < COST_NOISE))
    left = wanted.join(agreed, on="wanted_no", how="anti", maintain_order="left")
    wrong = live.join(agreed, on="move_no", how="anti", maintain_order="left")
    return pl.concat([reversed_moves(wrong), left.drop("wanted_no")], how="diagonal")


def reversed_moves(old: pl.DataFrame) -> pl.DataFrame:
    """The same goods the other way round: what corrects a posted line before it is posted anew."""
    return old.select(
        "moved_on", "sku", "lot", "expiry_on", "qty",
        pl.col("to_place").alias("from_place"), pl.col("from_place").alias("to_place"),
        "unit_cost", "document_kind", "document_no", "line_no",
        pl.col("tip").alias("reverses"),
    )  # fmt: skip
