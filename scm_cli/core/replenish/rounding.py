"""Minimum order and order multiple: once per item and supplier, always up, on the unit grid.

The order of steps is the rule (peers that change it order three minimums instead of one, or an
order that fails its own check): sum the needs of all warehouses, raise the sum once to the
minimum, convert to the buying unit, round *up* on that unit's grid so that the stock equivalent
still meets the minimum, and give the surplus back to the warehouses.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import polars as pl

TOLERANCE = 1e-9  # of one step: what floating point may be off


@dataclass(frozen=True, slots=True)
class OrderGrid:
    """How a supplier sells an item; minimum and multiple in stock units."""

    moq_qty: Decimal = Decimal(0)
    order_multiple_qty: Decimal = Decimal(0)
    unit_factor: Decimal = Decimal(1)  # stock units per buying unit (a box of 24: 24)
    unit_step_qty: Decimal = Decimal(1)  # smallest part of the buying unit that can be ordered


def order_qty(need_qty: Decimal, grid: OrderGrid) -> tuple[Decimal, Decimal]:
    """Ordered quantity in buying units and its stock equivalent, never below need or minimum.

    Args:
        need_qty: sum of all needs [stock units]; 0 or less orders nothing.
        grid: minimum, multiple, unit.

    Returns:
        (buying units, stock units).

    Raises:
        ValueError: a unit factor or step that is not above 0.

    50 kg asked in pounds to 0.001 lb: the nearest grid point, 110.231 lb, is 49 999.93 g and
    below the minimum; rounding up gives one that is accepted.

    >>> pound = OrderGrid(Decimal(50000), Decimal(0), Decimal("453.59237"), Decimal("0.001"))
    >>> [str(x) for x in order_qty(Decimal(50000), pound)]
    ['110.232', '50000.39412984']
    """
    if grid.unit_factor <= 0 or grid.unit_step_qty <= 0:
        raise ValueError("unit factor and step are above 0")
    if need_qty <= 0:
        return Decimal(0), Decimal(0)
    stock = max(need_qty, grid.moq_qty)
    if grid.order_multiple_qty > 0:
        stock = _up(stock, grid.order_multiple_qty)
    units = _up(stock / grid.unit_factor, grid.unit_step_qty)
    while units * grid.unit_factor < stock:  # the division above was cut at 28 digits
        units += grid.unit_step_qty
    return units, units * grid.unit_factor


def _up(qty: Decimal, step: Decimal) -> Decimal:
    return (qty / step).to_integral_value(ROUND_CEILING) * step


def rounded_up(qty: pl.Expr, step: pl.Expr) -> pl.Expr:
    """The next multiple of `step` at or above `qty`, forgiving floating point; step 0 leaves it.

    >>> frame = pl.DataFrame({"q": [3.2, 4.0, 0.3], "s": [1.0, 1.0, 0.1]})
    >>> frame.select(rounded_up(pl.col("q"), pl.col("s"))).to_series().round(6).to_list()
    [4.0, 4.0, 0.3]
    """
    return pl.when(step > 0).then((qty / step - TOLERANCE).ceil() * step).otherwise(qty)


def rounded_down(qty: pl.Expr, step: pl.Expr) -> pl.Expr:
    """The next multiple of `step` at or below `qty`, forgiving floating point."""
    return pl.when(step > 0).then((qty / step + TOLERANCE).floor() * step).otherwise(qty)


def ordered(needs: pl.DataFrame) -> pl.DataFrame:
    """Round needs up once per item and supplier and give each warehouse its part.

    Args:
        needs: one row per need: `sku, warehouse, supplier, needed_qty, daily_mean_qty,
            unit_step_qty, moq_qty, order_multiple_qty` (stock units; all above or equal 0).

    Returns:
        The same rows and `order_qty`: the need rounded up to the unit step plus a share of the
        surplus by daily sales (by need where nothing sells), in whole steps, largest remainder
        first. Per item and supplier the sum meets the minimum and the multiple.

    Two warehouses that need 30 and 20 of a minimum of 100 order 100 together, not 200:

    >>> both = pl.DataFrame({"sku": ["A", "A"], "warehouse": ["W1", "W2"], "supplier": ["S", "S"],
    ...     "needed_qty": [30.0, 20.0], "daily_mean_qty": [3.0, 1.0], "unit_step_qty": [1.0, 1.0],
    ...     "moq_qty": [100.0, 100.0], "order_multiple_qty": [0.0, 0.0]})
    >>> ordered(both)["order_qty"].to_list()
    [68.0, 32.0]
    """
    group = ["sku", "supplier"]
    step = pl.col("unit_step_qty")
    needs = needs.with_columns(_base=rounded_up(pl.col("needed_qty"), step))
    total = pl.col("_base").sum().over(group)
    moq, multiple = (
        pl.col("moq_qty").max().over(group),
        pl.col("order_multiple_qty").max().over(group),
    )
    whole = rounded_up(rounded_up(pl.max_horizontal(total, moq), step.max().over(group)), multiple)
    weight = (
        pl.when(pl.col("daily_mean_qty").sum().over(group) > 0)
        .then(pl.col("daily_mean_qty"))
        .otherwise(pl.col("_base"))
    )
    needs = needs.with_columns(_surplus=(whole - total).clip(0.0, None), _weight=weight)
    share = pl.col("_surplus") * pl.col("_weight") / pl.col("_weight").sum().over(group)
    needs = needs.with_columns(_share=share.fill_nan(0.0))
    needs = needs.with_columns(_part=rounded_down(pl.col("_share"), step))
    rest = pl.col("_surplus") - pl.col("_part").sum().over(group)
    place = (
        (pl.col("_share") - pl.col("_part")).rank("ordinal", descending=True).over(group) - 1
    ).cast(pl.Float64)
    given = (rest - place * step).clip(0.0, None)
    extra = pl.min_horizontal(given, step)
    needs = needs.with_columns(order_qty=pl.col("_base") + pl.col("_part") + extra)
    missing = whole.round(9) - pl.col("order_qty").sum().over(
        group
    )  # a remainder finer than a step
    lead = pl.when(place == 0).then(missing.clip(0.0, None)).otherwise(0.0)
    needs = needs.with_columns(_whole=whole, _lead=lead)
    kept = (pl.col("order_qty") + pl.col("_lead")).round(6)
    return needs.with_columns(order_qty=kept).drop(
        "_base", "_surplus", "_weight", "_share", "_part", "_whole", "_lead"
    )
