"""Tickets that come in with sheets: what follows from what they say, and what may not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer.tickets import amiss
from scm_cli.errors import Say
from scm_cli.jobs import stated
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

CHECKED = ("opened_on", "status", "replied_on", "resolved_on", "rating", "customer", "order_no")
CELLS = ("resolved_on", "replied_on", "rating", "status", "ticket_no")
ORDER_CELLS = ("order_no",)
ORDERS = "SELECT order_no, customer FROM sales_order WHERE order_no IN (SELECT unnest(?))"


def check(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401 -- the store's connection
    """Refuse tickets answered or solved before they were opened, and orders of somebody else.

    A ticket with a day of solution and without a status is solved.
    """
    if typed.kind != "tickets":
        return
    given = ready.tables["ticket"]
    said = given["status"] if "status" in given.columns else pl.Series("status", [None], pl.String)
    if "resolved_on" in given.columns and said.has_nulls():
        solved = pl.when(pl.col("resolved_on").is_not_null()).then(pl.lit("resolved"))
        status = pl.coalesce("status", solved) if "status" in given.columns else solved
        given = ready.tables["ticket"] = given.with_columns(status=status)
    whole = stated.whole(con, "ticket", given, CHECKED)
    whole = whole.with_columns(pl.col("status").cast(pl.String).fill_null("open"))
    numbers = whole["order_no"].cast(pl.String).drop_nulls().unique().to_list()
    whose = {row["order_no"]: row["customer"] for row in rows(con, ORDERS, [numbers])}
    for row in whole.iter_rows(named=True):
        wrong = amiss(row)
        if wrong is not None:
            typed.refuse(pl.Series([row["row"]]), wrong, *CELLS)
        order = row["order_no"]
        if order is not None and whose.get(order, row["customer"]) != row["customer"]:
            told = Say(
                "order {order} is of customer {other}, not of {customer}",
                order=order, other=whose[order], customer=row["customer"],
            )  # fmt: skip
            typed.refuse(pl.Series([row["row"]]), told, *ORDER_CELLS)
