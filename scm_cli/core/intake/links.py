"""Lines that answer order lines: receipts to purchases, deliveries to sales orders.

A line that names an order without a line is linked to the first line of its item that is
still open. Nothing is received on a cancelled order, nothing delivered beyond what was
ordered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Link:
    """Names of the columns on both sides."""

    order_no: str
    order_line_no: str
    qty: str
    partner: str
    over_pct: float


RECEIVING = Link("purchase_no", "purchase_line_no", "accepted_qty", "supplier", 10.0)
SHIPPING = Link("order_no", "order_line_no", "qty", "customer", 0.0)


def linked(lines: pl.DataFrame, orders: pl.DataFrame, link: Link) -> pl.DataFrame:
    """`lines` with the order line filled in where only the order was named.

    `orders`: order number, `line_no`, `sku`, `open_qty`, one row per order line.
    """
    if link.order_line_no not in lines.columns:
        lines = lines.with_columns(pl.lit(None, pl.Int64).alias(link.order_line_no))
    first = (
        orders.sort(link.order_no, pl.col("open_qty") <= 0, "line_no")
        .group_by(link.order_no, "sku", maintain_order=True)
        .agg(pl.col("line_no").first().alias("found_line"))
    )
    return lines.join(first, on=[link.order_no, "sku"], how="left", maintain_order="left").with_columns(
        pl.col(link.order_line_no).fill_null(pl.col("found_line"))
    ).drop("found_line")  # fmt: skip


def refusals(
    lines: pl.DataFrame, orders: pl.DataFrame, link: Link, new_rows: pl.Series
) -> Iterable[Refusal]:
    """Why lines cannot answer the orders that they name; only new rows add to what was done."""
    named = lines.filter(pl.col(link.order_no).is_not_null())
    known = set(orders[link.order_no])
    with_order = named.join(
        orders.rename({"line_no": link.order_line_no, "sku": "order_sku", "qty": "ordered_qty"}).select(
            link.order_no, link.order_line_no, "order_sku", "ordered_qty", "cancelled_qty", "done_qty",
            "status", pl.col(link.partner).alias("order_partner"),
        ),
        on=[link.order_no, link.order_line_no], how="left", maintain_order="left",
    )  # fmt: skip
    fresh = pl.col("row").is_in(new_rows.implode())
    total = pl.col(link.qty).filter(fresh).sum().over(link.order_no, link.order_line_no)
    with_order = with_order.with_columns(total.alias("new_qty"))
    for line in with_order.filter(fresh).iter_rows(named=True):
        why = _why(line, known, link)
        if why is not None:
            yield Refusal(line["row"], None, why)


def _why(line: dict[str, object], known: set[object], link: Link) -> Say | None:  # noqa: PLR0911 -- one reason each
    number = line[link.order_no]
    if number not in known:
        return Say("there is no order {number}", number=number)
    if line["order_sku"] is None:
        return Say("order {number} has no line for {sku}", number=number, sku=line["sku"])
    if line["status"] == "cancelled":
        return Say("order {number} is cancelled", number=number)
    if line["order_sku"] != line["sku"]:
        return Say(
            "line {n} of order {number} is {other}, not {sku}",
            n=line[link.order_line_no],
            number=number,
            other=line["order_sku"],
            sku=line["sku"],
        )
    if line.get(link.partner) is not None and line["order_partner"] != line[link.partner]:
        return Say("order {number} is of {other}", number=number, other=line["order_partner"])
    ordered = float(line["ordered_qty"]) - float(line["cancelled_qty"])  # type: ignore[arg-type]
    done = float(line["done_qty"]) + float(line["new_qty"])  # type: ignore[arg-type]
    if done > ordered * (1 + link.over_pct / 100) + 1e-9:
        return Say(
            "{sku}: {done} of order {number}, which is for {ordered}",
            sku=line["sku"],
            done=f"{done:g}",
            number=number,
            ordered=f"{ordered:g}",
        )
    return None
