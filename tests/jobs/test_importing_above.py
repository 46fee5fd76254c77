"""What stands once above a table, 盘点日期：2026-11-20, counts for its rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from small_shop import counted

if TYPE_CHECKING:
    from small_shop import Shop

RECEIVED = (
    "SELECT received_on, supplier, warehouse, sku, accepted_qty::INT FROM receipt_line "
    "JOIN receipt USING (receipt_no) ORDER BY ALL"
)
CAME = [(date(2026, 3, 2), "S1", "EAST", "A1", 5), (date(2026, 3, 2), "S1", "EAST", "A2", 6)]
LINES = "商品编码,实收数量\nA1,5\nA2,6\n"


@pytest.mark.parametrize(
    "head",
    [
        "采购入库单\n供应商：乐普文具,\n入库日期：2026-03-02,仓库：EAST\n\n",
        "采购入库单\n供应商：乐普文具   日期：2026年3月2日   仓库：东仓\n",
        "供应商：,S1\n入库日期：,2026/3/2\n仓库：,东仓\n",
        "供应商,S1\n日期,2026-03-02\n仓库,EAST\n",
        "Supplier: S1; Date: 2026-03-02 10:30, Warehouse: EAST\n".replace(", W", "; W"),
        "制单人：张三,供应商：S1\n供应商编码：S1 供应商名称：乐普文具\n日期:2026-03-02 仓库:EAST\n",
        "供应商：S1,\n日期：2026-03-02,\n仓库：EAST,\n采购单号：____,\n",
    ],
    ids=["cells", "one cell", "next cell", "no colon", "english", "code and name", "form"],
)
def test_a_receipt_says_its_supplier_day_and_warehouse_once(shop: Shop, head: str) -> None:
    done = shop.take(shop.file("入库.csv", head + LINES))
    assert shop.rows(RECEIVED) == CAME
    assert counted(done) == [(2, 2, 0, 0, 0, 0)]
    (told,) = [str(w.what) for w in done.warnings if "above the table" in str(w.what)]
    assert told.startswith("taken from above the table: ")
    assert "S1" in told or "乐普文具" in told
    again = shop.take(shop.file("入库.csv", head + LINES))
    assert counted(again) == [(2, 0, 0, 2, 0, 0)]


@pytest.mark.parametrize(
    ("sheet", "columns", "tables", "found"),
    [
        (
            "盘点表\n盘点日期：2026-03-20,仓库：MAIN\n商品编码,商品名称,实盘数量\nA1,得力笔,498\n",
            "counted_on, warehouse, sku, counted_qty::INT",
            "stock_count JOIN stock_count_line USING (count_no)",
            (date(2026, 3, 20), "MAIN", "A1", 498),
        ),
        (
            "调拨单\n调出仓库：MAIN 调入仓库：东仓 日期：2026-03-20\n商品编码,数量\nA1,7\n",
            "moved_on, from_warehouse, to_warehouse, sku, qty::INT",
            "transfer JOIN transfer_line USING (transfer_no)",
            (date(2026, 3, 20), "MAIN", "EAST", "A1", 7),
        ),
        (
            "销售出库单\n客户：长沙书店,,日期：2026-03-20\n商品编码,数量,单价\nA1,7,3\n",
            "shipped_on, customer, sku, qty::INT",
            "shipment JOIN shipment_line USING (shipment_no)",
            (date(2026, 3, 20), "C1", "A1", 7),
        ),
        (
            "销售退货单\n客户：C1,,退货日期：2026-03-20\n商品编码,退货数量,单价\nA1,7,3\n",
            "returned_on, customer, sku, qty::INT",
            "sales_return JOIN sales_return_line USING (return_no)",
            (date(2026, 3, 20), "C1", "A1", 7),
        ),
        (
            "采购退货单\n供应商：S1,,退货日期：2026-03-20\n商品编码,退货数量,单价\nA1,7,3\n",
            "returned_on, supplier, sku, qty::INT",
            "purchase_return JOIN purchase_return_line USING (return_no)",
            (date(2026, 3, 20), "S1", "A1", 7),
        ),
        (
            "采购订单\n订单号：PO-77,供应商：S1,下单日期：2026-03-20\n商品编码,数量,单价\nA1,7,3\n",
            "ordered_on, supplier, sku, qty::INT",
            "purchase_order JOIN purchase_order_line USING (purchase_no) WHERE purchase_no = 'PO-77'",
            (date(2026, 3, 20), "S1", "A1", 7),
        ),
    ],
    ids=["count", "transfer", "delivery", "sales return", "purchase return", "purchase order"],
)
def test_other_papers_say_it_once_too(
    shop: Shop, sheet: str, columns: str, tables: str, found: tuple[object, ...]
) -> None:
    """The title, alone in its row, tells the kind where the columns of several are alike."""
    shop.take(sheet)
    assert shop.rows(f"SELECT {columns} FROM {tables}") == [found]


@pytest.mark.parametrize(
    ("head", "where", "why"),
    [
        ("供应商：乐谱文具,日期：2026-03-02\n", "A1", "there is no supplier 乐谱文具; did you mean"),
        ("供应商：S1,日期：昨天\n", "B1", "昨天 is not a date"),
        ("供应商：S1,日期：2026-03-01 至 2026-03-31\n", "B1", "is not a date"),
        ("供应商：S1,日期：2026-03-02\n供应商：S2\n", "A2", "供应商 S2 stands above the table, and S1 too"),
        ("供应商：S1,日期：2026-03-02\n仓库：WEST\n", "A2", "there is no warehouse WEST"),
    ],
    ids=["unknown supplier", "no day", "days", "two suppliers", "unknown warehouse"],
)  # fmt: skip
def test_what_stands_above_is_never_guessed(shop: Shop, head: str, where: str, why: str) -> None:
    error = shop.refusal(shop.file("入库单.csv", head + LINES))
    assert str(error.where) == f"入库单.csv {where}"
    assert why in str(error)


def test_a_column_counts_before_what_stands_above(shop: Shop) -> None:
    """A period, or a filter for all warehouses, above a list of papers says nothing of its rows."""
    sheet = "日期：2026-03-01 至 2026-03-31,仓库：全部\n日期,供应商,仓库,商品编码,实收数量\n"
    done = shop.take(shop.file("入库单.csv", sheet + "2026-03-02,S1,EAST,A1,5\n2026-03-02,S1,EAST,A2,6\n"))  # fmt: skip
    assert shop.rows(RECEIVED) == CAME
    assert [str(w.what) for w in done.warnings if "above" in str(w.what)] == []


def test_a_row_that_contradicts_what_stands_above_is_refused(shop: Shop) -> None:
    sheet = "日期：2026-03-02,仓库：EAST\n供应商,仓库,商品编码,实收数量\nS1,东仓,A1,5\nS1,MAIN,A2,6\n"  # fmt: skip
    (problem,) = shop.refusal(shop.file("入库单.csv", sheet)).problems
    assert (problem.where, str(problem.what)) == (
        "入库单.csv B4",
        "above the table stands 仓库 EAST, here another one",
    )


def test_an_empty_column_is_no_column(shop: Shop) -> None:
    sheet = "供应商：S1 日期：2026-03-02 仓库：EAST\n仓库,商品编码,实收数量\n,A1,5\n,A2,6\n"
    shop.take(shop.file("入库单.csv", sheet))
    assert shop.rows(RECEIVED) == CAME
