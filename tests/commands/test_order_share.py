"""`scm order share-stock`, and the dealer's sheet that comes back: stock and sell-through."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from scm_cli.run import Run
from scm_cli.store import planning
from scm_cli.store.gateway import reading

SHEET = "客户编码,商品编码,开始日期,结束日期,经销商库存,经销商销量\n{}"


def shared(scm) -> dict[str, dict]:
    return {row["sku"]: row for row in scm("order", "share-stock", "C-001", "--json").rows}


def test_what_can_be_promised_and_when_more_comes(scm):
    # 82 lie there, SO-2 waits for 12; 60 are open on PO-1 for 5 April, late at worst by 10 days
    row = shared(scm)["A4-80"]
    assert (row["available_qty"], row["next_qty"]) == (70, 60)
    assert row["next_on"] > "2026-04-05"


def test_the_price_is_the_customers_own(scm):
    assert shared(scm)["A4-80"]["unit_price"] == 25
    assert shared(scm)["PEN-R"]["unit_price"] == 1.5  # what it paid last


def test_the_workbook_tells_no_cost(scm):
    path = scm("order", "share-stock", "C-001", "--json").json["file"]
    page = openpyxl.load_workbook(path).worksheets[0]
    headers = [cell.value for cell in page[4]]
    assert headers == ["SKU", "Name", "Spec", "Unit", "Available", "Next arrival", "More from then",
                       "Your price", "Tax"]  # fmt: skip
    texts = json.dumps([[str(c.value) for c in row] for row in page.iter_rows()])
    assert "18" not in texts.replace("2018", "")  # what we pay for A4-80
    assert "17.7" not in texts


def test_an_unknown_customer_is_named_with_the_nearest(scm):
    ran = scm("order", "share-stock", "C-01")
    assert (ran.code, "Did you mean C-001?" in ran.err) == (4, True)


def demand(shop: Path, *, dealers: bool = True) -> list[tuple]:
    run = Run(now=datetime(2026, 3, 31), today=date(2026, 3, 31), folder=shop, command="", who="t")
    with reading(run) as con:
        frame = planning.demand(con, run.today, "MAIN", dealers=dealers)
    return frame.filter(frame["sku"] == "A4-80").select("on", "qty").rows()


@pytest.fixture
def told(scm, tmp_path):
    """C-001 says that it sold on 28 of A4-80 from 20 February to 5 March."""
    sheet = tmp_path / "dealer.csv"
    sheet.write_text(SHEET.format("C-001,A4-80,2026-02-20,2026-03-05,9,28\n"), encoding="utf-8")
    ran = scm("import", str(sheet))
    assert ran.code == 0, ran.err
    return scm


@pytest.mark.usefixtures("told")
def test_what_a_dealer_sold_on_stands_in_place_of_its_orders_on_those_days(shop):
    found = demand(shop)
    assert found[0] == (date(2026, 1, 10), 10)  # before the sheet its orders count
    assert found[1:] == [
        (date.fromordinal(date(2026, 2, 20).toordinal() + n), 2) for n in range(14)
    ]


@pytest.mark.usefixtures("told")
def test_it_can_be_switched_off(shop):
    assert demand(shop, dealers=False) == [(date(2026, 1, 10), 10), (date(2026, 3, 1), 20)]


def test_sheets_that_overlap_count_no_day_twice(told, shop, tmp_path):
    sheet = tmp_path / "next.csv"
    sheet.write_text(SHEET.format("C-001,A4-80,2026-03-01,2026-03-10,4,10\n"), encoding="utf-8")
    assert told("import", str(sheet)).code == 0
    qty = dict(demand(shop))
    assert sum(qty.values()) == 10 + 28 + 5  # the five days that only the second sheet tells
    assert qty[date(2026, 3, 5)] == 2


def test_a_sheet_without_its_first_day_goes_on_where_the_last_one_ended(told, shop, tmp_path):
    sheet = tmp_path / "next.csv"
    sheet.write_text(SHEET.format("C-001,A4-80,,2026-03-07,4,6\n"), encoding="utf-8")
    assert told("import", str(sheet)).code == 0
    assert demand(shop)[-2:] == [(date(2026, 3, 6), 3), (date(2026, 3, 7), 3)]


def test_the_same_sheet_twice_changes_nothing(told, tmp_path):
    again = told("import", str(tmp_path / "dealer.csv"), "--json").json
    assert again["entry"] is None
