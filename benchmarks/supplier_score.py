"""Score suppliers over a quarter: how long, how much memory, and how it grows.

python -m benchmarks.supplier_score [--suppliers 10000] [--lines 100000 1000000]

Makes a shop for each number of lines: purchase orders of one line each, all due in the first
quarter of 2026, each with one receipt, 5,000 items with two suppliers' prices each; a tenth late,
a hundredth rejected in part. What is measured is `scm supplier score --quarter 2026Q1 --json`
as a process, start and answer included. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.measured import SCM, cost
from scm_cli.core.changes import Changes
from scm_cli.core.records.catalog import record
from scm_cli.jobs import opening
from scm_cli.run import Run
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY, FIRST = date(2026, 4, 10), date(2026, 1, 1)
NOW = datetime(2026, 4, 10, 9)  # noqa: DTZ001 -- the shop's own time
ITEMS, SEED, QUARTER_DAYS = 5000, 4, 90
LINEAR = 1.1


def shop(folder: Path, suppliers: int, lines: int) -> None:
    """A shop whose papers are all due in one quarter."""
    run = Run(NOW, TODAY, folder, who="benchmark", pid=1)
    opening.make(run, date(2026, 4, 1))
    with writing(run) as con:
        changes = Changes()
        for table, frame in papers(suppliers, lines):
            changes.insert(table, _complete(table, frame))
        commit(con, run, changes)


def papers(suppliers: int, lines: int) -> Iterable[tuple[str, pl.DataFrame]]:
    """The tables of the shop, drawn from one seed."""
    rng = np.random.default_rng(SEED)
    firms = pl.DataFrame({"n": np.arange(suppliers)}).select(supplier=_code("S", "n"))
    yield "supplier", firms.with_columns(name="supplier")
    items = pl.DataFrame({"n": np.arange(ITEMS)}).select(sku=_code("A", "n"))
    yield "item", items.with_columns(name="sku", unit=pl.lit("pcs"))
    offers = pl.DataFrame(
        {"n": rng.integers(0, suppliers, 2 * ITEMS), "item": np.arange(2 * ITEMS) % ITEMS}
    )
    yield (
        "supplier_item",
        offers.unique(["n", "item"]).select(
            supplier=_code("S", "n"), sku=_code("A", "item"), unit_price=pl.lit(10.0)
        ),
    )
    due = rng.integers(0, QUARTER_DAYS, lines)
    late = np.where(rng.random(lines) < 0.1, rng.integers(1, 20, lines), 0)
    drawn = pl.DataFrame(
        {"n": np.arange(lines), "firm": rng.integers(0, suppliers, lines),
         "item": rng.integers(0, ITEMS, lines), "due": due, "late": late,
         "price": rng.uniform(8, 14, lines).round(2), "bad": np.where(rng.random(lines) < 0.01, 5, 0)}
    ).with_columns(
        supplier=_code("S", "firm"), sku=_code("A", "item"), purchase_no=_code("P", "n"),
        receipt_no=_code("R", "n"), line_no=pl.lit(1), promised_on=_day("due"),
        received_on=_day(pl.col("due") + pl.col("late")), warehouse=pl.lit("MAIN"),
    )  # fmt: skip
    yield (
        "purchase_order",
        drawn.select(
            "purchase_no", "supplier", ordered_on=_day(pl.col("due") - 14), status=pl.lit("closed")
        ),
    )
    yield (
        "purchase_order_line",
        drawn.select(
            "purchase_no",
            "line_no",
            "sku",
            "promised_on",
            qty=pl.lit(20.0),
            unit_price="price",
            first_promised_on="promised_on",
            requested_on="promised_on",
        ),
    )
    yield "receipt", drawn.select("receipt_no", "supplier", "warehouse", "received_on")
    yield (
        "receipt_line",
        drawn.select(
            "receipt_no",
            "line_no",
            "purchase_no",
            "sku",
            purchase_line_no="line_no",
            accepted_qty=20.0 - pl.col("bad"),
            rejected_qty="bad",
            unit_price="price",
        ),
    )


def _code(letter: str, column: str) -> pl.Expr:
    return letter + pl.col(column).cast(pl.String).str.zfill(7)


def _day(offset: str | pl.Expr) -> pl.Expr:
    days = pl.col(offset) if isinstance(offset, str) else offset
    return pl.lit(FIRST) + pl.duration(days=days)


def _complete(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The defaults of the record for what was not drawn."""
    missing = {
        name: column.default
        for name, column in record(table).columns().items()
        if name not in frame.columns and column.default is not None
    }
    return frame.with_columns(pl.lit(value).alias(name) for name, value in missing.items())


def measured(folder: Path) -> dict[str, Any]:
    """One run of the command."""
    args = ["--shop", str(folder), "--today", TODAY.isoformat(), "supplier", "score"]
    found = cost([*SCM, *args, "--quarter", "2026Q1", "--json"], memory=True)
    rows = json.loads(found.out)["rows"]
    told = {n: round(v, 2) for n, v in found.as_json().items() if n != "user_seconds"}
    return {**told, "suppliers": len(rows), "lines_scored": sum(r["lines"] for r in rows)}


def main() -> None:
    """Measure each size and tell how the cost grows from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--suppliers", type=int, default=10_000)
    parser.add_argument("--lines", type=int, nargs="+", default=[100_000, 1_000_000])
    asked = parser.parse_args()
    runs = {}
    for lines in asked.lines:
        with tempfile.TemporaryDirectory() as folder:
            shop(Path(folder) / "shop", asked.suppliers, lines)
            runs[lines] = measured(Path(folder) / "shop")
    first, last = min(runs), max(runs)
    grown = runs[last]["cpu_seconds"] / runs[first]["cpu_seconds"]
    exponent = math.log(grown) / math.log(last / first) if last > first else None
    verdict = None if exponent is None else exponent <= LINEAR
    told = {"runs": runs, "growth_exponent": exponent, "verdict": {"at_most_linear": verdict}}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
