"""How high the service of each item shall be, and how much is bought at a time.

Three sources of a level, the first that is there: the owner's own for the item; the item's
margin and holding cost (`basis` margin); its ABC class. Levels by class are then *spread*: the
average order line keeps the promise of the classes, but an item that binds little money for
each line that it serves gets more of it, and one that binds much gets less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.safety import clamped_pct, ratio_periodic_backorder, ratio_periodic_lost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.replenish.facts import StockRules

    Floats = NDArray[np.float64]

LEAST_SHORT, MOST_SHORT = 0.001, 0.5
NEAR, FAR = 0.9, 0.99  # quantiles between which the tail is measured
HALVINGS = 40
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Trade:
    """What decides how dear the service of an item is; arrays (n,) or (reviews, n).

    `tail`: how far demand of the protection interval reaches beyond a high level, on average
    [units]; `line_rate`: days with demand per day; `unit_cost`: money that a unit binds.
    """

    tail: Floats
    line_rate: Floats
    unit_cost: Floats


def tail_qty(near: Floats, far: Floats) -> Floats:
    """Mean excess of an exponential tail through two quantiles, `NEAR` and `FAR` [units].

    >>> tail_qty(np.array([10.0]), np.array([10.0 + np.log(10)])).round(6).tolist()
    [1.0]
    """
    return np.asarray((far - near) / np.log((1 - NEAR) / (1 - FAR)))


def spread_pct(trade: Trade, service_pct: Floats, power: float) -> Floats:
    """Service per item [0-100]: the same on average, dear where it is cheap.

    Args:
        trade: of each item; an item without lines of late should be left out.
        service_pct: wanted, (n,) or (reviews, n); the average line keeps it.
        power: 0 gives every item the same chance, 1 the cheapest mix of a known distribution.

    A unit more of item i saves λᵢ·f(S) lines a day and binds cᵢ; with an exponential tail f(S) is
    P(short)/τᵢ, hence at the optimum P(short) is in proportion to cᵢ·τᵢ/λᵢ (Lagrange; the system
    approach of Sherbrooke, Optimal Inventory Modeling of Systems, 2004, ch. 2; Thonemann, Brown &
    Hausman, Management Science 48, 2002, 1213-1225).

    >>> two = Trade(np.array([5.0, 5.0]), np.array([0.5, 0.5]), np.array([1.0, 100.0]))
    >>> spread_pct(two, np.array([95.0, 95.0]), 0.5).round(1).tolist()
    [99.1, 90.9]
    """
    dear = np.maximum(trade.unit_cost, 1e-9) * np.maximum(trade.tail, 1e-9) / trade.line_rate
    weight = dear**power
    every = np.maximum(trade.line_rate.sum(-1, keepdims=True), 1e-12)
    goal = (trade.line_rate * (1 - service_pct / 100)).sum(-1, keepdims=True) / every
    low, high = np.full(goal.shape, -HALVINGS, float), np.full(goal.shape, HALVINGS, float)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = np.clip(np.exp(middle) * weight, LEAST_SHORT, MOST_SHORT)
        over = (trade.line_rate * short).sum(-1, keepdims=True) / every > goal
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.asarray(100 * (1 - np.clip(np.exp(low) * weight, LEAST_SHORT, MOST_SHORT)))


def served(rows: pl.DataFrame, rules: StockRules) -> pl.DataFrame:
    """The rows with the level that each item-warehouse is planned for, as `service_pct`.

    Args:
        rows: `class_service_pct, own_service_pct, unit_cost, unit_margin, line_rate`, `near_qty`
            and `far_qty` (quantiles of interval demand at 0.9 and 0.99), `mean_qty`.
        rules: basis, spread, review period and holding cost.

    Returns:
        The rows with `service_pct` [0-100] and `service_from`: own, margin or class.
    """
    told = pl.lit("class")
    level = pl.col("class_service_pct")
    rows = rows.with_columns(service_pct=level, service_from=told)
    if rules.service_basis == "margin":
        rows = rows.with_columns(_by_margin(rows, rules))
    else:
        rows = _spread(rows, rules.service_spread)
    own = pl.col("own_service_pct")
    return rows.with_columns(
        service_pct=pl.coalesce(own, "service_pct"),
        service_from=pl.when(own.is_not_null()).then(pl.lit("own")).otherwise("service_from"),
    )


def margin_pct(unit_cost: Floats, unit_margin: Floats, rules: StockRules) -> Floats:
    """Best chance of no shortage in a review period [0-100]; NaN where cost or margin is unknown.

    >>> from scm_cli.core.replenish.facts import StockRules
    >>> week = StockRules(7, 14, {}, holding_pct=20.0)
    >>> margin_pct(np.array([10.0, 10.0]), np.array([4.0, np.nan]), week).round(2).tolist()
    [99.05, nan]
    """
    held = unit_cost * rules.holding_pct / 100 / YEAR_DAYS
    ratio = ratio_periodic_lost if rules.unmet == "lost" else ratio_periodic_backorder
    known = (unit_cost > 0) & (unit_margin > 0)
    margin = np.where(known, unit_margin, 1.0)
    return np.where(known, clamped_pct(ratio(held, rules.review_days, margin)), np.nan)


def _by_margin(rows: pl.DataFrame, rules: StockRules) -> list[pl.Expr]:
    """Critical ratios where cost and margin are known, else the class's level."""
    cost, margin = (rows[n].cast(pl.Float64).to_numpy() for n in ("unit_cost", "unit_margin"))
    best = pl.lit(pl.Series(margin_pct(cost, margin, rules)))
    known = best.is_not_nan()
    return [
        pl.when(known).then(best).otherwise("service_pct").alias("service_pct"),
        pl.when(known).then(pl.lit("margin")).otherwise("service_from").alias("service_from"),
    ]


