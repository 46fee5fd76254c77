"""The morning workbook on its way back: what the owner said to each suggestion.

The file comes from outside like any other: it goes through the same preflight and the same
child process, and its cells are read as text under the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from scm_cli.core.cell import Cell, CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.intake.folding import folded
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.excel.plan_columns import ACCEPT, COLUMNS
from scm_cli.excel.plan_sign import META
from scm_cli.locale import LANGUAGES, put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scm_cli.excel.read import Sheet

_RULES = {
    "order_qty": CellRule(CellKind.QTY, places=4, low=Decimal(0)),
    "need_by_on": CellRule(CellKind.DATE),
    "later_until_on": CellRule(CellKind.DATE),
    "supplier": CellRule(CellKind.CODE),
    "sku": CellRule(CellKind.CODE),
    "warehouse": CellRule(CellKind.CODE),
    "key": CellRule(CellKind.TEXT),
    "unit": CellRule(CellKind.TEXT),
    "accept": CellRule(CellKind.TEXT),
}


@dataclass(frozen=True, slots=True)
class PlanEdit:
    """One row as it came back; `where` is its place, None what was left blank."""

    key: str
    sku: str | None
    warehouse: str | None
    accept: Literal["yes", "no", "later"] | None
    order_qty: Decimal | None
    supplier: str | None
    need_by_on: date | None
    later_until_on: date | None
    where: str


@dataclass(frozen=True, slots=True)
class PlanEdits:
    """All rows of a plan that came back, and what could not be understood.

    A row with a problem is not among the edits. `lost` are keys of rows that were deleted.
    """

    plan_on: date
    edits: tuple[PlanEdit, ...]
    problems: tuple[Problem, ...]
    lost: tuple[str, ...] = ()


class _Place(NamedTuple):
    sheet: Sheet
    row: int
    columns: Mapping[str, int]

    def where(self, field: str | None = None) -> str:
        return self.sheet.where(self.row, self.columns.get(field) if field else None)


def read_plan(path: Path) -> PlanEdits:
    """What the owner said to each suggestion.

    Raises:
        ScmError: the file cannot be read, or is no plan of ours.
    """
    from scm_cli.excel.read import sheets

    found = sheets(path, hidden=True)
    about = next((_pairs(sheet) for sheet in found if sheet.name == META), {})
    plan_on = parse_cell(next(iter(about.get("plan_on", [])), None), CellRule(CellKind.DATE)).value
    if about.get("kind") != ["plan"] or not isinstance(plan_on, date):
        raise ScmError("{file} is not a plan of this program", where=path.name, file=path.name)
    for sheet in found:
        header, columns = _header(sheet)
        if columns:
            break
    else:
        raise ScmError(
            "the buy list of {file} has lost its header",
            hint="Take the workbook of the day again from the outbox; keep its header row.",
            where=path.name,
            file=path.name,
        )
    return _edits(sheet, header, columns, plan_on, about.get("key", []))


def _pairs(sheet: Sheet) -> dict[str, list[str]]:
    """The hidden page: name → values."""
    found: dict[str, list[str]] = {}
    for row in sheet.grid.iter_rows():
        if row[0] and len(row) > 1 and row[1]:
            found.setdefault(row[0], []).append(row[1])
    return found


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of headers and the column of each field, in whichever language they stand."""
    labels = {folded(put(c.label, lang)): c.name for lang in LANGUAGES for c in COLUMNS}
    for row, cells in enumerate(sheet.grid.head(20).iter_rows()):
        columns = {
            labels[folded(cell)]: at
            for at, cell in enumerate(cells)
            if cell and folded(cell) in labels
        }
        if {"key", "accept", "order_qty"} <= columns.keys():
            return row, columns
    return -1, {}


def _edits(
    sheet: Sheet, header: int, columns: Mapping[str, int], plan_on: date, known: list[str]
) -> PlanEdits:
    edits: dict[str, PlanEdit] = {}
    wanted = set(known)
    problems: list[Problem] = []
    seen: set[str] = set()
    for row, cells in enumerate(sheet.grid.slice(header + 1).iter_rows(), header + 1):
        place = _Place(sheet, row, columns)
        texts = {name: cells[at] for name, at in columns.items() if name in _RULES}
        if not any(texts.values()):
            continue
        read, wrong = _read(place, texts)
        key = read["key"].value
        if not isinstance(key, str) or key not in wanted:
            if texts.get("accept") or key:
                wrong.append(
                    Problem(
                        place.where(),
                        Say("this row is not of the plan"),
                        Say("delete it; a new order is entered with its own form"),
                    )
                )
        elif key in seen:
            wrong.append(
                Problem(
                    place.where(),
                    Say("this suggestion stands twice"),
                    Say("delete one of the two rows"),
                )
            )
        else:
            seen.add(key)
            wrong = wrong or _wrong(place, read, plan_on)
            if not wrong:
                edits[key] = _edit(key, read, place)
        problems += wrong
    lost = tuple(key for key in known if key not in seen)
    return PlanEdits(plan_on, tuple(edits.values()), tuple(problems), lost)


def _read(place: _Place, texts: Mapping[str, str | None]) -> tuple[dict[str, Cell], list[Problem]]:
    """Each cell under its rule; a cell that means nothing is a problem."""
    read, wrong = {}, []
    for name, rule in _RULES.items():
        text = texts.get(name)
        read[name] = cell = parse_cell(text, rule)
        if cell.reason and text:
            wrong.append(Problem(place.where(name), *reason_say(cell.reason, text, rule)))
    said = read["accept"].value
    if said is not None:
        words = {put(word, lang).casefold(): word for word in ACCEPT for lang in LANGUAGES}
        meant = words.get(str(said).strip().casefold())
        read["accept"] = Cell(meant)
        if meant is None:
            what = Say("{text} is neither yes, no nor later", text=said)
            wrong.append(Problem(place.where("accept"), what, Say("choose from the list")))
    return read, wrong


def _wrong(place: _Place, read: Mapping[str, Cell], plan_on: date) -> list[Problem]:
    """What does not fit together in one row."""
    said, qty = read["accept"].value, read["order_qty"]
    until, need = read["later_until_on"].value, read["need_by_on"].value
    wrong = []
    if qty.unit is not None and qty.unit != read["unit"].value:
        what = Say(
            "the quantity is in {unit}, the row in {own}", unit=qty.unit, own=read["unit"].value
        )
        wrong.append(
            Problem(
                place.where("order_qty"),
                what,
                Say("write the number alone, in the unit of the row"),
            )
        )
    if said == "yes" and not qty.value:
        what = Say("accepted, but there is no quantity")
        wrong.append(
            Problem(place.where("order_qty"), what, Say("enter how much to order, or say no"))
        )
    if said == "later" and until is None:
        wrong.append(
            Problem(
                place.where("later_until_on"), Say("later, but until when?"), Say("enter a date")
            )
        )
    if said == "later" and isinstance(until, date) and until <= plan_on:
        what = Say("{day} is not after the day of the plan", day=until.isoformat())
        wrong.append(Problem(place.where("later_until_on"), what, Say("enter a later date")))
    if said == "yes" and isinstance(need, date) and need < plan_on:
        what = Say("{day} is before the day of the plan", day=need.isoformat())
        wrong.append(
            Problem(place.where("need_by_on"), what, Say("enter the day by which it is needed"))
        )
    return wrong


def _edit(key: str, read: Mapping[str, Cell], place: _Place) -> PlanEdit:
    values = {name: cell.value for name, cell in read.items() if name not in ("key", "unit")}
    return PlanEdit(key=key, where=place.where(), **values)  # type: ignore[arg-type]
