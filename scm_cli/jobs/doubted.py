"""What an import brought although it looks wrong: each told with its cell, all of it taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core import phones
from scm_cli.core.intake import fate
from scm_cli.core.records.catalog import sheet
from scm_cli.core.stock import pieces
from scm_cli.errors import Problem, Say
from scm_cli.jobs import order_prices, twin_parcels
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.jobs.parts import Part
    from scm_cli.run import Run

#: So many of a kind are told one by one.
SHOWN = 5
#: Sheet → the quantity of its lines that is counted in pieces.
COUNTED = {
    "sales_orders": "qty", "purchase_orders": "qty", "receipts": "accepted_qty", "deliveries": "qty",
    "sales_returns": "qty", "purchase_returns": "qty", "transfers": "qty", "opening_stock": "qty",
    "stock_counts": "counted_qty",
}  # fmt: skip
CALLED = ("suppliers", "customers", "leads")


def told(con: Any, run: Run, entry: int, parts: Sequence[Part]) -> list[Problem]:  # noqa: ANN401
    """Warnings about what an entry in the making brings: prices, parts of pieces, numbers."""
    found = order_prices.told(con, run, entry, parts)
    for part in parts:
        if part.kind in COUNTED:
            found += _shortened(part, _broken(con, run, part))
        if part.kind in CALLED:
            found += _shortened(part, _odd_mobiles(con, part))
        if part.kind == "deliveries":
            numbers = _fresh(part)["shipment_no"].unique().to_list()
            found += _shortened(part, twin_parcels.doubts(con, numbers))
    return found


def _broken(con: Any, run: Run, part: Part) -> list[Problem]:  # noqa: ANN401
    """Parts of what is counted in pieces."""
    form, qty = sheet(part.kind), COUNTED[part.kind]
    main = form.line or form.head
    units = [unit.casefold() for unit in run.settings.stock.counted_units]
    lines = rows(
        con,
        f"SELECT l.* EXCLUDE (entry), i.unit AS item_unit FROM {main.table} l JOIN item i USING (sku) "
        f"WHERE l.{qty} <> floor(l.{qty}) AND lower(i.unit) IN (SELECT unnest($units))",
        {"units": units},
    )
    told_of = [{**line, "qty": line[qty], "item": {"unit": line["item_unit"]}} for line in lines]
    return _here(part, told_of, list(main.key), "qty", lambda line: pieces.broken([line], units))


def _odd_mobiles(con: Any, part: Part) -> list[Problem]:  # noqa: ANN401
    main = sheet(part.kind).head
    (key,) = main.key
    found = rows(con, f"SELECT {key}, mobile FROM {main.table} WHERE mobile IS NOT NULL")
    return _here(part, found, [key], "mobile", lambda r: phones.doubts(str(r[key]), r["mobile"]))


def _here(
    part: Part,
    records: list[dict[str, Any]],
    key: list[str],
    field: str,
    doubts: Any,  # noqa: ANN401
) -> list[Problem]:
    """The doubts about records that the sheet brought or changed, each at its cell."""
    if not records:
        return []
    column = None if part.typed is None else part.typed.places.get(field)
    lie = {tuple(row[n] for n in key): row["row"] for row in _fresh(part).iter_rows(named=True)}
    return [
        Problem(f"{part.grid.where(lie[at], column)}: {each.where}", each.what, each.mend)
        for record in records
        if (at := tuple(record[n] for n in key)) in lie
        for each in doubts(record)
    ]


def _fresh(part: Part) -> pl.DataFrame:
    """The records of the sheet that are new or changed, with their row."""
    if not part.marked or part.stated.is_empty():
        return part.stated
    marked = pl.concat(part.marked).filter(pl.col("fate") < fate.UNCHANGED)
    return part.stated.filter(pl.col("row").is_in(marked["row"].implode()))


def _shortened(part: Part, found: list[Problem]) -> list[Problem]:
    """The first of them, and how many more there are."""
    if len(found) <= SHOWN:
        return found
    more = Say("{n} more {n:row looks|rows look} the same", n=len(found) - SHOWN)
    return [*found[:SHOWN], Problem(part.where(), more)]
