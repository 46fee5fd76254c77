"""Tables of an HTML page, which many platforms export under the name .xls; runs in the child."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from scm_cli.excel.arrow import TextColumn, text_column
from scm_cli.excel.csvtext import decode
from scm_cli.excel.refusal import refuse

_SPAN_LIMIT = 256
_TABLES_LIMIT = 100


def tables(path: str) -> list[tuple[str, list[TextColumn], int]]:
    """Each table with rows: its name, its columns, its height."""
    text, _ = decode(Path(path).read_bytes(), Path(path))
    page = _Page()
    page.feed(_without_comments(text))
    page.close()
    filled = [rows for rows in page.tables if any(rows)]
    if len(filled) > _TABLES_LIMIT:
        refuse(
            Path(path),
            "{file} holds {count} tables, more than the {limit} that are read",
            "save the table that matters as .xlsx",
            count=len(filled),
            limit=_TABLES_LIMIT,
        )
    found = []
    for number, rows in enumerate(filled, 1):
        width = max(map(len, rows))
        columns = [
            text_column([row[index] if index < len(row) else None for row in rows])
            for index in range(width)
        ]
        found.append((f"table {number}", columns, len(rows)))
    return found


def _without_comments(text: str) -> str:
    """The page without comments; the parser takes quadratic time for unclosed ones."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        at = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[at:]])


class _Page(HTMLParser):
    """Collects the rows of every table; a spanned cell has its text at the top left only."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str | None]]] = []
        self._open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(_Table())
            self.tables.append(self._open[-1].rows)
        if not self._open:
            return
        table = self._open[-1]
        if tag == "tr":
            table.new_row()
        elif tag in {"td", "th"}:
            spans = dict(attrs)
            table.new_cell(_span(spans.get("colspan")), _span(spans.get("rowspan")))
        elif tag in {"br", "p", "div"}:
            table.add(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag in {"td", "th", "tr", "table"}:
            self._open[-1].end_cell()
        if tag == "table":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].add(data)


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []
        self._covered: dict[int, int] = {}  # column: rows still covered by a cell above
        self._text: list[str] | None = None
        self._at = 0

    def new_row(self) -> None:
        self.end_cell()
        self._covered = {at: left - 1 for at, left in self._covered.items() if left > 1}
        self.rows.append([])

    def new_cell(self, colspan: int, rowspan: int) -> None:
        self.end_cell()
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        while len(row) in self._covered:
            row.append(None)
        self._text = []
        at = len(row)
        row += [None] * colspan
        self._at = at
        if rowspan > 1:
            self._covered.update(dict.fromkeys(range(at, at + colspan), rowspan))

    def add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end_cell(self) -> None:
        if self._text is not None:
            self.rows[-1][self._at] = " ".join("".join(self._text).split()) or None
            self._text = None


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _SPAN_LIMIT) if text and text.isdecimal() else 1
