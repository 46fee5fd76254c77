"""Sheets as people lay them out: heads said once, units in headers, terms in words, telling names."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_shop import counted

if TYPE_CHECKING:
    from small_shop import Shop

ORDERS = "订单号,订单日期,客户,SKU,数量,单价\n"


def test_lines_below_a_head_that_is_said_once_belong_to_it(shop: Shop) -> None:
    """Merged cells read as a value on the first line and blanks below it."""
    sheet = ORDERS + (
        "XS-1,2026-03-01,C1,A1,5,3\n,,,A2,2,20\n,,,A3,1,4\n小计,,,,8,\n"
        "XS-2,2026-03-02,C2,A1,7,3\n,,,A2,1,20\n合计,,,,16,\n"
    )
    done = shop.take(sheet)
    assert counted(done) == [(7, 5, 0, 0, 2, 0)]
    found = shop.rows(
        "SELECT order_no, line_no, sku, customer, ordered_on::VARCHAR FROM order_line "
        "WHERE order_no LIKE 'XS%' ORDER BY ALL"
    )
    assert found == [
        ("XS-1", 1, "A1", "C1", "2026-03-01"),
        ("XS-1", 2, "A2", "C1", "2026-03-01"),
        ("XS-1", 3, "A3", "C1", "2026-03-01"),
        ("XS-2", 1, "A1", "C2", "2026-03-02"),
        ("XS-2", 2, "A2", "C2", "2026-03-02"),
    ]
    assert str(done.warnings[0].what) == (
        "3 lines took their number, day and partner from the line above, the first in row 3"
    )
    assert counted(shop.take(sheet)) == [(7, 0, 0, 5, 2, 0)]


@pytest.mark.parametrize(
    "lines",
    [
        "XS-1,2026-03-01,C1,A1,5,3\nXS-1,2026-03-01,C1,A2,2,20\n,,,A3,1,4\n",  # heads repeat
        ",,,A3,1,4\nXS-1,2026-03-01,C1,A1,5,3\n",  # no head above
        "XS-1,2026-03-01,C1,A1,5,3\n,,C2,A2,2,20\n",  # a partner of its own, and no day
    ],
    ids=["the sheet says heads line by line", "first line", "half a head"],
)
def test_a_blank_head_is_not_guessed(shop: Shop, lines: str) -> None:
    (problem,) = shop.refusal(ORDERS + lines).problems
    assert str(problem.what) == "Order date is empty"


def test_a_receipt_without_numbers_says_day_and_supplier_once(shop: Shop) -> None:
    done = shop.take("入库日期,供应商,SKU,实收数量\n2026-03-01,S1,A1,1箱\n,,A2,5\n,,A3,6\n")
    assert counted(done) == [(3, 3, 0, 0, 0, 0)]
    found = shop.rows("SELECT count(DISTINCT receipt_no), count(*) FROM receipt_line")
    assert found == [(1, 3)]


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        ("单价,起订量(箱)", "2,2", (None, 2, 48)),  # 2 a 支, at least two 箱 of 24
        ("单价（元/箱）,起订量(箱)", "48,2", ("箱", 48, 2)),
        ("单价（元/箱）,起订量", "48,2", ("箱", 48, 2)),  # a bare number in the unit of the price
        ("单价(元/箱),起订量", "48,48支", ("箱", 48, 2)),
        ("单价(元/支),起订量(箱)", "2,1", ("支", 2, 24)),
        ("单价(元),起订量(必填)", "2,5", (None, 2, 5)),  # no units
    ],
)
def test_a_header_names_the_unit_of_its_column(
    shop: Shop, header: str, row: str, told: tuple[object, ...]
) -> None:
    """A bare number takes the sheet's unit."""
    shop.take(f"供应商编码,SKU,{header}\nS1,A1,{row}\n")
    assert shop.rows("SELECT unit, unit_price, moq_qty FROM supplier_item") == [told]


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (
            "订单号,订单日期,客户,SKU,数量,单价(元/箱)\nXS-1,2026-03-01,C1,A1,5,48\n",
            "the price is per 箱, but A1 is counted in 支 here; give both in one unit",
        ),
        (
            "SKU,名称,单位,采购价(元/箱)\nA1,得力笔,支,48\n",
            "the price is per 箱, but A1 is counted in 支; give the price of one of them",
        ),
    ],
)
def test_a_price_per_pack_is_never_taken_for_one_per_piece(
    shop: Shop, sheet: str, why: str
) -> None:
    assert [str(p.what) for p in shop.refusal(sheet).problems] == [why]
    done = shop.take(sheet.replace("元/箱", "元/支"))
    assert done.files[0]["refused"] == 0


