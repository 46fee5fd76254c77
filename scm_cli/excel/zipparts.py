"""The parts of a workbook's zip, checked before the parser: sizes, far cells, document types.

The parser lays a sheet out as a rectangle from its first to its last cell with content, so two
cells can cost 500 GB; what `<dimension>` says does not matter to it, so it is not looked at.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from scm_cli.errors import Say
from scm_cli.excel.cellname import cell_name, column_index
from scm_cli.excel.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO

_MB = 1 << 20
UNPACKED_LIMIT = 512 * _MB
_PARTS_LIMIT = 5_000
_HEAD = 64 << 10
_SMALL = 8 * _MB  # unpacked in full: the real size and the far cells of such a part are known
_SMALL_TOTAL = 24 * _MB
CELLS_LIMIT = 40_000_000  # in the rectangle from A1: 500,000 rows of 80 columns

# a cell with content beyond column Z; a formatted but empty one (<c .../>) costs nothing
_WIDE_CELL = re.compile(rb' r="([A-Z]{2,3})([0-9]{1,7})"(?:[^>]*[^/>])?>')
_ROW = re.compile(rb'<(?:\w+:)?row r="([0-9]{1,7})"')
_PROLOG = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ROOT = re.compile(rb"\s*<[A-Za-z_]")
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    IndexError,
)
_OTHER_ZIPS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "content.xml": "an OpenDocument file",
}


class FarCell(NamedTuple):
    """The last cell of a sheet whose rectangle from A1 is too large to be laid out."""

    part: str
    cell: str


def declared_bytes(path: Path) -> int:
    """Check the zip's directory and its parts; how many bytes all parts declare to unpack to."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _checked(path, archive)
    except DAMAGES:
        refuse(
            path,
            "{file} is damaged or incomplete",
            "download or copy it again, or save it again in Excel",
        )


def _checked(path: Path, archive: zipfile.ZipFile) -> int:
    parts = archive.infolist()
    _refuse_other_zip(path, {part.filename.lower() for part in parts})
    declared = sum(part.file_size for part in parts)
    if declared > UNPACKED_LIMIT or len(parts) > _PARTS_LIMIT:
        refuse(
            path,
            "{file} unpacks to {size} MB in {parts} parts, far more than a table",
            "copy the cells into a new workbook and save that",
            size=declared // _MB,
            parts=len(parts),
        )
    if any(part.flag_bits & 1 for part in parts):
        refuse(path, "{file} is an encrypted archive", "save it without a password")
    unpacked = 0
    for part in parts:
        name = part.filename.lower()
        if name.endswith((".xml", ".rels")) and not name.startswith("customxml/"):
            unpacked += _check_part(path, archive, part, small=unpacked < _SMALL_TOTAL)
    return declared


def _refuse_other_zip(path: Path, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    for sign, what in _OTHER_ZIPS.items():
        if sign in names:
            refuse(path, "{file} is {what}", "open it and save the table as .xlsx", what=Say(what))
    refuse(
        path,
        "{file} is a zip archive without a workbook in it",
        "unpack it and import the files inside",
    )


def _check_part(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, small: bool) -> int:
    """Check one XML part: in full if it is small, else its head; the bytes unpacked."""
    declared = part.file_size
    # zipfile stops at the declared size: told of more, it shows whether there is more
    part.file_size += _HEAD
    with archive.open(part) as file:
        raw = file.read(declared + 1 if small and declared <= _SMALL else _HEAD)
    if len(raw) > declared:
        refuse(
            path,
            "{file} unpacks to more than it declares in {part}",
            "copy the cells into a new workbook and save that",
            part=part.filename,
        )
    # a document type may stand only before the root element, among comments and instructions
    prolog = _PROLOG.sub(b"", raw[:_HEAD].removeprefix(b"\xef\xbb\xbf"))
    if raw and not _ROOT.match(prolog):
        refuse(
            path,
            "{file} holds a document type or a strange encoding in {part}",
            "copy the cells into a new workbook and save that",
            part=part.filename,
        )
    cell = _far_cell([raw]) if b"sheetData" in raw else ""
    if cell:
        refuse_far_cell(path, FarCell(part.filename, cell))
    return len(raw)


def far_cell(path: Path) -> FarCell | None:
    """The far cell of a workbook whose parser ran out of memory; reads every part."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                with archive.open(part) as file:
                    cell = _far_cell(_pieces(file))
                if cell:
                    return FarCell(part.filename, cell)
    except DAMAGES:
        pass  # the refusal is certain; only the name of the cell is lost
    return None


def refuse_far_cell(path: Path, far: FarCell) -> NoReturn:
    """Refuse a workbook whose last cell stands too far away from the first."""
    refuse(
        path,
        "{file} has something in the far cell {cell} ({part})",
        "clear the rows and columns beyond the table and save it again",
        cell=far.cell,
        part=far.part,
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces that overlap by more than a tag."""
    tail = b""
    while piece := file.read(4 * _MB):
        yield tail + piece
        tail = piece[-256:]


def _far_cell(pieces: Iterable[bytes]) -> str:
    """The name of the last cell, when the rectangle from A1 to it is too large."""
    columns, row = set(), 0
    for piece in pieces:
        wide = _WIDE_CELL.findall(piece)
        columns |= {letters for letters, _ in wide}
        row = max([row, *(int(digits) for _, digits in wide), *map(int, _ROW.findall(piece))])
    column = max((column_index(letters.decode()) for letters in columns), default=25)
    return cell_name(row - 1, column) if (column + 1) * row > CELLS_LIMIT else ""
