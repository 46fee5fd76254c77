"""The sample firm: its files come out the same every time, are consistent, hold what is planted."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from statistics import mean

import pytest
from stdnum import ean
from stdnum.cn import uscc

from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.core.records.keys import KEYS, REFERENCES

DATA = Path(__file__).parents[2] / "data"
FIRM = DATA / "sample_firm"
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
KINDS = [s.kind for s in SHEETS if s.kind != "policies"]

_spec = importlib.util.spec_from_file_location("planted", DATA / "sample_world" / "planted.py")
planted = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(planted)


@cache
def rows(kind):
    with (FIRM / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def factors():
    return {(r["sku"], r["unit"]): int(r["factor"]) for r in rows("item_units")}


def base(row, name="qty"):
    """A row's quantity in the item's own unit."""
    return int(row[name] or 0) * factors().get((row["sku"], row["unit"]), 1)


def day(text):
    return date.fromisoformat(text)


def totals(kind, key, name="qty"):
    found = Counter()
    for row in rows(kind):
        found[tuple(row[k] for k in key)] += base(row, name)
    return found


# --- the files


def test_the_generator_writes_the_same_bytes_again(tmp_path):
    subprocess.run([sys.executable, str(DATA / "generate.py"), str(tmp_path)], check=True)

    def digests(folder):
        return {p.name: sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.csv")}

    assert digests(tmp_path) == digests(FIRM)


def test_there_is_one_file_for_each_kind_of_sheet_and_they_are_small():
    assert {p.stem for p in FIRM.glob("*.csv")} == set(KINDS)
    assert sum(p.stat().st_size for p in FIRM.glob("*.csv")) < 6_000_000
    assert all(b"\r" not in p.read_bytes() for p in FIRM.glob("*.csv"))


@pytest.mark.parametrize("kind", KINDS)
def test_columns_are_those_of_the_sheet_in_its_order(kind):
    declared = list(sheet(kind).columns)
    found = list(rows(kind)[0])
    assert found == [name for name in declared if name in found]
    assert all(any(row[name] for row in rows(kind)) for name in found), "a column is wholly empty"


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_a_valid_record_within_its_bounds(kind):
    for record in filter(None, (sheet(kind).head, sheet(kind).line)):
        columns = record.columns()
        for row in rows(kind):
            values = {n: row[n] for n in columns if row.get(n)}
            parsed = record.model_validate(values)
            for name, column in columns.items():
                value = getattr(parsed, name)
                if column.low is not None and value is not None:
                    assert Decimal(value) >= column.low, (kind, name, row)
                if column.choices and value is not None:
                    assert value in column.choices, (kind, name, row)


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_unique_and_references_resolve(kind):
    whole = sheet(kind)
    lowest = whole.line or whole.head
    keys = [tuple(row.get(k, "") for k in KEYS[lowest.table]) for row in rows(kind)]
    assert len(keys) == len(set(keys))
    of_table = {s.head.table: s.kind for s in SHEETS}
    for child, column, parent in REFERENCES:
        if child in {whole.head.table, lowest.table}:
            known = {row[KEYS[parent][0]] for row in rows(of_table[parent])}
            assert {row[column] for row in rows(kind) if row.get(column)} <= known, column


def test_codes_carry_valid_check_digits():
    barcodes = [r["barcode"] for k in ("items", "item_units") for r in rows(k)]
    assert len(barcodes) == len(set(barcodes))
    assert all(ean.is_valid(code) and code.startswith("6999") for code in barcodes)
    codes = [r["uscc"] for k in ("suppliers", "customers") for r in rows(k) if r["uscc"]]
    assert len(codes) > 80
    assert all(uscc.is_valid(code) for code in codes)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("items", 290, 330),
        ("suppliers", 12, 12),
        ("customers", 150, 150),
        ("warehouses", 2, 2),
        ("sales_orders", 20_000, 40_000),
        ("item_units", 130, 190),
    ],
)
def test_the_firm_has_the_intended_size(kind, low, high):
    assert low <= len(rows(kind)) <= high


def test_about_a_tenth_of_the_order_lines_are_in_cartons():
    in_cartons = sum(row["unit"] == "箱" for row in rows("sales_orders"))
    assert 0.08 < in_cartons / len(rows("sales_orders")) < 0.18


# --- the world is consistent


@cache
def moves():
    """(day, warehouse, sku, lot) -> [in, out] from every document but counts."""
    found = defaultdict(lambda: [0, 0])

    def note(on, warehouse, row, qty):
        place = found[day(on), warehouse, row["sku"], row.get("lot", "")]
        place[0 if qty > 0 else 1] += abs(qty)

    for row in rows("receipts"):
        note(row["received_on"], row["warehouse"], row, base(row, "accepted_qty"))
    for row in rows("deliveries"):
        note(row["shipped_on"], row["warehouse"], row, -base(row))
    for row in rows("sales_returns"):
        if row["disposition"] == "restock":
            note(row["returned_on"], row["warehouse"], row, base(row))
    for row in rows("purchase_returns"):
        note(row["returned_on"], row["warehouse"], row, -base(row))
    for row in rows("transfers"):
        note(row["moved_on"], row["from_warehouse"], row, -base(row))
        note(row["moved_on"], row["to_warehouse"], row, base(row))
    return found


@cache
def final_stock():
    """Stock by warehouse, SKU and lot after walking all days; never below zero on the way."""
    stock = Counter()
    for row in rows("opening_stock"):
        stock[row["warehouse"], row["sku"], row["lot"]] += int(row["qty"])
    by_day = defaultdict(list)
    for (on, *place), (qty_in, qty_out) in moves().items():
        by_day[on].append((tuple(place), qty_in, qty_out))
    counts = defaultdict(dict)
    for row in rows("stock_counts"):
        place = (row["warehouse"], row["sku"], row["lot"])
        counts[day(row["counted_on"])][place] = int(row["counted_qty"])
    for on in sorted({*by_day, *counts}):
        for place, qty_in, qty_out in by_day[on]:
            assert stock[place] >= qty_out, f"{place} below zero on {on}, goods out first"
            stock[place] += qty_in - qty_out
        if on in counts:
            assert not by_day[on], "nothing else moves on the day of a count"
            counted = counts[on]
            assert all(place in counted for place, qty in stock.items() if qty), "a full count"
            stock.update({p: counted[p] - stock[p] for p in counted})
    return stock


def test_stock_never_goes_below_zero_even_when_goods_out_are_booked_first():
    assert min(final_stock().values()) >= 0


def test_counts_are_full_half_yearly_and_differ_little():
    days = Counter((row["counted_on"], row["warehouse"]) for row in rows("stock_counts"))
    assert len(days) == 8
    assert {day(on) for on, _ in days} == set(planted.COUNT_DAYS)
    differing = sum(bool(row["reason"]) for row in rows("stock_counts"))
    assert 0.02 < differing / len(rows("stock_counts")) < 0.1


def test_deliveries_refer_to_orders_and_never_exceed_them():
    ordered = totals("sales_orders", ("order_no", "line_no", "sku"))
    cancelled = totals("sales_orders", ("order_no", "line_no", "sku"), "cancelled_qty")
    shipped = totals("deliveries", ("order_no", "order_line_no", "sku"))
    assert all(shipped[k] + cancelled[k] <= ordered[k] for k in {*shipped, *cancelled})
    returned = totals("sales_returns", ("order_no", "order_line_no", "sku"))
    assert all(returned[k] <= shipped[k] for k in returned)
    asked = {r["order_no"]: day(r["ordered_on"]) for r in rows("sales_orders")}
    assert all(day(r["shipped_on"]) >= asked[r["order_no"]] for r in rows("deliveries"))


def test_receipts_refer_to_purchase_orders_and_never_exceed_them():
    ordered = totals("purchase_orders", ("purchase_no", "line_no", "sku"))
    cancelled = totals("purchase_orders", ("purchase_no", "line_no", "sku"), "cancelled_qty")
    keys = ("purchase_no", "purchase_line_no", "sku")
    accepted, rejected = (
        totals("receipts", keys, "accepted_qty"),
        totals("receipts", keys, "rejected_qty"),
    )
    for key in {*accepted, *rejected, *cancelled}:
        assert accepted[key] + cancelled[key] <= ordered[key]
        assert accepted[key] + rejected[key] <= ordered[key]


@cache
def open_lines(kind):
    """Open quantity by document and line: ordered less done less cancelled."""
    number, done_kind, done, key = {
        "sales_orders": ("order_no", "deliveries", "qty", ("order_no", "order_line_no")),
        "purchase_orders": (
            "purchase_no", "receipts", "accepted_qty", ("purchase_no", "purchase_line_no")
        ),
    }[kind]  # fmt: skip
    found = totals(kind, (number, "line_no"))
    found.subtract(totals(kind, (number, "line_no"), "cancelled_qty"))
    found.subtract(totals(done_kind, key, done))
    return {key: qty for key, qty in found.items() if qty}


@pytest.mark.parametrize(
    ("kind", "number", "low", "high"),
    [("sales_orders", "order_no", 50, 110), ("purchase_orders", "purchase_no", 18, 35)],
)
def test_a_few_orders_are_open_at_the_end_and_all_others_closed(kind, number, low, high):
    assert low <= len(open_lines(kind)) <= high
    unfinished = {number for number, _ in open_lines(kind)}
    for row in rows(kind):
        assert row["status"] == ("confirmed" if row[number] in unfinished else "closed")


def test_goods_move_on_open_days_within_the_two_years():
    closed = [
        (day(r["from_on"]), day(r["until_on"]))
        for r in rows("closures")
        if r["party_kind"] == "firm"
    ]
    for on in {key[0] for key in moves()}:
        assert FIRST <= on <= LAST
        assert on.weekday() != 6
        assert not any(start <= on <= end for start, end in closed)


def test_expired_lots_are_never_delivered():
    expiry = {(r["sku"], r["lot"]): r["expiry_on"] for r in rows("opening_stock") if r["lot"]}
    expiry |= {(r["sku"], r["lot"]): r["expiry_on"] for r in rows("receipts") if r["lot"]}
    with_lot = [r for r in rows("deliveries") if r["lot"]]
    perishable = {r["sku"] for r in rows("items") if r["shelf_life_days"]}
    assert {r["sku"] for r in with_lot} <= perishable
    assert all(r["shipped_on"] < expiry[r["sku"], r["lot"]] for r in with_lot)


def test_nobody_pays_more_than_was_ever_owed():
    owed = Counter()
    for row in rows("opening_balances"):
        owed[row["partner"]] += Decimal(row["amount"])
    for row in rows("deliveries"):
        owed[row["customer"]] += int(row["qty"]) * Decimal(row["unit_price"])
    for row in rows("receipts"):
        owed[row["supplier"]] += int(row["accepted_qty"]) * Decimal(row["unit_price"])
    paid = Counter()
    for row in rows("payments"):
        paid[row["partner"]] += Decimal(row["amount"])
    assert all(paid[partner] <= owed[partner] for partner in paid)


# --- what is planted can be found


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
                "in_parts": parts[key] > 1 or short[key] > rejected[key] > -1 and parts[key] == 1,
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
    assert before < 0.2 < 0.5 < since


@cache
def demand(sku, start=FIRST, end=LAST):
    """Asked quantity per day of an item between two days."""
    asked = sum(base(r) for r in _orders_of(sku) if start <= day(r["ordered_on"]) <= end)
    return asked / ((end - start).days + 1)


@cache
def _orders_by_sku():
    found = defaultdict(list)
    for row in rows("sales_orders"):
        found[row["sku"]].append(row)
    return found


def _orders_of(sku):
    return _orders_by_sku()[sku]


def on_hand(sku):
    return sum(qty for (_, item, _), qty in final_stock().items() if item == sku)


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

    starved = [r for sku in planted.STARVED_ITEMS for r in _orders_of(sku)]
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
