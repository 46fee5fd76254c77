"""Textbook policies: numbers of the books, and the same numbers found by brute force."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from scm_cli.core.replenish.policy import (
    OrderCost,
    PriceBreak,
    best_levels,
    best_lot,
    cap_qty,
    eoq_qty,
    min_max_order_qty,
    newsvendor_qty,
    order_up_to,
    reorder_point_and_quantity,
    yearly_amount,
)

JOE = OrderCost(yearly_qty=1300, order_amount=8, holding_pct=30)  # Snyder & Shen 2019, ch. 3
UNIT = NormalDist()


def test_economic_order_quantity():
    """Snyder & Shen 2019, example 3.1: 304.0 candy bars, 68.41 a year for orders and holding."""
    assert eoq_qty(JOE, 0.75) == pytest.approx(math.sqrt(2 * 8 * 1300 / 0.225), rel=1e-12)
    assert eoq_qty(JOE, 0.75) == pytest.approx(304.0468, abs=1e-4)
    best = yearly_amount(JOE, 0.75, eoq_qty(JOE, 0.75)) - 0.75 * 1300
    assert best == pytest.approx(math.sqrt(2 * 8 * 1300 * 0.225), rel=1e-12)


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_without_holding_cost_there_is_no_best_quantity(price):
    with pytest.raises(ValueError, match="above 0"):
        eoq_qty(JOE, price)


BREAKS = [PriceBreak(0, 0.75), PriceBreak(400, 0.72), PriceBreak(800, 0.68)]


@pytest.mark.parametrize(
    ("changes", "qty", "price"),
    [
        ({}, 800, 0.68),  # Snyder & Shen 2019, §3.4.1: 978.60 a year
        ({"cap_qty": 799}, 400, 0.72),  # room for less than the last break
        ({"cap_qty": 120}, 120, 0.75),
        ({"moq_qty": 1000}, 1000, 0.68),
        ({"cap_qty": 100, "moq_qty": 500}, 500, 0.72),  # the minimum stands
    ],
)
def test_price_breaks(changes, qty, price):
    lot = best_lot(JOE, BREAKS, **changes)
    assert (lot.qty, lot.unit_price) == (qty, price)


@pytest.mark.parametrize("seed", range(6))
def test_price_breaks_against_every_whole_quantity(seed):
    draw = np.random.default_rng(seed)
    at = [0, *sorted(draw.integers(20, 2000, 3).tolist())]
    prices = sorted(draw.uniform(0.5, 1.0, 4).tolist(), reverse=True)
    breaks = [PriceBreak(q, p) for q, p in zip(at, prices, strict=True)]
    cost = OrderCost(float(draw.integers(100, 5000)), float(draw.integers(1, 60)), 25)
    every = [
        yearly_amount(cost, next(b.unit_price for b in reversed(breaks) if b.from_qty <= q), q)
        for q in range(1, 4000)
    ]
    assert best_lot(cost, breaks).yearly_amount <= min(every) + 1e-9
    assert best_lot(cost, breaks).yearly_amount == pytest.approx(min(every), rel=1e-3)


def test_newsvendor():
    """Snyder & Shen 2019, example 4.3: S* = 56.60; the integral of the cost agrees."""
    best = newsvendor_qty(50, 8, 0.70, 0.18)
    assert best == pytest.approx(56.6040, abs=1e-4)
    demand = np.linspace(0, 110, 22001)
    weight = np.exp(-0.5 * ((demand - 50) / 8) ** 2)
    weight /= weight.sum()

    def cost(level):
        over, under = np.maximum(level - demand, 0), np.maximum(demand - level, 0)
        return (weight * (0.18 * over + 0.70 * under)).sum()

    assert cost(best) < min(cost(best - 0.05), cost(best + 0.05))
    assert cost(best) == pytest.approx((0.18 + 0.70) * 8 * UNIT.pdf((best - 50) / 8), abs=1e-4)


def test_order_up_to_covers_lead_time_and_review_period():
    """Silver, Pyke & Thomas 2017, §6.9: 16 days of N(4, 2²) at 95 %: 64 + 1.6449·2·4."""
    assert order_up_to((4, 2), 9, 7, UNIT.inv_cdf(0.95)) == pytest.approx(64 + 8 * 1.644853627)


def test_reorder_point_and_quantity_minimise_the_cost():
    """Snyder & Shen 2019, §5.2: (213.97, 318.59) of h 0.225, p 7.5, K 8, lead time a month."""
    cost = OrderCost(1300, 8, 22.5)
    mean, sd = 1300 / 12, 150 / math.sqrt(12)
    level, qty = reorder_point_and_quantity(cost, 1.0, 7.5, (mean, sd))
    assert (level, qty) == (pytest.approx(213.9704, abs=1e-3), pytest.approx(318.5902, abs=1e-3))

    def yearly(r, q):
        z = (r - mean) / sd
        missing = sd * (UNIT.pdf(z) - z * (1 - UNIT.cdf(z)))
        return 0.225 * (r - mean + q / 2) + (8 * 1300 + 7.5 * 1300 * missing) / q

    around = [yearly(level + a, qty + b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
    assert yearly(level, qty) < min(around)
    assert 1 - UNIT.cdf((level - mean) / sd) == pytest.approx(0.225 * qty / (7.5 * 1300), rel=1e-6)


def poisson(mean):
    return [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(mean * 4 + 40)]


@pytest.mark.parametrize(
    ("mean", "s", "top", "cost"), [(10, 6, 40, 35.022), (20, 14, 62, 49.173), (50, 42, 108, 70.975)]
)
def test_best_levels_of_the_published_table(mean, s, top, cost):
    """Zheng & Federgruen 1991, table I: Poisson demand, K 64, h 1, p 9, no lead time."""
    levels, found = best_levels(poisson(mean), poisson(mean), (64, 1, 9))
    assert (levels.trigger_qty, levels.target_qty) == (s, top)
    assert found == pytest.approx(cost, abs=6e-4)


@pytest.mark.parametrize("costs", [(24, 1, 4), (2.5, 1, 4), (300, 2, 9)])
def test_best_levels_against_a_long_simulation_and_their_neighbours(costs):
    """A simulated shop pays what the renewal argument says, and no less one step away."""
    mean, periods = 8, 100_000
    levels, found = best_levels(poisson(mean), poisson(mean), costs)
    demand = np.random.default_rng(7).poisson(mean, periods).tolist()

    def simulated(s, top):
        position, paid = top, 0.0
        for units in demand:
            if position <= s:
                position, paid = top, paid + costs[0]
            position -= units
            paid += costs[1] * position if position > 0 else -costs[2] * position
        return paid / periods

    s, top = levels.trigger_qty, levels.target_qty
    assert simulated(s, top) == pytest.approx(found, rel=0.01)
    around = [simulated(s + a, top + b) for a, b in ((-3, 0), (3, 0), (0, -8), (0, 8))]
    assert simulated(s, top) < min(around)


def test_levels_need_demand():
    with pytest.raises(ValueError, match="without demand"):
        best_levels([1.0], [1.0], (64, 1, 9))


@pytest.mark.parametrize(
    ("position", "qty"), [(8, 32), (10, 0), (11, 0), (-5, 45)], ids=["below", "at", "above", "owed"]
)
def test_fixed_min_and_max(position, qty):
    assert min_max_order_qty(position, 10, 40) == qty


def test_caps():
    assert cap_qty(0.0, 30, None) == 0
    assert cap_qty(4.0, None, 50) == 50
