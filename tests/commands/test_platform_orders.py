"""Order exports of the shop platforms: known by their headers, taken once, never undoing the books.

The files are made here (`platform_exports`); the headers are those of the platforms' exports.
"""

from __future__ import annotations

import pytest
from platform_exports import EXPORTS, STATUSES, written

PLATFORMS = sorted(EXPORTS)


def orders(scm, platform):
    found = scm("order", "list", "--json").rows
    found = [row for row in found if row["customer"] == platform]
    return [(row["order"], row["status"]) for row in reversed(found)]


@pytest.fixture
def imported(scm, tmp_path):
    """Import a platform's export whose first order is in the given of its statuses."""

    def run(platform, nth):
        return scm("import", str(written(tmp_path, platform, STATUSES[platform][nth])), "--json")

    return run


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_export_becomes_orders_with_our_statuses(scm, imported, platform):
    ran = imported(platform, 0)
    assert ran.code == 0, ran.err
    assert {f["kind"] for f in ran.json["files"]} == {"sales_orders"}
    first, back, unpaid = orders(scm, platform)
    assert (first[1], back[1], unpaid[1]) == ("confirmed", "cancelled", "draft")
    shown = scm("order", "show", first[0], "--json").json
    assert shown["channel"]
    assert (shown["rows"][0]["sku"], shown["rows"][0]["qty"]) == ("A4-80", 2)
    assert shown["rows"][0]["amount"] == 49


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_same_orders_twice_are_recognised(scm, imported, platform):
    imported(platform, 0)
    before = orders(scm, platform)
    again = imported(platform, 0)
    assert again.json["entry"] is None
    assert orders(scm, platform) == before


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_unknown_status_is_refused_in_one_sentence(scm, tmp_path, platform):
    ran = scm("import", str(written(tmp_path, platform, "lost on Mars")))
    assert ran.code == 3
    assert "has a status that is not known: lost on Mars" in ran.err
    assert "values.status" in ran.err
    assert orders(scm, platform) == []


@pytest.mark.parametrize("platform", ["TAOBAO", "SHOPIFY"])
def test_what_left_the_platform_still_waits_for_its_shipping_here(scm, imported, platform):
    imported(platform, 0)
    number = orders(scm, platform)[0][0]
    told = imported(platform, 1)
    shown = scm("order", "show", number, "--json").json
    assert (shown["status"], shown["rows"][0]["shipped_qty"]) == ("confirmed", 0)
    assert "shipped for the platform and not here" in told.out


@pytest.mark.parametrize("platform", PLATFORMS)
def test_paid_back_before_it_left_is_cancelled(scm, imported, platform):
    imported(platform, 0)
    imported(platform, 2)
    number, status = orders(scm, platform)[0]
    assert status == "cancelled"
    held = scm(
        "sql", f"SELECT count(*) AS n FROM reservation WHERE order_no = '{number}'", "--json"
    )
    assert held.rows == [{"n": 0}]


def test_paid_back_after_it_left_stays_and_is_told(scm, imported):
    imported("JD", 0)
    number = orders(scm, "JD")[0][0]
    assert scm("order", "ship", number, "A4-80=2").code == 0
    ran = imported("JD", 2)
    assert orders(scm, "JD")[0] == (number, "confirmed")
    assert any("goods of it have left" in told for told in ran.json["warnings"])


def test_what_was_cancelled_here_is_not_confirmed_again(scm, imported):
    imported("DOUYIN", 0)
    number = orders(scm, "DOUYIN")[0][0]
    scm("order", "cancel", number)
    imported("DOUYIN", 0)
    assert orders(scm, "DOUYIN")[0] == (number, "cancelled")


def test_one_item_paid_back_is_one_line_cancelled(scm, imported, tmp_path):
    imported("TAOBAO", 0)
    path = tmp_path / EXPORTS["TAOBAO"][0]
    text = path.read_text(encoding="gb18030").replace("PEN-R,没有申请退款", "PEN-R,退款成功")
    path.write_bytes(text.encode("gb18030"))
    assert scm("import", str(path)).code == 0
    shown = scm("order", "show", orders(scm, "TAOBAO")[0][0], "--json").json
    assert shown["status"] == "confirmed"
    assert [(r["sku"], r["cancelled_qty"]) for r in shown["rows"]] == [("A4-80", 0), ("PEN-R", 4)]


def test_older_than_the_books_and_done_is_history(scm, tmp_path):
    path = written(tmp_path, "JD", "完成")
    text = path.read_text(encoding="gb18030").replace("2026-03-30", "2025-11-11")
    path.write_bytes(text.encode("gb18030"))
    assert scm("import", str(path)).code == 0
    first = orders(scm, "JD")[0]
    assert first[1] == "closed"
    assert scm("order", "show", first[0], "--json").json["rows"][0]["shipped_qty"] == 2


def test_a_list_without_codes_is_refused_with_the_way_out(scm, tmp_path):
    path = tmp_path / "ExportOrderList.csv"
    path.write_bytes(
        "订单编号,买家会员名,宝贝标题,宝贝总数量,订单状态\r\n1,a,纸,2,交易成功\r\n".encode(
            "gb18030"
        )
    )
    ran = scm("import", str(path))
    assert ran.code == 3
    assert "does not name items by code" in ran.err


SHOPIFY = (
    "Name,Financial Status,Fulfillment Status,Currency,Subtotal,Total,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n"
)
DISCOUNTED = (
    "#2001,paid,unfulfilled,{0},66,56,{1},2026-03-30 10:11:12 +0800,2,Copy paper,30,A4-80\n"
    "#2001,,,,,,,2026-03-30 10:11:12 +0800,4,Red pen,1.50,PEN-R\n"
)


