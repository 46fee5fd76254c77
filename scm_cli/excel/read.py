"""Any file from outside as grids of plain text, one per sheet.

A grid stands as the sheet does: row 0 is row 1, column "0" is column A, every cell is text or
null. Workbooks and HTML are parsed in a child process (`scm_cli.excel.child`), started when a
`Reading` is made, so that it works while the caller is still importing and opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Problem, ScmError
from scm_cli.excel.cellname import cell_name
from scm_cli.excel.container import Container, Kind, inspect
from scm_cli.excel.parser import Parser
from scm_cli.excel.refusal import refuse
from scm_cli.excel.zipparts import CELLS_LIMIT, FarCell, refuse_far_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    import polars as pl

_AHEAD = 2  # children at work at the same time


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file: `grid` has the columns "0", "1", ..., all text, empty cells null."""

    file: str
    name: str
    hidden: bool
    grid: pl.DataFrame
    encoding: str = ""  # of a text file
    problems: tuple[Problem, ...] = ()  # rows of a text file with too few or too many fields

    def where(self, row_index: int, column_index: int | None = None) -> str:
        """The place of a row or cell for a message: `orders.xlsx Sheet1!C12`."""
        place = str(row_index + 1) if column_index is None else cell_name(row_index, column_index)
        return f"{self.file} {self.name}!{place}" if self.name else f"{self.file} {place}"


def sheets(path: Path | str, *, hidden: bool = False) -> list[Sheet]:
    """The visible sheets of one file; with `hidden` the others too, so marked."""
    with Reading([path], hidden=hidden) as reading:
        return reading.sheets(path)


class Reading:
    """Several files, of which the first are already being parsed.

    Make one as early as possible, do other work, then ask for the sheets of each path, best in
    the same order. A refused file raises when its sheets are asked for, and only then.
    """

    def __init__(self, paths: Sequence[Path | str], *, hidden: bool = False) -> None:
        self._hidden = hidden
        self._waiting = list(dict.fromkeys(map(Path, paths)))
        self._started: dict[Path, _Start] = {}
        self._start_next()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for start in self._started.values():
            if isinstance(start, Parser):
                start.close()
        self._started.clear()

    def sheets(self, path: Path | str) -> list[Sheet]:
        """The sheets of one of the paths; refused with one sentence if it cannot be read."""
        path = Path(path)
        if path in self._waiting:
            self._waiting.remove(path)
        start = self._started.pop(path, None) or _start(path)
        if isinstance(start, ScmError):
            self._start_next()
            raise start
        try:
            found = list(_sheets(path, start))
        finally:
            self._start_next()
        wanted = [sheet for sheet in found if self._hidden or not sheet.hidden]
        if not any(_filled(sheet.grid) for sheet in wanted):
            refuse(
                path,
                "{file} has no visible cell with content",
                "fill it in or unhide the sheet, or leave the file out",
            )
        return wanted

    def _start_next(self) -> None:
        while self._waiting and len(self._started) < _AHEAD:
            path = self._waiting.pop(0)
            self._started[path] = _start(path)


_Start = Parser | Container | ScmError


def _start(path: Path) -> _Start:
    try:
        container = inspect(path)
    except ScmError as refusal:
        return refusal
    return container if container.kind is Kind.TEXT else Parser(path, container)


def _sheets(path: Path, start: Parser | Container) -> Iterator[Sheet]:
    if isinstance(start, Container):
        from scm_cli.excel.csvtext import text_table

        table = text_table(path)
        yield Sheet(path.name, "", False, table.grid, table.encoding, table.problems)
        return
    import polars as pl  # while the child works

    for head, body in start.parts():
        grid = _whole(path, pl.read_ipc_stream(body), head)
        yield Sheet(path.name, head["name"], head["hidden"], grid)


def _filled(grid: pl.DataFrame) -> bool:
    return any(column.null_count() < grid.height for column in grid.iter_columns())


def _whole(path: Path, frame: pl.DataFrame, head: dict[str, Any]) -> pl.DataFrame:
    """The grid from A1: blank columns in front, patched cells, null for empty text."""
    import polars as pl

    first, patches = head["first_column"], head["patches"]
    height = max([frame.height, *(row + 1 for row, _, _ in patches)])
    width = max([first + frame.width, *(column + 1 for _, column, _ in patches)])
    if width * height > CELLS_LIMIT:
        refuse_far_cell(path, FarCell(head["name"], cell_name(height - 1, width - 1)))
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    columns = {str(index): nothing for index in range(width)}
    for index, column in enumerate(frame.iter_columns()):
        whole = (
            column
            if height == frame.height
            else column.extend_constant(None, height - frame.height)
        )
        empty = whole == ""
        columns[str(first + index)] = whole.set(empty, None) if empty.any() else whole
    texts: dict[str, dict[int, str]] = {}
    for row, index, text in patches:
        texts.setdefault(str(index), {})[row] = text
    for name, cells in texts.items():
        columns[name] = columns[name].clone().scatter(list(cells), list(cells.values()))
    return pl.DataFrame(columns)
