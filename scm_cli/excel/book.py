"""A workbook of our own sheets: to fill in (template), or to read, change and import again.

What is written here is read back exactly: numbers only where 15 digits hold them, codes as
text, dates as dates, choices in words, nothing as a blank cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.records.catalog import sheet
from scm_cli.excel import readme
from scm_cli.excel.cellname import column_letters
from scm_cli.excel.cells import cells, cells_of
from scm_cli.excel.rows import Body, Cells
from scm_cli.excel.rules import Ranges, validated, warned
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, column_width, printed, sheet_name, side, workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


ROWS_PER_SHEET = 1_000_000
TEMPLATE_ROWS = 500
SAMPLE = 300


@dataclass(frozen=True, slots=True)
class BookSheet:
    """One sheet to write: its kind, and a frame whose columns are fields of that kind."""

    kind: str
    frame: pl.DataFrame


def write_book(
    path: Path,
    parts: Sequence[BookSheet],
    *,
    lang: str,
    lists: Mapping[str, Sequence[str]] | None = None,
    template: bool = False,
) -> Path:
    """Write the sheets as a workbook; the path that it got (another when Excel holds it open).

    `lists` are the codes offered in drop-downs, by table: item, warehouse, supplier, customer.
    A template has no rows; its frames may be empty of columns, which means all columns.

    Raises:
        ScmError: a text is longer than a cell.
        OSError: the folder cannot be written, the disk is full.
    """
    pieces = [piece for part in parts for piece in _pieces(part, template)]

    def fill(book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- xlsxwriter ships no types
        return _fill(book, styles, pieces, (lang, dict(lists or {}), template))

    return saved(path, lambda target: workbook(target, lang, fill))


def _pieces(part: BookSheet, template: bool) -> list[BookSheet]:
    """The part with its columns in the order of the sheet, cut to what a worksheet holds."""
    known = sheet(part.kind).columns
    given = part.frame.columns or list(known)
    names = [n for n in known if n in given] + [n for n in given if n in readme.BESIDE]
    if template or not part.frame.columns:
        return [BookSheet(part.kind, pl.DataFrame(schema=dict.fromkeys(names, pl.String)))]
    frame = part.frame.select(names)
    starts = range(0, max(1, frame.height), ROWS_PER_SHEET)
    return [BookSheet(part.kind, frame.slice(start, ROWS_PER_SHEET)) for start in starts]


def _fill(
    book: Any,  # noqa: ANN401
    styles: Styles,
    pieces: Sequence[BookSheet],
    asked: tuple[str, dict[str, Sequence[str]], bool],
) -> list[Body]:
    lang, lists, template = asked
    names: list[str] = [readme.README[lang], "_lists"]
    page = book.add_worksheet(readme.README[lang])
    told = []
    pages = []
    for piece in pieces:
        form = sheet(piece.kind)
        names.append(sheet_name(form.zh if lang == "zh" else form.en, names))
        told.append((piece.kind, names[-1], piece.frame.columns))
        pages.append(book.add_worksheet(names[-1]))
    readme.write_readme(page, styles, told, lang, template=template)
    ranges, choices = _lists(book, styles, lists)
    pages[0].activate()
    written = [
        _write_sheet(target, styles, piece, (lang, ranges, template))
        for piece, target in zip(pieces, pages, strict=True)
    ]
    return [*written, *choices]


def _lists(
    book: Any,  # noqa: ANN401
    styles: Styles,
    lists: Mapping[str, Sequence[str]],
) -> tuple[Ranges, list[Body]]:
    """The hidden sheet behind the drop-downs: table → formula of its range; its rows."""
    filled = {name: codes for name, codes in lists.items() if codes}
    if not filled:
        return {}, []
    page = book.add_worksheet("_lists")
    page.hide()
    page.write_row(0, 0, list(filled))
    ranges: Ranges = {}
    for column, (name, codes) in enumerate(filled.items()):
        letters = column_letters(column)
        ranges[name] = f"='_lists'!${letters}$2:${letters}${len(codes) + 1}"
    longest = max(map(len, filled.values()))
    found = [
        cells_of(
            pl.Series(name, codes, dtype=pl.String).extend_constant(None, longest - len(codes)),
            "text",
        )
        for name, codes in filled.items()
    ]
    return ranges, [Body(page, 1, found, [[styles.of("text")] * len(filled)])]


def _write_sheet(
    page: Any,  # noqa: ANN401
    styles: Styles,
    piece: BookSheet,
    asked: tuple[str, Ranges, bool],
) -> Body:
    """Everything of a sheet but its rows; the rows, to be put in afterwards."""
    lang, ranges, template = asked
    frame, known = piece.frame, sheet(piece.kind).columns
    last = frame.height + TEMPLATE_ROWS
    columns, whole, part = [], [], []
    for index, name in enumerate(frame.columns):
        column = known.get(name)
        kind = column.kind if column else "text"
        columns.append(cells(frame[name], column, lang))
        whole.append(styles.of("cell", kind))
        part.append(styles.of("cell", "qty_part" if kind == "qty" else kind))
        head = _header(page, styles, (piece.kind, name, index), lang)
        page.set_column(index, index, _chars(columns[-1], kind, head), styles.of(kind))
        if column:
            validated(page, (1, index, last), column, ranges, lang)
            warned(page, styles, (1, index, last), column, lang)
    page.set_row(0, 30)
    page.set_default_row(18)
    page.autofilter(0, 0, last if template else max(1, frame.height), frame.width - 1)
    page.freeze_panes(1, 1)
    page.ignore_errors({"number_stored_as_text": f"A1:{column_letters(frame.width - 1)}1048576"})
    printed(page, header_row=0)
    return Body(page, 1, columns, [whole, part])


_LOW = {"day": 13, "amount": 14, "price": 12, "qty": 11}
_NOTE_BOX = {"x_scale": 1.6, "y_scale": 0.9, "font_size": 9, "color": "#FFFDF2"}


def _chars(column: Cells, kind: str, head: str) -> int:
    """The width of a column; numbers show separators and decimals that they do not hold."""
    shown = column.texts.head(SAMPLE).drop_nulls().to_list()
    if kind not in ("day", "number"):
        shown += [
            f"{digits}{',' * (len(digits) // 3)}"
            for digits in column.numbers.head(SAMPLE).drop_nulls()
        ]
    return column_width(head, shown, _LOW.get(kind, 9))


def _header(page: Any, styles: Styles, place: tuple[str, str, int], lang: str) -> str:  # noqa: ANN401
    """Write a header with its note: a star where the column is needed; the text written."""
    kind, name, index = place
    column = sheet(kind).columns.get(name)
    star = column is not None and readme.needed(kind, column)
    head = readme.label(kind, name, lang) + (" *" if star else "")
    look = ["header", side(column.kind if column else "text"), *(["needed"] if star else [])]
    page.write_string(0, index, head, styles.of(*look))
    if column:
        shown = readme.example(column, lang)
        note = readme.rule(kind, column, lang) + (f"\n→ {shown}" if shown else "")
        page.write_comment(0, index, note, _NOTE_BOX)
    return head
