"""The sample firm's files come out the same every time and are consistent with each other."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from functools import cache
from hashlib import sha256

import pytest
from sample_firm_sheets import (
    DATA,
    FIRM,
    FIRST,
    KINDS,
    LAST,
    day,
    final_stock,
    moves,
    planted,
    rows,
    totals,
)
from stdnum import ean
from stdnum.cn import uscc

from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.core.records.keys import KEYS, REFERENCES


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
