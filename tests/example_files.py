"""The files of the example pages that no page can show: damaged, locked, hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hostile import FAR, archive, cell, declaring, ole, sheet_xml, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECEIPT = ("Receipt no.", "Supplier code", "Received on", "SKU", "Accepted")
BOMB_BYTES = 300 << 20


def nothing(path: Path) -> None:
    """A file of no bytes."""
    path.write_bytes(b"")


def empty_workbook(path: Path) -> None:
    """A workbook whose only sheet is empty."""
    workbook(path, "")


def locked(path: Path) -> None:
    """What Excel writes when a workbook is saved with a password."""
    ole(path, "EncryptedPackage", b"\x40" * 4096)


def torn(path: Path) -> None:
    """The first part of a workbook: a copy that was interrupted."""
    workbook(path, *(f'<row r="1">{cell("A1", "SKU")}</row>' for _ in range(20)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def bomb(path: Path) -> None:
    """A small file that unpacks to far more than it declares."""
    zeros = sheet_xml(f'<row r="1">{cell("A1", "0" * BOMB_BYTES)}</row>')
    workbook(path, "", parts={"xl/worksheets/sheet1.xml": zeros})
    declaring(path, "xl/worksheets/sheet1.xml", 1000)


def far(path: Path) -> None:
    """A cell in the last row and column of the sheet."""
    workbook(path, FAR)


def word(path: Path) -> None:
    """A letter, renamed to .xlsx."""
    archive(path, {"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})


def broken_cell(path: Path) -> None:
    """A receipt whose quantity is a formula that came to #REF!."""
    head = "".join(cell(f"{'ABCDE'[i]}1", name) for i, name in enumerate(RECEIPT))
    values = ("R-9", "S01", "2026-02-27", "P-A4")
    row = "".join(cell(f"{'ABCD'[i]}2", value) for i, value in enumerate(values))
    wrong = '<c r="E2" t="e"><v>#REF!</v></c>'
    workbook(path, f'<row r="1">{head}</row><row r="2">{row}{wrong}</row>')


def certificate(path: Path) -> None:
    """A firm's certificate with its key, signed by itself, password `abacus`."""
    from certificates import written

    written(path, "Li Na Stationery", "abacus")


BUILDERS: dict[str, Callable[[Path], None]] = {
    "nothing": nothing,
    "empty workbook": empty_workbook,
    "password": locked,
    "torn": torn,
    "bomb": bomb,
    "far cell": far,
    "letter": word,
    "broken formula": broken_cell,
    "certificate": certificate,
}
