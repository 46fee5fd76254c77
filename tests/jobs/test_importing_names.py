"""Sheets that name goods and customers as people do, or say less of an order than is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_shop import counted

if TYPE_CHECKING:
    from small_shop import Shop


@pytest.mark.parametrize("header", ["商品", "品名", "name"])
def test_a_name_alone_says_which_item(shop: Shop, header: str) -> None:
    """`name` is the order's number in exports of web shops; where no code stands, it is the item's."""
    shop.take(f"订单号,订单日期,客户,{header},数量,单价\nXS-1,2026-03-01,C1,得力笔,5,3\n")
    assert shop.rows("SELECT sku FROM order_line WHERE order_no = 'XS-1'") == [("A1",)]


def test_an_unknown_name_alone_is_refused(shop: Shop) -> None:
    (problem,) = shop.refusal(
        "入库日期,供应商,商品,实收数量\n2026-03-02,S1,得力钢笔,5\n", kind="receipts"
    ).problems
    assert str(problem.what) == "there is no item 得力钢笔; did you mean A1 (得力笔)?"


def test_what_the_view_of_sales_shows_comes_back_unchanged(shop: Shop) -> None:
    """`scm sql --csv` of the view `sales` has `order_no` and the `name` of the item."""
    sheet = "order_no,line_no,ordered_on,customer,customer_name,sku,name,qty,unit,unit_price\n"
    row = "SO-1,1,2026-02-01,C1,长沙书店,A1,得力笔,30,支,3\n"
    assert counted(shop.take(sheet + row)) == [(1, 0, 0, 1, 0, 0)]


def test_an_order_that_is_known_keeps_its_customer(shop: Shop) -> None:
    """A sheet without customers is one of walk-in sales, but not where the order has its customer."""
    done = shop.take(
        "order_no,ordered_on,sku,qty,unit_price\nSO-1,2026-02-01,A1,31,3\nW-1,2026-02-01,A1,2,3\n"
    )
    assert counted(done) == [(2, 1, 1, 0, 0, 0)]
    found = shop.rows("SELECT order_no, customer FROM sales_order ORDER BY 1")
    assert found == [("SO-1", "C1"), ("W-1", "WALK-IN")]


def test_twenty_lines_that_fail_alike_are_told_in_one(shop: Shop) -> None:
    """The first cells and the count; each cell is still a problem of its own for JSON and the copy."""
    from scm_cli import show

    rows = "".join(f"R-1,2026-03-01,S9,A1,{n}\n" for n in range(1, 21)) + "R-1,昨天,S1,A1,1\n"
    error = shop.refusal("入库单号,入库日期,供应商,商品编码,实收数量\n" + rows)
    assert len(error.problems) == 21
    told, more = show.listed(error.problems, "en")
    assert more == 0
    assert [line.partition(": ")[0] for line in told] == [
        "file0.csv C2, C3, C4, C5, C6 and 15 more",
        "file0.csv B22",
    ]
    zh, _ = show.listed(error.problems, "zh")
    assert zh[0].startswith("file0.csv C2, C3, C4, C5, C6等另外15处：")


def test_a_sale_of_today_by_name(shop: Shop) -> None:
    shop.take(shop.file("销售订单.csv", "商品,数量,日期,单价\n得力笔,5,2026-03-30,3\n"))
    found = shop.rows("SELECT ordered_on, sku, qty FROM order_line WHERE customer = 'WALK-IN'")
    assert found == [(date(2026, 3, 30), "A1", Decimal(5))]
