"""Keep, renegotiate or drop: what the quarter's figures advise, and what going elsewhere would cost.

| tier | an approved alternative for most of the money | advice |
|---|---|---|
| D | yes | drop |
| D | no | develop a second source |
| C | - | renegotiate |
| A, B, unrated | - | renegotiate when dear or rising, else keep (unrated: none) |

Dear: price index above a bound. Rising: own prices against the last ones before. An alternative
is another approved supplier, not itself a D, that asks for the same items or delivered them
within the year; the one that covers most of the money is named, then the better scored.

Switching costs, over a year: the alternative's price for the same quantities less ours, the
holding cost of what its minimum orders would add to each order, and a fixed amount per switch.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

YEAR = {
    "supplier": pl.String,
    "sku": pl.String,
    "currency": pl.String,  # the shop's, or one without a rate, which is compared with its like alone
    "qty": pl.Float64,
    "lines": pl.Int64,
    "spend": pl.Float64,
}
SOURCES = {
    "supplier": pl.String,
    "sku": pl.String,
    "currency": pl.String,
    "unit_price": pl.Float64,  # null: delivers it, asks nothing at present
    "moq_qty": pl.Float64,
}


PER_ITEM = 5  # the best suppliers of an item that are looked at as alternatives
CHUNK = 100_000  # supplier-items that are put beside them at a time


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """When a supplier is dear [index], rising [%], replaceable [% of its money]; costs."""

    dear_index_pct: float = 105.0
    rise_pct: float = 5.0
    alternative_pct: float = 50.0
    switching_amount: float = 0.0
    holding_cost_pct: float = 20.0


def sources(
    offers: pl.DataFrame, year: pl.DataFrame, able: pl.DataFrame, on: object
) -> pl.DataFrame:
    """Who could deliver what: valid offers, else what was delivered within the year at its price.

    Args:
        offers: `price_index.OFFERS`.
        year: `YEAR`.
        able: `supplier` of those who are approved and no part of the firm.
        on: offers must be valid on this day.

    Returns:
        `SOURCES`, one row per supplier, item and currency: the price of the smallest quantity.

    >>> from datetime import date
    >>> asked = pl.DataFrame({"supplier": ["T"], "sku": ["A"], "currency": ["CNY"],
    ...     "from_qty": [0.0], "unit_price": [9.0], "moq_qty": [None], "valid_from_on": [None],
    ...     "valid_until_on": [date(2026, 12, 31)]})
    >>> had = pl.DataFrame(schema=YEAR)
    >>> sources(asked, had, pl.DataFrame({"supplier": ["T"]}), date(2026, 6, 30)).row(0)
    ('T', 'A', 'CNY', 9.0, None)
    """
    key = ["supplier", "sku", "currency"]
    valid = offers.filter(
        pl.col("valid_from_on").is_null() | (pl.col("valid_from_on") <= pl.lit(on)),
        pl.col("valid_until_on").is_null() | (pl.col("valid_until_on") >= pl.lit(on)),
    )
    asked = valid.sort("from_qty", "unit_price").unique(key, keep="first", maintain_order=True)
    had = year.join(asked.select(key), on=key, how="anti").select(
        *key,
        unit_price=pl.col("spend") / pl.col("qty"),
        moq_qty=pl.lit(None, pl.Float64),
    )
    both = pl.concat([asked.select(pl.col(n).cast(k) for n, k in SOURCES.items()), had])
    return both.join(able.select("supplier"), on="supplier", how="semi").sort(key)


def sole_spend(year: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Per supplier: a year's money, and that of items which nobody else could deliver.

    >>> year = pl.DataFrame({"supplier": ["S", "S"], "sku": ["A", "B"], "spend": [60.0, 40.0]})
    >>> other = pl.DataFrame({"supplier": ["T"], "sku": ["A"]})
    >>> sole_spend(year, other).row(0)
    ('S', 100.0, 40.0)
    """
    who = found.select("supplier", "sku").unique()
    count = who.group_by("sku").agg(able=pl.len())
    mine = who.with_columns(itself=1)
    each = year.group_by("supplier", "sku").agg(pl.col("spend").sum())
    each = each.join(count, on="sku", how="left").join(mine, on=["supplier", "sku"], how="left")
    others = pl.col("able").fill_null(0) - pl.col("itself").fill_null(0)
    return each.group_by("supplier").agg(
        pl.col("spend").sum(), sole_spend=pl.col("spend").filter(others <= 0).sum()
    ).sort("supplier")  # fmt: skip


