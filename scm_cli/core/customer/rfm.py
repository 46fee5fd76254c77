"""What customers buy: how recently, how often, for how much; and where each stands among all.

`purchases` is one row per customer, day and document: customer, day, document, amount (float,
as sold, less what came back). Two documents of one day are one purchase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

SCORES = 5
YEAR = 365


def buying(purchases: pl.DataFrame, today: date) -> pl.DataFrame:
    """One row per customer who bought, in the order of their codes.

    first_on, last_on, recency_days, purchases (distinct days), orders, spend_amount,
    yearly_amount (the last 365 days), basket_amount (per order), usual_interval_days (median of
    the gaps between days of purchase; null with one day only).
    """
    past = purchases.filter(pl.col("day") <= today)
    daily = past.group_by("customer", "day").agg(pl.len().alias("n"), pl.col("amount").sum())
    daily = daily.sort("customer", "day")
    recent = pl.col("day") > pl.lit(today) - pl.duration(days=YEAR)
    gap = pl.col("day").diff().dt.total_days()
    return (
        daily.group_by("customer", maintain_order=True)
        .agg(
            pl.col("day").first().alias("first_on"),
            pl.col("day").last().alias("last_on"),
            pl.len().cast(pl.Int64).alias("purchases"),
            pl.col("n").sum().cast(pl.Int64).alias("orders"),
            pl.col("amount").sum().alias("spend_amount"),
            pl.col("amount").filter(recent).sum().alias("yearly_amount"),
            gap.median().alias("usual_interval_days"),
        )
        .with_columns(
            (pl.lit(today) - pl.col("last_on")).dt.total_days().alias("recency_days"),
            (pl.col("spend_amount") / pl.col("orders")).alias("basket_amount"),
        )
    )


def scored(bought: pl.DataFrame) -> pl.DataFrame:
    """`bought` (from `buying`) with `r_score`, `f_score`, `m_score` (5 is best) and `rfm`.

    Fifths by rank; equal customers get equal scores, the lower one, so that a shop in which most
    bought once does not call half of them frequent. Source: Hughes (1994), Strategic Database
    Marketing, with ties kept together.

    >>> from datetime import date
    >>> rows = [(c, date(2026, 3, n), c, 10.0 * n) for n, c in enumerate("ABCDE", 1)]
    >>> made = pl.DataFrame(rows, ["customer", "day", "document", "amount"], orient="row")
    >>> scored(buying(made, date(2026, 3, 31))).select("customer", "rfm").rows()[0]
    ('A', '111')
    """
    return bought.with_columns(
        _fifth(pl.col("recency_days"), falling=True).alias("r_score"),
        _fifth(pl.col("purchases")).alias("f_score"),
        _fifth(pl.col("yearly_amount")).alias("m_score"),
    ).with_columns(pl.concat_str("r_score", "f_score", "m_score").alias("rfm"))


def _fifth(value: pl.Expr, *, falling: bool = False) -> pl.Expr:
    """1-5 by the share of customers who stand strictly below."""
    below = value.rank("min", descending=falling) - 1
    return (below * SCORES // pl.len() + 1).cast(pl.Int64)


#: Where a customer stands, from the scores; the first that fits counts.
STANDINGS: tuple[tuple[str, pl.Expr], ...] = (
    ("best", (pl.col("r_score") >= 4) & (pl.col("f_score") >= 4) & (pl.col("m_score") >= 4)),
    ("new", (pl.col("purchases") == 1) & (pl.col("r_score") >= 4)),
    ("loyal", (pl.col("r_score") >= 3) & (pl.col("f_score") >= 4)),
    ("slipping", (pl.col("r_score") <= 2) & ((pl.col("f_score") >= 4) | (pl.col("m_score") >= 4))),
    ("asleep", pl.col("r_score") == 1),
    ("usual", pl.lit(True)),
)


def standing(scores: pl.DataFrame) -> pl.DataFrame:
    """`scores` with `standing`: best, new, loyal, slipping, asleep or usual."""
    word = pl.lit(None, pl.String)
    for name, fits in reversed(STANDINGS):
        word = pl.when(fits).then(pl.lit(name)).otherwise(word)
    return scores.with_columns(word.alias("standing"))
