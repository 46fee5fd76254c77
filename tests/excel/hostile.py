"""Files as they come from outside, built byte by byte: whole, odd, damaged and malicious."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "xl/_rels/workbook.xml.rels"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheet_xml(rows: str, *, prolog: str = '<?xml version="1.0"?>') -> str:
    return f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def workbook(
    path: Path,
    *rows: str,
    states: tuple[str, ...] = (),
    parts: dict[str, str | bytes] | None = None,
) -> Path:
    """A minimal workbook whose n-th sheet, "Sheet<n>", holds the n-th `rows`; `parts` on top."""
    numbers = range(1, len(rows) + 1)
    state = [*(f' state="{state}"' if state else "" for state in states), *[""] * len(rows)]
    sheets = "".join(
        f'<sheet name="Sheet{n}" sheetId="{n}"{state[n - 1]} r:id="rId{n}"/>' for n in numbers
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
    root = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>',
        "xl/workbook.xml": book,
        RELATIONS: f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
    }
    content |= {f"xl/worksheets/sheet{n}.xml": sheet_xml(rows[n - 1]) for n in numbers}
    return archive(path, content | (parts or {}))


def archive(path: Path, content: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in content.items():
            file.writestr(name, text)
    return path


def cell(name: str, value: object, attributes: str = "") -> str:
    if isinstance(value, str):
        return f'<c r="{name}"{attributes} t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{name}"{attributes}><v>{value}</v></c>'


FAR = f'<row r="1">{cell("A1", 1)}</row><row r="1048576">{cell("XFD1048576", 1)}</row>'


def declaring(path: Path, part: str, size: int) -> Path:
    """The same archive, but in its directory the part claims to unpack to `size` bytes."""
    raw = bytearray(path.read_bytes())
    for magic, place, head in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = raw.find(magic)
        while at >= 0:
            if raw[at + head :].startswith(part.encode()):
                struct.pack_into("<I", raw, at + place, size)
            at = raw.find(magic, at + 4)
    path.write_bytes(raw)
    return path


def ole(path: Path, name: str, stream: bytes) -> Path:
    """An OLE2 file with one stream: header, allocation table, directory, then the stream."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    folder = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, 2, len(stream))
    path.write_bytes(header + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + stream)
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    raw = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    raw += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return raw + struct.pack("<IQ", start, size)


def xls(path: Path) -> Path:
    """A real Excel 97 workbook: the text A1, the number B1, the error A2, the number C3."""
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    sheet += _record(0x200, struct.pack("<IIHHH", 0, 3, 0, 3, 0))
    sheet += _record(0x204, struct.pack("<HHHHB", 0, 0, 0, 5, 0) + b"00123")
    sheet += _record(0x203, struct.pack("<HHHd", 0, 1, 0, 12.5))
    sheet += _record(0x205, struct.pack("<HHHBB", 1, 0, 0, 0x2A, 1))
    sheet += _record(0x203, struct.pack("<HHHd", 2, 2, 0, 7)) + _record(0x0A, b"")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    name = b"Data"
    offset = len(start) + 4 + 8 + len(name) + 4
    book = start + _record(0x85, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    return ole(path, "Workbook", book + _record(0x0A, b"") + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body
