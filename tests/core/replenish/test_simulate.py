"""The replay: flat demand known by hand, lost sales lost, the same seed the same result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.replenish import simulate_levels as levels
from scm_cli.core.replenish.facts import StockRules
from scm_cli.core.replenish.service import Trade, spread_pct
from scm_cli.core.replenish.simulate import Levels, World, drawn_lead, foresight, replayed
from scm_cli.core.replenish.simulate_equal import matched
from scm_cli.core.replenish.simulate_measure import Money, items, rated, total
from scm_cli.core.replenish.simulate_shop import ROWS, SimulateRules, Simulation, simulation
from scm_cli.errors import ScmError

TODAY = date(2026, 3, 1)
SUMS = Money(np.array([2.0]), np.array([1.0]), 36.5, 5.0)


def flat(days: int = 28, daily: float = 4.0, lead: int = 3, review: int = 7) -> World:
    reviews = -(-days // review)
    return World.plain(
        np.full((days, 1), daily), np.full((reviews + 1, 1), lead, dtype=np.int64), review
    )


def base_stock(world: World, level: float) -> Levels:
    shape = (len(world.review_on), world.demand.shape[1])
    return Levels(np.full(shape, level), np.full(shape, level))


# Demand 4 a day, review each 7 days, lead time 3: 40 = 4 · (3 + 7) is exactly enough. The first
# order goes out on day 7 (position 40 - 28 = 12, so 28) and comes on day 10, when the shelf is
# empty; from then on stock runs from 24 down to 0 in each week.
def test_flat_demand_by_hand() -> None:
    course = replayed(flat(), base_stock(flat(), 40))
    week = [24.0, 20.0, 16.0, 12.0, 8.0, 4.0, 0.0]
    assert course.stock[:10, 0].tolist() == [36, 32, 28, 24, 20, 16, 12, 8, 4, 0]
    assert course.stock[10:24, 0].tolist() == week * 2
    assert course.ordered[:, 0].tolist() == [0, 28, 28, 28]
    assert course.served.sum() == 4 * 28


def test_figures_by_hand() -> None:
    world = flat(days=24)
    found = rated(items(world, replayed(world, base_stock(world, 40)), SUMS, 10), 14).row(
        0, named=True
    )
    assert found["fill_rate_pct"] == 100
    assert (found["stock_qty"], found["stock_amount"]) == (12, 24)
    assert found["turnover"] == pytest.approx(4 * 2 * 365 / 24)
    assert found["holding_amount"] == pytest.approx(24 * 14 * 0.365 / 365)
    assert (found["orders"], found["ordering_amount"]) == (2, 10)
    assert found["stockout_days"] == 2


def test_lost_sales_are_lost() -> None:
    world = flat(days=21)
    course = replayed(world, base_stock(world, 20))
    assert course.served[:7, 0].tolist() == [4, 4, 4, 4, 4, 0, 0]
    # position is 0 on day 7: 20 are ordered, come on day 10 and serve five days, nothing waits
    assert course.served[7:, 0].tolist() == [0, 0, 0, 4, 4, 4, 4, 4, 0, 0, 4, 4, 4, 4]
    assert course.ordered[:, 0].tolist() == [0, 20, 16]


def test_backorders_wait() -> None:
    world = replace(flat(days=21), backorder=True)
    course = replayed(world, base_stock(world, 40))
    assert course.served.sum() == 4 * 21
    late = replayed(world, base_stock(world, 20))
    # 8 wait on day 7: the position is -8 and 28 are ordered; 20 wait on day 10, so 8 are left
    assert late.ordered[1, 0] == 28
    assert late.served[10:13, 0].tolist() == [4, 4, 0]
    assert items(world, late, SUMS, 0)["lost_margin_amount"].item() == 0


@pytest.mark.parametrize(
    ("moq", "multiple", "expected"),
    [(0.0, 0.0, 28.0), (50.0, 0.0, 50.0), (0.0, 24.0, 48.0), (30.0, 12.0, 36.0)],
)
def test_minimum_and_multiple(moq: float, multiple: float, expected: float) -> None:
    world = replace(flat(), moq_qty=np.array([moq]), multiple_qty=np.array([multiple]))
    assert replayed(world, base_stock(world, 40)).ordered[1, 0] == expected


def test_what_was_ordered_before_arrives() -> None:
    arriving = np.zeros((28, 1))
    arriving[2] = 30.0
    world = replace(flat(), start_qty=np.array([8.0]), arriving=arriving)
    course = replayed(world, base_stock(world, 38))
    assert course.ordered[0, 0] == 0  # 8 on hand and 30 on the way are the target
    assert course.stock[:3, 0].tolist() == [4, 0, 26]


def test_orders_may_cross() -> None:
    lead = np.array([[0], [12], [1], [1], [1]])
    world = replace(flat(), lead=lead)
    course = replayed(world, base_stock(world, 60))
    assert course.stock.min() >= 0
    assert course.ordered[1:3, 0].tolist() == [28, 28]  # what is on the way counts once


def _random(seed: int, review: int, longest: int, rate: float) -> World:
    rng = np.random.default_rng(seed)
    demand = rng.poisson(rate, (42, 3)).astype(float)
    reviews = -(-42 // review)
    return World.plain(demand, rng.integers(0, longest + 1, (reviews + 1, 3)), review)


worlds = st.builds(
    _random, st.integers(0, 999), st.sampled_from([1, 5, 7]), st.integers(0, 12), st.floats(0.05, 6)
)


@given(worlds)
@settings(max_examples=60, deadline=None)
def test_foresight_is_never_short(world: World) -> None:
    course = replayed(world, foresight(world))
    np.testing.assert_allclose(course.served, world.demand)


@given(worlds)
@settings(max_examples=30, deadline=None)
def test_foresight_is_short_only_before_its_first_order_comes(world: World) -> None:
    """However little there was at first."""
    bare = replace(world, start_qty=np.zeros(3))
    course = replayed(bare, foresight(bare))
    for column in range(3):
        later = slice(int(bare.lead[0, column]), None)
        np.testing.assert_allclose(course.served[later, column], bare.demand[later, column])


@given(worlds, st.floats(0, 60), st.floats(0, 30))
@settings(max_examples=60, deadline=None)
def test_units_are_kept(world: World, trigger: float, more: float) -> None:
    """What was there and came is what was served and is left, and nothing is ever negative."""
    shape = (len(world.review_on), 3)
    course = replayed(world, Levels(np.full(shape, trigger), np.full(shape, trigger + more)))
    assert course.stock.min() >= 0
    assert (course.served <= world.demand + 1e-9).all()
    k = np.arange(len(world.review_on))
    came = (world.review_on[:, None] + world.lead[k] < 42) * course.ordered
    start = np.ceil(trigger + more)
    np.testing.assert_allclose(start + came.sum(0) - course.served.sum(0), course.stock[-1])


@given(st.integers(0, 99), st.integers(0, 8))
@settings(max_examples=30, deadline=None)
def test_more_safety_never_lowers_the_fill_rate(seed: int, lead: int) -> None:
    """With one lead time: base stock above base stock serves at least as much."""
    rng = np.random.default_rng(seed)
    world = World.plain(rng.poisson(2, (56, 4)).astype(float), np.full((9, 4), lead), 7)
    served = [replayed(world, base_stock(world, s)).served.sum() for s in range(0, 80, 8)]
    assert served == sorted(served)


def test_the_same_seed_draws_the_same() -> None:
    spread = [np.array([3.0, 9.0])], [np.array([1.0, 1.0])]
    first, again, other = (drawn_lead(*spread, 200, seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    assert 0.35 < (first == 3).mean() < 0.65


def test_matched_tells_when_it_cannot() -> None:
    assert matched(lambda m: m, 1e9) == (256.0, False)


def test_totals_are_sums_of_items() -> None:
    world = _random(1, 7, 5, 2.0)
    money = Money(np.ones(3), np.ones(3), 20, 5)
    sums = items(world, replayed(world, base_stock(world, 20)), money, 14)
    whole = total(sums, 28)
    assert whole["cost_amount"].item() == pytest.approx(rated(sums, 28)["cost_amount"].sum())


# --- a whole shop ---------------------------------------------------------------------------


def shop(items_n: int = 12, days: int = 200) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows and demand of items that sell by chance, the first one flat 4 a day."""
    rng = np.random.default_rng(5)
    on = pl.date_range(TODAY - timedelta(days=days), TODAY - timedelta(days=1), eager=True)
    qty = [np.full(days, 4.0)] + [
        rng.poisson(r, days) * 1.0 for r in np.linspace(0.2, 6, items_n - 1)
    ]
    demand = pl.concat(
        pl.DataFrame({"sku": f"A{i:02}", "warehouse": "W", "on": on, "qty": q})
        for i, q in enumerate(qty)
    )
    rows = demand.select("sku", "warehouse").unique().sort("sku").with_columns(
        unit_cost=pl.lit(2.0), unit_margin=pl.lit(1.0), service_pct=pl.lit(95.0),
        days=pl.lit([19.0, 21.0, 26.0]), weights=pl.lit([1.0, 2.0, 1.0]),
    )  # fmt: skip
    missing = [pl.lit(None, kind).alias(n) for n, kind in ROWS.items() if n not in rows.columns]
    return rows.with_columns(missing).select(ROWS.keys()), demand.filter(pl.col("qty") > 0)


