"""The refused copy of a sheet: the same rows and columns, what is wrong in front of each row.

All cells are text, so that nothing is changed on the way. The person corrects the file and
imports it again; the column of errors has a header that no field bears and is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.errors import Say
from scm_cli.excel.cellname import cell_name, column_letters
from scm_cli.excel.cells import TEXT_LIMIT, texts
from scm_cli.excel.readme import README
from scm_cli.excel.rows import Body, Cells
from scm_cli.excel.saving import saved
from scm_cli.excel.style import Styles, column_width, lines, printed, sheet_name, workbook
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scm_cli.core.intake.typed import Refusal
    from scm_cli.excel.read import Sheet

ERROR = {"en": "Error", "zh": "错误"}
ERROR_CHARS = 60
PLAIN, BAD, HEADER = 0, 1, 2
_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$"  # a day, as the reader gives it
COMMENTS = 2_000  # Excel becomes slow beyond; the column of errors says the same
CELLS_NAMED = 8
SAMPLE = 200


def refused_copy(
    grid: Sheet,
    header_row: int,
    refusals: Sequence[Refusal],
    folder: Path,
    lang: str,
    *,
    name_sheet: bool = False,
) -> Path:
    """Write `<stem>.refused.xlsx` into `folder`; the path that it got.

    Args:
        grid: the sheet as it was read.
        header_row: index of its header row.
        refusals: what is wrong; row -1 concerns the whole file, column None the whole row.
        folder: where the copy goes.
        lang: language of the messages.
        name_sheet: put the sheet's name into the file's name, for a file of several sheets.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    stem = PurePath(grid.file).stem.removesuffix(".refused")
    if name_sheet and grid.name:
        stem += "." + sheet_name(grid.name)
    copy = _Copy(grid, header_row, refusals, lang)
    target = folder / f"{stem}.refused.xlsx"
    return saved(target, lambda path: workbook(path, lang, copy.fill))


def error_header(text: str | None) -> bool:
    """Whether a header is that of our column of errors.

    >>> error_header("错误"), error_header("Name")
    (True, False)
    """
    return text is not None and text.strip() in ERROR.values()


