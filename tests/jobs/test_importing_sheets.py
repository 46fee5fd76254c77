"""Sheets as staff fill them in: two units in a cell, a person's name, a corrected copy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from small_shop import counted

if TYPE_CHECKING:
    from pathlib import Path

    from small_shop import Shop

RECEIPT = "receipt_no,supplier,received_on,sku,accepted_qty\n"


@pytest.mark.parametrize(
    ("cell", "own_qty"),
    [
        ("3箱5支", "77"),
        ("3箱 5 支", "77"),
        ("３箱５支", "77"),
        ("1箱0支", "24"),
        ("1.5箱4支", "40"),
        ("5支1箱", "29"),
    ],
)
def test_a_quantity_in_two_units_counts_in_the_items_own(
    shop: Shop, cell: str, own_qty: str
) -> None:
    """1 箱 is 24 支."""
    done = shop.take(RECEIPT + f"R1,S1,2026-02-10,A1,{cell}\nR1,S1,2026-02-10,得力笔,{cell}\n")
    assert counted(done) == [(2, 2, 0, 0, 0, 0)]
    sql = "SELECT DISTINCT accepted_qty, unit, factor FROM receipt_line WHERE receipt_no = 'R1'"
    assert shop.rows(sql) == [(Decimal(own_qty), "支", Decimal(1))]
    assert done.files[0]["reconciliation"][0]["qty"] == 2 * Decimal(own_qty)


FOOTER = RECEIPT + "R1,S1,2026-02-10,A1,5\n"


@pytest.mark.parametrize(
    ("sheet", "who"),
    [
        (FOOTER + "经办人：张三,,,,\n", "张三"),
        (FOOTER + "填表人：,李四,,,\n", "李四"),
        ("入库单,,,,\n制单：王五,,,,\n" + FOOTER, "王五"),
        (FOOTER + "Entered by: Wang Fang,,,,\n", "Wang Fang"),
        (RECEIPT.replace("\n", ",收货人\n") + "R1,S1,2026-02-10,A1,5,赵六\n", "赵六"),
        ("供应商编码,SKU,验收数量,入库日期,经办人\nS1,A1,5,2026-02-10,钱七\n", "钱七"),
        (FOOTER, "tester"),
        (RECEIPT.replace("\n", ",收货人\n") + "R1,S1,2026-02-10,A1,5,a\nR2,S1,2026-02-10,A1,5,b\n", "tester"),
    ],
    ids=["below", "next cell", "above", "English", "column", "经办人 as column", "nobody", "several"],
)  # fmt: skip
def test_the_person_of_the_sheet_goes_to_the_journal(shop: Shop, sheet: str, who: str) -> None:
    shop.run.who = "tester"
    entry = shop.take(sheet, kind="receipts").committed.entry
    assert shop.rows(f"SELECT who FROM journal WHERE entry = {entry}") == [(who,)]


def test_chinese_names_get_their_initials_wherever_they_come_from(shop: Shop) -> None:
    shop.take("sku,name\nB1,晨光中性笔\nB2,Stapler\n")
    order = "订单号,客户编码,客户名称,订单日期,SKU,商品名称,数量\n"
    shop.take(order + "SO-3,C9,重庆书店,2026-03-01,B3,红墨水,5\n")
    found = shop.rows("SELECT sku, mnemonic FROM item WHERE sku LIKE 'B%' ORDER BY sku")
    assert found == [("B1", "cgzxb"), ("B2", None), ("B3", "hms")]
    assert shop.rows("SELECT mnemonic FROM customer WHERE customer = 'C9'") == [("cqsd",)]
    assert shop.rows("SELECT mnemonic FROM supplier WHERE supplier = 'S1'") == [("lpwj",)]


@pytest.mark.parametrize("header", ["采购倍数", "订货倍数", "Order multiple"])
def test_the_order_multiple_is_known_by_its_names(shop: Shop, header: str) -> None:
    shop.take(f"供应商编码,SKU,单价,{header}\nS1,A1,2,12\n")
    assert shop.rows("SELECT order_multiple_qty FROM supplier_item") == [(Decimal(12),)]


WRONG = RECEIPT + (
    "R1,S1,2026-02-10,A1,5\nR2,S1,2026-02-30,A1,abc\nR3,S9,2026-02-11,A2,7\n合计,,,,12\n"
)
MENDED = {"C3": "2026-02-20", "E3": "6", "B4": "S2"}  # in the sheet as it was


def mended(copy: Path) -> Path:
    """The refused copy after a person corrected it: its error column stands in front."""
    book = openpyxl.load_workbook(copy)
    page = book.worksheets[0]
    for cell, value in MENDED.items():
        column, row = chr(ord(cell[0]) + 1), cell[1:]
        assert page[f"A{row}"].value, f"row {row} says what is wrong"
        assert page[f"{column}{row}"].comment is not None
        page[f"{column}{row}"] = value
    target = copy.with_name("mended.xlsx")
    book.save(target)
    return target


@pytest.mark.parametrize("partial", [False, True])
def test_the_corrected_copy_goes_in_and_a_second_time_changes_nothing(
    shop: Shop, partial: bool
) -> None:
    if partial:
        done = shop.take(WRONG, partial=True)
        assert counted(done) == [(4, 1, 0, 0, 1, 2)]
        (copy,) = done.annotated
    else:
        (copy,) = shop.refusal(WRONG).annotated  # type: ignore[attr-defined]
    target = mended(copy)
    fresh, old = (2, 1) if partial else (3, 0)
    assert counted(shop.take(target)) == [(4, fresh, 0, old, 1, 0)]
    said = "SELECT receipt_no, sku, accepted_qty::INT FROM receipt_line ORDER BY 1"
    assert shop.rows(said) == [("R1", "A1", 5), ("R2", "A1", 6), ("R3", "A2", 7)]
    again = shop.take(target)
    assert counted(again) == [(4, 0, 0, 3, 1, 0)]
    assert again.committed.entry is None
    assert shop.broken() == []


def test_a_copy_that_is_still_wrong_keeps_one_column_of_errors(shop: Shop) -> None:
    (copy,) = shop.refusal(WRONG).annotated  # type: ignore[attr-defined]
    error = shop.refusal(copy)
    assert [p.where.split("!")[1] for p in error.problems] == ["D3", "F3", "C4"]
    (again,) = error.annotated  # type: ignore[attr-defined]
    head = [cell.value for cell in openpyxl.load_workbook(again).worksheets[0][1]]
    assert head == ["Error", *RECEIPT.strip().split(",")]


def test_rows_without_a_number_go_in_once_though_their_file_was_mended(shop: Shop) -> None:
    """Forms carry no numbers: a row that went in with --partial is known again in the copy."""
    sheet = "supplier,received_on,sku,accepted_qty\nS1,2026-02-10,A1,5\nS1,2026-02-10,A2,x\n"
    done = shop.take(sheet, partial=True)
    book = openpyxl.load_workbook(done.annotated[0])
    book.worksheets[0]["E3"] = "7"
    book.save(done.annotated[0])
    assert counted(shop.take(done.annotated[0])) == [(2, 1, 0, 1, 0, 0)]
    assert shop.rows("SELECT sum(accepted_qty)::INT FROM receipt_line") == [(12,)]
