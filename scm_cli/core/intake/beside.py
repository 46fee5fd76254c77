"""Records that a sheet of masters carries beside its own: packs, prices, stock, balances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared


def by_warehouse(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per warehouse where the sheet has one column per warehouse (fields "@CODE")."""
    places = [n for n in frame.columns if n.startswith("@")]
    if not places:
        return frame
    drop = [n for n in ("qty", "warehouse") if n in frame.columns]
    long = frame.drop(drop).unpivot(
        places,
        index=[n for n in frame.columns if n not in (*places, *drop)],
        variable_name="warehouse",
        value_name="qty",
    )
    return long.filter(pl.col("qty").is_not_null()).with_columns(pl.col("warehouse").str.slice(1))


def of_items(frame: pl.DataFrame, known: Known, out: Prepared) -> None:
    """Packs, supplier prices and opening stock that an item sheet carries in its rows."""
    names = frame.columns
    if "pack_unit" in names and "pack_factor" in names:
        stated = pl.col("pack_unit").is_not_null() & pl.col("pack_factor").is_not_null()
        barcode = [pl.col("pack_barcode").alias("barcode")] if "pack_barcode" in names else []
        packs = frame.filter(stated)
        out.sides["item_unit"] = packs.select(
            "row", "sku", pl.col("pack_unit").alias("unit"), pl.col("pack_factor").alias("factor"),
            *barcode,
        )  # fmt: skip
    if "supplier" in names and "purchase_price" in names:
        stated = pl.col("supplier").is_not_null() & pl.col("purchase_price").is_not_null()
        extra = [n for n in ("moq_qty", "order_multiple_qty", "lead_time_days") if n in names]
        out.sides["supplier_item"] = frame.filter(stated).select(
            "row", "supplier", "sku", pl.lit(0).cast(pl.Decimal(18, 4)).alias("from_qty"),
            pl.col("purchase_price").alias("unit_price"), *extra,
        )  # fmt: skip
    if not known.opening_closed:
        _stock(frame, known, out)


def _stock(frame: pl.DataFrame, known: Known, out: Prepared) -> None:
    names = frame.columns
    default = pl.lit(known.default_warehouse, pl.String)
    if "opening_qty" in names:
        place = pl.col("opening_warehouse") if "opening_warehouse" in names else default
        frame = frame.with_columns(
            place.fill_null(default).alias("warehouse"), pl.col("opening_qty").alias("qty")
        )
    stocked = by_warehouse(frame)
    if "qty" not in stocked.columns:
        return
    cost = (
        pl.col("purchase_price") if "purchase_price" in names else pl.lit(None, pl.Decimal(18, 6))
    )
    out.sides["opening_stock"] = stocked.filter(pl.col("qty") > 0).select(
        "row", "warehouse", "sku", pl.lit("").alias("lot"), "qty", cost.alias("unit_cost")
    )


def of_partners(kind: str, frame: pl.DataFrame, known: Known, out: Prepared) -> None:
    """Opening receivables, payables and advances in a customer or supplier sheet."""
    partner = kind[:-1]
    kinds = {
        "opening_receivable": "receivable",
        "opening_payable": "payable",
        "opening_advance": "advance_received" if partner == "customer" else "advance_paid",
    }
    blocks = [
        frame.filter(pl.col(n) > 0).select(
            "row", pl.lit(k).alias("kind"), pl.col(partner).alias("partner"),
            pl.lit("-").alias("document_no"), pl.col(n).alias("amount"),
        )
        for n, k in kinds.items()
        if n in frame.columns
    ]  # fmt: skip
    if blocks and not known.opening_closed:
        out.sides["opening_balance"] = pl.concat(blocks)
