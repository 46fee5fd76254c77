"""What is planted in the sample firm can be found in its files, and is named in its README."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from statistics import mean

import pytest
from sample_firm_sheets import (
    DATA,
    FIRST,
    LAST,
    base,
    day,
    demand,
    on_hand,
    orders_of,
    planted,
    rows,
    totals,
)


@cache
def line_facts():
    """Supplier -> facts of each purchase line that fell due."""
    last = {}
    short = totals("purchase_orders", ("purchase_no", "line_no"), "cancelled_qty")
    rejected = totals("receipts", ("purchase_no", "purchase_line_no"), "rejected_qty")
    parts = Counter((r["purchase_no"], r["purchase_line_no"]) for r in rows("receipts"))
    for row in rows("receipts"):
        last[row["purchase_no"], row["purchase_line_no"]] = day(row["received_on"])
    found = defaultdict(list)
    for row in rows("purchase_orders"):
        key = (row["purchase_no"], row["line_no"])
        due = day(row["first_promised_on"])
        if due <= LAST:
            fact = {
                "ordered_on": day(row["ordered_on"]),
                "late": last.get(key, LAST) > due + timedelta(days=2),
                "rejected": rejected[key] > 0,
                "never_came": parts[key] == 0,
                "in_parts": parts[key] > 1 or (short[key] > rejected[key] and parts[key] == 1),
            }
            found[row["supplier"]].append(fact)
    return found


@pytest.mark.parametrize(
    ("fact", "supplier"),
    [
        ("late", planted.LATE_SUPPLIER),
        ("rejected", planted.REJECTED_SUPPLIER),
        ("never_came", planted.CANCELLING_SUPPLIER),
        ("in_parts", planted.SHORT_SUPPLIER),
    ],
)
def test_each_bad_supplier_is_the_worst_of_its_kind(fact, supplier):
    share = {code: mean(f[fact] for f in facts) for code, facts in line_facts().items()}
    assert max(share, key=share.get) == supplier, share


def test_one_supplier_became_late_in_the_last_half_year():
    facts = line_facts()[planted.WORSENING_SUPPLIER]
    before = mean(f["late"] for f in facts if f["ordered_on"] < planted.WORSENING_SINCE)
    since = mean(f["late"] for f in facts if f["ordered_on"] >= planted.WORSENING_SINCE)
    assert before < 0.2
    assert since > 0.5


@pytest.mark.parametrize(("sku", "since"), planted.DEAD_ITEMS.items())
def test_dead_items_were_asked_for_once_and_still_lie_there(sku, since):
    assert demand(sku, FIRST, since - timedelta(days=1)) > 0
    assert demand(sku, since) == 0
    assert on_hand(sku) > 0


@pytest.mark.parametrize(("sku", "since"), planted.NEW_ITEMS.items())
def test_new_items_have_no_demand_before_their_day(sku, since):
    assert demand(sku, FIRST, since - timedelta(days=1)) == 0
    assert demand(sku, since) > 0


@pytest.mark.parametrize("sku", planted.DOUBLE_11_ITEMS)
def test_double_11_items_spike_in_double_11(sku):
    for year in (2024, 2025):
        spike = demand(sku, date(year, 11, 1), date(year, 11, 11))
        assert spike > 1.8 * demand(sku, date(year, 9, 15), date(year, 10, 31))


@pytest.mark.parametrize("sku", planted.MIDYEAR_618_ITEMS)
def test_618_items_spike_in_618(sku):
    spike = mean(demand(sku, date(y, 6, 1), date(y, 6, 18)) for y in (2024, 2025))
    assert spike > 2 * mean(demand(sku, date(y, 4, 1), date(y, 5, 31)) for y in (2024, 2025))


@pytest.mark.parametrize("sku", planted.RISING_ITEMS + planted.FALLING_ITEMS)
def test_trends_show_from_year_to_year(sku):
    growth = demand(sku, date(2025, 1, 1)) / demand(sku, FIRST, date(2024, 12, 31))
    assert growth > 1.25 if sku in planted.RISING_ITEMS else growth < 0.8


@pytest.mark.parametrize("sku", planted.BULK_BUYS)
def test_bulk_buys_left_stock_for_many_months(sku):
    assert on_hand(sku) > 180 * demand(sku, date(2025, 1, 1))


def test_an_overbought_lot_will_expire_on_the_shelf():
    sku = planted.OVERBOUGHT_PERISHABLE
    expiry = max(day(r["expiry_on"]) for r in rows("receipts") if r["sku"] == sku)
    until_expiry = (expiry - LAST).days
    assert on_hand(sku) > 1.2 * until_expiry * demand(sku, date(2025, 1, 1), date(2025, 8, 31))


def test_some_items_run_out_soon_and_few_are_out():
    start = LAST - timedelta(days=180)
    cover = {
        r["sku"]: on_hand(r["sku"]) / demand(r["sku"], start)
        for r in rows("items")
        if demand(r["sku"], start)
    }
    assert 5 <= sum(days < 7 for days in cover.values()) <= 30


def test_starved_items_fail_more_often_than_the_rest():
    done = defaultdict(int)
    wanted = {(r["order_no"], r["line_no"]): day(r["requested_on"]) for r in rows("sales_orders")}
    for row in rows("deliveries"):
        key = (row["order_no"], row["order_line_no"])
        if day(row["shipped_on"]) <= wanted[key]:
            done[key] += base(row)

    def otif(chosen):
        return mean(done[r["order_no"], r["line_no"]] >= base(r) for r in chosen)

    starved = [r for sku in planted.STARVED_ITEMS for r in orders_of(sku)]
    assert 0.8 < otif(rows("sales_orders")) < 0.95
    assert otif(starved) < otif(rows("sales_orders")) - 0.05


def test_the_second_supplier_is_cheaper_for_one_item_and_one_quote_has_ended():
    asked = {
        r["rank"]: float(r["unit_price"])
        for r in rows("supplier_prices")
        if r["sku"] == planted.CHEAPER_ELSEWHERE and r["from_qty"] == "0"
    }
    assert asked["2"] < 0.87 * asked["1"]
    ended = {(r["supplier"], r["sku"]) for r in rows("supplier_prices") if r["valid_until_on"]}
    assert ended == {planted.EXPIRED_QUOTE}


def gaps(customer, start=FIRST, end=LAST):
    """Mean days between the customer's orders in a period."""
    orders = {
        r["order_no"]: day(r["ordered_on"])
        for r in rows("sales_orders")
        if r["customer"] == customer
    }
    inside = sorted(on for on in orders.values() if start <= on <= end)
    return (inside[-1] - inside[0]).days / (len(inside) - 1)


