"""Order policies for one item: how much and at what level, from costs and demand.

Costs are per year where demand is per year: K per order, h per unit and year, p per unit short.
Statistics are floats; rounding to packs comes after (`rounding.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNIT = NormalDist()


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """All units cost `unit_price` when `from_qty` or more are ordered at once."""

    from_qty: float
    unit_price: float


@dataclass(frozen=True, slots=True)
class OrderCost:
    """Yearly demand [units], cost per order, and holding as percent of price per year."""

    yearly_qty: float
    order_amount: float
    holding_pct: float


@dataclass(frozen=True, slots=True)
class Lot:
    """An order quantity with its price and what it costs per year, goods included."""

    qty: float
    unit_price: float
    yearly_amount: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Order at `trigger_qty` or below, up to `target_qty`."""

    trigger_qty: float
    target_qty: float


def eoq_qty(cost: OrderCost, unit_price: float) -> float:
    """Economic order quantity √(2·K·D / h) [units] (Harris 1913).

    Args:
        cost: demand and costs of a year.
        unit_price: price per unit, above 0.

    Raises:
        ValueError: no price or no holding cost: then there is no best quantity.

    Snyder & Shen 2019, example 3.1 (h 0.225, K 8, 1300 a year):

    >>> round(eoq_qty(OrderCost(1300, 8, 22.5), 1.0), 4)
    304.0468
    """
    holding = unit_price * cost.holding_pct / 100
    if holding <= 0:
        raise ValueError("price and holding cost are above 0")
    return math.sqrt(2 * cost.order_amount * cost.yearly_qty / holding)


def yearly_amount(cost: OrderCost, unit_price: float, qty: float) -> float:
    """Goods, orders and holding of a year when `qty` above 0 is ordered each time.

    >>> round(yearly_amount(OrderCost(1300, 8, 22.5), 1.0, 304.0468) - 1300, 4)
    68.4105
    """
    holding = unit_price * cost.holding_pct / 100
    orders = cost.order_amount * cost.yearly_qty / qty
    return unit_price * cost.yearly_qty + orders + holding * qty / 2


def best_lot(
    cost: OrderCost, breaks: list[PriceBreak], *, cap_qty: float = math.inf, moq_qty: float = 0.0
) -> Lot:
    """Cheapest order quantity under all-units price breaks.

    Args:
        cost: demand and costs of a year; demand above 0.
        breaks: at least one; the lowest `from_qty` is also a minimum when above 0.
        cap_qty: most that may be ordered at once (shelf life, storage: `cap_qty`).
        moq_qty: least that the supplier sells.

    Returns:
        The best lot; where the minimum is above the cap the minimum stands.

    Each price's EOQ is kept within its band and the cheapest is taken (Snyder & Shen 2019,
    §3.4.1; Silver, Pyke & Thomas 2017, §4.5).

    >>> breaks = [PriceBreak(0, 0.75), PriceBreak(400, 0.72), PriceBreak(800, 0.68)]
    >>> lot = best_lot(OrderCost(1300, 8, 30), breaks)
    >>> lot.qty, lot.unit_price, round(lot.yearly_amount, 2)
    (800, 0.68, 978.6)
    """
    steps = sorted(breaks, key=lambda step: step.from_qty)
    ends = [after.from_qty for _, after in pairwise(steps)] + [math.inf]
    lots = []
    for step, end in zip(steps, ends, strict=True):
        low, high = max(step.from_qty, moq_qty), min(end, cap_qty)
        if low <= high and low < end:
            ideal = eoq_qty(cost, step.unit_price)
            qty = min(max(ideal, low), high)
            if qty < end:
                lots.append(Lot(qty, step.unit_price, yearly_amount(cost, step.unit_price, qty)))
    if not lots:
        qty = max(moq_qty, steps[0].from_qty)
        price = [step.unit_price for step in steps if step.from_qty <= qty][-1]
        return Lot(qty, price, yearly_amount(cost, price, qty))
    return min(lots, key=lambda lot: (lot.yearly_amount, lot.qty))


def cap_qty(daily_qty: float, shelf_life_days: float | None, storage_qty: float | None) -> float:
    """Most that may be ordered at once: what sells before it expires, what there is room for.

    >>> cap_qty(4.0, 30, None), cap_qty(4.0, 30, 80.0), cap_qty(4.0, None, None)
    (120.0, 80.0, inf)
    """
    fresh = math.inf if shelf_life_days is None else daily_qty * shelf_life_days
    return min(fresh, math.inf if storage_qty is None else storage_qty)


def newsvendor_qty(mean: float, sd: float, underage: float, overage: float) -> float:
    """Order of one season with normal demand: μ + σ·Φ⁻¹(Cu / (Cu + Co)) [units].

    Args:
        mean: expected demand of the season [units].
        sd: its standard deviation [units].
        underage: what a unit too few loses, above 0.
        overage: what a unit too many costs, above 0.

    Snyder & Shen 2019, example 4.3 (h 0.18, p 0.70, N(50, 8²)):

    >>> round(newsvendor_qty(50, 8, 0.70, 0.18), 4)
    56.604
    """
    return mean + sd * UNIT.inv_cdf(underage / (underage + overage))


