"""Quantities and days that name their unit, and price lists that speak in packs. 1 箱 of A1 is 24 支."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from scm_cli.core.stock import entry
from scm_cli.jobs import purchase
from scm_cli.store import planning, scoring
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from small_shop import Shop

PRICES = "供应商编码,SKU,单位,单价,最小起订量,订货倍数\n"
TOLD = "SELECT unit, unit_price, moq_qty, order_multiple_qty FROM supplier_item"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",2,100支,50", (None, 2, 100, 50)),
        (",2,2箱,1箱", (None, 2, 48, 24)),
        (",2,2箱,12", (None, 2, 48, 12)),  # a bare number takes the unit of its row
        ("箱,48,2,1", ("箱", 48, 2, 1)),
        ("箱,48,48支,1箱", ("箱", 48, 2, 1)),
    ],
)
def test_a_minimum_may_name_its_unit(shop: Shop, row: str, told: tuple[object, ...]) -> None:
    shop.take(PRICES + f"S1,A1,{row}\n")
    assert shop.rows(TOLD) == [told]


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (PRICES + "S1,A2,,9,2箱,\n", "item A2 has no unit 箱; add it to the sheet of item units"),
        (
            "供应商编码,供应商名称,交期\nS3,新厂,3周\n",
            "周 does not belong here; write the number alone",
        ),
    ],
)
def test_a_unit_that_is_not_known_is_refused(shop: Shop, sheet: str, why: str) -> None:
    assert [str(p.what) for p in shop.refusal(sheet).problems] == [why]


@pytest.mark.parametrize("cell", ["9天", "9 日", "9 days", "9"])
def test_days_may_say_that_they_are_days(shop: Shop, cell: str) -> None:
    shop.take(f"供应商编码,供应商名称,交期,账期\nS3,新厂,{cell},30天\n")
    told = shop.rows("SELECT lead_time_days, payment_days FROM supplier WHERE supplier = 'S3'")
    assert told == [(9, 30)]


def test_owners_limits_and_packs_may_name_their_unit(shop: Shop) -> None:
    shop.take("SKU,名称,单位,最低库存,最高库存\nA1,得力笔,支,2箱,96支\nA9,新笔,支,5支,\n")
    shop.take("商品编码,辅助单位,换算率\nA9,盒,12支\n")
    told = shop.rows(
        "SELECT sku, min_qty, max_qty FROM item WHERE sku IN ('A1', 'A9') ORDER BY sku"
    )
    assert told == [("A1", 48, 96), ("A9", 5, None)]
    assert shop.rows("SELECT factor FROM item_unit WHERE sku = 'A9'") == [(Decimal(12),)]


@pytest.mark.parametrize(
    ("asked", "price"),
    [("A1=2箱", "46"), ("A1=30", "1.916667"), ("A1=72", "1.833333"), ("A1=3箱", "44")],
)
def test_a_price_per_pack_is_the_price_of_a_pack(shop: Shop, asked: str, price: str) -> None:
    """46 a 箱 of 24, and 44 from 3 箱 on, whichever unit the order is in."""
    shop.take("供应商编码,SKU,单位,单价,起始数量\nS1,A1,箱,46,0\nS1,A1,箱,44,3\n")
    purchase.new(shop.run, "S1", entry.lines([asked]), None, None, draft=False)
    sql = "SELECT unit_price FROM purchase_order_line ORDER BY entry DESC LIMIT 1"
    assert shop.rows(sql) == [(Decimal(price),)]


def test_the_plan_reads_a_price_list_in_packs(shop: Shop) -> None:
    shop.take(PRICES + "S1,A1,箱,48,2,1\n")
    with reading(shop.run) as con:
        (offer,) = planning.offers(con, shop.run.today).filter(sku="A1").to_dicts()
    told = [offer[n] for n in ("unit_price", "moq_qty", "order_multiple_qty")]
    assert told == [2, 48, 24]


def test_the_first_break_is_the_fewest_goods_whatever_the_unit(shop: Shop) -> None:
    """10 支 come before 2 箱 of 24, though 2 is less than 10: in the plan and in scores."""
    shop.take("供应商编码,SKU,单位,单价,起始数量,交期\nS1,A1,支,3,10,9\nS1,A1,箱,48,2,20\n")
    with reading(shop.run) as con:
        (offer,) = planning.offers(con, shop.run.today).filter(sku="A1").to_dicts()
        due = scoring.due_lines(con, date(2026, 1, 1), date(2026, 12, 31)).filter(sku="A1")
    assert (offer["unit_price"], offer["quoted_days"]) == (3, 9)
    assert set(due["quoted_days"]) == {9}
