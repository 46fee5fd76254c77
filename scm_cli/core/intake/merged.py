"""Papers whose head stands on the first line only, the cells below it blank or merged.

| order | date | item |        the second line belongs to SO-1 of 2026-03-01, because the
| SO-1  | 3-01 | A1   |        sheet says each head once. Where a sheet repeats the head on
|       |      | A2   |        the lines of one paper, a blank one is a mistake and stays one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.kinds import DOCUMENTS
from scm_cli.core.records.catalog import sheet

if TYPE_CHECKING:
    from collections.abc import Collection

#: Fields of the partner that stand beside a head and belong to no record of it.
NAMES = ("customer_name", "customer_region", "supplier_name")


def inherited(
    kind: str, table: pl.DataFrame, below: Collection[int], fixed: Collection[str] = ()
) -> tuple[pl.DataFrame, list[int]]:
    """The table with heads filled in, and the sheet rows that took theirs from the line above.

    Args:
        kind: the kind of sheet; only papers with lines are looked at.
        table: `row` and one column of text per field.
        below: rows that are totals or signatures.
        fixed: fields that are the same on every line, for they stand above the table.

    Returns:
        The table, and rows (0-based). Nothing is filled where two neighbouring lines state the
        same head, where a line states a part of its head, or where no head stands above.

    >>> lines = pl.DataFrame({"row": [1, 2, 3], "order_no": ["S1", None, "S2"],
    ...     "ordered_on": ["d1", None, "d2"], "sku": ["A", "B", "A"]})
    >>> filled, rows = inherited("sales_orders", lines, ())
    >>> filled["order_no"].to_list(), filled["ordered_on"].to_list(), rows
    (['S1', 'S1', 'S2'], ['d1', 'd1', 'd2'], [2])
    """
    says, head = _head(kind, table, fixed)
    if not says:
        return table, []
    live = table.filter(~pl.col("row").is_in(list(below))) if below else table
    leads = live.select(pl.any_horizontal(pl.col(says).is_not_null())).to_series()
    bare = live.select(~leads & pl.col("sku").is_not_null()).to_series()
    if not bare.any() or _repeats(live, leads, says):
        return table, []
    at = pl.select(
        pl.when(leads).then(pl.int_range(len(live), dtype=pl.Int64)).forward_fill()
    ).to_series()
    rows = live["row"].filter(bare & at.is_not_null())
    above = live.select(pl.col(head).gather(at)).with_columns(live["row"])
    above = above.filter(pl.col("row").is_in(rows.implode()))
    filled = table.join(above, on="row", how="left", suffix=" above", maintain_order="left")
    filled = filled.with_columns(pl.coalesce(n, f"{n} above").alias(n) for n in head)
    return filled.drop(f"{n} above" for n in head), rows.to_list()


def _head(kind: str, table: pl.DataFrame, fixed: Collection[str]) -> tuple[list[str], list[str]]:
    """What tells one paper from the next (number, day, partner), and all fields of its head."""
    doc, form = DOCUMENTS.get(kind), sheet(kind)
    if doc is None or form.line is None or "sku" not in table.columns:
        return [], []
    more = {f"{doc.partner}_name"} if doc.partner else set()
    paper = {doc.number, doc.dated, doc.partner, *more}
    says = [n for n in table.columns if n in paper and n not in fixed]
    if set(says) <= {doc.number} and not paper & {*fixed}:
        return [], []  # a blank number alone is a paper that gets a number of ours
    mine = {*form.head.columns(), *NAMES} - (set(form.line.columns()) - {doc.number})
    return says, [n for n in table.columns if n in mine and n not in fixed]


def _repeats(live: pl.DataFrame, leads: pl.Series, says: list[str]) -> bool:
    """Whether two neighbouring lines state the same head: then the sheet says it line by line."""
    key = live.select(pl.struct(says)).to_series()
    same = (key == key.shift()).fill_null(False)
    return bool((same & leads & leads.shift(fill_value=False)).any())
