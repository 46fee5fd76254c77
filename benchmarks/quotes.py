"""Comparing offers: 200 items × 20 suppliers, beyond what it costs to start and load.

python -m benchmarks.quotes [--items 200] [--suppliers 20] [--runs 5] [--seed 1]

A new shop gets its items, suppliers and, from one workbook of quotes, an offer of each supplier
for each item with two price breaks, a minimum, freight and duty. The peer is the same command
for one item of that shop: start, lock, load and the printing of a row.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measured import scm, verdict

GOAL_SECONDS = 1.0
TODAY = "2026-03-31"


def papers(folder: Path, items: int, suppliers: int, chance: random.Random) -> list[Path]:
    """Sheets of items, suppliers and quotes."""
    skus = [f"A{n:04d}" for n in range(items)]
    sellers = [f"S{n:02d}" for n in range(suppliers)]
    sheets: dict[str, list[tuple[object, ...]]] = {
        "items": [("sku", "name", "unit"), *((sku, f"Item {sku}", "pcs") for sku in skus)],
        "suppliers": [
            ("supplier", "name", "payment_days", "lead_time_days"),
            *((s, f"Supplier {s}", chance.choice((0, 30, 60)), 10) for s in sellers),
        ],
        "quotes": [
            ("quote_no", "supplier", "quoted_on", "valid_until_on", "freight_amount", "sku", "from_qty",
             "unit_price", "moq_qty", "order_multiple_qty", "freight_price", "duty_pct"),
            *(
                (f"Q-{s}", s, "2026-03-01", "2026-12-31", 50, sku, start, round(price * share, 4),
                 chance.choice((1, 100, 300)), chance.choice((1, 12, 24)), 0.01, chance.choice((0, 5)))
                for s in sellers
                for sku in skus
                for price in (chance.uniform(1, 9),)
                for start, share in ((0, 1.0), (200, 0.95), (1000, 0.9))
            ),
        ],
    }  # fmt: skip
    written = []
    for kind, found in sheets.items():
        path = folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(found)
        written.append(path)
    return written


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--items", type=int, default=200)
    asked.add_argument("--suppliers", type=int, default=20)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--seed", type=int, default=1)
    said = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        day = ("--today", TODAY)
        scm(None, *day, "init", str(shop), "--start", "2026-01-01")
        made = papers(Path(folder), said.items, said.suppliers, random.Random(said.seed))
        scm(shop, *day, "import", *map(str, made))
        skus = [f"A{n:04d}" for n in range(said.items)]
        compare = (*day, "supplier", "compare", "--qty", "250", "--json")
        scm(shop, *compare, "A0000")
        one = [scm(shop, *compare, "A0000") for _ in range(said.runs)]
        all_ = [scm(shop, *compare, *skus, memory=True) for _ in range(said.runs)]
    rows = len(json.loads(all_[0].out)["rows"])
    work = median(c.cpu_seconds for c in all_) - median(c.cpu_seconds for c in one)
    told = {
        "items": said.items, "suppliers": said.suppliers, "rows": rows,
        "one_item_cpu_seconds": round(median(c.cpu_seconds for c in one), 3),
        "all_cpu_seconds": round(median(c.cpu_seconds for c in all_), 3),
        "all_wall_seconds": round(median(c.wall_seconds for c in all_), 3),
        "peak_mb": round(max(c.peak_mb for c in all_), 1),
        "verdict": {"work_seconds": verdict(round(work, 3), GOAL_SECONDS)},
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main()
