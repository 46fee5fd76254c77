"""ABC classes: how much an item weighs in what the firm sells.

Source: H. F. Dickie, "ABC inventory analysis shoots for dollars, not pennies", Factory
Management and Maintenance 109 (1951); the usual cuts at 80 % and 95 % of value.
"""

from __future__ import annotations

import polars as pl

A_SHARE, B_SHARE = 0.80, 0.95


def abc(values: pl.DataFrame) -> pl.DataFrame:
    """Class of each item-warehouse from its yearly value.

    Args:
        values: `sku`, `warehouse`, `value_amount` [currency per year].

    Returns:
        `sku`, `warehouse`, `abc_class`: A while the items before it make less than 80 % of all
        value, B while less than 95 %, else C; without any value C.

    >>> frame = pl.DataFrame({"sku": ["x", "y", "z"], "warehouse": ["W"] * 3,
    ...     "value_amount": [900.0, 80.0, 20.0]})
    >>> abc(frame)["abc_class"].to_list()
    ['A', 'B', 'C']
    """
    ranked = values.sort(["value_amount", "sku", "warehouse"], descending=[True, False, False])
    total = pl.col("value_amount").sum()
    before = (pl.col("value_amount").cum_sum() - pl.col("value_amount")) / total
    return ranked.select(
        "sku",
        "warehouse",
        pl.when((total <= 0) | (pl.col("value_amount") <= 0))
        .then(pl.lit("C"))
        .when(before < A_SHARE)
        .then(pl.lit("A"))
        .when(before < B_SHARE)
        .then(pl.lit("B"))
        .otherwise(pl.lit("C"))
        .alias("abc_class"),
    )
