"""How well customers are served: fill rate, on time in full, days to ship and to deliver, backlog.

Definitions, per line of a confirmed or closed order, net of what was cancelled. Lines that came
into the books partly shipped have no day of shipping and are left out.

- `due_on`: the promised day, else the requested one; both are days at the customer's door.
- `fill_rate_pct`: of the quantity due in the period, what had left by its due day.
- `on_time_in_full_pct`: of the lines due in the period, those of which everything had arrived by
  the due day. A delivery without a day of arrival counts as arrived `usual_days` after it left;
  `assumed_lines` says for how many lines that decided.
- `ship_days`: calendar days from the order to the day on which its line had left whole, of lines
  that did so in the period; `delivery_days` likewise to the door, of lines whose every delivery
  has its day of arrival. The median, and the days that are enough for 90 %.
- `backlog`: what is open of confirmed orders today, whatever the period; `overdue_lines` of it are
  past their due day.

A figure without a line behind it is null, never 0 or 100.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

KEY = ["order_no", "line_no"]
COLUMNS = [
    "lines", "fill_rate_pct", "on_time_in_full_pct", "assumed_lines", "shipped_lines", "ship_days_p50",
    "ship_days_p90", "delivered_lines", "delivery_days_p50", "delivery_days_p90", "backlog_lines",
    "backlog_qty", "backlog_amount", "overdue_lines",
]  # fmt: skip


class Span(NamedTuple):
    """The period, both days included; today; and the days that a delivery usually takes."""

    first: date
    last: date
    today: date
    usual_days: int


def service_figures(
    lines: pl.DataFrame, parts: pl.DataFrame, span: Span, by: str | None = None
) -> pl.DataFrame:
    """The figures as one row per value of the column `by`, else one row.

    Args:
        lines: `order_no, line_no, ordered_on, due_on` (null: bound to no day), `qty` (net),
            `open_qty`, `open_amount`, `is_known` (its shipping is wholly in the books), and `by`.
        parts: what left of them: `order_no, line_no, shipped_on, delivered_on` (null: not known), `qty`.
        span: see `Span`.
        by: the column to group by, such as customer_class.

    >>> line = {"order_no": "SO-1", "line_no": 1, "ordered_on": date(2026, 1, 5), "due_on": date(2026, 1, 9),
    ...     "qty": 10.0, "open_qty": 0.0, "open_amount": 0.0, "is_known": True}
    >>> part = {"order_no": "SO-1", "line_no": 1, "shipped_on": date(2026, 1, 6),
    ...     "delivered_on": date(2026, 1, 8), "qty": 10.0}
    >>> span = Span(date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), 2)
    >>> found = service_figures(pl.DataFrame([line]), pl.DataFrame([part]), span).row(0, named=True)
    >>> found["fill_rate_pct"], found["on_time_in_full_pct"], found["ship_days_p50"], found["delivery_days_p90"]
    (100.0, 100.0, 1.0, 3.0)
    """
    facts = _facts(lines, parts, span)
    if by is None:
        return facts.select(_measures(span)).select(COLUMNS)
    found = facts.group_by(by, maintain_order=True).agg(_measures(span))
    return found.sort(by, nulls_last=True).select(by, *COLUMNS)


def _facts(lines: pl.DataFrame, parts: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Each line with what had left and arrived by its due day, and when it was whole."""
    arrival = pl.coalesce("delivered_on", pl.col("shipped_on") + timedelta(days=span.usual_days))
    due = lines.select(*KEY, "due_on")
    on_time = parts.join(due, on=KEY, how="inner").with_columns(arrival.alias("arrived_on"))
    left, there = pl.col("shipped_on") <= pl.col("due_on"), pl.col("arrived_on") <= pl.col("due_on")
    told = on_time.group_by(KEY).agg(
        pl.col("qty").sum().alias("shipped_qty"),
        pl.col("qty").filter(left).sum().alias("left_qty"),
        pl.col("qty").filter(there).sum().alias("there_qty"),
        pl.col("delivered_on").is_null().any().alias("is_assumed"),
        pl.col("shipped_on").max().alias("last_shipped_on"),
        pl.col("delivered_on").max().alias("last_delivered_on"),
    )
    zero = [pl.col(n).fill_null(0.0) for n in ("shipped_qty", "left_qty", "there_qty")]
    return lines.join(told, on=KEY, how="left", maintain_order="left").with_columns(
        *zero, pl.col("is_assumed").fill_null(value=False)
    )


def _measures(span: Span) -> list[pl.Expr]:
    known = pl.col("is_known") & (pl.col("qty") > 0)
    due = known & pl.col("due_on").is_between(span.first, span.last)
    filled = pl.min_horizontal("left_qty", "qty")
    whole = pl.col("shipped_qty") >= pl.col("qty")
    sent = known & whole & pl.col("last_shipped_on").is_between(span.first, span.last)
    came = (
        known
        & whole
        & ~pl.col("is_assumed")
        & pl.col("last_delivered_on").is_between(span.first, span.last)
    )
    ship = (pl.col("last_shipped_on") - pl.col("ordered_on")).dt.total_days().filter(sent)
    door = (pl.col("last_delivered_on") - pl.col("ordered_on")).dt.total_days().filter(came)
    waits = pl.col("open_qty") > 0
    late = pl.col("due_on").is_not_null() & (pl.col("due_on") < span.today)
    on_time = (pl.col("there_qty") >= pl.col("qty")).filter(due)
    return [
        due.sum().alias("lines"),
        _pct(filled.filter(due).sum(), pl.col("qty").filter(due).sum()).alias("fill_rate_pct"),
        _pct(on_time.sum(), due.sum()).alias("on_time_in_full_pct"),
        (due & pl.col("is_assumed")).sum().alias("assumed_lines"),
        sent.sum().alias("shipped_lines"),
        *_spread(ship, "ship_days"),
        came.sum().alias("delivered_lines"),
        *_spread(door, "delivery_days"),
        waits.sum().alias("backlog_lines"),
        pl.col("open_qty").filter(waits).sum().alias("backlog_qty"),
        pl.col("open_amount").filter(waits).sum().round(2).alias("backlog_amount"),
        (waits & late).sum().alias("overdue_lines"),
    ]


def _pct(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then((100.0 * part / whole).round(2))


def _spread(days: pl.Expr, name: str) -> list[pl.Expr]:
    """The median, and the smallest number of days that is enough for 90 % (nearest rank)."""
    ninth = (days.len() * 0.9).ceil().cast(pl.Int64).clip(1) - 1
    return [
        days.median().cast(pl.Float64).alias(f"{name}_p50"),
        days.sort().get(ninth, null_on_oob=True).cast(pl.Float64).alias(f"{name}_p90"),
    ]
