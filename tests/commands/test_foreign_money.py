"""A supplier that is paid in another currency: its prices count at their rate everywhere."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

YEAR = ("--from", "2026-01-01", "--until", "2026-12-31")
UNRATED = "there is no exchange rate for"


@pytest.fixture
def abroad(scm):
    """The shop with a supplier in dollars, of which one costs 7."""
    assert scm("supplier", "rate", "USD", "7", "--on", "2026-01-01").code == 0
    assert scm("supplier", "add", "S-US", "--name", "Yankee", "--currency", "USD").code == 0
    assert scm("supplier", "price", "S-US", "PEN-B", "2").code == 0
    return scm


def ordered(scm, *lines):
    return scm("purchase", "new", "--supplier", "S-US", *lines, "--json").json["purchase"]


def cost(scm, sku):
    return {r["sku"]: r["unit_cost"] for r in scm("stock", "value", "--json").rows}.get(sku)


@pytest.mark.parametrize(
    "args",
    [
        ("supplier", "add", "S-EU", "--name", "Paris", "--currency", "EUR"),
        ("supplier", "edit", "S-001", "--currency", "EUR"),
        ("supplier", "price", "S-001", "PEN-B", "2", "--currency", "EUR"),
        ("supplier", "quote", "S-001", "PEN-B", "2", "--currency", "EUR"),
        ("supplier", "contract", "add", "S-001", "PEN-B=1@2", "--currency", "EUR", *YEAR),
    ],
)
def test_terms_in_a_currency_without_a_rate_are_refused(scm, args):
    ran = scm(*args)
    assert (ran.code, UNRATED in ran.err) == (3, True), ran.err
    assert "scm supplier rate EUR" in ran.err


@pytest.mark.parametrize(
    ("head", "row", "cell"),
    [
        ("供应商编码,供应商名称,币种", "S-EU,Paris,欧元", "C2"),
        ("合同编号,供应商编码,生效日期,有效期至,商品编码,合同单价,币种",
         "HT-1,S-001,2026-01-01,2026-12-31,PEN-B,2,EUR", "G2"),
    ],
)  # fmt: skip
def test_sheets_in_a_currency_without_a_rate_are_refused_at_the_cell(
    scm, tmp_path, head, row, cell
):
    sheet = tmp_path / "terms.csv"
    sheet.write_text(f"{head}\n{row}\n", encoding="utf-8")
    ran = scm("import", str(sheet))
    assert (ran.code, f"{cell}: {UNRATED} EUR" in ran.err) == (3, True), ran.err


@pytest.mark.parametrize("written", ["USD", "usd", "美元", "US$"])
def test_a_currency_may_be_written_as_people_write_it(abroad, written):
    assert abroad("supplier", "add", "S-2", "--name", "Two", "--currency", written).code == 0
    assert abroad("supplier", "show", "S-2", "--json").rows[0]["currency"] == "USD"


def test_goods_cost_what_they_cost_at_the_rate_of_their_day(abroad):
    abroad("purchase", "receive", ordered(abroad, "PEN-B=10"))
    assert cost(abroad, "PEN-B") == 14
    assert abroad("supplier", "rate", "USD", "8").code == 0  # today's, as the receipt
    assert cost(abroad, "PEN-B") == 16


def test_what_is_owed_stands_in_the_suppliers_currency(abroad):
    abroad("purchase", "receive", ordered(abroad, "PEN-B=10"))
    owed = {r["partner"]: r for r in abroad("money", "due", "--json").rows}
    assert (owed["S-US"]["amount"], owed["S-US"]["currency"]) == (20, "USD")
    assert owed["S-001"]["currency"] == "CNY"


def test_an_order_is_in_the_suppliers_currency_whatever_the_price_was_said_in(abroad):
    abroad("supplier", "price", "S-US", "PEN-R", "14", "--currency", "CNY")
    number = ordered(abroad, "PEN-B=10", "PEN-R=10")
    prices = {r["sku"]: r["unit_price"] for r in abroad("purchase", "show", number, "--json").rows}
    assert prices == {"PEN-B": 2, "PEN-R": 2}
    first = abroad("purchase", "list", "--json").rows[0]
    assert (first["amount"], first["currency"]) == (40, "USD")


@pytest.fixture
def limited(shop):
    """Orders above 100 of the firm's money wait for approval."""
    (shop / "scm.toml").write_text("[approval]\npurchase_amount = 100\n", encoding="utf-8")


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(("qty", "status"), [(7, "approved"), (8, "draft")])
def test_the_approval_limit_is_in_the_firms_currency(request, qty, status):
    abroad = request.getfixturevalue("abroad")
    number = ordered(abroad, f"PEN-B={qty}")  # at 14 of the firm's money
    listed = {r["purchase"]: r["status"] for r in abroad("purchase", "list", "--json").rows}
    assert listed[number] == status


