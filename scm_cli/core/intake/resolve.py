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


def meanings(values: pl.Series, known: Known, table: str) -> pl.DataFrame:
    """Each distinct text of a column (`given`) and its code, null where it is unknown.

    A name counts only when one record bears it.
    """
    code = CODE[table]
    asked = pl.DataFrame({"given": values.drop_nulls().unique()})
    codes = known.frames[table].select(pl.col(code).alias("given"), pl.col(code).alias("coded"))
    found = asked.join(codes, on="given", how="left")
    if not found["coded"].has_nulls():
        return found.select("given", pl.col("coded").alias("code"))
    by_name = (
        known.frames[table]
        .select(pl.col("name").alias("given"), pl.col(code).alias("named"))
        .drop_nulls()
        .filter(pl.col("given").is_unique())
    )
    found = found.join(by_name, on="given", how="left")
    return found.select("given", pl.coalesce("coded", "named").alias("code"))


def coded(values: pl.Series, meant: pl.DataFrame) -> pl.Series:
    """A column with codes in place of names; what is unknown stays as it was given."""
    other = meant.filter(pl.col("code").is_not_null() & (pl.col("code") != pl.col("given")))
    if other.is_empty():
        return values
    return values.replace(other["given"], other["code"])


def resolved(values: pl.Series, known: Known, table: str) -> tuple[pl.Series, pl.Series]:
    """Codes for a column of codes or names, and which are unknown (boolean)."""
    meant = meanings(values, known, table)
    unknown = meant.filter(pl.col("code").is_null())["given"]
    missing = values.is_in(unknown.implode()) if len(unknown) else values.is_null() & False
    return coded(values, meant), missing.fill_null(False).alias("missing")


def with_factor(frame: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.Series]:
    """Add `factor` (stock units per entered unit); which rows name a unit the item lacks.

    The unit in the cell (12箱) counts before the unit column; none means the item's own.
    """
    given = [n for n in ("cell_unit", "unit") if n in frame.columns]
    one = pl.lit(1).cast(pl.Decimal(18, 4))
    own = known.frames["item"].select("sku", pl.col("unit").alias("own_unit"))
    out = frame.drop("factor", strict=False).join(own, on="sku", how="left", maintain_order="left")
    if not given:
        out = out.rename({"own_unit": "unit"}).with_columns(one.alias("factor"))
        return out, pl.Series([False]).new_from_index(0, len(out))
    packs = known.frames["item_unit"].select("sku", pl.col("unit").alias("asked"), "factor")
    out = out.with_columns(pl.coalesce(given).alias("asked")).join(
        packs, on=["sku", "asked"], how="left", maintain_order="left"
    )
    same = pl.col("asked").is_null() | (pl.col("asked") == pl.col("own_unit"))
    out = out.with_columns(
        pl.when(same).then(one).otherwise(pl.col("factor")).alias("factor"),
        pl.coalesce("asked", "own_unit").alias("unit"),
    )
    unknown = out["factor"].is_null() & out["own_unit"].is_not_null()
    out = out.with_columns(pl.col("factor").fill_null(one))
    return out.drop("asked", "own_unit", "cell_unit", strict=False), unknown
