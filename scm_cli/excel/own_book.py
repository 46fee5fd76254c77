"""Workbooks that go to a supplier and come back: only the cells to fill in are unlocked.

A hidden page says what the file is, so that it is known again whatever it is called. Coming
back it is a file from outside like any other: the same preflight, the same child process, its
cells read as text under the same rules.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.cell import CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.intake.folding import folded
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.excel.plan_lists import headers, shown_value
from scm_cli.excel.style import lines as lines_of
from scm_cli.locale import LANGUAGES, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scm_cli.excel.plan_lists import Shown
    from scm_cli.excel.read import Sheet
    from scm_cli.excel.style import Styles

KINDS = ("rfq", "share", "waybills", "survey")
_PARTS_LIMIT = 1 << 20
_ZERO = Decimal(0)
RULES: dict[str, CellRule] = {
    "code": CellRule(CellKind.CODE),
    "text": CellRule(CellKind.TEXT),
    "qty": CellRule(CellKind.QTY, places=4, low=_ZERO),
    "price": CellRule(CellKind.PRICE, places=6, low=_ZERO),
    "amount": CellRule(CellKind.AMOUNT, places=2, low=_ZERO),
    "pct": CellRule(CellKind.PCT, places=2, low=_ZERO),
    "number": CellRule(CellKind.QTY, places=0),
    "day": CellRule(CellKind.DATE),
    "flag": CellRule(CellKind.BOOL),
    "rating": CellRule(CellKind.QTY, places=0, low=Decimal(1), high=Decimal(5)),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A workbook as it came back: what its hidden page says, terms above the lines, the lines.

    Each line holds its values and, under `where`, its place.
    """

    file: str
    about: Mapping[str, str]
    terms: Mapping[str, Any]
    lines: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...] = field(default=())


def kind_of(path: Path) -> str | None:
    """Which of our workbooks a file is: a cheap look, made before anything else opens it."""
    if path.suffix.lower() != ".xlsx":
        return None
    try:
        with zipfile.ZipFile(path) as parts:
            about = parts.getinfo("xl/workbook.xml")
            if about.file_size > _PARTS_LIMIT:
                return None
            text = parts.read(about)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None
    return next((kind for kind in KINDS if f'name="_{kind}"'.encode() in text), None)


def hidden_page(book: Any, kind: str, about: Mapping[str, str]) -> None:  # noqa: ANN401 -- xlsxwriter
    """The page by which the file is known again."""
    page = book.add_worksheet(f"_{kind}")
    for row, (name, value) in enumerate(about.items()):
        page.write_string(row, 0, name)
        page.write_string(row, 1, value)
    page.hide()


def locked(page: Any) -> None:  # noqa: ANN401
    """Protect a page: cells that are not unlocked cannot be changed, widths and filters can."""
    page.protect(
        "", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
    )


def table(
    page: Any,  # noqa: ANN401
    styles: Styles,
    columns: Sequence[tuple[Shown, bool]],
    lines: Sequence[Mapping[str, Any]],
    place: tuple[int, str],
) -> None:
    """Headers and lines from a row on; columns marked to fill in are unlocked and coloured.

    `place` is the row of the headers and the language.
    """
    top, lang = place
    headers(page, styles, top, [shown for shown, _ in columns], lang)
    for at, (shown, to_fill) in enumerate(columns):
        page.set_column(at, at, shown.chars)
        if to_fill:
            page.write_string(top, at, put(shown.label, lang), styles.of("header", "edit_header"))
            if lines:
                _checked(page, (top + 1, at, top + len(lines), at), shown.kind, lang)
    for row, line in enumerate(lines, top + 1):
        for at, (shown, to_fill) in enumerate(columns):
            value = line.get(shown.name)
            kind = (
                "qty_part"
                if shown.kind == "qty" and value is not None and value % 1
                else shown.kind
            )
            look = ("cell", kind, "edit") if to_fill else ("cell", kind)
            wrap = ("wrap", "middle", "left") if shown.kind == "text" else ()
            shown_value(page, (row, at), value, styles.of(*look, *wrap))
        tall = max(
            (
                lines_of(str(line.get(c.name) or ""), c.chars - 2)
                for c, _ in columns
                if c.kind == "text"
            ),
            default=1,
        )
        page.set_row(row, max(20, 14 * tall + 4))