@pytest.mark.parametrize(
    ("cell", "days", "terms"),
    [
        ("月结30天", 30, "credit"),
        ("月结 60", 60, "credit"),
        ("票到45天付款", 45, "credit"),
        ("net 30", 30, "credit"),
        ("Net30 days", 30, "credit"),
        ("N/30", 30, "credit"),
        ("款到发货", 0, "before_shipping"),
        ("预付", 0, "before_shipping"),
        ("货到付款", 0, "on_delivery"),
        ("COD", 0, "on_delivery"),
        ("现结", 0, "cash"),
        ("30", 30, None),
        ("30天", 30, None),
    ],
)
def test_payment_terms_in_words(shop: Shop, cell: str, days: int, terms: str | None) -> None:
    shop.take(
        f"供应商编码,供应商名称,付款条件\nS9,新厂,{cell}\n",
        f"客户编码,客户名称,账期\nC9,新店,{cell}\n",
    )
    assert shop.rows("SELECT payment_days FROM supplier WHERE supplier = 'S9'") == [(days,)]
    told = shop.rows("SELECT payment_days, payment_terms FROM customer WHERE customer = 'C9'")
    assert told == [(days, terms)]


def test_a_column_of_terms_tells_the_days_too(shop: Shop) -> None:
    shop.take(
        "客户编码,客户名称,Payment terms,账期(天)\nC8,甲,货到付款,\nC9,乙,月结30天,\nC7,丙,赊销,15\n"
    )
    sql = "SELECT customer, payment_terms, payment_days FROM customer WHERE customer IN ('C7', 'C8', 'C9') ORDER BY 1"
    assert shop.rows(sql) == [
        ("C7", "credit", 15),
        ("C8", "on_delivery", None),
        ("C9", "credit", 30),
    ]


def test_terms_that_say_too_little_are_refused(shop: Shop) -> None:
    error = shop.refusal("供应商编码,供应商名称,付款条件\nS9,新厂,看情况\n")
    assert "看情况" in str(error.problems[0].what)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("销售明细.csv", "sales_orders"),
        ("2026年3月销售明细表.csv", "sales_orders"),
        ("销售出库明细.csv", "deliveries"),
        ("销售出库单.csv", "deliveries"),
    ],
)
def test_the_name_of_a_file_decides_between_like_columns(shop: Shop, name: str, kind: str) -> None:
    head = "日期,单据编号,客户名称,商品编码,商品名称,规格,单位,数量,单价,金额\n"
    path = shop.file(name, head + "2026-03-01,XS001,长沙书店,A1,得力笔,,支,3,2,6\n")
    assert [f["kind"] for f in shop.take(path, dry_run=True).files] == [kind]


def test_the_quantity_in_cases_of_a_header(shop: Shop) -> None:
    shop.take("入库单号,入库日期,供应商,SKU,数量（箱）\nR1,2026-03-01,S1,A1,2\n", kind="receipts")
    sql = "SELECT accepted_qty, unit, factor FROM receipt_line"
    assert shop.rows(sql) == [(Decimal(48), "箱", Decimal(24))]
