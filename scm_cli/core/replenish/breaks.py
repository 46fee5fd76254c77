"""Price breaks: whether buying more at once is worth the cheaper price.

All-units breaks: from a quantity on, every unit costs less. For each item and supplier the year
is priced at what is needed and at the start of every break above it; the cheapest stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.rounding import rounded_up

if TYPE_CHECKING:
    from scm_cli.core.replenish.schemas import PlanRules

GROUP = ["sku", "supplier"]
YEAR_DAYS = 365


def priced(needs: pl.DataFrame, breaks: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """Give each need the price of the quantity that is best to buy, and that quantity as minimum.

    Args:
        needs: with their supplier: `sku, supplier, needed_qty, cover_qty` (most that sells before
            it expires, infinite where it keeps), `daily_mean_qty, moq_qty, order_multiple_qty,
            unit_price`.
        breaks: `schemas.BREAKS`, per stock unit.
        rules: holding cost, cost of an order line, and how many days of demand a lot may hold.

    Returns:
        The needs with `moq_qty` raised where a break pays, and `unit_price` as then paid.

    A year costs p·D + K·D/Q + h·p·Q/2 (Snyder & Shen, Fundamentals of Supply Chain Theory, 2019,
    §3.4.1; Silver, Pyke & Thomas 2017, §4.5); what does not sell is bought as it is needed.

    >>> from datetime import date
    >>> from scm_cli.core.replenish.schemas import PlanRules
    >>> need = pl.DataFrame({"sku": ["A"], "supplier": ["S"], "needed_qty": [300.0],
    ...     "cover_qty": [float("inf")], "daily_mean_qty": [10.0], "moq_qty": [0.0],
    ...     "order_multiple_qty": [0.0], "unit_price": [0.75]})
    >>> breaks = pl.DataFrame({"sku": "A", "supplier": "S", "from_qty": [0.0, 400.0, 90000.0],
    ...     "unit_price": [0.75, 0.72, 0.7]})
    >>> priced(need, breaks, PlanRules(date(2026, 1, 1))).select("moq_qty", "unit_price").row(0)
    (400.0, 0.72)
    """
    if breaks.is_empty():
        return needs
    best = _best(_groups(needs, rules), breaks, rules)
    found = needs.join(best, on=GROUP, how="left", maintain_order="left")
    return found.with_columns(
        moq_qty=pl.coalesce("_lot_qty", "moq_qty"), unit_price=pl.coalesce("_price", "unit_price")
    ).drop("_lot_qty", "_price")


def _groups(needs: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """Per item and supplier: what is bought without a break, what a year needs, the most to buy."""
    groups = needs.group_by(GROUP).agg(
        pl.col("needed_qty", "cover_qty", "daily_mean_qty").sum(),
        pl.col("moq_qty", "order_multiple_qty").max(),
    )
    multiple = pl.col("order_multiple_qty")
    base = rounded_up(pl.max_horizontal("needed_qty", "moq_qty"), multiple)
    most = pl.min_horizontal("cover_qty", pl.col("daily_mean_qty") * rules.longest_lot_days)
    return groups.with_columns(base_qty=base, year_qty=pl.col("daily_mean_qty") * YEAR_DAYS).select(
        *GROUP, "base_qty", "year_qty", multiple, pl.max_horizontal(most, "base_qty").alias("most")
    )


def _best(groups: pl.DataFrame, breaks: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """The cheapest lot of each group and its price."""
    offered = groups.join(breaks, on=GROUP)
    reached = pl.col("from_qty") <= pl.col("base_qty")
    here = pl.when(reached).then("from_qty").max().over(GROUP)
    offered = offered.filter(~reached | (pl.col("from_qty") == here))
    lot = pl.max_horizontal(
        "base_qty", rounded_up(pl.col("from_qty"), pl.col("order_multiple_qty"))
    )
    price, held = pl.col("unit_price"), rules.holding_pct / 100
    orders = rules.order_line_amount * pl.col("year_qty") / pl.col("_lot_qty")
    year = price * pl.col("year_qty") + orders + price * held * pl.col("_lot_qty") / 2
    return (
        offered.with_columns(_lot_qty=lot)
        .filter(pl.col("_lot_qty") <= pl.col("most") + 1e-9)
        .with_columns(_year=pl.when(pl.col("year_qty") > 0).then(year).otherwise("_lot_qty"))
        .sort(*GROUP, "_year", "_lot_qty")
        .unique(GROUP, keep="first", maintain_order=True)
        .select(*GROUP, "_lot_qty", _price="unit_price")
    )