def order_up_to(
    daily: tuple[float, float], lead_days: float, review_days: float, z: float
) -> float:
    """Level S of periodic review, μ·(L + R) + z·σ·√(L + R) [units].

    Args:
        daily: mean and standard deviation of a day's demand [units].
        lead_days: order to usable [days].
        review_days: until the next chance to order [days].
        z: safety factor [-].

    Silver, Pyke & Thomas 2017, §6.9; days of demand are independent.

    >>> round(order_up_to((4.0, 2.0), 9, 7, 1.644854), 4)
    77.1588
    """
    mean, sd = daily
    days = lead_days + review_days
    return mean * days + z * sd * math.sqrt(days)


def reorder_point_and_quantity(
    cost: OrderCost, unit_price: float, shortage: float, lead: tuple[float, float]
) -> tuple[float, float]:
    """(r, Q) of continuous review with backorders, r and Q chosen together [units].

    Args:
        cost: demand and costs of a year.
        unit_price: price per unit.
        shortage: cost of a unit short p.
        lead: mean and standard deviation of lead-time demand [units].

    Returns:
        (r, Q); where even the EOQ makes shortage too cheap to avoid, r is 0 at least.

    Q = √(2·D·(K + p·n(r)) / h) and 1 - F(r) = h·Q / (p·D), in turn until they stand still
    (Hadley & Whitin 1963; Snyder & Shen 2019, §5.2).

    >>> found = reorder_point_and_quantity(OrderCost(1300, 8, 22.5), 1.0, 7.5, (108.3333, 43.3013))
    >>> [round(x, 1) for x in found]
    [214.0, 318.6]
    """
    mean, sd = lead
    holding = unit_price * cost.holding_pct / 100
    qty, level = eoq_qty(cost, unit_price), mean
    for _ in range(100):
        share = min(max(1 - holding * qty / (shortage * cost.yearly_qty), 1e-9), 1 - 1e-9)
        z = UNIT.inv_cdf(share)
        level = mean + z * sd
        missing = sd * (UNIT.pdf(z) - z * (1 - UNIT.cdf(z)))
        again = math.sqrt(2 * cost.yearly_qty * (cost.order_amount + shortage * missing) / holding)
        if abs(again - qty) < 1e-9 * again:
            break
        qty = again
    return max(level, 0.0), qty


def best_levels(
    period: Sequence[float], interval: Sequence[float], costs: tuple[float, float, float]
) -> tuple[Levels, float]:
    """(s, S) of periodic review that costs least per period, whole units, unmet demand waits.

    Args:
        period: chances of 0, 1, 2 ... units demanded in a period; not all of it at 0.
        interval: the same for lead time + one period.
        costs: order cost K, holding h and backorder p per unit and period, all above 0.

    Returns:
        Levels (order when the position is at or below s, up to S) and the cost per period.

    Raises:
        ValueError: nothing is ever demanded.

    Zheng & Federgruen, Operations Research 39 (1991), 654-665: exact, by renewal.

    >>> poisson = [math.exp(-10) * 10**k / math.factorial(k) for k in range(60)]
    >>> levels, cost = best_levels(poisson, poisson, (64, 1, 9))
    >>> levels.trigger_qty, levels.target_qty, round(cost, 3)
    (6, 40, 35.022)
    """
    if period[0] >= 1:
        raise ValueError("without demand there is nothing to order")
    search = _Search(np.asarray(period), np.asarray(interval), costs)
    top = s = search.cheapest_level()
    while search.cost(s, top) > search.held(s):
        s -= 1
    best, higher = search.cost(s, top), top + 1
    while search.held(higher) <= best:
        if search.cost(s, higher) < best:
            top = higher
            while search.cost(s, top) <= search.held(s + 1):
                s += 1
            best = search.cost(s, top)
        higher += 1
    return Levels(s, top), best


class _Search:
    """Cost of (s, S) by renewal: `visits[j]` periods are spent j units below S per cycle."""

    def __init__(
        self,
        period: NDArray[np.float64],
        interval: NDArray[np.float64],
        costs: tuple[float, float, float],
    ) -> None:
        self.period, self.interval, self.costs = period, interval, costs
        self.count = np.arange(interval.size)
        self.visits = [1 / (1 - float(period[0]))]

    def held(self, level: int) -> float:
        """Holding and backorders of a period that starts at this position."""
        _, holding, shortage = self.costs
        left = level - self.count
        each = np.maximum(left, 0) * holding + np.maximum(-left, 0) * shortage
        return float(each @ self.interval)

    def cheapest_level(self) -> int:
        _, holding, shortage = self.costs
        enough = np.cumsum(self.interval) >= shortage / (shortage + holding) - 1e-12
        return int(enough.argmax())

    def cost(self, s: int, top: int) -> float:
        depth = max(top - s, 1)
        while len(self.visits) < depth:
            reach = min(len(self.visits), self.period.size - 1)
            back = np.asarray(self.visits[-reach:])[::-1] @ self.period[1 : reach + 1]
            self.visits.append(float(back) * self.visits[0])
        spent = sum(self.visits[j] * self.held(top - j) for j in range(depth))
        return (self.costs[0] + spent) / sum(self.visits[:depth])


def min_max_order_qty(position_qty: float, min_qty: float, max_qty: float) -> float:
    """Order of a fixed min/max: nothing at or above min, else up to the larger of both.

    >>> min_max_order_qty(8, 10, 40), min_max_order_qty(10, 10, 40), min_max_order_qty(0, 1, 1)
    (32, 0, 1)
    """
    return max(min_qty, max_qty) - position_qty if position_qty < min_qty else 0
