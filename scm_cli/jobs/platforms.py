"""Orders of shop platforms on their way in: set against what the books know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake import platform
from scm_cli.errors import Problem, Say
from scm_cli.jobs import order_money
from scm_cli.store import facts
from scm_cli.store.gateway import frame

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

_LEFT = """
SELECT DISTINCT order_no FROM shipment_line WHERE order_no IN (SELECT unnest(?::VARCHAR[]))
"""


def settle(con: Any, rows: Typed, ready: Prepared, known: Known) -> list[Problem]:  # noqa: ANN401
    """Money, statuses and cancellations of a platform's orders.

    What came back after it left is told, and what left the platform and not our books.
    """
    money = order_money.settle(con, rows, ready, known)
    heads, lines = ready.tables["sales_order"], ready.tables["sales_order_line"]
    said = rows.frame
    if "status" not in said.columns:
        said = said.with_columns(pl.lit(None, pl.String).alias("status"))
    begun_on = known.start_on or known.today
    old = facts.existing(con, "sales_order_line", lines)
    lines = platform.settled_lines(lines, said.select("row", "status"), old, begun_on)
    before = facts.existing(con, "sales_order", heads)
    left = frame(con, _LEFT, [before["order_no"].to_list()])["order_no"]
    before = before.with_columns(pl.col("order_no").is_in(left.implode()).alias("has_left"))
    ready.tables["sales_order_line"] = lines.drop("said")
    ready.tables["sales_order"] = platform.settled_heads(heads, lines, before, begun_on)
    back = lines.filter(
        (pl.col("said") == platform.CANCELLED) & pl.col("order_no").is_in(left.implode())
    )
    waits = ready.tables["sales_order"].filter(
        (pl.col("status") == "confirmed") & (pl.col("ordered_on") >= begun_on)
    )["order_no"]
    gone = _gone(lines.filter(pl.col("order_no").is_in(waits.implode())), left)
    return (
        money
        + _not_shipped(gone)
        + [
            Problem(
                number,
                Say("the platform has paid it back and goods of it have left"),
                Say("When they come back: scm order return {number} SKU=QTY.", number=number),
            )
            for number in back["order_no"].unique(maintain_order=True)
        ]
    )


def _gone(lines: pl.DataFrame, left: pl.Series) -> list[str]:
    """Orders that the platform calls shipped or finished, of which nothing left here."""
    whole = lines.group_by("order_no", maintain_order=True).agg((pl.col("said") == "closed").all())
    gone = whole.filter("said", ~pl.col("order_no").is_in(left.implode()))
    return [str(number) for number in gone["order_no"]]


def _not_shipped(numbers: list[str]) -> list[Problem]:
    if not numbers:
        return []
    what = "{n} {n:order is|orders are} shipped for the platform and not here: stock still holds {n:it|them}"
    mend = Say("Enter what left: scm order ship {number}.", number=numbers[0])
    return [Problem(numbers[0], Say(what, n=len(numbers)), mend)]
