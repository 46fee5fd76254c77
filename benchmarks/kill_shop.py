"""The small shop that the kills are tried on, and the commands that are killed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.measured import scm

if TYPE_CHECKING:
    import random
    from pathlib import Path

TODAY = "2026-03-31"
START = "2026-01-01"
SUPPLIER = "S1"
ITEMS = 40
LINES_OF = {"receive": 3, "import": 400}


@dataclass(slots=True)
class Attempt:
    """One command, and the rows that it must have written: all of them or none."""

    kind: str
    args: list[str]
    document: str = ""
    table: str = ""
    rows: int = 0


def opened(folder: Path, chance: random.Random) -> Path:
    """A shop with items, a quarter of sales, and stock."""
    shop = folder / "shop"
    scm(None, "init", str(shop), "--start", START)
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    items = [
        {
            "sku": f"A{n:03}",
            "name": f"Item {n}",
            "unit": "pc",
            "supplier": SUPPLIER,
            "purchase_price": 3,
        }
        for n in range(ITEMS)
    ]
    sold = [
        {
            "order_no": f"H{n}", "line_no": 1, "ordered_on": chance.choice(days), "customer": "C1",
            "sku": f"A{chance.randrange(ITEMS):03}", "qty": chance.randint(1, 9), "unit_price": 5,
            "status": "closed", "shipped_before_qty": 0,
        }
        for n in range(1500)
    ]  # fmt: skip
    sheets = {
        "suppliers": [{"supplier": SUPPLIER, "name": "Mill", "lead_time_days": 9}],
        "items": items,
        "sales_orders": sold,
        "opening_stock": [{"sku": i["sku"], "qty": 50, "unit_cost": 3} for i in items],
    }
    for kind, rows in sheets.items():
        path = sheet(folder / f"{kind}.csv", rows)
        scm(shop, "--today", TODAY, "import", str(path), "--kind", kind)
    return shop


def attempt(kind: str, number: int, folder: Path, chance: random.Random) -> Attempt:
    """A command of a kind, on a document that bears the number of the attempt."""
    note = f"kill-{number:05}"
    if kind == "receive":
        skus = chance.sample(range(ITEMS), LINES_OF[kind])
        lines = [f"A{n:03}={chance.randint(1, 20)}" for n in skus]
        args = ["stock", "receive", *lines, "--supplier", SUPPLIER, "--note", note]
        return Attempt(kind, args, note, "receipt", LINES_OF[kind])
    if kind == "import":
        rows = [
            {
                "receipt_no": note, "line_no": line, "received_on": TODAY, "supplier": SUPPLIER,
                "sku": f"A{chance.randrange(ITEMS):03}", "accepted_qty": 1,
            }
            for line in range(1, LINES_OF[kind] + 1)
        ]  # fmt: skip
        path = sheet(folder / f"{note}.csv", rows)
        return Attempt(
            kind, ["import", str(path), "--kind", "receipts"], note, "receipt", len(rows)
        )
    return Attempt(kind, ["nightly"])


def sheet(path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