class _Copy:
    """One refused sheet on its way into a workbook."""

    def __init__(
        self, grid: Sheet, header_row: int, refusals: Sequence[Refusal], lang: str
    ) -> None:
        self.grid, self.header_row, self.lang = grid, header_row, lang
        # a copy that is refused again keeps one column of errors, not two
        again = error_header(grid.grid.item(header_row, 0)) if grid.grid.width else False
        self.frame = grid.grid.select(grid.grid.columns[1:]) if again else grid.grid
        self.shift = 0 if again else 1
        self.refusals = sorted(refusals, key=lambda r: (r.row, r.column or 0))
        self.cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        self.rows: dict[int, list[str]] = defaultdict(list)
        for refusal in self.refusals:
            told = put(refusal.what, lang)
            if refusal.row >= 0 and told not in self.rows[refusal.row]:
                self.rows[refusal.row].append(told)
            if refusal.row >= 0 and refusal.column is not None:
                self.cells[refusal.row, refusal.column + self.shift].append(told)

    def fill(self, book: Any, styles: Styles) -> list[Body]:  # noqa: ANN401 -- no types there
        stem = PurePath(self.grid.file).stem
        name = sheet_name(self.grid.name or stem, [README[self.lang]])
        page = book.add_worksheet(name)
        self._summary(book.add_worksheet(README[self.lang]), styles, name)
        self._columns(page, styles)
        for (row, column), told in islice(self.cells.items(), COMMENTS):
            page.write_comment(row, column, "\n".join(told), {"x_scale": 1.8, "font_size": 9})
        page.activate()
        looks = (("cell", "text"), ("cell", "text", "bad"), ("header", "text"))
        samples = [[styles.of(*look)] * (self.frame.width + 1) for look in looks]
        samples[BAD][0] = styles.of("cell", "text", "bad", "wrap")
        samples[HEADER][0] = styles.of("header", "bad")
        return [Body(page, 0, self._cells(), samples, self._heights())]

    def _cells(self) -> list[Cells]:
        """The column of errors, then the columns of the sheet."""
        errors: list[str | None] = [None] * self.frame.height
        for row, told in self.rows.items():
            errors[row] = "\n".join(told)
        errors[self.header_row] = ERROR[self.lang]
        spoiled: dict[int, list[int]] = defaultdict(list)
        for row, column in self.cells:
            spoiled[column].append(row)
        spoiled[0] = list(self.rows)
        columns = [pl.Series(errors, dtype=pl.String), *self.frame.iter_columns()]
        return [
            Cells(
                texts(column.str.replace(_MIDNIGHT, "$1")).str.slice(0, TEXT_LIMIT),
                pl.Series([None], dtype=pl.String).new_from_index(0, self.frame.height),
                self._looks(spoiled[index]),
            )
            for index, column in enumerate(columns)
        ]

    def _heights(self) -> pl.Series:
        """Room for every line of the messages; other rows as they come."""
        points: list[float | None] = [None] * self.frame.height
        for row, told in self.rows.items():
            points[row] = min(400.0, 15.0 * lines("\n".join(told), ERROR_CHARS) + 3)
        return pl.Series(points, dtype=pl.Float64)

    def _looks(self, bad: list[int]) -> pl.Series:
        looks = pl.Series([PLAIN], dtype=pl.Int8).new_from_index(0, self.frame.height)
        return looks.scatter(bad, BAD).scatter(self.header_row, HEADER)

    def _columns(self, page: Any, styles: Styles) -> None:  # noqa: ANN401
        page.set_column(0, 0, ERROR_CHARS + 2, styles.of("text"))
        head = self.frame.row(self.header_row)
        for index, name in enumerate(self.frame.columns):
            sample = self.frame[name].slice(self.header_row + 1, SAMPLE).drop_nulls().to_list()
            wide = column_width(head[index] or "", sample)
            page.set_column(index + 1, index + 1, wide, styles.of("text"))
        last = column_letters(self.frame.width)
        below = max(self.header_row + 1, self.frame.height - 1)
        page.autofilter(self.header_row, 0, below, self.frame.width)
        page.freeze_panes(self.header_row + 1, 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{last}1048576"})
        printed(page, header_row=self.header_row)

    def _summary(self, page: Any, styles: Styles, name: str) -> None:  # noqa: ANN401
        """What is wrong, how often, where; what to do next."""
        page.hide_gridlines(2)
        for column, chars in enumerate((8, 70, 60)):
            page.set_column(column, column, chars)
        page.set_default_row(18)
        page.set_row(0, 34)
        title = Say(
            "{file}: {n} {n:row|rows} {n:needs|need} correction",
            file=self.grid.file,
            n=len(self.rows),
        )
        page.write_string(0, 0, put(title, self.lang), styles.of("title"))
        for at, line in enumerate(_STEPS, 1):
            page.write_string(at, 0, "· " + put(line, self.lang), styles.of("muted"))
        row = len(_STEPS) + 1
        heads = [put(head, self.lang) for head in ("Count", "What is wrong (an example)", "Where")]
        page.write_row(row + 1, 0, heads, styles.of("header"))
        text = styles.of("cell", "text", "wrap")
        for at, (told, places) in enumerate(self._reasons(), row + 2):
            page.write_number(at, 0, len(places), styles.of("cell", "number", "top"))
            page.write_string(at, 1, told, text)
            page.set_row(at, 15 * lines(told, 68) + 3)
            if not places[0]:
                page.write_string(at, 2, put("the whole file", self.lang), text)
                continue
            more = f" … (+{len(places) - CELLS_NAMED})" if len(places) > CELLS_NAMED else ""
            quoted = name.replace("'", "''")
            target = f"internal:'{quoted}'!{places[0]}"
            page.write_url(at, 2, target, text, ", ".join(places[:CELLS_NAMED]) + more)
        printed(page)

    def _reasons(self) -> list[tuple[str, list[str]]]:
        """For each reason its first sentence and its places in the copy; the commonest first."""
        found: dict[str, tuple[str, list[str]]] = {}
        for refusal in self.refusals:
            key = f"{_template(refusal.what)} {refusal.column}"
            place = "" if refusal.row < 0 else cell_name(refusal.row, 0)
            if place and refusal.column is not None:
                place = cell_name(refusal.row, refusal.column + self.shift)
            found.setdefault(key, (put(refusal.what, self.lang), []))[1].append(place)
        return sorted(found.values(), key=lambda each: -len(each[1]))


_STEPS = (
    "Nothing was changed here: these are your rows, with what is wrong in the first column.",
    "Correct the coloured cells (each carries a note), save, and import this file instead.",
    "The first column need not be emptied; it is not read.",
)


def _template(what: Say) -> str:
    """What a reason is called, without its values."""
    inner = what.values.get("what")
    return _template(inner) if isinstance(inner, Say) else what.template
