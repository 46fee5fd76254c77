"""Losses and service targets: tables of the books, and numbers found by brute force."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.replenish import normal
from scm_cli.core.replenish.loss import Counts, Gamma, Normal, Told
from scm_cli.core.replenish.safety import (
    clamped_pct,
    protection,
    ratio_fixed_quantity,
    ratio_newsvendor,
    ratio_periodic_backorder,
    ratio_periodic_lost,
    service_reached,
    trigger_qty,
)


def one(value):
    return np.array([float(value)])


@pytest.mark.parametrize(
    ("z", "loss"),
    [(0.0, 0.398942), (0.5, 0.197797), (1.0, 0.083315), (1.5, 0.029307), (2.0, 0.008491),
     (3.0, 0.000382), (-1.0, 1.083315)],
)  # fmt: skip
def test_unit_normal_loss(z, loss):
    """Table of G(k): Silver, Pyke & Thomas 2017, appendix III; Zipkin 2000, appendix C."""
    assert float(normal.loss(z)) == pytest.approx(loss, abs=5e-7)


@pytest.mark.parametrize(
    ("share", "z"),
    [(0.5, 0.0), (0.8, 0.841621), (0.9, 1.281552), (0.95, 1.644854), (0.975, 1.959964),
     (0.99, 2.326348), (0.999, 3.090232), (1e-6, -4.753424)],
)  # fmt: skip
def test_unit_normal_quantile(share, z):
    assert float(normal.quantile(share)) == pytest.approx(z, abs=1e-6)


def integral_short(density, level, top):
    x = np.linspace(level, top, 400_001)
    y = (x - level) * density(x)
    return float(((y[1:] + y[:-1]) / 2).sum() * (x[1] - x[0]))


@pytest.mark.parametrize(("mean", "sd", "level"), [(100, 20, 120), (100, 50, 60), (10, 4, 10)])
def test_normal_loss_is_the_integral(mean, sd, level):
    def density(x):
        return np.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))

    found = Normal(one(mean), one(sd)).short(one(level))[0]
    assert found == pytest.approx(integral_short(density, level, mean + 12 * sd), rel=1e-6)


@pytest.mark.parametrize(("mean", "sd", "level"), [(100, 20, 120), (100, 80, 60), (10, 10, 10)])
def test_gamma_loss_is_the_integral(mean, sd, level):
    """Gamma losses as in Burgin 1975 and Snyder & Shen 2019, appendix C."""
    shape, scale = (mean / sd) ** 2, sd**2 / mean

    def density(x):
        logs = (shape - 1) * np.log(x) - x / scale - math.lgamma(shape) - shape * math.log(scale)
        return np.exp(logs)

    found = Gamma(one(mean), one(sd)).short(one(level))[0]
    assert found == pytest.approx(integral_short(density, level, mean + 40 * sd), rel=1e-6)


def test_exponential_demand_has_closed_forms():
    ten = Gamma(one(10), one(10))
    assert ten.enough(one(10))[0] == pytest.approx(1 - math.exp(-1), abs=1e-9)
    assert ten.short(one(25))[0] == pytest.approx(10 * math.exp(-2.5), abs=1e-9)


@pytest.mark.parametrize("count", range(7))
def test_poisson_counts(count):
    """Variance at the mean is Poisson; its loss is λ·P(D ≥ k) - k·P(D > k)."""
    rate = 2.3
    chance = [math.exp(-rate) * rate**k / math.factorial(k) for k in range(60)]
    found = Counts.of([rate], [rate])
    assert found.enough(one(count))[0] == pytest.approx(sum(chance[: count + 1]), abs=1e-8)
    loss = sum((k - count) * p for k, p in enumerate(chance) if k > count)
    assert found.short(one(count))[0] == pytest.approx(loss, abs=1e-7)


def test_negative_binomial_counts():
    """Mean 4, variance 12: r = 2, p = 1/3; P(0) = p², P(1) = 2·p²·(1 - p)."""
    found = Counts.of([4.0], [12.0])
    assert found.enough(one(0))[0] == pytest.approx(1 / 9, abs=1e-9)
    assert found.enough(one(1))[0] == pytest.approx(1 / 9 + 4 / 27, abs=1e-9)
    assert found.short(one(0))[0] == pytest.approx(4.0, abs=1e-9)
    assert found.short(one(1))[0] == pytest.approx(3 + 1 / 9, abs=1e-9)


def test_quantiles_of_a_normal_give_back_its_loss():
    probs = np.array([0.01, *np.arange(0.05, 0.951, 0.05), 0.97, 0.98, 0.99, 0.995])
    told = Told(one(100), probs, (100 + 20 * normal.quantile(probs))[None, :])
    exact = Normal(one(100), one(20))
    for level in (80.0, 100.0, 120.0, 140.0):
        assert told.enough(one(level))[0] == pytest.approx(exact.enough(one(level))[0], abs=0.01)
        assert told.short(one(level))[0] == pytest.approx(exact.short(one(level))[0], abs=0.15)


FAMILIES = {
    "normal": Normal(one(52), one(11)),
    "gamma": Gamma(one(52), one(30)),
    "counts": Counts.of([5.2], [9.0]),
    "told": Told(
        one(52), np.array([0.5, 0.8, 0.9, 0.95, 0.99]), np.array([[50.0, 60, 66, 71, 80]])
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["fill", "cycle", "ready"])
@pytest.mark.parametrize("pct", [80.0, 95.0, 99.0])
def test_the_trigger_is_the_smallest_that_reaches_the_service(family, kind, pct):
    demand, cycle = FAMILIES[family], one(20)
    found = trigger_qty(demand, one(pct), kind, cycle)
    assert service_reached(demand, found, kind, cycle)[0] >= pct / 100 - 1e-6
    if found[0] > 0:
        less = service_reached(demand, found - 1e-3, kind, cycle)[0]
        assert less < pct / 100 + 1e-9


def test_fill_rate_rule_of_the_book_for_large_orders():
    """n(s) = Q·(1 - P2): Silver, Pyke & Thomas 2017, §6.7; Q is 20 standard deviations."""
    demand, cycle = Normal(one(100), one(10)), one(200)
    found = trigger_qty(demand, one(99.0), "fill", cycle)
    assert demand.short(found)[0] == pytest.approx(200 * 0.01, abs=1e-4)


def test_base_stock_of_single_units_fills_like_it_is_ready():
    """With Q = 1 the fill rate is P(D ≤ s): the base-stock model (Zipkin 2000, §6.2)."""
    demand = Counts.of([3.0], [3.0])
    reached = service_reached(demand, one(5), "fill", one(1))
    assert reached[0] == pytest.approx(demand.enough(one(5))[0], abs=1e-12)


def test_another_kind_of_service_is_refused():
    with pytest.raises(ValueError, match="service kind"):
        trigger_qty(FAMILIES["normal"], one(95), "perfect", one(1))


@given(st.floats(0.1, 500), st.floats(0.05, 3), st.floats(1, 500))
@settings(max_examples=40, deadline=None)
def test_more_service_never_needs_less_stock(mean, variation, cycle):
    demand = Normal(one(mean), one(mean * variation))
    levels = [trigger_qty(demand, one(p), "fill", one(cycle))[0] for p in (80, 90, 95, 99)]
    assert all(low <= high + 1e-6 for low, high in pairwise(levels))


@pytest.mark.parametrize(
    ("ratio", "share"),
    [
        (ratio_periodic_backorder(0.02, 7, 1.4), 0.9),  # 1 - 0.02·7/1.4
        (ratio_periodic_lost(0.02, 7, 1.26), 0.9),  # 1 - 0.14/(1.26 + 0.14)
        (ratio_fixed_quantity(0.02, 70, 1, 14), 0.9),  # 1 - 0.02·70/(1·14)
        (ratio_newsvendor(0.70, 0.18), 0.7954545),  # Snyder & Shen 2019, example 4.3
    ],
)
def test_critical_ratios(ratio, share):
    assert float(ratio) == pytest.approx(share, abs=1e-7)


@pytest.mark.parametrize(
    ("ratio", "pct"), [(0.2, 80.0), (0.9, 90.0), (0.9999, 99.5), (-3, 80.0), (math.nan, 80.0)]
)
def test_service_levels_from_costs_are_clamped(ratio, pct):
    assert float(clamped_pct(ratio)) == pct


def test_protection_of_many_items_at_once():
    """The target stands above the trigger; what does not sell needs nothing."""
    rows = pl.DataFrame({
        "sku": ["A", "B", "C"], "warehouse": ["W"] * 3, "supplier": ["S"] * 3,
        "interval_days": [13] * 3, "mean_qty": [52.0, 0.0, 52.0],
        "quantiles_qty": [[50.0, 70.0, 80.0], [0.0, 0.0, 0.0], [50.0, 70.0, 80.0]],
        "service_pct": [95.0, 95.0, 90.0], "cycle_qty": [0.0, 20.0, 20.0],
        "unit_step_qty": [1.0, 1.0, 12.0],
    })  # fmt: skip
    found = protection(rows, (0.5, 0.9, 0.99), "cycle")
    assert found.select("trigger_qty", "target_qty").rows() == [(76, 77), (0, 0), (72, 96)]
    assert protection(rows.clear(), (0.5, 0.9, 0.99)).is_empty()
