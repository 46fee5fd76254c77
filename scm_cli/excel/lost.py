"""What the fast reader loses of an .xlsx, found again by a look at the bytes of its sheets.

- A formula that was never calculated (files made by programs) reads as empty.
- 123 shown as 00123 through the format 00000 reads as 123; 13% reads as 0.13.
- 6901234567890123456 typed as a number has been rounded; it reads as some other 19 digits.

The bytes are scanned with patterns, not parsed. The first 2 MB of a sheet decide whether the
rest is looked at: a column that needs it shows that in its first rows, and the full scan of a
good sheet of 500,000 rows would cost a fifth of reading it.
"""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.core.cell import UNCALCULATED
from scm_cli.excel.cellname import Patch, column_index
from scm_cli.excel.zipparts import DAMAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

_MB = 1 << 20
_PIECE = 2 * _MB  # the first one decides whether there will be a second
_TABLE_LIMIT = 8 * _MB  # of the workbook's lists of sheets and styles

_CELL = rb'c r="([A-Z]{1,3})([0-9]{1,7})"([^<>]*)>'
_FORMULA = rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
_VALUE = rb"(?:" + _FORMULA + rb")?<(?:\w+:)?v>(%s)</"
_NO_VALUE = re.compile(
    _CELL + _FORMULA + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?()</(?:\w+:)?c>"
)
_LONG = re.compile(_CELL + _VALUE % rb"[0-9]{16,}|[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_NOT_A_NUMBER = re.compile(rb'\bt="(?!n")')
_TAG = rb"""<(?:\w+:)?%s((?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))*)"""
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PERCENT_FORMATS = {9, 10}


class _Styles(NamedTuple):
    """Style numbers of cells whose text differs from their value."""

    zeros: dict[bytes, int]  # style: digits shown
    percent: set[bytes]


def lost_cells(path: Path) -> dict[str, list[Patch]]:
    """Per sheet name, the cells whose text is not what the fast reader says."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            looks = _looks(_styles(_table(archive, names, "xl/styles.xml")))
            patches = {}
            for name, part in _sheet_parts(archive, names):
                with archive.open(part) as file:
                    patches[name] = list(_patches(file, looks))
            return patches
    except DAMAGES:
        return {}  # the parser will say what is wrong with the file


class _Look(NamedTuple):
    """A cheap sign that a piece may hold such cells, their pattern, and the text they show."""

    sign: Callable[[bytes], object]
    cells: re.Pattern[bytes]
    shown: Callable[[bytes, bytes], str]


def _patches(file: IO[bytes], looks: list[_Look]) -> Iterator[Patch]:
    found = False
    for piece in _pieces(file):
        for look in looks:
            if not look.sign(piece):
                continue
            for letters, digits, attributes, value in look.cells.findall(piece):
                shown = look.shown(attributes, value)
                if shown:
                    found = True
                    yield Patch(int(digits) - 1, column_index(letters.decode()), shown)
        if not found:
            return


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The sheet in pieces, each ending where a cell starts."""
    rest = b""
    while piece := file.read(_PIECE):
        last = len(piece) < _PIECE
        piece = rest + piece
        cut = len(piece) if last else piece.rfind(b"<", 0, piece.rfind(b'c r="') + 1)
        yield piece[: max(cut, 0)]
        rest = piece[cut:] if cut >= 0 and len(piece) - cut < _PIECE else b""
    yield rest


def _looks(styles: _Styles) -> list[_Look]:
    long = re.compile(rb"v>[0-9](?:[0-9]{15}|[0-9.]*[Ee])")
    looks = [
        _Look(lambda piece: b"<f" in piece or b":f" in piece, _NO_VALUE, _uncalculated),
        _Look(long.search, _LONG, _scientific),
    ]
    number = re.compile(rb"v>[0-9]").search
    if styles.zeros:
        cells = _styled(set(styles.zeros), rb"[0-9]+")
        looks.append(_Look(number, cells, lambda a, v: v.decode().zfill(styles.zeros[_style(a)])))
    if styles.percent:
        looks.append(_Look(number, _styled(styles.percent, rb"[^<]+"), _percent))
    return looks


def _styled(styles: set[bytes], value: bytes) -> re.Pattern[bytes]:
    numbers = b"|".join(sorted(styles))
    cell = _CELL.replace(b"([^<>]*)", rb'([^<>]*\bs="(?:' + numbers + rb')"[^<>]*)')
    return re.compile(cell + _VALUE % value)


def _style(attributes: bytes) -> bytes:
    return attributes.split(b's="', 1)[1].split(b'"', 1)[0]


def _uncalculated(attributes: bytes, _: bytes) -> str:
    return "" if b't="str"' in attributes else UNCALCULATED  # an empty text is a result


def _scientific(attributes: bytes, value: bytes) -> str:
    """What Excel itself shows for a number of more than 15 digits."""
    number = _decimal(attributes, value)
    return f"{number:.14E}" if number is not None and number.adjusted() >= 15 else ""


def _percent(attributes: bytes, value: bytes) -> str:
    number = _decimal(attributes, value)
    return f"{float(number) * 100:.12g}%" if number is not None else ""


def _decimal(attributes: bytes, value: bytes) -> Decimal | None:
    if _NOT_A_NUMBER.search(attributes):
        return None
    try:
        number = Decimal(value.decode())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and number.adjusted() < 400 else None


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    relations = {
        tag.get("Id", ""): tag.get("Target", "")
        for tag in _tags(_table(archive, names, "xl/_rels/workbook.xml.rels"), b"Relationship")
    }
    for tag in _tags(_table(archive, names, "xl/workbook.xml"), b"sheet"):
        ids = [value for key, value in tag.items() if key.endswith(":id")]
        target = relations.get(ids[0], "") if ids else ""
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield tag.get("name", ""), part


def _styles(xml: bytes) -> _Styles:
    formats = {int(tag["numFmtId"]): tag["formatCode"] for tag in _tags(xml, b"numFmt")
               if tag.get("numFmtId", "").isdecimal() and "formatCode" in tag}  # fmt: skip
    styles = _Styles({}, set())
    cells = xml.partition(b"cellXfs")[2].partition(b"cellXfs")[0]
    for index, tag in enumerate(_tags(cells, b"xf")):
        number, style = int(tag.get("numFmtId", "0")), str(index).encode()
        code = re.sub(r"\[[^\]]*\]", "", formats.get(number, "")).split(";")[0]
        if re.fullmatch("0{2,}", code):
            styles.zeros[style] = len(code)
        elif number in _PERCENT_FORMATS or "%" in re.sub(r'"[^"]*"|\\.', "", code):
            styles.percent.add(style)
    return styles


def _tags(xml: bytes, name: bytes) -> Iterator[dict[str, str]]:
    for attributes in re.findall(_TAG % name + rb"\s*/?>", xml):
        yield {
            key.decode(): unescape((double or single).decode("utf-8", "replace"))
            for key, double, single in _ATTRIBUTE.findall(attributes)
        }


def _table(archive: zipfile.ZipFile, names: set[str], part: str) -> bytes:
    if part not in names:
        return b""
    with archive.open(part) as file:
        return file.read(_TABLE_LIMIT)
