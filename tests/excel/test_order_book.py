"""Purchase orders for suppliers, on paper and for a chat; entry sheets for staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from scm_cli.core.money.capitals import capitals
from scm_cli.excel.forms import write_forms
from scm_cli.excel.order_book import (
    CHAT_LINES,
    OrderLine,
    Party,
    SupplierOrder,
    chat_text,
    write_order,
)

if TYPE_CHECKING:
    from pathlib import Path

D = Decimal
ORDER = SupplierOrder(
    order_no="PO-1",
    ordered_on=date(2026, 7, 1),
    firm=Party("March Stationery", "Wang Fang", "021-5555"),
    supplier=Party("晨光文具", "李雷"),
    supplier_code="S001",
    lines=(
        OrderLine("00123", "Gel pen", D("240.0000"), "box", D("12.500000"), D("3000.00"),
                  spec="12 per box", supplier_sku="GP-5", need_by_on=date(2026, 7, 14)),
        OrderLine("B", "=1+1", D("1.5"), "kg"),
    ),
    deliver_to="WH1",
)  # fmt: skip


def test_the_text_for_a_chat() -> None:
    assert chat_text(ORDER, "en") == (
        "Purchase order PO-1\n"
        "To: 晨光文具\n"
        "Date: 2026-07-01\n"
        "Deliver to: WH1\n"
        "\n"
        "1. 00123 / GP-5 Gel pen 12 per box  240 box  × 12.5 = 3,000.00  by 2026-07-14\n"
        "2. B =1+1  1.5 kg\n"
        "\n"
        "Total: 2 lines, CNY 3,000.00 (tax included)\n"
        "Please confirm quantities, prices and dates. Thank you!\n"
        "— March Stationery 021-5555\n"
    )


def test_the_form_has_the_lines_and_a_live_total(tmp_path: Path) -> None:
    path = write_order(tmp_path / "PO-1.xlsx", ORDER, "en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Purchase order", "Text for a chat"]
    page = book["Purchase order"]
    assert [page[f"{c}11"].value for c in "BCDFGHI"] == [
        "00123",
        "GP-5",
        "Gel pen",
        240,
        "box",
        12.5,
        3000,
    ]
    assert (page["D12"].value, page["D12"].data_type) == ("=1+1", "s")
    assert (page["I13"].value, page["I13"].data_type) == ("=SUM(I11:I12)", "f")
    text = [row[0].value for row in book["Text for a chat"].iter_rows()]
    assert "\n".join(line or "" for line in text) == chat_text(ORDER, "en").rstrip("\n")


def test_amounts_in_capitals_stand_on_chinese_orders(tmp_path: Path) -> None:
    page = openpyxl.load_workbook(write_order(tmp_path / "PO-1.xlsx", ORDER, "zh")).worksheets[0]
    assert page["B14"].value == "合计金额(大写)：叁仟元整"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("10", "壹拾元整"),
        ("1001", "壹仟零壹元整"),
        ("100000.50", "壹拾万元伍角整"),
        ("1000001", "壹佰万零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("-7.5", "负柒元伍角整"),
    ],
)
def test_capital_figures(amount: str, words: str) -> None:
    """Cases after the rules for filling in bills, Payment and Settlement Measures, annex 1."""
    assert capitals(D(amount)) == words


@pytest.mark.parametrize(("show_cost", "shown"), [(False, False), (True, True)])
def test_entry_sheets_hide_cost_from_staff(tmp_path: Path, show_cost: bool, shown: bool) -> None:
    lists = {"item": ["A"], "warehouse": ["W"], "supplier": ["S"], "customer": ["C"]}
    paths = write_forms(tmp_path, lists, "en", show_cost=show_cost)
    names = ["Sales orders.xlsx", "Goods receipts.xlsx", "Stock counts.xlsx", "Payments.xlsx"]
    assert [path.name for path in paths] == names
    receipts = openpyxl.load_workbook(paths[1])["Goods receipts"]
    assert ("Unit price" in [cell.value for cell in receipts[1]]) is shown
    for path in paths:
        people = [cell.value for cell in openpyxl.load_workbook(path).worksheets[1][1]]
        assert {"Salesperson", "Received by", "Counted by", "Person"} & set(people)


def test_an_order_too_long_for_a_chat_tells_its_first_lines_and_how_many_follow():
    many = replace(ORDER, lines=ORDER.lines[:1] * (CHAT_LINES + 3))
    told = chat_text(many, "en").splitlines()
    assert sum(line[:1].isdigit() for line in told) == CHAT_LINES
    assert "... and 3 more lines, all in the workbook" in told
    assert any(line.startswith(f"Total: {CHAT_LINES + 3} lines") for line in told)
