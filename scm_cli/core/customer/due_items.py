"""Items that customers are about to buy again and that will not be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.customer.repurchase import given_up

if TYPE_CHECKING:
    from datetime import date


def short_of(
    next_items: pl.DataFrame, stock: pl.DataFrame, today: date, least_customers: int
) -> pl.DataFrame:
    """Items of which expected repurchases outrun stock before new goods can come.

    `next_items` come from `repurchase.next_items`. `stock`: sku, free_qty [units, on hand less
    owed, with what comes in time], lead_days (a new order). Due is who is expected within the lead
    time and has not given the item up; each counts with the chance that its purchase falls into
    these days, lead time ÷ interval, for hardly any customer buys an item by clockwork. Columns:
    sku, customers, due_qty, free_qty, lead_days, first_on; at least `least_customers` are due; the
    largest shortage first.

    >>> from datetime import date
    >>> due = pl.DataFrame({"customer": ["A", "B"], "sku": "P", "expected_on": date(2026, 3, 5),
    ...     "expected_qty": 12.0, "interval_days": 14.0, "overdue_days": 0})
    >>> held = pl.DataFrame({"sku": ["P"], "free_qty": [10.0], "lead_days": [7]})
    >>> short_of(due, held, date(2026, 3, 1), 2).select("customers", "due_qty").row(0)
    (2, 12.0)
    """
    rows = next_items.join(stock, on="sku")
    until = pl.lit(today) + pl.duration(days=pl.col("lead_days"))
    stopped = given_up(pl.col("overdue_days"), pl.col("interval_days"))
    soon = (pl.col("expected_on") <= until) & ~stopped
    chance = (pl.col("lead_days") / pl.col("interval_days")).clip(0.0, 1.0)
    found = rows.filter(soon).group_by("sku", "free_qty", "lead_days").agg(
        pl.col("customer").n_unique().cast(pl.Int64).alias("customers"),
        (pl.col("expected_qty") * chance).sum().alias("due_qty"),
        pl.max_horizontal(pl.col("expected_on").min(), pl.lit(today)).alias("first_on"),
    )  # fmt: skip
    wanted = (pl.col("customers") >= least_customers) & (pl.col("due_qty") > pl.col("free_qty"))
    return found.filter(wanted).sort(pl.col("free_qty") - pl.col("due_qty"), "sku")
