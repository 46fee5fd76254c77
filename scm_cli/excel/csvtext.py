"""Text files as grids: the encoding is found strictly, rows that do not fit are named.

A wrong guess of the encoding gives readable nonsense without any error, so only encodings that
decode every byte are taken, and which one it was is told.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from scm_cli.core.intake.body import FOOTER
from scm_cli.errors import Problem, Say
from scm_cli.excel.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

FOOTER_CELL = re.compile(FOOTER)
_DELIMITERS = ",;\t|"
_SNIFFED_ROWS = 50
_CHUNK_ROWS = 50_000
_PROBLEMS_LIMIT = 1_000
_WIDTH_LIMIT = 16_384  # columns of an Excel sheet
_HEAD = 64 << 10
_SAMPLE = 1 << 20


class TextTable(NamedTuple):
    """A text file: the grid as in `Sheet`, the encoding by name, the rows that do not fit."""

    grid: pl.DataFrame
    encoding: str
    problems: tuple[Problem, ...]


def text_table(path: Path) -> TextTable:
    """Read a CSV or TSV file; refused when its encoding or its quotes cannot be made out."""
    raw = path.read_bytes()
    text, encoding = decode(raw, path)
    delimiter = _delimiter(text)
    grid = _plain_grid(raw if encoding == "UTF-8" else text.encode(), delimiter)
    if grid is not None:
        _width(grid.width, path)
        return TextTable(_unwrapped(grid), encoding, ())
    grid, lengths, lines = _careful_grid(text, delimiter, path)
    grid, problems = _ragged(_unwrapped(grid), lengths, lines, path.name)
    return TextTable(grid, encoding, problems)


def decode(raw: bytes, path: Path) -> tuple[str, str]:
    """The text and the name of its encoding: a mark at the start, UTF-8, then GB18030."""
    if raw.startswith(codecs.BOM_UTF8):
        return _strictly(raw, "utf-8-sig", path), "UTF-8"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(raw, "utf-16", path), "UTF-16"
    if b"\0" in raw[:_HEAD]:
        return _strictly(raw, _utf16_order(raw, path), path), "UTF-16"
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(raw, error, path)
    text = _strictly(raw, "gb18030", path)
    if _western(text) or re.search(r"[\ue000-\uf8ff]", text[:_SAMPLE]):
        _refuse_encoding(path)
    return text, "GB18030"


def _western(text: str) -> bool:
    """Whether text decoded as GB18030 is Western: then letters are the second bytes of most."""
    counts = Counter(re.findall(r"[^\x00-\x7f]", text[:_SAMPLE]))
    rare = [char for char in counts if 0x40 <= char.encode("gb18030")[1] < 0x80]
    return sum(counts[char] for char in rare) * 2 > counts.total()


def _strictly(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        _refuse_encoding(path)


def _refuse_encoding(path: Path) -> NoReturn:
    refuse(
        path,
        "the encoding of {file} is neither UTF-8 nor GB18030 nor UTF-16",
        "open it in Excel and save it as .xlsx, or as CSV UTF-8",
    )


def _utf16_order(raw: bytes, path: Path) -> str:
    """Which byte of each pair is zero in text without a mark; in other files both are."""
    head = raw[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd):
        refuse(path, "{file} is not a text file", "save the table as .xlsx or .csv")
    return "utf-16-be" if even > odd else "utf-16-le"


def _refuse_broken_utf8(raw: bytes, error: UnicodeDecodeError, path: Path) -> None:
    """UTF-8 with a few broken bytes must not pass for another encoding."""
    around = raw[max(error.start - _SAMPLE, 0) : error.start + _SAMPLE]
    text = around.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken * 10 < len(re.findall(r"[^\x00-\x7f]", text)):
        refuse(
            path,
            "{file} is UTF-8, but line {line} holds broken characters",
            "mend that line, or save the file again as CSV UTF-8",
            line=raw.count(b"\n", 0, error.start) + 1,
        )


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most of the first rows into the same number of fields."""
    head = text[:_HEAD]

    def fit(delimiter: str) -> tuple[int, int]:
        counts = Counter(_row_widths(head, delimiter))
        if not counts:
            return (0, 0)
        width, rows = max(counts.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        # one row alone may hold the delimiter in its text
        return (rows, width) if width > 1 and (rows > 1 or counts.total() == 1) else (0, 0)

    return max(_DELIMITERS, key=fit)


def _row_widths(head: str, delimiter: str) -> list[int]:
    """The number of fields of the first rows; none if the quotes contradict the delimiter."""
    widths: list[int] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
    try:
        widths.extend(len(row) for row in itertools.islice(reader, _SNIFFED_ROWS) if any(row))
    except csv.Error as error:
        # the head may end within quotes
        return widths if "unexpected end" in str(error) else []
    return widths


def _plain_grid(raw: bytes, delimiter: str) -> pl.DataFrame | None:
    """The grid of a file without quotes whose rows all have the same number of fields."""
    import polars as pl

    if b'"' in raw or b"\0" in raw or raw.count(b"\r") not in (0, raw.count(b"\r\n")):
        return None
    source = io.BytesIO(raw.removeprefix(codecs.BOM_UTF8))
    try:
        grid = pl.read_csv(
            source, has_header=False, separator=delimiter, quote_char=None, infer_schema=False
        )
    except pl.exceptions.PolarsError:
        return None
    # too long a row is an error there, so this sum finds too short a row
    if raw.count(delimiter.encode()) != (grid.width - 1) * grid.height:
        return None
    return grid.rename(dict(zip(grid.columns, map(str, range(grid.width)), strict=True)))


def _careful_grid(
    text: str, delimiter: str, path: Path
) -> tuple[pl.DataFrame, list[int], list[int]]:
    """The grid with the number of fields and the line number of each row."""
    import polars as pl

    lengths: list[int] = []
    lines: list[int] = []
    frames = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for rows in _chunks(reader, lines):
            lengths += map(len, rows)
            width = _width(max(map(len, rows)), path)
            columns = itertools.zip_longest(*rows) if width else ()
            series = [pl.Series(str(at), cells, pl.String) for at, cells in enumerate(columns)]
            frames.append(pl.DataFrame(series, height=len(rows)))
    except csv.Error as error:
        refuse(
            path,
            "{file} has a stray or unclosed quote in line {line} ({reason})",
            "mend the quote, or save the file again in Excel",
            line=reader.line_num,
            reason=str(error),
        )
    return pl.concat(frames, how="diagonal"), lengths, lines


def _width(width: int, path: Path) -> int:
    if width > _WIDTH_LIMIT:
        refuse(
            path,
            "{file} has {width} columns, more than a sheet can hold",
            "check the delimiter",
            width=width,
        )
    return width


def _chunks(reader: Iterator[list[str]], lines: list[int]) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for row in reader:
        lines.append(reader.line_num)  # type: ignore[attr-defined]
        rows.append(row)
        if len(rows) == _CHUNK_ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _unwrapped(grid: pl.DataFrame) -> pl.DataFrame:
    """Take off what exports wrap around codes to stop Excel from rounding; empty is null.

    `="00123"` is a formula that shows its text; a tab before or after a number makes it text.
    """
    import polars as pl

    columns = []
    for column in grid.iter_columns():
        cells = column
        if cells.str.contains("\t", literal=True).any():
            cells = cells.str.strip_chars("\t")
        if cells.str.starts_with('="').any():
            formula = cells.str.extract(r'^="((?s:.*))"$').str.replace_all('""', '"', literal=True)
            cells = pl.select(pl.coalesce(formula, cells)).to_series().rename(column.name)
        empty = cells == ""
        columns.append(cells.set(empty, None) if empty.any() else cells)
    return pl.DataFrame(columns, height=grid.height)


def _ragged(
    grid: pl.DataFrame, lengths: list[int], lines: list[int], file: str
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """The grid without columns of surplus empty fields, and the rows of another width.

    Lines above the first row of full width are a preamble; blank lines and comments are none of
    our concern.
    """
    import polars as pl

    counts = Counter(length for length in lengths if length)
    width = max(counts, key=lambda length: (counts[length], length), default=0)
    fields = pl.Series("fields", lengths, pl.Int64)
    surplus = grid.select(grid.columns[width:])
    too_long = (
        surplus.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        if surplus.width
        else fields < 0
    )
    comment = grid["0"].str.starts_with("#").fill_null(False) if grid.width else fields < 0
    filled = grid.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    preamble = (fields >= width).cum_max().not_()
    too_short = (fields < width) & filled & ~comment & ~preamble
    for row in too_short.arg_true()[:_PROBLEMS_LIMIT]:  # a total is written as short as it is
        too_short[row] = not any(FOOTER_CELL.match(cell) for cell in grid.row(row) if cell)
    rows = (too_long | too_short).arg_true().to_list()
    kept = grid if too_long.any() else grid.select(grid.columns[:width])
    return kept, tuple(
        _misfit(file, lines[row], lengths[row], width) for row in rows[:_PROBLEMS_LIMIT]
    )


def _misfit(file: str, line: int, fields: int, width: int) -> Problem:
    return Problem(
        f"{file} {line}",
        Say(
            "line {line} has {fields} fields, the others {width}",
            line=line,
            fields=fields,
            width=width,
        ),
        Say("check for a delimiter inside a text; such a text belongs in quotes"),
    )