@pytest.mark.parametrize(("customer", "until"), planted.CHURNED_CUSTOMERS.items())
def test_churned_customers_fell_silent(customer, until):
    last = max(day(r["ordered_on"]) for r in rows("sales_orders") if r["customer"] == customer)
    assert last <= until
    assert (LAST - last).days > 10 * gaps(customer)


def test_one_customer_slows_down_and_one_speeds_up():
    slowing, growing = planted.SLOWING_CUSTOMER, planted.GROWING_CUSTOMER
    assert gaps(slowing, date(2025, 7, 1)) > 1.7 * gaps(slowing, FIRST, date(2024, 12, 31))
    assert gaps(growing, date(2025, 4, 1)) < 0.5 * gaps(growing, FIRST, date(2025, 3, 31))


def test_one_customer_stopped_paying_and_is_over_its_limit():
    code, since = planted.BAD_PAYER, planted.BAD_PAYER_SINCE
    sent = sum(
        int(r["qty"]) * Decimal(r["unit_price"])
        for r in rows("deliveries")
        if r["customer"] == code and day(r["shipped_on"]) >= since
    )
    limit = next(r["credit_limit_amount"] for r in rows("customers") if r["customer"] == code)
    paid = [day(r["paid_on"]) for r in rows("payments") if r["partner"] == code]
    assert sent > Decimal(limit)
    assert max(paid) < since + timedelta(days=60)


def test_one_old_debt_was_never_paid():
    partner, number = planted.OLD_DEBT
    assert any(
        r["document_no"] == number for r in rows("opening_balances") if r["partner"] == partner
    )
    assert not any(r["document_no"] == number for r in rows("payments"))


def test_the_owner_stopped_buying_and_gifts_go_out_in_promotions():
    assert max(day(r["ordered_on"]) for r in rows("purchase_orders")) < planted.BUYING_STOPPED_ON
    gifts = [r for r in rows("sales_orders") if r["kind"] == "gift"]
    assert {r["sku"] for r in gifts} == {planted.GIFT_ITEM}
    assert {day(r["ordered_on"]).month for r in gifts} == {6, 11}
    assert any(r["kind"] == "sample" for r in rows("sales_orders"))


def test_the_readme_names_every_planted_fact():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    names = {n for n in vars(planted) if n.isupper() and n != "NOTED_ITEMS"}
    assert {n for n in names if f"`{n}`" not in text} == set()
    assert "<!-- dictionary -->" in text
