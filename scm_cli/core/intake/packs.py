"""Quantities written in two units in one cell: 3箱5瓶."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER, _UNIT = r"([0-9]{1,12}(?:\.[0-9]{1,4})?)", r"([^\s0-9.,%()+\-/]{1,10})"
MIXED = re.compile(rf"{_NUMBER}\s*{_UNIT}\s*{_NUMBER}\s*{_UNIT}")


def totalled(
    text: str, sku: str | None, factors: Mapping[str, Decimal], own: str | None
) -> str | Say | None:
    """The cell in the item's own unit: 3箱5瓶 is 77瓶 where a 箱 holds 24.

    `factors`: own units per unit, of every unit that the item has. Returns a sentence when the
    item lacks one of the units, None when the text is no such quantity.

    >>> totalled("3箱5瓶", "A1", {"箱": Decimal(24), "瓶": Decimal(1)}, "瓶")
    '77瓶'
    >>> str(totalled("3箱5瓶", "A1", {"瓶": Decimal(1)}, "瓶"))
    'item A1 has no unit 箱; write 3箱5瓶 as one number in a unit that it has (瓶)'
    """
    said = MIXED.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if said is None or own is None:
        return None
    first, large, second, small = said.groups()
    for unit in (large, small):
        if unit not in factors:
            return Say(
                "item {sku} has no unit {unit}; write {text} as one number in a unit that it has ({units})",
                sku=sku, unit=unit, text=text, units=", ".join(factors),
            )  # fmt: skip
    total = Decimal(first) * factors[large] + Decimal(second) * factors[small]
    return f"{total.normalize():f}{own}"


def units_of(
    skus: pl.Series, frames: Mapping[str, pl.DataFrame]
) -> dict[str, tuple[str, dict[str, Decimal]]]:
    """Item as given (code or name) → its own unit and the factors of all its units.

    `frames`: item (sku, name, unit) and item_unit (sku, unit, factor).
    """
    asked = skus.drop_nulls().unique().implode()
    items = frames["item"].filter(pl.col("sku").is_in(asked) | pl.col("name").is_in(asked))
    packs = frames["item_unit"].filter(pl.col("sku").is_in(items["sku"].implode()))
    factors: dict[str, dict[str, Decimal]] = {}
    for sku, unit, factor in packs.select("sku", "unit", "factor").iter_rows():
        factors.setdefault(sku, {})[unit] = factor
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for sku, name, unit in items.select("sku", "name", "unit").iter_rows():
        told = (unit, {**factors.get(sku, {}), unit: Decimal(1)})
        found.setdefault(name, told)
        found[sku] = told
    return found
