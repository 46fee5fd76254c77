"""What else a customer may want: items that others buy together with, or after, its own.

Counted in customers, not in lines: `together` are the customers who bought both. Lift is how much
likelier a buyer of one is to buy the other than any customer is: n(A, B) · N ÷ (n(A) · n(B))
(Brin, Motwani, Ullman and Tsur 1997). Pairs seen too seldom count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class PairRules:
    """Customers who must have bought both, the least lift, and how many items of a customer count."""

    min_together: int = 5
    min_lift: float = 1.2
    most_items: int = 200


def for_customer(
    lines: pl.DataFrame, customer: str, stock: pl.DataFrame, rules: PairRules
) -> pl.DataFrame:
    """Items in stock that the customer has not bought, by how strongly its own items point to them.

    `lines`: customer, sku, day (one row per purchase). `stock`: sku, available_qty. Columns: sku,
    because (the own item that points there most), together, lift, next_pct (of the other buyers
    of `because`, the share who also bought it), available_qty.

    >>> from datetime import date
    >>> seen = [(f"C{n}", sku, date(2026, 3, 1)) for n in range(9) for sku in ("pen", "ink")]
    >>> seen += [(f"D{n}", "cup", date(2026, 3, 1)) for n in range(9)] + [("me", "pen", date(2026, 3, 2))]
    >>> lines = pl.DataFrame(seen, ["customer", "sku", "day"], orient="row")
    >>> stock = pl.DataFrame({"sku": ["ink", "cup"], "available_qty": [5.0, 5.0]})
    >>> for_customer(lines, "me", stock, PairRules()).select("sku", "because", "together").rows()
    [('ink', 'pen', 9)]
    """
    bought = lines.select("customer", "sku").unique()
    mine = _own(lines, customer, rules.most_items)
    free = stock.filter(pl.col("available_qty") > 0)
    others = bought.filter(pl.col("customer") != customer)
    total = others["customer"].n_unique()
    by_item = others.group_by("sku").agg(pl.len().alias("n"))
    told = others.join(mine, on="sku").rename({"sku": "because"})
    wanted = others.join(mine, on="sku", how="anti").join(free.select("sku"), on="sku")
    pairs = (
        told.join(wanted, on="customer").group_by("because", "sku").agg(pl.len().alias("together"))
    )
    pairs = pairs.filter(pl.col("together") >= rules.min_together)
    found = pairs.join(by_item, on="sku").join(
        by_item.rename({"sku": "because", "n": "n_because"}), on="because"
    )
    lift = pl.col("together") * total / (pl.col("n") * pl.col("n_because"))
    found = found.with_columns(
        lift.alias("lift"), (100.0 * pl.col("together") / pl.col("n_because")).alias("next_pct")
    ).filter(pl.col("lift") >= rules.min_lift)
    best = found.sort(-pl.col("next_pct"), -pl.col("lift"), "because").unique("sku", keep="first")
    return (
        best.join(free.select("sku", "available_qty"), on="sku")
        .sort(-pl.col("next_pct"), -pl.col("lift"), "sku")
        .select("sku", "because", "together", "lift", "next_pct", "available_qty")
    )


def _own(lines: pl.DataFrame, customer: str, most: int) -> pl.DataFrame:
    """The customer's own items, the most recent first, one column `sku`."""
    own = lines.filter(pl.col("customer") == customer)
    ranked = (
        own.group_by("sku").agg(pl.col("day").max()).sort("day", "sku", descending=[True, False])
    )
    return ranked.head(most).select("sku")


def follows(lines: pl.DataFrame, sku: str, rules: PairRules, days: int) -> pl.DataFrame:
    """What customers buy together with an item, or within `days` after it.

    Columns: sku, together (customers who bought it on the same day), after (within `days` after,
    not on the day), buyers (of `sku`), together_pct, after_pct, lift.
    """
    daily = lines.select("customer", "sku", "day").unique()
    first = daily.filter(pl.col("sku") == sku).select("customer", pl.col("day").alias("began_on"))
    buyers, total = first["customer"].n_unique(), daily["customer"].n_unique()
    near = daily.filter(pl.col("sku") != sku).join(first, on="customer")
    gap = (pl.col("day") - pl.col("began_on")).dt.total_days()
    near = near.filter((gap >= 0) & (gap <= days)).with_columns(gap.alias("gap"))
    by = pl.col("customer")
    found = near.group_by("sku").agg(
        by.filter(pl.col("gap") == 0).n_unique().cast(pl.Int64).alias("together"),
        by.filter(pl.col("gap") > 0).n_unique().cast(pl.Int64).alias("after"),
        by.n_unique().cast(pl.Int64).alias("either"),
    )
    counts = daily.group_by("sku").agg(by.n_unique().alias("n"))
    found = found.filter(pl.col("either") >= rules.min_together).join(counts, on="sku")
    found = found.with_columns(
        pl.lit(buyers).alias("buyers"),
        (100.0 * pl.col("together") / buyers).alias("together_pct"),
        (100.0 * pl.col("after") / buyers).alias("after_pct"),
        (pl.col("either") * total / (pl.col("n") * buyers)).alias("lift"),
    ).filter(pl.col("lift") >= rules.min_lift)
    names = ("sku", "together", "after", "buyers", "together_pct", "after_pct", "lift")
    return found.sort(-pl.col("either"), -pl.col("lift"), "sku").select(names)
