"""Sheets of what has happened: no day ahead, nothing back before it left or in another lot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.core.order.returns import require_shipped
from scm_cli.errors import Say, ScmError
from scm_cli.jobs.stated import fresh
from scm_cli.store import orders

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

#: Days on which something happened, by kind of sheet: the books move with them at once.
HAPPENED = {
    "receipts": ("received_on",),
    "supplier_shipments": ("shipped_on",),
    "purchase_returns": ("returned_on",),
    "deliveries": ("shipped_on", "delivered_on"),
    "sales_returns": ("returned_on",),
    "transfers": ("moved_on",),
    "stock_counts": ("counted_on",),
    "inspections": ("inspected_on",),
    "payments": ("paid_on",),
    "tickets": ("opened_on", "replied_on", "resolved_on", "surveyed_on", "rated_on"),
    "interactions": ("happened_on",),
}


def check(con: Any, typed: Typed, ready: Prepared, today: date) -> None:  # noqa: ANN401 -- the store's connection
    """Add refusals to `typed` for days still to come, and for goods back before they left.

    What is in the books already may come in again, whatever they were told then.
    """
    for name in HAPPENED.get(typed.kind, ()):
        for table in ready.holding(name):
            ahead = ready.tables[table].filter(pl.col(name) > today)
            for row, day in fresh(con, table, ahead).select("row", name).iter_rows():
                why = Say("{day} is still to come", day=day)
                typed.refused.append(Refusal(row, None, why, (name,)))
    if typed.kind == "sales_returns":
        _came_back(con, typed, ready)


def _came_back(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401
    """Goods come back after they left, in a lot in which they left."""
    lines = ready.tables["sales_return_line"]
    if "order_no" not in lines.columns or lines["order_no"].null_count() == len(lines):
        return
    days = ready.tables["sales_return"].select("return_no", "returned_on")
    named = fresh(con, "sales_return_line", lines.drop_nulls(["order_no", "order_line_no"]))
    if named.is_empty():
        return
    named = named.drop("returned_on", strict=False).join(days, on="return_no")
    left = orders.left(con, named["order_no"].unique().to_list())
    for line in named.iter_rows(named=True):
        of = left.get((line["order_no"], line["order_line_no"]))
        if of is None:
            continue
        try:
            require_shipped(of, line.get("lot"), line["returned_on"])
        except ScmError as error:
            typed.refused.append(Refusal(line["row"], None, error.say, ("returned_on", "lot")))
