"""Quantities on sheets of masters and prices that name a unit of their own: 最小起订量 2箱.

A price list speaks in the unit of its row, everything else in the item's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.header_units import PRICES
from scm_cli.core.intake.kinds import SAID_IN
from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed

#: Kinds whose rows are priced, and therefore counted, in the unit that stands in them.
PRICED = ("supplier_prices", "sales_prices")


def in_row_unit(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Each quantity in the unit of its row; one in a unit that its item lacks is refused."""
    for said in [n for n in frame.columns if n.endswith(SAID_IN)]:
        name = said.removesuffix(SAID_IN)
        if "sku" in frame.columns:
            frame = _converted(rows, frame, name, known)
        frame = frame.drop(said)
    return frame


def priced_alike(rows: Typed, frame: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Items without those whose price is per another unit than their own: 采购价(元/箱) of a 瓶."""
    items = known.frames["item"].select("sku", pl.col("unit").alias("known unit"))
    asked = frame.join(items, on="sku", how="left", maintain_order="left")
    own = ["unit", "known unit"] if "unit" in frame.columns else ["known unit"]
    units = asked.select(pl.coalesce(own)).to_series()
    odd = units.ne_missing(rows.price_unit)
    told = "the price is per {per}, but {sku} is counted in {unit}; give the price of one of them"
    for row, sku, unit in zip(
        frame["row"].filter(odd), frame["sku"].filter(odd), units.filter(odd), strict=True
    ):
        say = Say(told, per=rows.price_unit, sku=sku, unit=unit or "-")
        rows.refused.append(Refusal(int(row), None, say, PRICES))
    return frame.filter(~odd)


def _converted(rows: Typed, frame: pl.DataFrame, name: str, known: Known) -> pl.DataFrame:
    said = frame[f"{name}{SAID_IN}"]
    asked = _factor(frame, said, rows.kind, known)
    priced = rows.kind in PRICED and "unit" in frame.columns
    counted = (
        _factor(frame, frame["unit"], rows.kind, known)
        if priced
        else pl.repeat(1, len(frame), eager=True)
    )
    odd = asked.is_null() & said.is_not_null()
    for i in odd.arg_true():
        told = Say(
            "item {sku} has no unit {unit}; add it to the sheet of item units",
            sku=frame["sku"][i], unit=said[i],
        )  # fmt: skip
        rows.refused.append(Refusal(int(frame["row"][i]), None, told, (name,)))
    there = said.is_not_null() & asked.is_not_null() & counted.is_not_null()
    own = frame[name].cast(pl.Float64) * asked / counted
    values = pl.select(
        pl.when(there).then(own.round(4).cast(pl.Decimal(18, 4))).otherwise(frame[name])
    )
    return frame.with_columns(values.to_series().alias(name)).filter(~odd)


def _factor(frame: pl.DataFrame, units: pl.Series, kind: str, known: Known) -> pl.Series:
    """Stock units per unit, row by row: 1 for the item's own and for none, null for an unknown one."""
    packs = known.frames["item_unit"].select("sku", "unit", pl.col("factor").cast(pl.Float64))
    items = known.frames["item"].select("sku", pl.col("unit").alias("own"))
    asked = frame.select("sku").with_columns(units.alias("unit"))
    if kind == "items" and "unit" in frame.columns:  # a new item says its own unit itself
        asked = asked.with_columns(frame["unit"].alias("stated"))
    else:
        asked = asked.with_columns(pl.lit(None, pl.String).alias("stated"))
    found = asked.join(items, on="sku", how="left", maintain_order="left").join(
        packs, on=["sku", "unit"], how="left", maintain_order="left"
    )
    own = pl.col("unit").is_null() | (pl.col("unit") == pl.coalesce("stated", "own"))
    return found.select(pl.when(own).then(1.0).otherwise("factor").alias("factor")).to_series()
