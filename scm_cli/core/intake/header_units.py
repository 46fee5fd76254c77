"""Units that stand in headers, 起订量(箱) or 单价(元/箱): a bare number takes the sheet's unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.kinds import DOCUMENTS, IN_UNIT, SAID_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

PRICES = ("unit_price", "price_inc_tax", "price_ex_tax", "unit_cost", "sale_price", "purchase_price")  # fmt: skip
#: Papers whose rows are priced, and counted, in the unit that stands in them.
PRICED = frozenset({"supplier_prices", "sales_prices", "quotes", "contracts"})
PER = re.compile(r"[/／每]\s*([^/／每]+)$")


def said(name: str, bracket: str) -> str:
    """The unit that the bracket behind a header names: of a price what stands behind the stroke.

    >>> said("moq_qty", "箱"), said("unit_price", "元/箱"), said("price_inc_tax", "RMB / box")
    ('箱', '箱', 'box')
    """
    per = PER.search(bracket) if name in PRICES else None
    return (per[1] if per else bracket).strip()


def applied(kind: str, frame: pl.DataFrame, units: Mapping[str, str]) -> pl.DataFrame:
    """The rows with what their headers say of units; a unit in a cell or a column comes first.

    On documents `cell_unit` is the unit of the row's quantities; on sheets of masters and prices
    each quantity has its own, `moq_qty in`; the unit of a price is that of its row.
    """
    names = frame.columns
    per = price_unit(units)
    if per and kind in PRICED:
        given = [pl.col("unit")] if "unit" in names else []
        frame = frame.with_columns(pl.coalesce(*given, pl.lit(per)).alias("unit"))
    counted = {n: u for n, u in units.items() if n in IN_UNIT and n in names}
    if not counted:
        return frame
    if kind in DOCUMENTS or kind == "opening_stock":
        given = [pl.col(n) for n in ("cell_unit", "unit") if n in names]
        unit = pl.lit(next(iter(counted.values())))
        return frame.with_columns(pl.coalesce(*given, unit).alias("cell_unit"))
    return frame.with_columns(
        pl.when(pl.col(n).is_not_null())
        .then(pl.coalesce(*[f"{n}{SAID_IN}"] if f"{n}{SAID_IN}" in names else [], pl.lit(u)))
        .alias(f"{n}{SAID_IN}")
        for n, u in counted.items()
    )


def price_unit(units: Mapping[str, str]) -> str | None:
    """The unit that the sheet's prices are for, where a header says so."""
    return next((u for n, u in units.items() if n in PRICES), None)
