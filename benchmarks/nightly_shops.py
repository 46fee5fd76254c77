"""The shops that the night is measured on, made with `scm init` and `scm import` alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from benchmarks.measured import scm
from scm_cli.core.records.base import PLACES

if TYPE_CHECKING:
    import random

SAMPLE = Path(__file__).parents[1] / "data" / "sample_firm"
RETAIL_TODAY = "2010-12-10"
SAMPLE_TODAY = "2026-01-01"  # the day after the sample firm's last order
SUPPLIERS = 12
COPIES_PER_FILE = 32


def retail_shop(folder: Path, workbook: Path, chance: random.Random) -> Path:
    """The real sales of a wholesaler; suppliers, lead times, costs and stock are drawn."""
    shop = _opened(folder, RETAIL_TODAY)
    _import(shop, RETAIL_TODAY, workbook)
    with duckdb.connect(str(shop / "shop.duckdb"), read_only=True) as con:
        sold = con.execute(
            "SELECT sku, greatest(round(avg(unit_price), 2), 0.1), "
            "  sum(qty) FILTER (ordered_on > DATE '2010-09-10') / 3 "
            "FROM sales_order_line JOIN sales_order USING (order_no) "
            "WHERE sku IN (SELECT sku FROM item) GROUP BY sku ORDER BY sku"
        ).fetchall()
    suppliers = [
        {
            "supplier": f"S{n:02}", "name": f"Supplier {n}", "lead_time_days": chance.randint(3, 45),
            "min_order_amount": chance.choice([0, 0, 500, 1000]),
        }
        for n in range(1, SUPPLIERS + 1)
    ]  # fmt: skip
    prices = [
        {
            "supplier": chance.choice(suppliers)["supplier"], "sku": sku,
            "unit_price": f"{float(price) * chance.uniform(0.4, 0.6):.2f}",
            "order_multiple_qty": chance.choice([1, 6, 12, 24]),
            "lead_time_days": chance.choice([None, None, chance.randint(3, 45)]),
        }
        for sku, price, _ in sold
    ]  # fmt: skip
    stock = [
        {
            "sku": sku,
            "qty": round(float(monthly or 1) * chance.uniform(0, 2)),
            "unit_cost": p["unit_price"],
        }
        for (sku, _, monthly), p in zip(sold, prices, strict=True)
    ]
    sheets = {"suppliers": suppliers, "supplier_prices": prices, "opening_stock": stock}
    for kind, rows in sheets.items():
        _sheet(shop, RETAIL_TODAY, kind, pl.DataFrame(rows, infer_schema_length=None))
    return shop


def multiplied_shop(folder: Path, copies: int, chance: random.Random) -> Path:
    """The sample firm with every item `copies` times, demand of each copy scaled by chance.

    Two years of daily sales, summed per item, warehouse and day: one order a day and warehouse.
    """
    shop = _opened(folder, SAMPLE_TODAY)
    for kind in ("warehouses", "suppliers", "customers"):
        _import(shop, SAMPLE_TODAY, SAMPLE / f"{kind}.csv")
    scale = [round(chance.uniform(0.5, 2), 3) for _ in range(copies)]
    orders, packs = _daily_orders(), _read("item_units").drop("barcode")
    whole = {
        "items": _read("items").drop("barcode", "spec"),
        "item_units": packs,
        "supplier_prices": _read("supplier_prices"),
        "opening_stock": _read("opening_stock").drop("lot", "expiry_on"),
        "sales_orders": orders,
    }
    for kind, rows in whole.items():
        for first in range(0, copies, COPIES_PER_FILE):
            some = range(first, min(first + COPIES_PER_FILE, copies))
            parts = pl.concat([_copied(rows, n, scale[n]) for n in some])
            _sheet(shop, SAMPLE_TODAY, kind, parts)
    return shop


def sample_items() -> int:
    """How many items the sample firm has."""
    return len(_read("items"))


def _daily_orders() -> pl.DataFrame:
    units = _read("item_units").select("sku", "unit", "factor")
    lines = _read("sales_orders").join(units, on=["sku", "unit"], how="left")
    summed = (
        lines.with_columns(
            pl.col("ordered_on").str.to_date(),
            pl.col("qty") * pl.col("factor").fill_null(1),
        )
        .group_by("sku", "warehouse", "ordered_on", maintain_order=True)
        .agg(pl.col("qty").sum(), pl.col("unit_price").max())
    )
    number = pl.concat_str(
        pl.col("warehouse"), pl.col("ordered_on").dt.strftime("%Y%m%d"), separator="-"
    )
    return summed.with_columns(
        number.alias("order_no"),
        pl.int_range(1, pl.len() + 1).over("warehouse", "ordered_on").alias("line_no"),
        pl.lit("C001").alias("customer"),
    )


def _copied(rows: pl.DataFrame, number: int, scale: float) -> pl.DataFrame:
    """The rows of one more copy of every item."""
    tail = f"-{number:03}"
    marked = [n for n in ("sku", "name", "order_no") if n in rows.columns]
    rows = rows.with_columns(pl.col(marked) + tail)
    if "order_no" in rows.columns:
        rows = rows.with_columns((pl.col("qty") * scale).ceil().cast(pl.Int64))
    return rows


def _read(kind: str) -> pl.DataFrame:
    return pl.read_csv(SAMPLE / f"{kind}.csv", infer_schema_length=None)


def _opened(folder: Path, start: str) -> Path:
    shop = folder / "shop"
    scm(None, "init", str(shop), "--start", start)
    return shop


def _sheet(shop: Path, today: str, kind: str, rows: pl.DataFrame) -> None:
    path = shop.parent / f"{kind}.csv"
    money = [n for n, t in rows.schema.items() if t == pl.Float64]
    rows.with_columns(pl.col(money).round(PLACES["price"])).write_csv(path)
    _import(shop, today, path, "--kind", kind)
    path.unlink()


def _import(shop: Path, today: str, path: Path, *more: str) -> None:
    scm(shop, "--today", today, "import", str(path), *more)