@pytest.fixture
def discounted(scm, tmp_path):
    """Import a Shopify order of 66 in a currency, with a discount of the whole order."""

    def run(currency, discount="10", how=()):
        path = tmp_path / "orders_export.csv"
        path.write_text(SHOPIFY + DISCOUNTED.format(currency, discount), encoding="utf-8")
        return scm("import", str(path), *how)

    return run


def test_the_discount_of_an_order_lowers_its_lines(scm, discounted):
    assert discounted("CNY").code == 0
    found = scm("order", "show", orders(scm, "SHOPIFY")[0][0], "--json").json
    assert [(r["unit_price"], r["amount"]) for r in found["rows"]] == [
        (25.455, 50.91),
        (1.2725, 5.09),
    ]
    assert discounted("CNY", how=["--json"]).json["entry"] is None


def test_a_discount_above_what_the_order_is_worth_is_refused(scm, discounted):
    ran = discounted("CNY", "66.01")
    assert ran.code == 3
    assert "G2, G3: the discount of 66.01 is more than the 66.00" in ran.err
    assert orders(scm, "SHOPIFY") == []


def test_an_order_in_another_currency_is_refused_without_its_rate(scm, discounted):
    assert scm("supplier", "rate", "USD", "7.2").code == 0  # from the 31st on
    ran = discounted("USD")
    assert ran.code == 3
    assert "D2, D3: there is no exchange rate for USD on 2026-03-30" in ran.err
    assert "scm supplier rate USD 7.1 --on 2026-03-30" in ran.err
    assert orders(scm, "SHOPIFY") == []


def test_an_order_in_another_currency_is_converted_at_the_rate_of_its_day(scm, discounted):
    assert scm("supplier", "rate", "USD", "7.1", "--on", "2026-03-30").code == 0
    assert scm("supplier", "rate", "USD", "7.2").code == 0
    ran = discounted("USD", how=["--json"])
    assert ran.code == 0, ran.err
    assert any("1 order became CNY" in told and "(7.1)" in told for told in ran.json["warnings"])
    found = scm("order", "show", orders(scm, "SHOPIFY")[0][0], "--json").json
    assert [r["unit_price"] for r in found["rows"]] == [180.7305, 9.03475]


@pytest.mark.parametrize("platform", ["AMAZON", "SHOPIFY"])
def test_the_currency_of_a_platform_is_read(scm, tmp_path, platform):
    path = written(tmp_path, platform, STATUSES[platform][0])
    path.write_bytes(path.read_bytes().replace(b"CNY", b"USD"))
    ran = scm("import", str(path))
    assert ran.code == 3
    assert "there is no exchange rate for USD on 2026-03-30" in ran.err
    assert orders(scm, platform) == []


AMAZON = "amazon-order-id\tpurchase-date\tsku\tquantity\titem-status\titem-price\titem-promotion-discount\n"


def test_what_amazon_takes_off_a_line_lowers_its_price(scm, tmp_path):
    path = tmp_path / "amazon.txt"
    rows = (
        "702-9\t2026-03-30\tA4-80\t2\tUnshipped\t49.00\t5.00\n"
        "702-9\t2026-03-30\tPEN-R\t4\tUnshipped\t6.00\t\n"
        "702-9\t2026-03-30\tPEN-B\t1\tUnshipped\t1.20\t1.20\n"  # a gift
    )
    path.write_text(AMAZON + rows, encoding="utf-8")
    assert scm("import", str(path)).code == 0
    found = scm("order", "show", orders(scm, "AMAZON")[0][0], "--json").json
    assert [r["amount"] for r in found["rows"]] == [44, 6, 0]
    path.write_text(AMAZON + rows.replace("5.00", "49.01"), encoding="utf-8")
    ran = scm("import", str(path))
    assert (ran.code, "the discount of 50.21 is more than" in ran.err) == (3, True), ran.err


def test_the_discount_of_a_shopify_order_holds_those_of_its_lines(scm, tmp_path):
    path = tmp_path / "orders_export.csv"
    header = SHOPIFY.replace("\n", ",Lineitem discount\n")
    first, second = DISCOUNTED.format("CNY", 10).splitlines()
    path.write_text(f"{header}{first},6\n{second},0\n", encoding="utf-8")
    assert scm("import", str(path)).code == 0
    found = scm("order", "show", orders(scm, "SHOPIFY")[0][0], "--json").json
    assert [r["unit_price"] for r in found["rows"]] == [25.2, 1.4]  # (60 - 6) and 6, less 4


def test_discounts_of_nothing_leave_prices_as_they_are(scm, tmp_path):
    path = tmp_path / "amazon.txt"
    rows = (
        "702-9\t2026-03-30\tA4-80\t8\tUnshipped\t1.00\t0.00\n"  # 0.125 each
        "702-9\t2026-03-30\tPEN-R\t4\tUnshipped\t\t5.00\n"  # no price: nothing to take it off
        "702-9\t2026-03-30\tPEN-B\t1\tUnshipped\t1.20\t0.20\n"
    )
    path.write_text(AMAZON + rows, encoding="utf-8")
    assert scm("import", str(path)).code == 0
    found = scm("order", "show", orders(scm, "AMAZON")[0][0], "--json").json
    assert [r["unit_price"] for r in found["rows"]] == [0.125, None, 1]
    assert scm("import", str(path), "--json").json["entry"] is None
