"""The rows of a sheet below its header, as text: which cells belong to which field.

Blank rows are left out; what reads like a total or a signature is found here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.terms import with_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.intake.typed import Rules

#: A cell that makes a row without a code a total or a signature: 合计, 制表人：张三, Total:
FOOTER = (
    r"(?i)^\s*((合\s*计|总\s*计|小\s*计|本\s*页.*|共\s*计|汇\s*总)\s*([:：(（].*)?$"
    r"|(制\s*表|制\s*单|审\s*核|打\s*印|复\s*核|经\s*办|仓\s*管|填\s*表|填\s*写|开\s*单|录\s*入)"
    r"\s*(人|员|时间|日期)?\s*[:：]"
    r"|第\s*\d+\s*页|(entered|filled\s+in|prepared|handled)\s+by\s*[:：]|(grand\s*total|sub\s*-?total|totals?)\s*[:：]?\s*$)"
)
#: 1箱=24瓶, 1*24: how a pack is written in one cell.
PACK = r"^\s*1?\s*([^\d\s=＝*xX×]+)\s*[=＝]\s*([0-9.]+)\s*\D*$"
PACK_BARE = r"^\s*1\s*[*xX×]\s*([0-9.]+)\s*\D*$"
#: Where packs are written: kind → the field of the factor, the field of the unit.
PACKS = {"items": ("pack_factor", "pack_unit"), "item_units": ("factor", "unit")}
#: The pack that the header of a column of factors names: 箱规（瓶/箱）, Units per case.
PACK_NAMED = r"(?i)(箱|盒|件|case|carton|box)"
OTHERWISE = "*"
#: Days with an hour of their own: kind → the field of the day, the field of the hour.
CLOCKS = {
    "leads": {"came_on": "came_clock"},
    "tickets": {
        "opened_on": "opened_clock",
        "replied_on": "replied_clock",
        "resolved_on": "resolved_clock",
    },
}
HOUR = r"\d[:：]\d\d"
MIDNIGHT = r"[^\d:：]0?0[:：]00([:：]00(\.0+)?)?$"


def body(
    kind: str, grid: pl.DataFrame, head: tuple[int, Mapping[int, str]], rules: Rules
) -> pl.DataFrame:
    """`row` and one column of text per field; `head` is the header's row and column → field.

    Fixed values, value maps, several columns for one field and filling down are applied.
    """
    header_row, fields = head
    table = grid.with_row_index("row").slice(header_row + 1)
    data = [c for c in table.columns if c != "row"]
    table = table.filter(pl.any_horizontal(pl.col(data).is_not_null()))
    cells = {name: (index,) for index, name in fields.items() if name not in rules.sources}
    parts = {
        name: pl.coalesce([_meant(pl.col(str(i)), rules.values.get(name)) for i in places])
        for name, places in {**cells, **rules.sources}.items()
        if places
    }
    parts |= {name: pl.lit(value) for name, value in rules.fixed.items()}
    table = table.select(
        pl.col("row").cast(pl.Int64), *[part.alias(name) for name, part in parts.items()]
    )
    down = [n for n in rules.fill_down if n in table.columns]
    table = table.with_columns(pl.col(down).forward_fill()) if down else table
    said = {name: grid[str(index)][header_row] for index, name in fields.items()}
    return with_terms(kind, _with_clocks(kind, _with_packs(kind, table, said)))


def _with_clocks(kind: str, table: pl.DataFrame) -> pl.DataFrame:
    """A cell that holds a day and an hour serves for the hour too, where no column names that.

    Midnight says nothing: Excel writes it behind every day.
    """
    hours = {
        clock: pl.when(pl.col(on).str.contains(HOUR) & ~pl.col(on).str.contains(MIDNIGHT)).then(on)
        for on, clock in CLOCKS.get(kind, {}).items()
        if on in table.columns and clock not in table.columns
    }
    return table.with_columns(**hours)


def _meant(cell: pl.Expr, words: Mapping[str, str] | None) -> pl.Expr:
    """A cell by its value map; "*" stands for every other text, an empty value for no value."""
    if not words:
        return cell
    known = {given: value or None for given, value in words.items() if given != OTHERWISE}
    plain = cell.str.strip_chars()
    if OTHERWISE not in words:
        return plain.replace(known)
    rest = pl.when(cell.is_not_null()).then(pl.lit(words[OTHERWISE] or None, pl.String))
    return pl.when(plain.is_in(list(known))).then(plain.replace(known)).otherwise(rest)


def _with_packs(kind: str, table: pl.DataFrame, said: Mapping[str, str | None]) -> pl.DataFrame:
    """A pack written in one cell (1箱=24瓶) becomes its factor and its unit.

    Where neither a column nor the cell names the unit, the header may (箱规: 箱).
    """
    factor, unit = PACKS.get(kind, ("", ""))
    if factor not in table.columns:
        return table
    cell = pl.col(factor)
    if table[factor].str.contains("[=＝*xX×]").any():
        named = cell.str.extract(PACK, 1)
        table = table.with_columns(
            pl.coalesce(cell.str.extract(PACK, 2), cell.str.extract(PACK_BARE, 1), cell).alias(
                factor
            ),
            (pl.coalesce(unit, named) if unit in table.columns else named).alias(unit),
        )
    by_header = pl.lit(said.get(factor), pl.String).str.extract(PACK_NAMED).str.to_lowercase()
    if unit not in table.columns:
        return table.with_columns(pl.when(cell.is_not_null()).then(by_header).alias(unit))
    return table.with_columns(
        pl.when(cell.is_not_null()).then(pl.coalesce(unit, by_header)).otherwise(unit).alias(unit)
    )


def footers(table: pl.DataFrame, grid: pl.DataFrame, fields: Mapping[int, str]) -> list[int]:
    """Rows without a code of which some cell, read or not, is a total or a signature."""
    names = list(fields.values())
    key = next((n for n in ("sku", "partner", "supplier", "customer", *names) if n in names), None)
    if key is None or key not in table.columns:
        return []
    without = table.filter(pl.col(key).is_null() | pl.col(key).str.contains(FOOTER))["row"]
    if without.is_empty():
        return []
    cells = grid[without.to_list()]
    said = cells.select(pl.any_horizontal(pl.all().str.contains(FOOTER)).fill_null(False))
    return without.filter(said.to_series()).to_list()
