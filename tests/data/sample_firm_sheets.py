"""The sample firm's sheets as its tests read them."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path

from scm_cli.core.records.catalog import SHEETS

DATA = Path(__file__).parents[2] / "data"
FIRM = DATA / "sample_firm"
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
#: What the owner of the sample firm keeps no sheets of.
NOT_KEPT = {
    "policies", "exchange_rates", "sales_prices", "substitutes", "quotes", "supplier_shipments", "inspections",
    "dealer_stock", "salespeople", "customer_tags", "leads", "lead_spend", "deals", "interactions",
    "tickets",
}  # fmt: skip
KINDS = [s.kind for s in SHEETS if s.kind not in NOT_KEPT]

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


@cache
def demand(sku, start=FIRST, end=LAST):
    """Asked quantity per day of an item between two days."""
    asked = sum(base(r) for r in orders_of(sku) if start <= day(r["ordered_on"]) <= end)
    return asked / ((end - start).days + 1)


@cache
def orders_by_sku():
    found = defaultdict(list)
    for row in rows("sales_orders"):
        found[row["sku"]].append(row)
    return found


def orders_of(sku):
    return orders_by_sku()[sku]


def on_hand(sku):
    return sum(qty for (_, item, _), qty in final_stock().items() if item == sku)
