"""Transfers between warehouses, before anything is bought.

Only what a warehouse has above its own target over its own horizon is given away, so giving
never makes the giver buy. A transfer is used where it is in time, or no slower than a new order.
"""

from __future__ import annotations

import polars as pl

from scm_cli.core.replenish.rounding import rounded_down, rounded_up


def transfers(rows: pl.DataFrame, transfer_days: int) -> pl.DataFrame:
    """Match spare stock with needs of the same item in other warehouses.

    Args:
        rows: per item-warehouse `sku, warehouse, unit_step_qty, spare_qty, buy_qty` [stock
            units], `buy_day` (days from today) and `fastest_days` (null: nobody supplies).
        transfer_days: days from dispatch to usable [days].

    Returns:
        `sku, from_warehouse, warehouse, order_qty`: largest spare first, earliest need first,
        whole unit steps.

    >>> stock = pl.DataFrame({"sku": ["A", "A"], "warehouse": ["N", "S"], "unit_step_qty": [1., 1.],
    ...     "spare_qty": [40.5, 0.0], "buy_qty": [0.0, 15.2], "buy_day": [-1, 3],
    ...     "fastest_days": [9, 9]})
    >>> transfers(stock, 2).rows()
    [('A', 'N', 'S', 16.0)]
    """
    step = pl.col("unit_step_qty")
    in_time = pl.lit(transfer_days) <= pl.max_horizontal(
        "buy_day", pl.col("fastest_days").fill_null(10**6)
    )
    takers = rows.filter((pl.col("buy_qty") > 0) & in_time).select(
        "sku", "warehouse", "buy_day", qty=rounded_up(pl.col("buy_qty"), step)
    )
    givers = (
        rows.filter(pl.col("buy_qty") <= 0)
        .with_columns(qty=rounded_down(pl.col("spare_qty"), step))
        .filter(pl.col("qty") > 0)
        .select("sku", "qty", from_warehouse="warehouse")
    )
    takers = takers.sort("sku", "buy_day", "warehouse")
    givers = givers.sort("sku", -pl.col("qty"), "from_warehouse")
    upto = pl.col("qty").cum_sum().over("sku")
    takers = takers.with_columns(take_to=upto).with_columns(
        take_from=pl.col("take_to") - pl.col("qty")
    )
    givers = givers.with_columns(give_to=upto).with_columns(
        give_from=pl.col("give_to") - pl.col("qty")
    )
    overlap = pl.min_horizontal("take_to", "give_to") - pl.max_horizontal("take_from", "give_from")
    return (
        takers.drop("qty")
        .join(givers.drop("qty"), on="sku")
        .select("sku", "from_warehouse", "warehouse", order_qty=overlap.round(6))
        .filter(pl.col("order_qty") > 0)
        .sort("sku", "warehouse", "from_warehouse")
    )
