"""What sheets of orders may not say of lines that goods have moved on, and what a blank leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say
from scm_cli.store import facts

if TYPE_CHECKING:
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed


def check(con: Any, typed: Typed, ready: Prepared) -> None:  # noqa: ANN401 -- the store's connection
    """Add refusals to `typed` where it is a sheet of customers' or of purchase orders."""
    if typed.kind == "sales_orders":
        _kept_promise(con, ready)
        lines = ready.tables["sales_order_line"]
        done = facts.order_lines(con, lines["order_no"].unique())
        _moved_stays(typed, lines, done, ("order_no", "shipped_qty", "shipped_before_qty"))
    if typed.kind == "purchase_orders":
        lines = ready.tables["purchase_order_line"]
        done = facts.purchase_lines(con, lines["purchase_no"].unique())
        _moved_stays(typed, lines, done, ("purchase_no", "accepted_qty", "received_before_qty"))


def _moved_stays(
    typed: Typed, lines: pl.DataFrame, stored: pl.DataFrame, names: tuple[str, str, str]
) -> None:
    """A line on which goods have moved stays of its item, and of no less than has moved."""
    number, moved, before = names
    done = stored.filter(pl.col(moved) > 0).select(
        number, "line_no", pl.col("sku").alias("old_sku"),
        (pl.col(moved) + pl.col(before)).alias("done_qty"),
    )  # fmt: skip
    if done.is_empty():
        return
    found = lines.join(done, on=[number, "line_no"], how="inner", maintain_order="left")
    for line in found.filter(pl.col("sku") != pl.col("old_sku")).iter_rows(named=True):
        why = Say("goods of line {n} of {number} have moved: it is of {old}, not of {sku}",
                  n=line["line_no"], number=line[number], old=line["old_sku"], sku=line["sku"])  # fmt: skip
        typed.refused.append(Refusal(line["row"], None, why, ("sku",)))
    alike = found.filter(pl.col("sku") == pl.col("old_sku"))
    for line in alike.filter(pl.col("qty") < pl.col("done_qty")).iter_rows(named=True):
        why = Say("{done} of line {n} of {number} have moved; it cannot become {qty}",
                  n=line["line_no"], number=line[number], done=f"{line['done_qty'].normalize():f}",
                  qty=f"{line['qty'].normalize():f}")  # fmt: skip
        typed.refused.append(Refusal(line["row"], None, why, ("qty",)))


def _kept_promise(con: Any, ready: Prepared) -> None:  # noqa: ANN401
    """A day that a customer was promised is not taken back by a cell that is blank."""
    table, key = "sales_order_line", ["order_no", "line_no"]
    lines = ready.tables[table]
    if "promised_on" not in lines.columns or not lines["promised_on"].has_nulls():
        return
    old = facts.existing(con, table, lines).select(*key, pl.col("promised_on").alias("old_on"))
    kept = pl.coalesce("promised_on", "old_on").alias("promised_on")
    lines = lines.join(old, on=key, how="left", maintain_order="left").with_columns(kept)
    ready.tables[table] = lines.drop("old_on")
