"""A refused sheet comes back as a workbook that can be corrected and imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from scm_cli.core.intake import matching
from scm_cli.core.intake.matching import Recognised
from scm_cli.core.intake.typed import Refusal, Rules, Typed, typed
from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.errors import Say
from scm_cli.excel.aliases import aliases
from scm_cli.excel.annotate import refused_copy
from scm_cli.excel.read import Sheet, sheets

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [
    ["三月文具采购单", None, None, None, None],
    ["商品编码", "供应商", "数量", "单价", "订单日期"],
    ["00123", "S001", "240", "1.2", "2026-07-01 00:00:00"],
    ["6.90E+12", "S001", "abc", "-3", "2026-13-01"],
    [None] * 5,
    ["=A2", "S009", "-5", "¥1,200.50", "2026年7月3日"],
    ["合计", None, "235", None, None],
]


@pytest.fixture
def grid() -> Sheet:
    frame = pl.DataFrame(ROWS, schema=[str(n) for n in range(5)], orient="row")
    return Sheet("7月采购.xlsx", "Sheet1", hidden=False, grid=frame)


def taken(grid: Sheet) -> tuple[Recognised, Typed]:
    """The sheet as an import sees it."""
    words = {s.kind: matching.vocabulary(s, aliases().get(s.kind, {})) for s in SHEETS}
    seen = matching.recognised([list(r) for r in grid.grid.head(30).iter_rows()], words, grid.name)
    return seen, typed(sheet(seen.kind), grid.grid, seen.header_row, seen.fields, Rules())


def test_all_rows_come_back_with_what_is_wrong_in_front(grid: Sheet, tmp_path: Path) -> None:
    seen, wrong = taken(grid)
    path = refused_copy(grid, seen.header_row, wrong.refused, tmp_path, "zh")
    assert path.name == "7月采购.refused.xlsx"
    page = openpyxl.load_workbook(path)["Sheet1"]
    assert [cell.value for cell in page[2]] == ["错误", *ROWS[1]]
    assert [cell.value for cell in page[3]] == [None, "00123", "S001", "240", "1.2", "2026-07-01"]
    assert page["A4"].value.count("\n") == 3  # four cells of this row are wrong
    assert page["D4"].comment.text.startswith("abc")
    assert page["D4"].fill.fgColor.rgb == "FFFBE3E1"
    assert page["D3"].fill.fill_type is None
    assert page["B6"].data_type == "s"  # =A2 is no formula


def test_the_summary_counts_each_reason_and_names_its_cells(grid: Sheet, tmp_path: Path) -> None:
    found = [Refusal(2, 0, Say("{a} is bad", a=1)), Refusal(3, 0, Say("{a} is bad", a=2))]
    found += [Refusal(-1, None, Say("the file is odd")), Refusal(5, None, Say("no such order"))]
    path = refused_copy(grid, 1, found, tmp_path, "en")
    page = openpyxl.load_workbook(path)["Read me"]
    told = [[c.value for c in row] for row in page.iter_rows(min_row=7, max_col=3)]
    assert told == [
        [2, "1 is bad", "B3, B4"],
        [1, "the file is odd", "the whole file"],
        [1, "no such order", "A6"],
    ]
    assert "3 rows" in page["A1"].value


def test_the_copy_is_recognised_and_refused_for_the_same_reasons(
    grid: Sheet, tmp_path: Path
) -> None:
    seen, wrong = taken(grid)
    copy = sheets(refused_copy(grid, seen.header_row, wrong.refused, tmp_path, "en"))[0]
    again, still = taken(copy)
    assert (again.kind, again.header_row) == (seen.kind, seen.header_row)
    assert again.ignored == {0: "Error"}
    assert [(r.row, str(r.what)) for r in still.refused] == [
        (r.row, str(r.what)) for r in wrong.refused
    ]
    assert [r.column for r in still.refused] == [r.column + 1 for r in wrong.refused]


def test_the_corrected_copy_is_taken(grid: Sheet, tmp_path: Path) -> None:
    seen, wrong = taken(grid)
    path = refused_copy(grid, seen.header_row, wrong.refused, tmp_path, "zh")
    book = openpyxl.load_workbook(path)
    page = book["Sheet1"]
    page["B4"], page["D4"], page["E4"], page["F4"], page["D6"] = "A7", 12, 3, "2026-07-02", 5
    book.save(path)
    _, right = taken(sheets(path)[0])
    assert right.refused == []
    assert right.frame.filter(pl.col("sku") != "合计")["sku"].to_list() == ["00123", "A7", "=A2"]


def test_a_copy_refused_again_keeps_one_column_of_errors(grid: Sheet, tmp_path: Path) -> None:
    seen, wrong = taken(grid)
    first = refused_copy(grid, seen.header_row, wrong.refused, tmp_path / "1", "zh")
    copy = sheets(first)[0]
    again, still = taken(copy)
    second = refused_copy(copy, again.header_row, still.refused, tmp_path / "2", "zh")
    assert second.name == first.name
    assert sheets(second)[0].grid.equals(copy.grid)


def test_sheets_of_one_file_do_not_overwrite_each_other(grid: Sheet, tmp_path: Path) -> None:
    found = [Refusal(2, 0, Say("bad"))]
    path = refused_copy(grid, 1, found, tmp_path, "en", name_sheet=True)
    assert path.name == "7月采购.Sheet1.refused.xlsx"
