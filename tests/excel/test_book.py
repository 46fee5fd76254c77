"""A workbook that we write and read again says the same: export → import is no change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest

from scm_cli.core.intake import matching
from scm_cli.core.intake.difference import DTYPES
from scm_cli.core.intake.typed import Rules, typed
from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.core.records.words import synonyms
from scm_cli.errors import ScmError
from scm_cli.excel import readme, saving
from scm_cli.excel.aliases import aliases
from scm_cli.excel.book import BookSheet, write_book
from scm_cli.excel.read import sheets

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column

D = Decimal
#: What spoils tables: numbers that are text, formulas, mark-up, escapes, ends of the ranges.
HARD: dict[str, list[Any]] = {
    "code": ["00123", "=1+1", "6901234567892", "@x", "<r>x</r>", "a&b<c>", "_x0041_", "007"],
    "text": ["012", "=HYPERLINK(1)", "2026-01-05", "TRUE", "12支/盒 0.5mm", "<r>a</r>", "-5", "x"],
    "qty": [D("0.0001"), D(1), D("12.5"), D(1200), D("99999999999999.9999"), None, D(3), D(7)],
    "price": [D("0.000001"), D("1.234567"), D(0), D("123456789012.654321"), None, D(2), D(1), D(9)],
    "amount": [D("0.01"), D("1234.5"), D("9999999999999999.99"), None, D(1), D(2), D(3), D(4)],
    "pct": [D("0.5"), D(13), D("99.9"), D(1), D("0.01"), None, D(100), D(0)],
    "number": [1, 2, 30, None, 5, 6, 7, 8],
    "day": [date(1990, 1, 1), date(2026, 1, 5), date(2100, 12, 31), None, *[date(2026, 7, 1)] * 4],
    "flag": [True, False, None, True, False, True, True, False],
}


def values(column: Column) -> list[Any]:
    """Eight values of a column, hard ones as far as its bounds allow; a required one has no gap."""
    if column.choices:
        found: list[Any] = [*column.choices, *([] if column.required else [None])]
    else:
        low, high = column.low, column.high
        found = [
            value
            for value in HARD[column.kind]
            if isinstance(value, str | date | bool | None)
            or ((low is None or value >= low) and (high is None or value <= high))
        ]
    if column.required:
        found = [value for value in found if value is not None]
    return (found * 8)[:8]


def hard_frame(kind: str) -> pl.DataFrame:
    """Eight rows in which every column of a sheet holds what is hard to keep."""
    columns = sheet(kind).columns.values()
    return pl.DataFrame(
        [pl.Series(c.name, values(c), dtype=DTYPES[c.kind], strict=False) for c in columns]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_of_sheet_is_recognised_and_read_back_exactly(tmp_path: Path, lang: str) -> None:
    frames = {form.kind: hard_frame(form.kind) for form in SHEETS}
    parts = [BookSheet(kind, frame) for kind, frame in frames.items()]
    path = write_book(tmp_path / "all.xlsx", parts, lang=lang, lists={"item": ["00123"]})
    words = {s.kind: matching.vocabulary(s, aliases().get(s.kind, {})) for s in SHEETS}
    read = [grid for grid in sheets(path) if grid.name not in ("说明", "Read me")]
    assert len(read) == len(SHEETS)
    for form, grid in zip(SHEETS, read, strict=True):
        top = [list(row) for row in grid.grid.head(30).iter_rows()]
        seen = matching.recognised(top, words, grid.name)
        assert (seen.kind, seen.ignored) == (form.kind, {})
        choices = {n: synonyms(c.choices) for n, c in form.columns.items() if c.choices}
        back = typed(form, grid.grid, seen.header_row, seen.fields, Rules(values=choices))
        assert [str(r.what) for r in back.refused] == []
        names = list(form.columns)
        got = back.frame.select(pl.col(n).cast(DTYPES[form.columns[n].kind]) for n in names)
        assert got.to_dicts() == frames[form.kind].select(names).to_dicts(), form.kind


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_word_shown_for_a_choice_means_that_choice(lang: str) -> None:
    for form in SHEETS:
        for column in form.columns.values():
            for choice in column.choices:
                word = readme.choice_word(column, choice, lang)
                assert synonyms(column.choices)[word] == choice, (form.kind, column.name)


def test_no_cell_is_a_formula_and_codes_stay_text(tmp_path: Path) -> None:
    path = write_book(tmp_path / "i.xlsx", [BookSheet("items", hard_frame("items"))], lang="en")
    page = openpyxl.load_workbook(path)["Items"]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert (page["A2"].value, page["A2"].data_type, page["A2"].number_format) == ("00123", "s", "@")
    assert page["A3"].value == "=1+1"
    assert page["A3"].data_type == "s"


def test_the_sheet_helps_its_reader(tmp_path: Path) -> None:
    """Stars, notes, frozen header, filter, drop-downs from a hidden list, A4 with a header row."""
    lists = {"supplier": ["S001", "S002"], "item": ["A1"]}
    parts = [BookSheet("receipts", pl.DataFrame())]
    path = write_book(tmp_path / "t.xlsx", parts, lang="en", lists=lists, template=True)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Read me", "Goods receipts", "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    page = book["Goods receipts"]
    heads = {cell.value: cell for cell in page[1]}
    assert "Receipt no." in heads  # the program numbers it
    assert "one of the suppliers" in heads["Supplier *"].comment.text
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref is not None
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$1:$1"
    checks = {
        str(check.sqref).split(":")[0]: check for check in page.data_validations.dataValidation
    }
    supplier = checks[heads["Supplier *"].column_letter + "2"]
    assert (supplier.type, supplier.formula1) == ("list", "'_lists'!$A$2:$A$3")
    assert checks[heads["Received on *"].column_letter + "2"].type == "date"


def test_same_content_is_the_same_bytes(tmp_path: Path) -> None:
    part = BookSheet("items", hard_frame("items"))
    paths = [write_book(tmp_path / f"{n}" / "i.xlsx", [part], lang="zh") for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [p.name for p in paths[0].parent.iterdir()] == ["i.xlsx"]  # nothing is left behind


def test_a_text_longer_than_a_cell_is_refused_not_cut(tmp_path: Path) -> None:
    frame = pl.DataFrame({"sku": ["A"], "name": ["x" * 40_000]})
    with pytest.raises(ScmError, match="40000 characters in name"):
        write_book(tmp_path / "i.xlsx", [BookSheet("items", frame)], lang="en")
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_open_in_excel_gets_a_sibling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = BookSheet("items", pl.DataFrame({"sku": ["A"], "name": ["B"]}))
    path = write_book(tmp_path / "i.xlsx", [part], lang="en")
    whole = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target == path:
            raise PermissionError(13, "open in another program")
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", held)
    assert write_book(path, [part], lang="en").name == "i (2).xlsx"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.txt"
    saving.saved_text(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        saving.saved_text(path, "new")
    assert (path.read_text(), [p.name for p in tmp_path.iterdir()]) == ("old", ["old.txt"])


def test_many_rows_are_split_over_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scm_cli.excel.book.ROWS_PER_SHEET", 3)
    frame = pl.DataFrame({"sku": [f"A{n}" for n in range(7)], "name": ["n"] * 7})
    path = write_book(tmp_path / "i.xlsx", [BookSheet("items", frame)], lang="en")
    read = sheets(path)
    assert [grid.name for grid in read] == ["Read me", "Items", "Items 2", "Items 3"]
    assert read[3].grid["0"].to_list() == ["SKU *", "A6"]


def test_big_sheets_leave_blank_cells_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"sku": ["A", "B"], "name": ["n", "m"], "spec": [None, "s"]})
    sizes = []
    for limit in (300_000, 0):
        monkeypatch.setattr("scm_cli.excel.rows.RULED_CELLS", limit)
        path = write_book(tmp_path / f"{limit}.xlsx", [BookSheet("items", frame)], lang="en")
        with ZipFile(path) as parts:
            sizes.append(parts.read("xl/worksheets/sheet2.xml").count(b"<c r="))
    assert sizes == [3 + 6, 3 + 5]