def test_the_plan_reckons_in_the_firms_currency_and_the_paper_in_the_suppliers(abroad, shop):
    abroad("stock", "policy", "adopt", "PEN-B", "--min", "50", "--max", "100")
    assert abroad("nightly").code == 0
    line = next(r for r in abroad("stock", "reorder", "--json").rows if r["sku"] == "PEN-B")
    assert (line["supplier"], line["unit_price"]) == ("S-US", 14)
    assert line["amount"] == 14 * line["order_qty"]
    (paper,) = shop.glob("outbox/*/order-S-US-*.xlsx")
    texts = [str(v) for row in load_workbook(paper).active.iter_rows(values_only=True) for v in row]
    assert {"2", "USD"} <= {*texts, *" ".join(texts).replace(",", " ").split()}


def test_the_share_of_what_is_bought_counts_in_one_currency(abroad):
    abroad("purchase", "receive", ordered(abroad, "PEN-B=1000"))  # 14,000 beside 708 at S-001
    shown = abroad("supplier", "show", "S-US", "--lang", "en").out
    assert "95.2 % of what we spend goes there" in shown


@pytest.mark.parametrize(("supplier", "unit_cost"), [("S-001", 10), ("S-US", 79.1)])
def test_a_price_that_names_no_tax_holds_the_items_at_home_and_none_from_abroad(
    abroad, tmp_path, supplier, unit_cost
):
    items = tmp_path / "items.csv"
    items.write_text("SKU,Name,Tax rate %\nPEN-B,Gel pen blue,13\n", encoding="utf-8")
    assert abroad("import", str(items)).code == 0
    abroad("supplier", "price", supplier, "PEN-B", "11.3")
    made = abroad("purchase", "new", "--supplier", supplier, "PEN-B=10", "--json").json["purchase"]
    abroad("purchase", "receive", made)
    assert cost(abroad, "PEN-B") == unit_cost
    saved = abroad("supplier", "savings", "--from", "2026-03-01", "--json").rows
    assert {r["mean_price"] for r in saved if r["sku"] == "PEN-B"} == {unit_cost}
    told = abroad("supplier", "compare", "PEN-B", "--json").rows
    assert {r["unit_price"] for r in told if r["supplier"] == supplier} == {unit_cost}


def test_what_a_supplier_was_paid_in_stays(abroad, tmp_path):
    ordered(abroad, "PEN-B=10")
    ran = abroad("supplier", "edit", "S-US", "--currency", "CNY")
    assert (ran.code, "S-US has orders or payments in USD" in ran.err) == (3, True)
    sheet = tmp_path / "suppliers.csv"
    sheet.write_text("供应商编码,供应商名称,币种\nS-US,Yankee,人民币\n", encoding="utf-8")
    ran = abroad("import", str(sheet))
    assert (ran.code, "C2: S-US has orders or payments in USD" in ran.err) == (3, True), ran.err


def test_the_smallest_order_counts_in_one_currency(abroad):
    abroad("supplier", "edit", "S-US", "--min-order-amount", "500")
    abroad("stock", "policy", "adopt", "PEN-B", "--min", "50", "--max", "100")
    abroad("nightly")
    told = abroad("today", "--lang", "en").out
    assert "3,500" in told