NOTHING = pl.DataFrame(
    schema={"sku": pl.String, "warehouse": pl.String, "on": pl.Date, "qty": pl.Float64}
)
RULES = SimulateRules(TODAY, StockRules(14, 14, {}), days=84)


@pytest.fixture(scope="module")
def told() -> Simulation:
    rows, demand = shop()
    return simulation(rows, demand, NOTHING, RULES)


def test_a_shop_is_told_whole(told: Simulation) -> None:
    assert told.totals["policy"].to_list() == ["ours", "settings", "foresight"]
    assert told.items.height == 36
    assert told.days.height == 84
    figures = told.totals.to_numpy()[:, 1:].astype(float)
    assert np.isfinite(figures).all()
    foreseen = told.totals.row(2, named=True)
    assert foreseen["fill_rate_pct"] == 100
    assert foreseen["stock_amount"] < told.totals["stock_amount"][0]


def test_it_runs_twice_to_the_same(told: Simulation) -> None:
    rows, demand = shop()
    again = simulation(rows, demand, NOTHING, RULES)
    assert again.items.equals(told.items)
    other = simulation(rows, demand, NOTHING, replace(RULES, seed=2))
    assert not other.items.equals(told.items)


def test_the_future_changes_no_order() -> None:
    """Our levels on a day rest on what sold before it."""
    rows, demand = shop()
    window = levels.Window(TODAY - timedelta(days=28), 14, 7)
    later = demand.with_columns(
        pl.when(pl.col("on") >= window.reviews[-1])
        .then(pl.col("qty") * 9)
        .otherwise("qty")
        .alias("qty")
    )
    spans = rows.select("sku", "warehouse", "days", "weights")
    one, two = (levels.told(d, spans, window) for d in (demand, later))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)


