"""Promising 1,000 lines in a large shop, and allocating a backlog of 20,000 lines.

python -m benchmarks.promise [--items 100000] [--warehouses 5] [--lines 1000] [--backlog 20000]

The shop is drawn: items with stock in each warehouse, one item in five with a purchase order on
its way, suppliers with a history of late deliveries. Promises are made one item at a time from
what one question brings for all of them, as an import of orders does. The backlog is one order
per ten lines over a twentieth of the items, half of it short of stock; it is allocated anew at
a quarter, at half and whole, so that the growth can be told.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from benchmarks.measured import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from scm_cli.run import Run

TODAY = date(2026, 6, 1)
SUPPLIERS, LINES_PER_ORDER = 200, 10
GOAL_EXPONENT = 1.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--warehouses", type=int, default=5)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--backlog", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = _shop(Path(folder) / "shop", asked.items, asked.warehouses)
        promised, found = _measured(lambda: _promises(run, asked.items, asked.lines))
        sizes = [asked.backlog // 4, asked.backlog // 2, asked.backlog]
        backlog = []
        done = 0
        for size in sizes:
            _orders(run, done, size, asked.items)
            done = size
            cost, waiting = _measured(lambda: _allocated(run))
            backlog.append({"lines": size, **cost, "waiting": waiting})
    exponent = log(backlog[-1]["cpu_seconds"] / backlog[0]["cpu_seconds"]) / log(
        sizes[-1] / sizes[0]
    )
    told = {
        "benchmark": "promise", "items": asked.items, "warehouses": asked.warehouses,
        "promise": {"lines": asked.lines, **promised, "firm": found},
        "allocate": backlog, "exponent": round(exponent, 3),
        "verdict": verdict(round(exponent, 3), GOAL_EXPONENT),
    }  # fmt: skip
    print(json.dumps(told, indent=1))


def _measured(act: Callable[[], int]) -> tuple[dict[str, float], int]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = datetime.now().astimezone()
    result = act()
    wall = (datetime.now().astimezone() - begun).total_seconds()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = {
        "cpu_seconds": round(cpu, 2),
        "wall_seconds": round(wall, 2),
        "peak_mb": round(after.ru_maxrss / 1024),
    }
    return told, result


def _run(folder: Path) -> Run:
    from scm_cli.run import Run

    now = datetime.combine(TODAY, datetime.min.time())
    return Run(now=now, today=TODAY, folder=folder, who="bench", command="bench")


def _shop(folder: Path, items: int, warehouses: int) -> Run:
    from scm_cli.core.changes import Changes
    from scm_cli.jobs import opening
    from scm_cli.store.commit import commit
    from scm_cli.store.gateway import writing

    run = _run(folder)
    opening.make(run, TODAY - timedelta(days=200))
    codes = pl.DataFrame({"n": range(items)}).with_columns(sku=pl.format("K{}", "n"))
    places = ["MAIN", *(f"W{n}" for n in range(1, warehouses))]
    changes = Changes()
    changes.insert(
        "warehouse", [{"warehouse": p, "priority": 1, "kind": "normal"} for p in places[1:]]
    )
    changes.insert(
        "customer", [{"customer": f"C{n}", "name": f"C{n}", "opted_out": False} for n in range(500)]
    )
    changes.insert(
        "supplier",
        [{"supplier": f"S{n}", "name": f"S{n}", "state": "approved", "is_internal": False, "lead_time_days": 14}
         for n in range(SUPPLIERS)],
    )  # fmt: skip
    changes.insert(
        "item",
        codes.select("sku", name="sku", unit=pl.lit("pcs"), status=pl.lit("active"),
                     supplier=pl.format("S{}", pl.col("n") % SUPPLIERS)),
    )  # fmt: skip
    stock = codes.join(pl.DataFrame({"place": places}), how="cross")
    changes.insert(
        "stock_move",
        stock.select(
            moved_on=pl.lit(TODAY - timedelta(days=150)), sku="sku",
            qty=(pl.col("n") % 7 * 3 + 1).cast(pl.Decimal(18, 4)),
            from_place=pl.lit("@opening"), to_place="place", document_kind=pl.lit("other"),
            document_no=pl.lit("X"), line_no=pl.lit(1),
        ),
    )  # fmt: skip
    _purchases(changes, codes)
    with writing(run) as con:
        commit(con, run, changes)
    return run


def _purchases(changes: Any, codes: pl.DataFrame) -> None:  # noqa: ANN401 -- Changes, imported late
    """Open orders for one item in five, and as many that came, up to nine days late."""
    lines = codes.filter(pl.col("n") % 5 == 0)
    for prefix, ordered, promised, status in (("P", 20, -10, "confirmed"), ("H", 90, 70, "closed")):
        head = pl.DataFrame({"n": range(SUPPLIERS)}).select(
            purchase_no=pl.format(f"{prefix}{{}}", "n"), supplier=pl.format("S{}", "n"),
            ordered_on=pl.lit(TODAY - timedelta(days=ordered)), warehouse=pl.lit("MAIN"), status=pl.lit(status),
        )  # fmt: skip
        day = pl.lit(TODAY - timedelta(days=promised))
        row = lines.select(
            purchase_no=pl.format(f"{prefix}{{}}", pl.col("n") % SUPPLIERS), line_no=pl.col("n") + 1, sku="sku",
            qty=pl.lit(20).cast(pl.Decimal(18, 4)), factor=pl.lit(1).cast(pl.Decimal(18, 4)), tax_included=pl.lit(True),
            requested_on=day, promised_on=day, first_promised_on=day, cancelled_qty=pl.lit(0),
            changed_by_us=pl.lit(False), received_before_qty=pl.lit(0),
        )  # fmt: skip
        changes.insert("purchase_order", head)
        changes.insert("purchase_order_line", row)
    came = lines.with_columns(late=pl.col("n") // 5 % 10)
    changes.insert(
        "receipt",
        pl.DataFrame({"late": range(10)}).select(
            receipt_no=pl.format("R{}", "late"), supplier=pl.lit("S0"), warehouse=pl.lit("MAIN"),
            received_on=pl.lit(TODAY - timedelta(days=70)) + pl.duration(days="late"),
        ),
    )  # fmt: skip
    changes.insert(
        "receipt_line",
        came.select(
            receipt_no=pl.format("R{}", "late"), line_no=pl.col("n") + 1,
            purchase_no=pl.format("H{}", pl.col("n") % SUPPLIERS), purchase_line_no=pl.col("n") + 1, sku="sku",
            accepted_qty=pl.lit(20), rejected_qty=pl.lit(0), factor=pl.lit(1), tax_included=pl.lit(True),
        ),
    )  # fmt: skip


def _promises(run: Run, items: int, lines: int) -> int:
    """How many of the lines have a firm day."""
    from scm_cli.core.order import promise as rules
    from scm_cli.jobs import allocate, promise
    from scm_cli.store.gateway import reading

    step = max(items // lines, 1)
    skus = [f"K{n * step}" for n in range(lines)]
    firm = 0
    with reading(run) as con:
        desk = allocate.desk(con, run, skus)
        known = promise.roads(con, run)
        for n, sku in enumerate(skus):
            way = known.way("MAIN", None)
            made = rules.promised(promise.stand(desk, sku, "MAIN"), Decimal(n % 30 + 1), way)
            firm += made.p90_on is not None
    return firm


def _orders(run: Run, first: int, until: int, items: int) -> None:
    from scm_cli.core.changes import Changes
    from scm_cli.core.order.entry import HEAD
    from scm_cli.store.commit import commit
    from scm_cli.store.gateway import writing

    pool = max(items // 20, 1)
    changes = Changes()
    lines = pl.DataFrame({"n": range(first, until)}).select(
        order_no=pl.format("SO{}", pl.col("n") // LINES_PER_ORDER), line_no=pl.col("n") % LINES_PER_ORDER + 1,
        sku=pl.format("K{}", pl.col("n") * 7 % pool * 20), qty=(pl.col("n") % 9 + 1).cast(pl.Decimal(18, 4)),
        factor=pl.lit(1), tax_included=pl.lit(True), kind=pl.lit("normal"), cancelled_qty=pl.lit(0),
        shipped_before_qty=pl.lit(0),
    )  # fmt: skip
    heads = [
        {**HEAD, "order_no": f"SO{n}", "customer": f"C{n % 500}", "warehouse": "MAIN",
         "ordered_on": TODAY - timedelta(days=n % 30), "priority": n % 9 + 1}
        for n in range(first // LINES_PER_ORDER, until // LINES_PER_ORDER)
    ]  # fmt: skip
    changes.insert("sales_order", heads)
    changes.insert("sales_order_line", lines)
    with writing(run) as con:
        commit(con, run, changes)


def _allocated(run: Run) -> int:
    """How many lines wait for supply after the whole backlog was allocated anew."""
    from dataclasses import replace

    from scm_cli.jobs import allocating

    return allocating.run_all(replace(run, dry_run=True), None, anew=True).waiting


if __name__ == "__main__":
    main()
