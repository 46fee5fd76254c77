"""Cells of text become typed columns; what cannot is refused with its cell.

Blank rows do not count. Totals and signatures below the table are set aside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.cell import CellKind, CellRule, reason_say
from scm_cli.core.cells import parse_column
from scm_cli.core.intake.kinds import DOCUMENTS, VIRTUAL
from scm_cli.core.records.base import PLACES
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.records.base import Column
    from scm_cli.core.records.catalog import Sheet

FOOTER = (
    r"^\s*(合\s*计|总\s*计|小\s*计|本页|制表|制单|审核|打印|页|grand\s*total|sub\s*-?total|total)"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell (or a whole row: `column` None) that cannot be taken."""

    row: int
    column: int | None
    what: Say


@dataclass(slots=True)
class Typed:
    """The rows of one sheet: typed columns and `row` (0-based in the sheet)."""

    kind: str
    frame: pl.DataFrame
    rows_read: int
    set_aside: dict[int, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def good(self) -> pl.DataFrame:
        """The rows that are neither set aside nor refused."""
        out = {r.row for r in self.refused} | set(self.set_aside)
        return self.frame.filter(~pl.col("row").is_in(list(out))) if out else self.frame


@dataclass(frozen=True, slots=True)
class Rules:
    """How cells are read where the file decides: date order, fixed values, value maps."""

    date_format: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fill_down: tuple[str, ...] = ()
    may_be_empty: frozenset[str] = frozenset()


def typed(
    sheet: Sheet,
    grid: pl.DataFrame,
    header_row: int,
    fields: Mapping[int, str],
    rules: Rules,
) -> Typed:
    """Type a grid below its header. `fields` maps column index to field name."""
    table = _body(grid, header_row, fields, rules)
    out = Typed(sheet.kind, pl.DataFrame({"row": table["row"]}), len(table))
    footers = _footers(table, fields)
    out.set_aside.update(dict.fromkeys(footers, "totals row"))
    live = ~table["row"].is_in(footers) if footers else pl.repeat(True, len(table), eager=True)
    columns = sheet.columns
    index_of = {name: index for index, name in fields.items()}
    for name in dict.fromkeys([*fields.values(), *rules.fixed]):
        spec = columns.get(name)
        rule = _rule(sheet.kind, name, spec, rules)
        found = parse_column(table[name], rule)
        whole = (spec.kind if spec else VIRTUAL.get(name)) == "number"
        values = found.values.cast(pl.Int64) if whole else found.values
        out.frame = out.frame.with_columns(values.alias(name))
        if found.unit is not None and name == _qty_field(sheet.kind):
            out.frame = out.frame.with_columns(found.unit.alias("cell_unit"))
        texts = table[name]
        for i in (found.bad & live).arg_true():
            why = _told(found.reason[i], texts[i], rule)
            out.refused.append(Refusal(int(table["row"][i]), index_of.get(name), why))
        if (
            spec
            and spec.required
            and name not in rules.may_be_empty
            and not _made(sheet.kind, name)
        ):
            empty = found.values.is_null() & ~found.bad & live
            out.refused += [
                Refusal(
                    int(table["row"][i]),
                    index_of.get(name),
                    Say("{field} is empty", field=Say(spec.en)),
                )
                for i in empty.arg_true()
            ]
    return out


_KINDS: dict[str, CellKind] = {
    "code": CellKind.CODE, "text": CellKind.TEXT, "choice": CellKind.TEXT, "qty": CellKind.QTY,
    "number": CellKind.QTY, "price": CellKind.PRICE, "amount": CellKind.AMOUNT,
    "pct": CellKind.PCT, "day": CellKind.DATE, "flag": CellKind.BOOL,
}  # fmt: skip


def _rule(kind: str, name: str, spec: Column | None, rules: Rules) -> CellRule:
    """What a field accepts, from its declaration."""
    cell = spec.kind if spec else "qty" if name.startswith("@") else VIRTUAL[name]
    signed = kind == "sales_orders" and name in ("qty", "unit_price", "amount")
    return CellRule(
        _KINDS[cell],
        places=PLACES.get(cell, 0),
        low=None if signed or spec is None else spec.low,  # negative sales lines are cancellations
        high=spec.high if spec else None,
        choices=spec.choices if spec else (),
        date_format=rules.date_format or "",
    )


def _told(reason: str, text: str, rule: CellRule) -> Say:
    what, mend = reason_say(reason, text, rule)
    return Say("{what}; {mend}", what=what, mend=mend)


def _body(
    grid: pl.DataFrame, header_row: int, fields: Mapping[int, str], rules: Rules
) -> pl.DataFrame:
    """Rows below the header that hold anything, with value maps and fixed values applied."""
    table = grid.with_row_index("row").slice(header_row + 1)
    data = [c for c in table.columns if c != "row"]
    table = table.filter(pl.any_horizontal(pl.col(data).is_not_null()))
    table = table.select(
        pl.col("row").cast(pl.Int64), *[pl.col(str(i)).alias(n) for i, n in fields.items()]
    )
    for name, value in rules.fixed.items():
        table = table.with_columns(pl.lit(value).alias(name))
    for name, mapping in rules.values.items():
        if name in table.columns:
            table = table.with_columns(pl.col(name).replace(dict(mapping)))
    for name in rules.fill_down:
        if name in table.columns:
            table = table.with_columns(pl.col(name).forward_fill())
    return table


def _footers(table: pl.DataFrame, fields: Mapping[int, str]) -> list[int]:
    """Rows without a code in which some cell reads like a total or a signature."""
    names = list(fields.values())
    key = next(n for n in ("sku", "partner", "supplier", "customer", *names) if n in names)
    texts = [pl.col(n).str.contains(f"(?i){FOOTER}") for n in names]
    blank = pl.col(key).is_null() | pl.col(key).str.contains(f"(?i){FOOTER}")
    found = table.filter(blank & pl.any_horizontal(texts).fill_null(False))
    return found["row"].to_list()


def _qty_field(kind: str) -> str:
    return DOCUMENTS[kind].qty if kind in DOCUMENTS else "qty"


def _made(kind: str, name: str) -> bool:
    """Fields that the program fills when the sheet leaves them blank."""
    doc = DOCUMENTS.get(kind)
    if doc and name == doc.number:
        return True
    return name == "line_no" or (kind == "sales_orders" and name in ("customer", "name"))
