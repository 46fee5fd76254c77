"""Lines that answer other lines: receipts to purchases, deliveries to orders, returns to both.

A line that names a document without a line takes the first line of its item that still has
room, in order. Nothing is received on a cancelled order, nothing delivered beyond what was
ordered, nothing taken back beyond what was delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Link:
    """Names of the columns on both sides; `over_pct` is what may come beyond what was asked."""

    order_no: str
    order_line_no: str
    qty: str
    partner: str
    over_pct: int
    too_much: str


RECEIVING = Link(
    "purchase_no", "purchase_line_no", "accepted_qty", "supplier", 10,
    "{sku}: {done} received on order {number}, which is for {most}",
)  # fmt: skip
NOTIFYING = Link(
    "purchase_no", "purchase_line_no", "qty", "supplier", 10,
    "{sku}: {done} received or on the way of order {number}, which is for {most}",
)  # fmt: skip
SHIPPING = Link(
    "order_no", "order_line_no", "qty", "customer", 0,
    "{sku}: {done} delivered on order {number}, which is for {most}",
)  # fmt: skip
RETURNING = Link(
    "order_no", "order_line_no", "qty", "customer", 0,
    "{sku}: {done} returned of order {number}, of which {most} were delivered",
)  # fmt: skip


def linked(lines: pl.DataFrame, orders: pl.DataFrame, link: Link) -> pl.DataFrame:
    """`lines` with the order line filled in where only the order was named.

    `orders`: order number, `line_no`, `sku`, `most_qty` (what it is for) and `done_qty`, one row
    per order line. Several lines of one item are filled one after the other.
    """
    if link.order_line_no not in lines.columns:
        lines = lines.with_columns(pl.lit(None, pl.Int64).alias(link.order_line_no))
    key = [link.order_no, "sku"]
    room = (pl.col("most_qty") - pl.col("done_qty")).clip(0)
    upto = room.cum_sum().over(key)
    offered = orders.sort(link.order_no, "line_no").select(
        *key, pl.col("line_no").alias("found"), upto.alias("upto"), (upto - room).alias("since")
    )
    open_lines = offered.filter(pl.col("upto") > pl.col("since"))
    last = offered.unique(key, keep="last", maintain_order=True).select(
        *key, pl.col("found").alias("last")
    )
    asked = lines.filter(pl.col(link.order_line_no).is_null() & pl.col(link.order_no).is_not_null())
    before = pl.col(link.qty).cum_sum().over(key) - pl.col(link.qty)
    asked = asked.select("row", *key, before.alias("before"))
    found = (
        asked.join(open_lines, on=key)
        .filter((pl.col("before") >= pl.col("since")) & (pl.col("before") < pl.col("upto")))
        .select("row", "found")
    )
    chosen = asked.join(found, on="row", how="left").join(last, on=key, how="left")
    chosen = chosen.select("row", pl.coalesce("found", "last").alias("found"))
    return lines.join(chosen, on="row", how="left", maintain_order="left").with_columns(
        pl.col(link.order_line_no).fill_null(pl.col("found"))
    ).drop("found")  # fmt: skip


def refusals(
    lines: pl.DataFrame, orders: pl.DataFrame, link: Link, replaced: pl.DataFrame
) -> Iterable[Refusal]:
    """Why lines cannot answer the orders that they name.

    `replaced` are the stored rows of these same lines: what they had done counts no more.
    """
    key = [link.order_no, link.order_line_no]
    named = lines.filter(pl.col(link.order_no).is_not_null())
    known = set(orders[link.order_no])
    old = replaced.filter(pl.col(link.order_no).is_not_null()).group_by(key).agg(
        pl.col(link.qty).sum().alias("old_qty")
    )  # fmt: skip
    told = orders.select(
        link.order_no, pl.col("line_no").alias(link.order_line_no), pl.col("sku").alias("order_sku"),
        "most_qty", "done_qty", "status", pl.col(link.partner).alias("order_partner"),
    )  # fmt: skip
    both = named.join(told, on=key, how="left", maintain_order="left").join(
        old, on=key, how="left", maintain_order="left"
    )
    so_far = pl.col(link.qty).cum_sum().over(key)
    both = both.with_columns(
        (pl.col("done_qty") - pl.col("old_qty").fill_null(0) + so_far).alias("total_qty")
    )
    over = pl.col("total_qty") > pl.col("most_qty") * pl.lit(100 + link.over_pct) / 100
    odd = pl.col("order_sku").is_null() | (pl.col("order_sku") != pl.col("sku"))
    odd |= (pl.col("status") == "cancelled") | over
    if link.partner in both.columns:
        odd |= pl.col(link.partner) != pl.col("order_partner")
    for line in both.filter(odd).iter_rows(named=True):
        why = _why(line, known, link)
        if why is not None:
            what, cell = why
            yield Refusal(line["row"], None, what, (cell, link.order_no))


def _why(line: dict[str, Any], known: set[object], link: Link) -> tuple[Say, str] | None:  # noqa: PLR0911 -- one reason each
    """What is wrong with a line, and the field in which it stands."""
    number = line[link.order_no]
    if number not in known:
        return Say("there is no order {number}", number=number), link.order_no
    if line["order_sku"] is None:
        return Say("order {number} has no line for {sku}", number=number, sku=line["sku"]), "sku"
    if line["status"] == "cancelled":
        return Say("order {number} is cancelled", number=number), link.order_no
    if line["order_sku"] != line["sku"]:
        told = "line {n} of order {number} is {other}, not {sku}"
        n, other = line[link.order_line_no], line["order_sku"]
        return Say(told, n=n, number=number, other=other, sku=line["sku"]), "sku"
    if line.get(link.partner) is not None and line["order_partner"] != line[link.partner]:
        other = line["order_partner"]
        return Say("order {number} is of {other}", number=number, other=other), link.partner
    most: Decimal = line["most_qty"]
    if not most and line["status"] != "closed":  # a return is held against what was delivered
        told = "line {n} of order {number} is cancelled"
        return Say(told, n=line[link.order_line_no], number=number), link.order_no
    if line[link.qty] and line["total_qty"] > most * (100 + link.over_pct) / 100:
        done = f"{line['total_qty'].normalize():f}"
        most_told = f"{most.normalize():f}"
        what = Say(link.too_much, sku=line["sku"], done=done, number=number, most=most_told)
        return what, link.qty
    return None
