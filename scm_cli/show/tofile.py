"""Rows as CSV or a plain workbook. No text cell can run as a formula."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, TextIO

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_rows(target: TextIO, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """CSV with a guard quote before text that a spreadsheet would run; numbers stay numbers."""
    from scm_cli.show import plain

    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow(
            [
                "'" + v
                if isinstance(v, str) and v.startswith(RISKY)
                else ""
                if v is None
                else plain(v)
                for v in row
            ]
        )


def write(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows to a .csv or .xlsx file, whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    if path.suffix.lower() == ".csv":
        with temporary.open("w", encoding="utf-8-sig", newline="") as target:
            csv_rows(target, names, rows)
    elif path.suffix.lower() == ".xlsx":
        _workbook(temporary, names, rows)
    else:
        raise ScmError(
            "{path}: only .xlsx and .csv can be written",
            hint="Give the file one of these endings.",
            exit_code=Exit.USAGE,
            path=str(path),
        )
    temporary.replace(path)


def _workbook(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    import xlsxwriter

    from scm_cli.show import plain

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("scm")
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.write_row(0, 0, names, bold)
        for i, row in enumerate(rows, 1):
            sheet.write_row(i, 0, [plain(v) for v in row])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(names) - 1))
        sheet.autofit()