def term(
    page: Any,  # noqa: ANN401
    styles: Styles,
    place: tuple[int, int],
    asked: tuple[Shown, Any],
    lang: str,
) -> None:
    """One thing to fill in above the lines: its label, and the unlocked cell two to the right."""
    (row, column), (shown, value) = place, asked
    page.write_string(row, column, put(shown.label, lang), styles.of("muted"))
    look = styles.of("cell", shown.kind, "edit", "left")
    if isinstance(value, bool):
        value = put("yes" if value else "no", lang)
    shown_value(page, (row, column + 2), value, look)
    page.write_blank(row, column + 3, None, styles.of("cell", "edit"))
    _checked(page, (row, column + 2, row, column + 2), shown.kind, lang)


def _checked(page: Any, span: tuple[int, int, int, int], kind: str, lang: str) -> None:  # noqa: ANN401
    if kind in ("price", "qty", "amount", "pct"):
        page.data_validation(
            *span,
            {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "error_message": put("a number, not below 0", lang),
            },
        )
    elif kind == "rating":
        page.data_validation(
            *span,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": 1,
                "maximum": 5,
                "error_message": put("a rating is a whole number from 1 to 5", lang),
            },
        )
    elif kind == "flag":
        page.data_validation(
            *span, {"validate": "list", "source": [put("yes", lang), put("no", lang)]}
        )


def read_answer(
    path: Path, kind: str, columns: Sequence[Shown], terms: Sequence[Shown], key: str = "sku"
) -> Answer:
    """The workbook's answer; cells that mean nothing are its problems. Rows without `key` are none.

    Raises:
        ScmError: the file cannot be read, or has lost its header or its hidden page.
    """
    from scm_cli.excel.read import sheets

    found = sheets(path, hidden=True)
    about = next((_pairs(sheet) for sheet in found if sheet.name == f"_{kind}"), {})
    for sheet in found:
        top, places = _header(sheet, columns, key)
        if places and not sheet.hidden:
            break
    else:
        raise ScmError(
            "{file} has lost its header",
            hint="Ask for the file again with the header row as it was sent.",
            where=path.name,
            file=path.name,
        )
    said, wrong = _terms(sheet, top, terms)
    lines = []
    kinds = {shown.name: shown.kind for shown in columns}
    for row in range(top + 1, sheet.grid.height):
        cells = sheet.grid.row(row)
        texts = {name: cells[at] for name, at in places.items() if cells[at]}
        if key not in texts:
            continue
        line: dict[str, Any] = {"where": sheet.where(row)}
        for name, text in texts.items():
            line[name], problem = _value(text, kinds[name], sheet.where(row, places[name]))
            wrong += problem
        lines.append(line)
    return Answer(path.name, about, said, tuple(lines), tuple(wrong))


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {
        str(row[0]): str(row[1])
        for row in sheet.grid.iter_rows()
        if row[0] and len(row) > 1 and row[1]
    }


def _header(sheet: Sheet, columns: Sequence[Shown], key: str) -> tuple[int, dict[str, int]]:
    """The row of headers and the column of each field, in whichever language they stand."""
    labels = {folded(put(c.label, lang)): c.name for lang in LANGUAGES for c in columns}
    for row, cells in enumerate(sheet.grid.head(40).iter_rows()):
        places = {
            labels[folded(cell)]: at
            for at, cell in enumerate(cells)
            if cell and folded(cell) in labels
        }
        if key in places and len(places) > len(columns) // 2:
            return row, places
    return -1, {}


def _terms(sheet: Sheet, top: int, terms: Sequence[Shown]) -> tuple[dict[str, Any], list[Problem]]:
    """What was filled in beside the labels above the header."""
    labels = {folded(put(t.label, lang)): t for lang in LANGUAGES for t in terms}
    found: dict[str, Any] = {}
    wrong: list[Problem] = []
    for row, cells in enumerate(sheet.grid.head(top).iter_rows()):
        for at, cell in enumerate(cells):
            shown = labels.get(folded(cell)) if cell else None
            value = next((i for i in range(at + 1, min(at + 4, len(cells))) if cells[i]), None)
            if shown is None or value is None:
                continue
            found[shown.name], problem = _value(
                str(cells[value]), shown.kind, sheet.where(row, value)
            )
            wrong += problem
    return found, wrong


def _value(text: str, kind: str, where: str) -> tuple[Any, list[Problem]]:
    rule = RULES[kind]
    cell = parse_cell(text, rule)
    if cell.reason:
        return None, [Problem(where, *reason_say(cell.reason, text, rule))]
    if cell.unit is not None:
        return None, [Problem(where, Say("write the number alone, without {unit}", unit=cell.unit))]
    value: Any = cell.value
    return (int(value) if kind in ("number", "rating") and value is not None else value), []