def alternatives(
    year: pl.DataFrame, found: pl.DataFrame, cards: pl.DataFrame, rules: ReviewRules
) -> pl.DataFrame:
    """The best alternative of each supplier and what going there would cost in a year.

    Args:
        year: `YEAR`.
        found: `SOURCES`.
        cards: `supplier, tier, score_pct`; a D is nobody's alternative.
        rules: costs.

    Returns:
        `supplier, alternative, covered_pct, price_change_amount, overbuy_amount,
        change_over_amount, switching_amount`; suppliers without any are left out.

    >>> year = pl.DataFrame({"supplier": ["S"], "sku": ["A"], "currency": ["CNY"], "qty": [100.0],
    ...     "lines": [10], "spend": [1000.0]})
    >>> other = pl.DataFrame({"supplier": ["T"], "sku": ["A"], "currency": ["CNY"],
    ...     "unit_price": [9.0], "moq_qty": [15.0]})
    >>> cards = pl.DataFrame({"supplier": ["S", "T"], "tier": ["D", "B"], "score_pct": [40.0, 80.0]})
    >>> alternatives(year, other, cards, ReviewRules()).row(0)
    ('S', 'T', 100.0, -100.0, 9.0, 0.0, -91.0)
    """
    fit = cards.filter(pl.col("tier") != "D").select(other="supplier", other_score="score_pct")
    offered = found.rename({"supplier": "other"}).join(fit, on="other")
    order = ["sku", "currency", "other_score", "unit_price", "other"]
    offered = (
        offered.sort(order, descending=[False, False, True, False, False], nulls_last=True)
        .group_by("sku", "currency", maintain_order=True)
        .head(PER_ITEM)
    )
    best = [_best(part, offered, rules) for part in _in_parts(year)]
    return pl.concat(best) if best else _best(year.clear(), offered, rules)


def _in_parts(year: pl.DataFrame) -> list[pl.DataFrame]:
    """A year's purchases in parts of some size, no supplier in two of them."""
    rows = year.sort("supplier").with_row_index("at")
    part = pl.col("at").min().over("supplier") // CHUNK
    return rows.with_columns(part=part).drop("at").partition_by("part", include_key=False)


def _best(year: pl.DataFrame, offered: pl.DataFrame, rules: ReviewRules) -> pl.DataFrame:
    """The alternative of each supplier that covers most, then the better scored, the cheaper."""
    total = year.group_by("supplier").agg(total=pl.col("spend").sum())
    pairs = year.join(offered, on=["sku", "currency"]).filter(pl.col("supplier") != pl.col("other"))
    price = pl.col("unit_price")
    over = (pl.col("moq_qty") - pl.col("qty") / pl.col("lines")).clip(0, None).fill_null(0.0)
    each = pairs.group_by("supplier", "other").agg(
        covered=pl.col("spend").sum(),
        price_change_amount=(price * pl.col("qty") - pl.col("spend")).sum(),
        overbuy_amount=(over * price).sum() * rules.holding_cost_pct / 100,
        other_score=pl.col("other_score").first(),
    )
    fixed = rules.switching_amount
    each = each.join(total, on="supplier").with_columns(
        change_over_amount=pl.lit(fixed),
        covered_pct=pl.col("covered") / pl.col("total") * 100,
        switching_amount=pl.col("price_change_amount") + pl.col("overbuy_amount") + fixed,
    )
    order = ["supplier", "covered_pct", "other_score", "switching_amount", "other"]
    best = each.sort(order, descending=[False, True, True, False, False], nulls_last=True)
    return best.unique("supplier", keep="first", maintain_order=True).select(
        "supplier", pl.col("other").alias("alternative"), "covered_pct", "price_change_amount",
        "overbuy_amount", "change_over_amount", "switching_amount",
    )  # fmt: skip


def advised(cards: pl.DataFrame, rules: ReviewRules) -> pl.DataFrame:
    """The cards with `advice`, null where there is no data or the supplier is our own.

    Args:
        cards: `is_internal, tier, price_index, price_trend_pct, covered_pct`.
        rules: the bounds.

    >>> cards = pl.DataFrame({"is_internal": [False] * 3, "tier": ["D", "D", "A"],
    ...     "price_index": [None] * 3, "price_trend_pct": [None] * 3,
    ...     "covered_pct": [80.0, 20.0, None]})
    >>> advised(cards, ReviewRules())["advice"].to_list()
    ['drop', 'develop a second source', 'keep']
    """
    other = pl.col("covered_pct").fill_null(0.0) >= rules.alternative_pct
    dear = pl.col("price_index").fill_null(0.0) > rules.dear_index_pct
    rising = pl.col("price_trend_pct").fill_null(0.0) > rules.rise_pct
    return cards.with_columns(
        advice=pl.when("is_internal")
        .then(None)
        .when((pl.col("tier") == "D") & other)
        .then(pl.lit("drop"))
        .when(pl.col("tier") == "D")
        .then(pl.lit("develop a second source"))
        .when((pl.col("tier") == "C") | dear | rising)
        .then(pl.lit("renegotiate"))
        .when(pl.col("tier").is_in(["A", "B"]))
        .then(pl.lit("keep"))
    )
