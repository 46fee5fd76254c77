"""What a sheet says once above its table: 盘点日期：2026-11-20, 供应商：乐普文具, Warehouse: MAIN.

It counts for rows that have no such column. A label stands before a colon, or fills a cell
alone with its value right beside it; a row of headers over headers is no row of labels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.cell import CellKind, CellRule, parse_cell, reason_say
from scm_cli.core.intake.folding import folded
from scm_cli.core.intake.kinds import DOCUMENTS
from scm_cli.core.intake.references import NAMED, REFERENCES
from scm_cli.core.intake.resolve import CODE, meanings
from scm_cli.core.records.catalog import sheet
from scm_cli.core.search import nearest
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scm_cli.core.intake.known import Known

#: What stands above tables beside the number, the day and the partner of a paper.
PLACES = ("warehouse", "from_warehouse", "to_warehouse", "purchase_no", "order_no", "currency")
#: Sheets that are no papers, and what may stand above their tables.
OTHERS = {
    "opening_stock": ("warehouse",),
    "supplier_prices": ("supplier",),
    "dealer_stock": ("customer", "until_on"),
}
COLON = re.compile(r"(?<!\d)[:：]|[:：](?!\d)")  # that of 10:30 is none
GAP = re.compile(r"[\s,，;；|]+")
BLANK = re.compile(r"[\s_＿—.…/年月日-]*")  # 日期：____年__月__日, a form that nobody filled in
LABEL_WORDS = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """One value above the table: the cell in which it stands (0-based), its label, its text."""

    row: int
    column: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value above the table that cannot be taken, and what to do about it."""

    cell: Stated
    what: Say
    mend: Say


def fields(kind: str) -> tuple[str, ...]:
    """Fields of a kind of sheet that may stand above its table.

    >>> fields("stock_counts"), fields("opening_stock")
    (('count_no', 'counted_on', 'warehouse'), ('warehouse',))
    """
    doc, form = DOCUMENTS.get(kind), sheet(kind)
    if doc is None or form.line is None:
        return OTHERS.get(kind, ())
    names = (doc.number, doc.dated, doc.partner, NAMED.get(doc.partner, ""), *PLACES)
    mine = {*form.columns, *NAMED.values()}
    return tuple(dict.fromkeys(name for name in names if name and name in mine))


def pairs(rows: Iterable[Sequence[str | None]], words: Collection[str]) -> list[Stated]:
    """Every label with its value in rows of text; `words` are the folded labels that are known.

    >>> top = [("入库单", None), ("供应商：乐普文具  日期：2026-11-20", None), ("仓库", "MAIN")]
    >>> [(each.label, each.text) for each in pairs(top, {"供应商", "日期", "仓库"})]
    [('供应商', '乐普文具'), ('日期', '2026-11-20'), ('仓库', 'MAIN')]
    """
    found: list[Stated] = []
    for number, row in enumerate(rows):
        cells = [(index, cell.strip()) for index, cell in enumerate(row) if cell and cell.strip()]
        if any(COLON.search(cell) for _, cell in cells):
            found += _with_colons(number, cells, words)
        elif cells and len(cells) % 2 == 0:
            found += _side_by_side(number, cells, words)
    return [each for each in found if not BLANK.fullmatch(each.text)]


def _with_colons(number: int, cells: list[tuple[int, str]], words: Collection[str]) -> list[Stated]:
    """供应商：乐普文具, several of them in one cell, or the value in the next filled cell."""
    found = []
    for place, (index, cell) in enumerate(cells):
        said = list(_split(cell, words))
        for label, text in said:
            if label is None:
                continue
            after = cells[place + 1] if place + 1 < len(cells) else None
            if text or after is None or label != said[-1][0]:
                found.append(Stated(number, index, label, text))
            elif not COLON.search(after[1]) and folded(after[1]) not in words:
                found.append(Stated(number, after[0], label, after[1]))
    return found


