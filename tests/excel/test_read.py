"""Workbooks and HTML as grids of text: nothing is lost, nothing hangs, nothing is raised raw."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hostile import cell, workbook, xls
from hypothesis import given
from hypothesis import strategies as st

import scm_cli.excel
from scm_cli.core.cell import UNCALCULATED
from scm_cli.errors import ScmError
from scm_cli.excel.arrow import ipc_stream, text_column
from scm_cli.excel.read import Reading, Sheet, cell_name, sheets

SHEET = "xl/worksheets/sheet1.xml"
LIMIT_SECONDS = 10


def rows(sheet: Sheet) -> list[tuple[str | None, ...]]:
    assert sheet.grid.columns == [str(index) for index in range(sheet.grid.width)]
    assert set(sheet.grid.dtypes) <= {pl.String}
    return sheet.grid.rows()


def only(path: Path) -> list[tuple[str | None, ...]]:
    (sheet,) = sheets(path)
    return rows(sheet)


def saved(path: Path, fill) -> Path:
    """A workbook as openpyxl writes it, its active sheet filled by `fill`."""
    book = openpyxl.Workbook()
    fill(book.active)
    book.save(path)
    return path


def test_every_cell_becomes_text(tmp_path):
    def fill(sheet):
        sheet.append(["sku", "qty", "on", "yes", "note"])
        sheet.append(["00123", 12, dt.datetime.fromisoformat("2026-01-05"), True, None])
        sheet.append(["６９０", 0.1 + 0.2, dt.date(2026, 2, 28), False, " a\nb "])
        sheet.append([6901234567892, -5.5, "2026/1/5", None, ""])

    assert only(saved(tmp_path / "a.xlsx", fill)) == [
        ("sku", "qty", "on", "yes", "note"),
        ("00123", "12", "2026-01-05 00:00:00", "true", None),
        ("６９０", "0.3", "2026-02-28 00:00:00", "false", " a\nb "),
        ("6901234567892", "-5.5", "2026/1/5", None, None),
    ]


def test_a_grid_stands_as_the_sheet_does(tmp_path):
    path = workbook(tmp_path / "a.xlsx", f'<row r="3">{cell("C3", "sku")}{cell("E3", "qty")}</row>')
    (sheet,) = sheets(path)
    nothing = (None,) * 5
    assert rows(sheet) == [nothing, nothing, (None, None, "sku", None, "qty")]
    assert sheet.where(2, 4) == "a.xlsx Sheet1!E3"
    assert sheet.where(2) == "a.xlsx Sheet1!3"
    assert cell_name(2, 26) == "AA3"


def test_error_cells_keep_their_text(tmp_path):
    errors = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
    cells = "".join(
        f'<c r="{"BCDEFGH"[at]}2" t="e"><v>{text}</v></c>' for at, text in enumerate(errors)
    )
    grid = only(workbook(tmp_path / "a.xlsx", f'<row r="2">{cells}</row>'))
    assert grid == [(None,) * 8, (None, *errors)]


def test_a_formula_that_was_never_calculated_is_not_empty(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["B2"], sheet["D4"] = "sum", "=1+1", "=B2"

    assert only(saved(tmp_path / "a.xlsx", fill)) == [
        ("sum", None, None, None),
        (None, UNCALCULATED, None, None),
        (None, None, None, None),
        (None, None, None, UNCALCULATED),
    ]


def test_a_calculated_formula_is_its_value_even_an_empty_one(tmp_path):
    formulas = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="str"><f>"x"</f><v>x</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert only(workbook(tmp_path / "a.xlsx", formulas)) == [("2", None, "x", "#DIV/0!")]


def test_what_the_number_format_shows_is_what_is_read(tmp_path):
    def fill(sheet):
        shown = [(123, "00000"), (0.07, "0.00%"), (1, "0%"), (0.13, "General"), (7, '"N"000')]
        for column, (number, form) in enumerate(shown, 1):
            sheet.cell(1, column, number).number_format = form

    assert only(saved(tmp_path / "a.xlsx", fill)) == [("00123", "7%", "100%", "0.13", "7")]


def test_a_long_code_that_became_a_number_shows_its_loss(tmp_path):
    def fill(sheet):
        sheet.append([6901234567890123456, "6901234567890123456", 999999999999999])

    grid = only(saved(tmp_path / "a.xlsx", fill))
    assert grid == [("6.90123456789012E+18", "6901234567890123456", "999999999999999")]


def test_what_needs_a_look_is_found_beyond_the_first_megabytes(tmp_path):
    filler = "x" * 90
    body = "".join(
        f'<row r="{row}">{cell(f"A{row}", filler)}<c r="B{row}"><f>1</f></c></row>'
        for row in range(1, 30_001)
    )
    (sheet,) = sheets(workbook(tmp_path / "a.xlsx", body))
    assert sheet.grid.shape == (30_000, 2)
    assert (sheet.grid["0"] == filler).all()
    assert (sheet.grid["1"] == UNCALCULATED).all()


def test_an_impossible_date_is_an_error(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["B1"] = 99_999_999, 46_027
        for name in ("A1", "B1"):
            sheet[name].number_format = "yyyy-mm-dd"

    assert only(saved(tmp_path / "a.xlsx", fill)) == [("#VALUE!", "2026-01-05 00:00:00")]


def test_dates_of_a_1904_workbook_are_right(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True})
    book.add_worksheet().write_datetime(
        0, 0, dt.datetime.fromisoformat("2026-01-05"), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    book.close()
    assert only(tmp_path / "a.xlsx") == [("2026-01-05 00:00:00",)]


def test_merged_cells_have_their_text_at_the_top_left(tmp_path):
    def fill(sheet):
        sheet["A1"], sheet["C1"] = "tea", "qty"
        sheet.merge_cells("A1:B2")

    assert only(saved(tmp_path / "a.xlsx", fill)) == [("tea", None, "qty")]


def test_headers_that_repeat_stay_as_they_are(tmp_path):
    grid = only(saved(tmp_path / "a.xlsx", lambda sheet: sheet.append(["qty", "qty", "price "])))
    assert grid == [("qty", "qty", "price ")]


def test_hidden_sheets_are_left_out_unless_asked_for(tmp_path):
    one = f'<row r="1">{cell("A1", "x")}</row>'
    path = workbook(tmp_path / "a.xlsx", one, one, one, states=("hidden", "", "veryHidden"))
    assert [sheet.name for sheet in sheets(path)] == ["Sheet2"]
    told = [(sheet.name, sheet.hidden) for sheet in sheets(path, hidden=True)]
    assert told == [("Sheet1", True), ("Sheet2", False), ("Sheet3", True)]


def test_names_of_sheets_are_any_text(tmp_path):
    def fill(sheet):
        sheet.title = "采购 <&> '单'"
        sheet["A1"] = "=1"

    (sheet,) = sheets(saved(tmp_path / "单 据.xlsx", fill))
    assert sheet.where(0, 0) == "单 据.xlsx 采购 <&> '单'!A1"
    assert rows(sheet) == [(UNCALCULATED,)]


def test_xlsm_and_misnamed_workbooks_are_read(tmp_path):
    one = f'<row r="1">{cell("A1", "x")}</row>'
    macros = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    assert only(workbook(tmp_path / "a.xlsm", one, parts=macros)) == [("x",)]
    assert only(workbook(tmp_path / "a.xls", one)) == [("x",)]
    assert only(workbook(tmp_path / "a", one)) == [("x",)]


def test_an_old_workbook_is_read_with_its_errors(tmp_path):
    assert only(xls(tmp_path / "a.xls")) == [
        ("00123", "12.5", None),
        ("#N/A", None, None),
        (None, None, "7"),
    ]


def test_an_html_table_under_the_name_of_a_workbook_is_read(tmp_path):
    page = (
        "<html><head><meta charset=gbk><style>td{}</style></head><body><table border=1>"
        "<tr><th colspan=2>订单&amp;号</th><th>数量</th></tr>"
        "<tr><td rowspan=2>00123<td>红茶<br>500克<td> 3&nbsp;</tr><tr><td>绿茶</td><td></td></tr>"
        "</table><table></table><table><tr><td>x</td></tr></table>"
    )
    (tmp_path / "a.xls").write_bytes(page.encode("gbk"))
    first, second = sheets(tmp_path / "a.xls")
    assert rows(first) == [
        ("订单&号", None, "数量"),
        ("00123", "红茶 500克", "3"),
        (None, "绿茶", None),
    ]
    assert (second.name, rows(second)) == ("table 2", [("x",)])


def test_several_files_are_read_ahead_and_refused_one_by_one(tmp_path):
    one = f'<row r="1">{cell("A1", "x")}</row>'
    good = [workbook(tmp_path / f"{n}.xlsx", one) for n in range(3)]
    bad, text = tmp_path / "bad.xlsx", tmp_path / "t.csv"
    bad.write_bytes(b"PK\x03\x04")
    text.write_text("x,y\n")
    with Reading([good[0], bad, good[1], text, good[2]]) as reading:
        for path in good:
            assert [sheet.file for sheet in reading.sheets(path)] == [path.name]
        with pytest.raises(ScmError, match=r"bad\.xlsx"):
            reading.sheets(bad)
        assert rows(reading.sheets(text)[0]) == [("x", "y")]
    with Reading(good):
        pass  # never asked for: the children are ended


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_the_child_ends_with_its_parent(tmp_path):
    os.mkfifo(tmp_path / "never")  # opening it waits for a writer
    roots = [str(Path(scm_cli.__path__[0]).parent), str(Path(openpyxl.__file__).parents[1])]
    program = (
        f"import sys; sys.path += {roots!r}; from scm_cli.excel.child import main; "
        f"main('xlsx', {str(tmp_path / 'never')!r}, {1 << 31}, 10)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        time.sleep(0.3)
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(5) == 1


def test_importing_the_package_is_light():
    program = "import sys, scm_cli.excel, scm_cli.excel.read; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"polars", "openpyxl", "fastexcel", "xlsxwriter", "numpy"} & set(out.stdout.split())


def equal_columns(height):
    column = st.lists(st.none() | st.text(max_size=5), min_size=height, max_size=height)
    return st.lists(column, min_size=1, max_size=5)


@given(st.integers(0, 40).flatmap(equal_columns))
def test_the_arrow_stream_carries_any_columns(columns):
    stream = b"".join(
        bytes(chunk) for chunk in ipc_stream(list(map(text_column, columns)), len(columns[0]))
    )
    frame = pl.read_ipc_stream(stream)
    assert [column.to_list() for column in frame.iter_columns()] == columns
