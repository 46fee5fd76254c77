"""Sales documents as the world writes them: charges among the goods, cancellations, walk-ins.

A line whose code stands for money (postage, fee, manual correction) is a charge; a negative
line without a price is a stock correction; a line of a cancellation is a return, netted on
the line that it takes back where that can be found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.kinds import CHARGE_CODES

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known

CANCELLATION = r"^[Cc]\d"
STOCK_CORRECTION = "stock correction"


def with_reason(frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Add `aside`: why a line is no sale of goods (null when it is), and `is_return`."""
    own = known.frames["item"]["sku"]
    code = pl.col("sku").str.to_uppercase()
    price = pl.col("unit_price") if "unit_price" in frame.columns else pl.lit(None)
    return frame.with_columns(
        pl.when(~pl.col("sku").is_in(own.implode()) & code.is_in(list(CHARGE_CODES)))
        .then(pl.lit("charge: ") + code.replace_strict(CHARGE_CODES, default="other"))
        .when((price.fill_null(0) == 0) & (pl.col("customer").is_null()))
        .then(pl.lit(STOCK_CORRECTION))
        .when((price.fill_null(0) == 0) & (pl.col("qty") < 0))
        .then(pl.lit(STOCK_CORRECTION))
        .when(pl.col("qty") == 0)
        .then(pl.lit("no quantity"))
        .otherwise(None)
        .alias("aside"),
        is_return=(pl.col("qty") < 0)
        | (pl.col("order_no").fill_null("").str.contains(CANCELLATION) & (pl.col("qty") < 0)),
    )


def charges(lines: pl.DataFrame) -> pl.DataFrame:
    """The rows of `charge` for lines that were set aside with a reason."""
    amount = pl.col("qty").cast(pl.Float64) * pl.col("unit_price").cast(pl.Float64).fill_null(0)
    return lines.select(
        pl.col("order_no").alias("document_no"),
        "line_no",
        pl.col("ordered_on").alias("charged_on"),
        pl.col("sku").alias("code"),
        (pl.col("item_name") if "item_name" in lines.columns else pl.lit(None, pl.String)).alias(
            "text"
        ),
        pl.col("customer").alias("partner"),
        "qty",
        amount.round(2).cast(pl.Decimal(18, 2)).alias("amount"),
        pl.col("aside").alias("reason"),
    )


def netted(returns: pl.DataFrame, sold: pl.DataFrame) -> pl.DataFrame:
    """Find for each return line the sale that it takes back.

    `returns`: return_no, line_no, customer, sku, qty (positive), returned_on. `sold`:
    order_no, line_no, customer, sku, qty, ordered_on. The latest sale of that item to that
    customer, on or before the day and large enough, is taken; returns of one sale never
    exceed it in sum, what is beyond stays unlinked. Walk-ins are not linked.

    Returns:
        `returns` with `order_no` and `order_line_no` (null where no sale was found).
    """
    links = [n for n in ("order_no", "order_line_no", "ordered_on") if n in returns.columns]
    asked = returns.drop(links).with_row_index("asked")
    pairs = asked.join(
        sold.select(
            "customer",
            "sku",
            pl.col("order_no").alias("order_no"),
            pl.col("line_no").alias("order_line_no"),
            pl.col("qty").alias("sold_qty"),
            "ordered_on",
        ),
        on=["customer", "sku"],
        how="inner",
    ).filter(
        (pl.col("ordered_on") <= pl.col("returned_on")) & (pl.col("sold_qty") >= pl.col("qty"))
    )
    best = (
        pairs.sort("asked", "ordered_on", "order_no", "order_line_no")
        .group_by("asked", maintain_order=True)
        .last()
        .sort("asked")
    )
    fits = pl.col("qty").cum_sum().over("order_no", "order_line_no") <= pl.col("sold_qty")
    best = best.filter(fits).select("asked", "order_no", "order_line_no")
    return asked.join(best, on="asked", how="left", maintain_order="left").drop("asked")