def _split(cell: str, words: Collection[str]) -> Iterable[tuple[str | None, str]]:
    """The labels of one cell with what stands behind each; an unknown label is None."""
    first, *others = COLON.split(cell)
    label = _label(first, words)[1]
    for n, piece in enumerate(others):
        if n == len(others) - 1:
            yield label, piece.strip()
        else:
            text, following = _label(piece, words)
            yield label, text
            label = following


def _label(piece: str, words: Collection[str]) -> tuple[str, str | None]:
    """What stands before the label at the end of a piece of text, and the label if it is known."""
    starts = [0, *(gap.end() for gap in GAP.finditer(piece))][-LABEL_WORDS:]
    for start in starts:
        if folded(piece[start:]) in words:
            return piece[:start].strip(" ,，;；|\t\n"), piece[start:].strip()
    return piece[: starts[-1]].strip(" ,，;；|\t\n"), None


def _side_by_side(
    number: int, cells: list[tuple[int, str]], words: Collection[str]
) -> list[Stated]:
    """仓库 | MAIN: each label with its value right beside it, and nothing else in the row."""
    found = []
    for (index, label), (after, text) in zip(cells[::2], cells[1::2], strict=True):
        if after != index + 1 or folded(label) not in words or folded(text) in words:
            return []
        found.append(Stated(number, after, label, text))
    return found


def stated(kind: str, found: Iterable[Stated], words: Mapping[str, str]) -> dict[str, list[Stated]]:
    """Field → what stands above the table for it, of a kind with these words for its fields."""
    allowed = fields(kind)
    out: dict[str, list[Stated]] = {}
    for each in found:
        name = words.get(folded(each.label))
        if name in allowed:
            out.setdefault(name, []).append(each)
    return out


def title(rows: Iterable[Sequence[str | None]]) -> str:
    """The cells that stand alone in their row, as titles do.

    >>> title([("采购入库单", None), ("a", "b")])
    '采购入库单'
    """
    alone = ([cell for cell in row if cell and cell.strip()] for row in rows)
    return " ".join(cells[0] for cells in alone if len(cells) == 1)


def meant(
    kind: str, name: str, cells: Sequence[Stated], known: Known, date_format: str | None
) -> tuple[str, list[Wrong]]:
    """The one value of a field (a code, a day, a text) that the cells above the table state.

    Wrong is what is unknown, no day, or said twice with different meanings.
    """
    values = [_value(kind, name, each, known, date_format) for each in cells]
    wrong = [each for each in values if isinstance(each, Wrong)]
    for cell, value in zip(cells, values, strict=True):
        if not wrong and value != values[0]:
            told = Say(
                "{label} {text} stands above the table, and {other} too",
                label=cell.label, text=cell.text, other=cells[0].text,
            )  # fmt: skip
            wrong.append(Wrong(cell, told, Say("leave one of them out, or give it row by row")))
    return str(values[0]), wrong


def _value(
    kind: str, name: str, cell: Stated, known: Known, date_format: str | None
) -> str | Wrong:
    spec = sheet(kind).columns.get(name)
    if spec is not None and spec.kind == "day":
        rule = CellRule(CellKind.DATE, low=spec.low, high=spec.high, date_format=date_format or "")
        parsed = parse_cell(cell.text, rule)
        if parsed.value is None:
            return Wrong(cell, *reason_say(parsed.reason, cell.text, rule))
        return str(parsed.value)
    code = next((c for c, named in NAMED.items() if named == name), name)
    table = REFERENCES.get(code)
    if table is None:
        return cell.text
    coded = meanings(pl.Series([cell.text]), known, table)["code"][0]
    if coded is None and table not in known.may_make(kind):
        return _unknown(cell, table, known)
    return str(coded or cell.text)


def _unknown(cell: Stated, table: str, known: Known) -> Wrong:
    frame = known.frames[table]
    names = dict(zip(frame[CODE[table]].to_list(), frame["name"].to_list(), strict=True))
    near = nearest(cell.text, names) if names else None
    told = "there is no {table} {code}; enter it first"
    if near is not None:
        told = "there is no {table} {code}; did you mean {near} ({name})?"
    say = Say(told, table=Say(table), code=cell.text, near=near, name=names.get(near or ""))
    return Wrong(cell, say, Say(""))
