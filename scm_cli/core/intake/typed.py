"""Cells of text become typed columns; what cannot is refused with its cell.

Blank rows do not count. Totals and signatures below the table are set aside.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.cell import CellKind, CellRule, reason_say
from scm_cli.core.cells import parse_column
from scm_cli.core.intake import header_units, merged, packs
from scm_cli.core.intake.body import body, footers
from scm_cli.core.intake.kinds import (
    DAY_WORDS,
    DOCUMENTS,
    FILLED,
    IN_UNIT,
    PACKS,
    SAID_IN,
    VIRTUAL,
)
from scm_cli.core.records.base import PLACES
from scm_cli.core.records.catalog import sheet as sheet_of
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.cells import Parsed
    from scm_cli.core.records.base import Column
    from scm_cli.core.records.catalog import Sheet


ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell (or a whole row: `column` None) that cannot be taken.

    What is found after typing names `fields`; the first of them that the sheet has is the cell.
    """

    row: int
    column: int | None
    what: Say
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Typed:
    """The rows of one sheet: typed columns and `row` (0-based in the sheet)."""

    kind: str
    frame: pl.DataFrame
    rows_read: int
    set_aside: dict[int, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    #: Rows without a document number that came in before, and the number that they got then.
    repeated: dict[int, str] = field(default_factory=dict)
    #: Fields of a document's head in which its lines may differ; the least counts.
    may_differ: frozenset[str] = frozenset()
    #: Rows that took the head of their paper from the line above: its cells are blank or merged.
    inherited: list[int] = field(default_factory=list)
    #: What the prices of the sheet are per, where their header says so: 单价(元/箱).
    price_unit: str | None = None
    #: Field → column of the sheet.
    places: dict[str, int] = field(default_factory=dict)

    def good(self) -> pl.DataFrame:
        """The rows that are neither set aside nor refused."""
        return without(self.frame, {r.row for r in self.refused} | set(self.set_aside))

    def refuse(self, rows: pl.Series, what: Say, *fields: str) -> None:
        """Refuse rows for one reason, which stands in the first of `fields` that there is."""
        self.refused += [Refusal(row, None, what, fields) for row in rows.to_list()]

    def located(self) -> list[Refusal]:
        """The refusals in the order of the sheet, each with its column where it has one."""
        found = []
        for refusal in self.refused:
            column = refusal.column
            if column is None:
                column = next((self.places[n] for n in refusal.fields if n in self.places), None)
            found.append(replace(refusal, column=column))
        return sorted(found, key=lambda r: (r.row, -1 if r.column is None else r.column))


@dataclass(frozen=True, slots=True)
class Rules:
    """How cells are read where the file decides.

    `sources` names the columns behind a field where a profile gives it others than the header
    says: the first filled one counts. `units` are units that stand in headers: 数量(箱).
    """

    date_format: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    may_be_empty: frozenset[str] = frozenset()
    may_differ: frozenset[str] = frozenset()
    sources: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    #: item (sku, name, unit) and item_unit (sku, unit, factor), for 3箱5瓶
    items: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def without(frame: pl.DataFrame, rows: set[int]) -> pl.DataFrame:
    """The frame without these sheet rows."""
    if not rows:
        return frame
    out = pl.Series("row", sorted(rows), dtype=pl.Int64).to_frame()
    return frame.join(out, on="row", how="anti", maintain_order="left")


def typed(
    sheet: Sheet,
    grid: pl.DataFrame,
    header_row: int,
    fields: Mapping[int, str],
    rules: Rules,
) -> Typed:
    """Type a grid below its header. `fields` maps column index to field name."""
    table = body(sheet.kind, grid, (header_row, fields), rules)
    below = footers(table, grid, fields)
    table, inherited = merged.inherited(sheet.kind, table, below, rules.fixed)
    out = Typed(sheet.kind, pl.DataFrame({"row": table["row"]}), len(table))
    out.may_differ, out.inherited = rules.may_differ, inherited
    out.set_aside.update(dict.fromkeys(below, "totals row"))
    live = ~table["row"].is_in(below) if below else None
    index_of = {name: index for index, name in fields.items()}
    index_of.update({name: places[0] for name, places in rules.sources.items() if places})
    out.places = index_of
    wide = any(name.startswith("@") for name in table.columns)  # a column per warehouse
    columns = []
    units: dict[str, pl.Series] = {}
    for name in [n for n in table.columns if n != "row"]:
        spec = sheet.columns.get(name)
        rule = _rule(sheet.kind, name, spec, rules)
        found = parse_column(table[name], rule)
        if name in IN_UNIT and found.bad.any() and "sku" in table.columns:
            table = _in_one_unit(out, table, name, (found, index_of.get(name)), rules)
            found = parse_column(table[name], rule)
        whole = (spec.kind if spec else VIRTUAL.get(name)) == "number"
        columns.append((found.values.cast(pl.Int64) if whole else found.values).alias(name))
        if found.unit is not None and rule.kind is CellKind.QTY:
            units[name] = found.unit
        _refuse_cells(out, (table[name], found, live), rule, index_of.get(name))
        if spec is not None and _needed(sheet.kind, spec, rules) and not (wide and name == "qty"):
            empty = found.values.is_null() & ~found.bad
            _refuse_empty(out, empty if live is None else empty & live, spec, index_of.get(name))
    out.frame = _numbered(out.frame.with_columns(columns), sheet.kind, live)
    _with_units(out, units, rules, index_of)
    return out


def _in_one_unit(
    out: Typed, table: pl.DataFrame, name: str, seen: tuple[Parsed, int | None], rules: Rules
) -> pl.DataFrame:
    """Cells such as 3箱5瓶 in the item's own unit; those whose unit the item lacks are refused."""
    found, index = seen
    bad = table.select("row", "sku", name).filter(found.bad).drop_nulls()
    bad = bad.filter(pl.col(name).str.contains(r"\d\s*[^\s\d.,]+\s*[\d.]+\s*[^\s\d]"))
    if bad.is_empty() or not rules.items:
        return table
    units = packs.units_of(bad["sku"], rules.items)
    told: dict[int, str | None] = {}
    for row, sku, text in bad.iter_rows():
        own, factors = units.get(sku, (None, {}))
        total = packs.totalled(text, sku, factors, own)
        if isinstance(total, Say):
            out.refused.append(Refusal(row, index, total))
            told[row] = "0"  # refused already, with a better reason
        elif total is not None:
            told[row] = total
    texts = pl.col("row").replace_strict(told, default=None, return_dtype=pl.String)
    return table.with_columns(pl.coalesce(texts, name).alias(name)) if told else table


def _refuse_cells(
    out: Typed,
    cells: tuple[pl.Series, Parsed, pl.Series | None],
    rule: CellRule,
    index: int | None,
) -> None:
    texts, found, live = cells
    bad = found.bad if live is None else found.bad & live
    if bad.any():
        for i in bad.arg_true():
            what, mend = reason_say(found.reason[i], texts[i], rule)
            why = Say("{what}; {mend}", what=what, mend=mend)
            out.refused.append(Refusal(int(out.frame["row"][i]), index, why))


def _refuse_empty(out: Typed, empty: pl.Series, spec: Column, index: int | None) -> None:
    if empty.any():
        why = Say("{field} is empty", field=Say(spec.en))
        for row in out.frame["row"].filter(empty).to_list():
            out.refused.append(Refusal(row, index, why))


def _numbered(frame: pl.DataFrame, kind: str, live: pl.Series | None) -> pl.DataFrame:
    """`nth`: which line of its document a row is, refused rows counted, so that it stays."""
    doc = DOCUMENTS.get(kind)
    if doc is None or sheet_of(kind).line is None or doc.number not in frame.columns:
        return frame
    if live is None:
        return frame.with_columns(_nth(frame[doc.number]))
    numbered = frame.filter(live).select("row", doc.number)
    numbered = numbered.select("row", _nth(numbered[doc.number]))
    return frame.join(numbered, on="row", how="left", maintain_order="left")


def _nth(numbers: pl.Series) -> pl.Series:
    """Which line of its document each row is, from 1. Mostly a document's lines stand together.

    >>> _nth(pl.Series(["A", "A", "B"])).to_list(), _nth(pl.Series(["A", "B", "A"])).to_list()
    ([1, 2, 1], [1, 1, 2])
    """
    if numbers.is_empty():
        return pl.Series("nth", [], pl.Int64)
    begins = numbers.ne_missing(numbers.shift()).scatter(0, True)
    heads = begins.arg_true().cast(pl.Int64)
    long = heads.shift(-1, fill_value=len(numbers)) - heads
    runs = pl.DataFrame({"no": numbers.gather(heads), "start": heads, "long": long})
    before = pl.col("long").cum_sum().over("no") - pl.col("long")
    offset = runs.select(before - pl.col("start")).to_series()
    place = pl.int_range(1, len(numbers) + 1, dtype=pl.Int64, eager=True)
    return (place + offset.gather(begins.cum_sum() - 1)).alias("nth")


def _with_units(
    out: Typed, units: dict[str, pl.Series], rules: Rules, index_of: Mapping[str, int]
) -> None:
    """`cell_unit` where quantities name a unit (12箱) or their header does; else the rest is refused.

    On sheets of masters and prices each quantity has its own: `moq_qty in`.
    """
    if out.kind not in DOCUMENTS and out.kind != "opening_stock":
        said = {n: units.pop(n) for n in (*IN_UNIT, *PACKS) if n in units}
        out.frame = out.frame.with_columns(u.alias(f"{n}{SAID_IN}") for n, u in said.items())
    stated = [pl.lit(unit) for name, unit in units.items() if name in IN_UNIT]
    if stated:
        out.frame = out.frame.with_columns(pl.coalesce(stated).alias("cell_unit"))
    for name, unit in units.items():
        mine = "cell_unit" if name in IN_UNIT else "unit" if "unit" in out.frame.columns else ""
        same = (out.frame[mine] == unit) if mine else pl.repeat(False, len(unit), eager=True)
        if name.endswith("_days"):
            same = unit.str.to_lowercase().is_in(list(DAY_WORDS))
        odd = unit.is_not_null() & ~same.fill_null(False)
        why = "{unit} is not the unit of this row; write the number in the item's own unit"
        spec = sheet_of(out.kind).columns.get(name)
        if spec is not None and spec.kind == "number":  # of days or points, not of goods
            why = "{unit} does not belong here; write the number alone"
        for i in odd.arg_true():
            row = int(out.frame["row"][i])
            if row not in out.set_aside:
                out.refused.append(Refusal(row, index_of.get(name), Say(why, unit=unit[i])))
    out.frame = header_units.applied(out.kind, out.frame, rules.units)
    out.price_unit = header_units.price_unit(rules.units)


_KINDS: dict[str, CellKind] = {
    "code": CellKind.CODE, "text": CellKind.TEXT, "choice": CellKind.TEXT, "qty": CellKind.QTY,
    "number": CellKind.QTY, "price": CellKind.PRICE, "amount": CellKind.AMOUNT,
    "pct": CellKind.PCT, "day": CellKind.DATE, "flag": CellKind.BOOL,
}  # fmt: skip


def _rule(kind: str, name: str, spec: Column | None, rules: Rules) -> CellRule:
    """What a field accepts, from its declaration; what stands beside a record is never negative."""
    cell = spec.kind if spec else "qty" if name.startswith("@") else VIRTUAL[name]
    signed = kind == "sales_orders" and name in ("qty", "unit_price", "amount")
    signed |= kind == "sales_orders" and name.startswith("price_")
    beside = ZERO if cell in PLACES or cell == "number" else None
    low = spec.low if spec else beside
    return CellRule(
        _KINDS[cell],
        places=PLACES.get(cell, 0),
        low=None if signed else low,  # negative sales lines are cancellations
        high=spec.high if spec else None,
        choices=spec.choices if spec else (),
        date_format=rules.date_format or "",
    )


def _needed(kind: str, spec: Column, rules: Rules) -> bool:
    """Whether a blank cell of the field is refused: not where the program fills it."""
    if not spec.required or spec.name in rules.may_be_empty:
        return False
    doc = DOCUMENTS.get(kind)
    filled = ("line_no", "warehouse", doc.number, doc.partner) if doc else ()
    return spec.name not in filled and spec.name not in FILLED.get(kind, ())