def _spread(rows: pl.DataFrame, power: float) -> pl.DataFrame:
    """Levels of the classes, spread over what sells, has a cost and is not the owner's to say."""
    free = (
        (pl.col("mean_qty") > 0) & (pl.col("unit_cost") > 0) & pl.col("own_service_pct").is_null()
    ).fill_null(False)
    rows = rows.with_row_index("_at")
    some = rows.filter(free)
    if power <= 0 or some.height < 2:
        return rows.drop("_at")
    trade = Trade(
        tail_qty(some["near_qty"].to_numpy(), some["far_qty"].to_numpy()),
        some["line_rate"].to_numpy(),
        some["unit_cost"].to_numpy(),
    )
    levels = spread_pct(trade, some["class_service_pct"].to_numpy(), power)
    found = some.select("_at").with_columns(service_pct=pl.Series(levels))
    return rows.update(found, on="_at").drop("_at")


def cycle_qty(daily: Floats, unit_cost: Floats, rules: StockRules) -> Floats:
    """What is bought at a time [units]: the economic quantity, at least one review's demand.

    Args:
        daily: mean demand [units a day], any shape that `unit_cost` goes with.
        unit_cost: NaN where unknown.
        rules: K, the cost of an order line; holding; review period; longest cycle.

    EOQ √(2·K·D / h) (Harris 1913), not more than the demand of `longest_cycle_days`, since what
    is known of demand grows old. Without a cost of the line or of the item: one review's demand.

    >>> from scm_cli.core.replenish.facts import StockRules
    >>> rules = StockRules(7, 14, {}, order_line_amount=2.0, holding_pct=20.0)
    >>> cycle_qty(np.array([1.0, 9.0]), np.array([20.0, np.nan]), rules).round(2).tolist()
    [19.1, 63.0]
    """
    daily = np.maximum(daily, 0.0)
    held = np.nan_to_num(unit_cost) * rules.holding_pct / 100 / YEAR_DAYS
    ideal = np.sqrt(2 * rules.order_line_amount * daily / np.maximum(held, 1e-12)) * (held > 0)
    longest = daily * max(rules.longest_cycle_days, rules.review_days)
    return np.asarray(np.clip(ideal, daily * rules.review_days, longest))
