"""Codes and units: a reference may be given by code or by name, a quantity in any of its units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known

CODE: dict[str, str] = {
    "item": "sku",
    "customer": "customer",
    "supplier": "supplier",
    "warehouse": "warehouse",
}


def resolved(values: pl.Series, known: Known, table: str) -> tuple[pl.Series, pl.Series]:
    """Codes for a column of codes or names, and which are unknown (boolean).

    A name counts only when one record bears it.
    """
    master = known.frames[table].select(pl.col(CODE[table]).alias("code"), "name")
    frame = pl.DataFrame({"given": values})
    asked = frame.unique().drop_nulls()
    by_name = (
        master.drop_nulls()
        .filter(pl.col("name").is_unique())
        .select(pl.col("name").alias("given"), pl.col("code").alias("named"))
    )
    codes = master.select(pl.col("code").alias("given"), pl.col("code").alias("coded"))
    found = asked.join(codes, on="given", how="left").join(by_name, on="given", how="left")
    found = found.select("given", pl.coalesce("coded", "named").alias("code"))
    joined = frame.join(found, on="given", how="left", maintain_order="left")
    missing = joined["given"].is_not_null() & joined["code"].is_null()
    return joined["code"].alias(values.name), missing.alias("missing")


def with_factor(frame: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.Series]:
    """Add `factor` (stock units per entered unit); which rows name a unit the item lacks.

    The unit in the cell (12箱) counts before the unit column; none means the item's own.
    """
    given = [n for n in ("cell_unit", "unit") if n in frame.columns]
    unit = pl.coalesce(given) if given else pl.lit(None, pl.String)
    own = known.frames["item"].select("sku", pl.col("unit").alias("own_unit"))
    packs = known.frames["item_unit"].select("sku", pl.col("unit").alias("asked"), "factor")
    out = (
        frame.drop([n for n in ("factor",) if n in frame.columns])
        .with_columns(unit.alias("asked"))
        .join(own, on="sku", how="left", maintain_order="left")
        .join(packs, on=["sku", "asked"], how="left", maintain_order="left")
    )
    same = pl.col("asked").is_null() | (pl.col("asked") == pl.col("own_unit"))
    one = pl.lit(1).cast(pl.Decimal(18, 4))
    out = out.with_columns(
        pl.when(same).then(one).otherwise(pl.col("factor")).alias("factor"),
        pl.coalesce("asked", "own_unit").alias("unit"),
    )
    unknown = out["factor"].is_null() & out["own_unit"].is_not_null()
    out = out.with_columns(pl.col("factor").fill_null(one))
    drop = [n for n in ("asked", "own_unit", "cell_unit") if n in out.columns]
    return out.drop(drop), unknown
