"""Whether a supplier is dear: its prices against the best that others ask for the same.

price index = 100 × Σ(q × own price) ÷ Σ(q × best other valid price), over what was bought for
which another approved supplier has a valid price: same item, quantity (its price break reached,
its minimum order not above), currency; before tax, freight and duty added where they are known.
Above 100 is dearer. Without alternatives there is no index; the coverage tells for which part of
the money there was one. Beside it the trend: what was bought now against each item's own last
price before.
"""

from __future__ import annotations

import polars as pl

from scm_cli.core.supplier.scorecard import typed

BOUGHT = {
    "supplier": pl.String,
    "sku": pl.String,
    "on": pl.Date,
    "qty": pl.Float64,
    "unit_price": pl.Float64,  # per stock unit, before tax, delivered
    "currency": pl.String,
    "last_price": pl.Float64,  # the supplier's last one before the period
}
OFFERS = {
    "supplier": pl.String,
    "sku": pl.String,
    "from_qty": pl.Float64,
    "unit_price": pl.Float64,
    "currency": pl.String,
    "moq_qty": pl.Float64,
    "valid_from_on": pl.Date,
    "valid_until_on": pl.Date,
}
CHUNK = 250_000  # bought lines that are put beside the offers at a time


def price_indices(bought: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Per supplier: index, coverage [%], trend of own prices [%], and the money they rest on.

    Args:
        bought: `BOUGHT` of the period; lines without a price teach nothing.
        offers: `OFFERS` of approved suppliers; a supplier is not compared with itself.

    >>> day = pl.date(2026, 1, 5)
    >>> mine = pl.DataFrame({"supplier": ["S", "S"], "sku": ["A", "B"], "qty": [10.0, 10.0],
    ...     "unit_price": [12.0, 8.0], "currency": ["CNY"] * 2}).with_columns(on=day)
    >>> other = pl.DataFrame({"supplier": ["T"], "sku": ["A"], "from_qty": [0.0],
    ...     "unit_price": [10.0], "currency": ["CNY"]})
    >>> price_indices(mine, other).select("price_index", "price_coverage_pct").row(0)
    (120.0, 60.0)
    """
    mine = typed(bought, BOUGHT).filter(pl.col("unit_price") > 0, pl.col("qty") > 0)
    best = best_other_prices(mine, offers)
    own, other = pl.col("qty") * pl.col("unit_price"), pl.col("qty") * pl.col("best_price")
    paired, known = pl.col("best_price") > 0, pl.col("last_price") > 0
    before = pl.col("qty") * pl.col("last_price")
    return (
        mine.with_columns(best)
        .group_by("supplier")
        .agg(
            spend=own.sum(),
            paired=own.filter(paired).sum(),
            others=other.filter(paired).sum(),
            now=own.filter(known).sum(),
            then=before.filter(known).sum(),
        )
        .select(
            "supplier",
            "spend",
            price_index=pl.when(pl.col("others") > 0).then(
                pl.col("paired") / pl.col("others") * 100
            ),
            price_coverage_pct=pl.col("paired") / pl.col("spend") * 100,
            price_trend_pct=pl.when(pl.col("then") > 0).then(
                (pl.col("now") / pl.col("then") - 1) * 100
            ),
        )
        .sort("supplier")
    )


def best_other_prices(mine: pl.DataFrame, offers: pl.DataFrame) -> pl.Series:
    """The lowest price at which another supplier would have sold each line; null where none would.

    >>> day = pl.date(2026, 1, 5)
    >>> mine = pl.DataFrame({"supplier": ["S"], "sku": ["A"], "qty": [10.0], "unit_price": [12.0],
    ...     "currency": ["CNY"]}).with_columns(on=day)
    >>> breaks = pl.DataFrame({"supplier": ["T", "T"], "sku": ["A"] * 2, "from_qty": [0.0, 100.0],
    ...     "unit_price": [11.0, 9.0], "currency": ["CNY"] * 2})
    >>> best_other_prices(mine, breaks).to_list()
    [11.0]
    """
    asked = typed(offers, OFFERS).rename({"supplier": "other", "unit_price": "other_price"})
    asked = asked.with_columns(pl.col("from_qty").fill_null(0.0))
    key = ["sku", "currency"]
    broken = asked.select("other", *key).is_duplicated().any()
    found = [pl.Series("best_price", [], pl.Float64)]
    for start in range(0, mine.height, CHUNK):
        part = mine.slice(start, CHUNK).select("supplier", "qty", "on", *key).with_row_index("buy")
        pairs = part.join(asked, on=key).filter(
            pl.col("supplier") != pl.col("other"),
            pl.col("from_qty") <= pl.col("qty"),
            pl.col("moq_qty").fill_null(0.0) <= pl.col("qty"),
            pl.col("valid_from_on").is_null() | (pl.col("valid_from_on") <= pl.col("on")),
            pl.col("valid_until_on").is_null() | (pl.col("valid_until_on") >= pl.col("on")),
        )
        if broken:  # of a supplier's price breaks the highest that is reached counts
            pairs = pairs.filter(
                pl.col("from_qty") == pl.col("from_qty").max().over("buy", "other")
            )
        best = pairs.group_by("buy").agg(best_price=pl.col("other_price").min())
        both = part.select("buy").join(best, on="buy", how="left", maintain_order="left")
        found.append(both["best_price"])
    return pl.concat(found)
