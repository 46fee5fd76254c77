"""What an import takes, changes and leaves alone: each case is one sheet into the small shop."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from small_shop import counted

from scm_cli.jobs import history

if TYPE_CHECKING:
    from collections.abc import Callable

    from small_shop import Shop

RECEIPT = "receipt_no,supplier,received_on,sku,accepted_qty\n"
LOOSE = "supplier,warehouse,received_on,sku,accepted_qty\n"
ORDER = "order_no,customer,ordered_on,sku,qty,unit_price\n"

#: name → the sheet, then rows read, inserted, updated, unchanged, set aside, refused.
TAKEN: dict[str, tuple[str, tuple[int, ...]]] = {
    "a receipt": (RECEIPT + "R1,S1,2026-02-10,A1,5\n", (1, 1, 0, 0, 0, 0)),
    "the supplier by name": (RECEIPT + "R1,乐普文具,2026-02-10,A1,5\n", (1, 1, 0, 0, 0, 0)),
    "the supplier through the order": (
        "receipt_no,purchase_no,received_on,sku,accepted_qty\nR1,PO-1,2026-02-10,A1,5\n",
        (1, 1, 0, 0, 0, 0),
    ),
    "no numbers at all": (LOOSE + "S1,MAIN,2026-02-10,A1,5\nS1,,2026-02-10,A2,1box\n", (2, 2, 0, 0, 0, 0)),
    "new, changed and unchanged items": (
        "sku,name,sale price\nA1,得力笔,9\nA3,Glue,\nN1,New,4\n",
        (3, 1, 1, 1, 0, 0),
    ),
    "a banner above, totals and signatures below": (
        ",,\n某某公司 2026年3月,,\n商品编码,商品名称,销售价\nA8,八,3\n合计,,3\n制表人：张三,审核：李四,\n",
        (3, 1, 0, 0, 2, 0),
    ),
    "a column per warehouse": (
        "商品编码,MAIN,东仓,期初数量\nA3,5,6,\nA1,,7,\nA2,,,\n合计,5,13,\n",
        (4, 2, 0, 0, 2, 0),
    ),
    "postage among the goods": (
        ORDER + "SO-5,C1,2026-03-01,A1,2,3\nSO-5,C1,2026-03-01,POST,1,8\n",
        (2, 1, 0, 0, 1, 0),
    ),
    "the same item twice": ("sku,name\nB2,Same\nB2,Same\n", (2, 1, 0, 0, 1, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_taken_and_the_second_time_nothing_changes(shop: Shop, name: str) -> None:
    sheet, expected = TAKEN[name]
    before = shop.state()
    done = shop.take(sheet)
    assert counted(done) == [expected]
    assert shop.broken() == []
    again = shop.take(shop.file("renamed.csv", sheet))
    assert again.committed.entry is None
    assert counted(again) == [(expected[0], 0, 0, expected[0] - expected[4], expected[4], 0)]
    history.undo(shop.run, done.committed.entry)
    assert shop.state() == before


def test_a_grown_form_adds_its_new_rows_alone(shop: Shop) -> None:
    first = "S1,MAIN,2026-02-10,A1,5\n"
    shop.take(LOOSE + first)
    done = shop.take(LOOSE + first + "S1,MAIN,2026-02-11,A1,7\n")
    assert counted(done) == [(2, 1, 0, 1, 0, 0)]
    told = "1 row was already imported on 2026-03-31 as entry 3 (GR-000001), from file0.csv"
    assert [w.what.english for w in done.warnings] == [told]


def test_equal_rows_of_one_form_are_both_taken(shop: Shop) -> None:
    paid = "direction,partner,paid_on,amount\n收款,长沙书店,2026-03-20,10\n收款,长沙书店,2026-03-20,10\n"
    assert counted(shop.take(paid)) == [(2, 2, 0, 0, 0, 0)]
    assert counted(shop.take(paid)) == [(2, 0, 0, 2, 0, 0)]


def test_what_was_undone_may_come_again(shop: Shop) -> None:
    done = shop.take(LOOSE + "S1,MAIN,2026-02-10,A1,5\n")
    history.undo(shop.run, done.committed.entry)
    assert counted(shop.take(LOOSE + "S1,MAIN,2026-02-10,A1,5\n")) == [(1, 1, 0, 0, 0, 0)]


def test_a_bare_number_takes_the_unit_of_its_sheet(shop: Shop) -> None:
    shop.take("order_no,customer,ordered_on,sku,数量(箱)\nSO-30,C1,2026-03-03,A1,2\n")
    shop.take("order_no,customer,ordered_on,sku,qty\nSO-31,C1,2026-03-03,A1,12箱\n")
    found = "SELECT order_no, qty, unit, factor FROM sales_order_line WHERE order_no > 'SO-2' ORDER BY 1"
    assert shop.rows(found) == [("SO-30", 48, "箱", 24), ("SO-31", 288, "箱", 24)]


def test_names_get_their_initials(shop: Shop) -> None:
    found = "SELECT mnemonic FROM customer UNION ALL SELECT mnemonic FROM item WHERE sku = 'A1'"
    assert shop.rows(found) == [("cssd",), (None,), ("dlb",)]


def test_a_changed_delivery_moves_its_goods_again(shop: Shop) -> None:
    line = "shipment_no,customer,order_no,shipped_on,sku,qty,warehouse\nD1,C1,SO-1,2026-02-12,A1,{},{}\n"
    shop.take(line.format(20, "MAIN"))
    before = shop.state()
    done = shop.take(line.format(25, "EAST"))
    assert counted(done) == [(1, 0, 1, 0, 0, 0)]
    assert [(c["field"], c["old"], c["new"]) for c in done.changed] == [
        ("warehouse", "MAIN", "EAST"),
        ("qty", 20, 25),
    ]
    stock = "SELECT warehouse, qty FROM on_hand_lot WHERE sku = 'A1' ORDER BY 1"
    assert shop.rows(stock) == [("EAST", -25), ("MAIN", 500)]
    assert shop.broken() == []
    history.undo(shop.run, done.committed.entry)
    assert shop.state() == before
    assert shop.broken() == []
    assert counted(shop.take(line.format(21, "EAST"))) == [(1, 0, 1, 0, 0, 0)]
    assert shop.broken() == []


def test_a_changed_opening_corrects_the_ledger(shop: Shop) -> None:
    shop.take("warehouse,sku,opening quantity,unit cost\nMAIN,A1,480,1.5\nEAST,A2,3,85\n")
    shop.take("warehouse,sku,opening quantity,unit,unit cost\nEAST,A2,3,box,85\n")
    stock = "SELECT warehouse, sku, qty FROM on_hand_lot ORDER BY ALL"
    assert shop.rows(stock) == [("EAST", "A2", 15), ("MAIN", "A1", 480), ("MAIN", "A2", 50)]
    assert shop.rows("SELECT unit_cost FROM opening_stock WHERE warehouse = 'EAST'") == [(17,)]
    assert shop.broken() == []


def test_a_full_count_is_counted_once(shop: Shop) -> None:
    count = "warehouse,counted_on,sku,counted_qty,is_full\nMAIN,2026-03-15,A1,400,yes\n"
    assert counted(shop.take(count)) == [(1, 1, 0, 0, 0, 0)]
    assert counted(shop.take(count)) == [(1, 0, 0, 1, 0, 0)]
    assert shop.rows("SELECT sku, qty FROM on_hand_lot WHERE qty <> 0") == [("A1", 400)]


def test_files_of_one_command_may_refer_to_each_other(shop: Shop) -> None:
    done = shop.take(RECEIPT + "R9,S1,2026-02-10,Q1,5\n", "sku,name\nQ1,Quill\n")
    assert [f["kind"] for f in done.files] == ["items", "receipts"]
    assert len(shop.rows("SELECT 1 FROM import_batch WHERE entry = 3")) == 2


def test_a_dry_run_shows_what_would_change_and_writes_nothing(shop: Shop) -> None:
    before = shop.state()
    done = shop.take("sku,name\nA1,Pen\nA3,Glue\nN1,New\n", dry_run=True)
    assert counted(done) == [(3, 1, 1, 1, 0, 0)]
    assert done.changed == [
        {"table": "item", "key": "A1", "field": "name", "old": "得力笔", "new": "Pen"}
    ]
    assert shop.state() == before


def test_a_mapping_is_remembered_for_the_shape_of_the_file(shop: Shop) -> None:
    shop.take("kode,nm\nA6,six\n", kind="items", columns={"kode": "sku", "nm": "name"})
    assert counted(shop.take("nm,kode\nseven,A7\n")) == [(1, 1, 0, 0, 0, 0)]
    shop.take("kode,nm\nA8,eight\n", columns={"nm": "spec"})
    assert shop.rows("SELECT name, spec FROM item WHERE sku = 'A8'") == [("A8", "eight")]


def test_a_corrected_copy_is_imported_and_takes_only_what_is_new(shop: Shop) -> None:
    rows = "S1,MAIN,2026-02-12,A1,5\nS1,MAIN,2026-02-12,A2,abc\nS1,MAIN,2026-02-12,A3,4\n"
    done = shop.take(LOOSE + rows, partial=True)
    assert counted(done) == [(3, 2, 0, 0, 0, 1)]
    (copy,) = done.annotated
    book = openpyxl.load_workbook(copy)
    page = book.worksheets[0]
    assert page["A3"].value == "abc is not a number; write it like 1234.50"
    page["F3"] = "6"
    book.save(shop.folder / "fixed.xlsx")
    assert counted(shop.take(shop.folder / "fixed.xlsx")) == [(3, 1, 0, 2, 0, 0)]
    assert shop.broken() == []


def test_foreign_history_may_make_what_it_names(make_shop: Callable[[str, date], Shop]) -> None:
    shop = make_shop("new", date(2026, 1, 1))
    profile = shop.file(
        "p.toml",
        """
        kind = "purchase_orders"
        makes = ["supplier", "item"]
        may_differ = ["ordered_on"]
        [columns]
        PO = "purchase_no"
        Vendor = "supplier"
        Sent = ["ordered_on", "changed_by_us"]
        Due = ["ordered_on", "promised_on"]
        What = "sku"
        Qty = "qty"
        [values.ordered_on]
        "N/A" = ""
        [values.changed_by_us]
        "N/A" = "yes"
        "*" = "no"
        [also]
        kind = "receipts"
        [also.columns]
        Note = "receipt_no"
        PO = "purchase_no"
        Came = "received_on"
        What = "sku"
        Qty = "accepted_qty"
        """,
    )
    sheet = (
        "PO,Vendor,Sent,Due,What,Qty,Note,Came\n"
        "P1,Acme,02-Jan-25,01-Feb-25,Nut,5,N1,02-Feb-25\n"
        "P1,Acme,N/A,03-Feb-25,Nut,7,N2,04-Feb-25\n"
    )
    done = shop.take(sheet, profile=profile)
    assert counted(done) == [(2, 2, 0, 0, 0, 0)] * 2
    assert done.created == {"supplier": 1, "item": 1}
    lines = "SELECT line_no, ordered_on, promised_on, changed_by_us, accepted_qty FROM purchase_line ORDER BY 1"
    assert shop.rows(lines) == [
        (1, date(2025, 1, 2), date(2025, 2, 1), False, 5),
        (2, date(2025, 1, 2), date(2025, 2, 3), True, 7),
    ]
    assert shop.take(sheet, profile=profile).committed.entry is None
    assert shop.rows("SELECT count(*) FROM stock_move") == [(0,)]