@pytest.mark.parametrize("equal", ["stock", "service"])
def test_figures_are_made_equal(equal: str) -> None:
    rows, demand = shop()
    made = simulation(rows, demand, NOTHING, replace(RULES, equal=equal))
    column = {"stock": "stock_amount", "service": "stockout_rate_pct"}[equal]
    ours, theirs = made.totals[column][:2]
    assert ours == pytest.approx(theirs, rel=0.03 if equal == "stock" else 0.25)
    better = {"stock": "fill_rate_pct", "service": "turnover"}[equal]
    assert made.totals[better][0] > made.totals[better][1]


def test_own_settings_and_opening_stock_are_used() -> None:
    rows, demand = shop(1)
    own = rows.with_columns(min_qty=pl.lit(10.0), max_qty=pl.lit(20.0), start_qty=pl.lit(0.0))
    made = simulation(own, demand, NOTHING, RULES)
    assert made.totals["fill_rate_pct"][1] < 70  # 20 do not last 12 to 19 days of 4
    assert made.days["settings_amount"][0] == 0


def test_most_items_keeps_an_even_part() -> None:
    rows, demand = shop()
    made = simulation(rows, demand, NOTHING, replace(RULES, most_items=4))
    assert made.items["sku"].n_unique() == 4
    assert any("left out to save time" in said.english for said in made.assumptions)


def test_spread_keeps_the_average() -> None:
    rows, demand = shop()
    window = levels.Window(TODAY - timedelta(days=14), 14, 7)
    made = levels.told(demand, rows.select("sku", "warehouse", "days", "weights"), window)
    cost = np.geomspace(0.1, 100, 12)
    trade = Trade(made.tail, made.line_rate, cost)
    spread = spread_pct(trade, np.full((2, 12), 90.0), 1.0)
    average = (spread * made.line_rate).sum(1) / made.line_rate.sum(1)
    np.testing.assert_allclose(average, 90.0, atol=0.1)
    assert spread[0, 0] > spread[0, -1]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(60, "60 days of history are too few to replay"), (0, "0 days of history")],
)
def test_too_little_history(days: int, sentence: str) -> None:
    rows, demand = shop(2)
    demand = demand.filter(pl.col("on") >= TODAY - timedelta(days=days))
    with pytest.raises(ScmError, match=sentence):
        simulation(rows, demand, NOTHING, RULES)
