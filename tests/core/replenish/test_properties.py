"""Properties of any plan; the numbers are those of the list of peers' worst bugs."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from replenish_cases import (
    RULES,
    accepted,
    day,
    item,
    line,
    offer,
    ordered,
    random_world,
    world,
    worlds,
)

from scm_cli.core.replenish.plan import plan

few = settings(max_examples=5, deadline=None, derandomize=True)
ORDERS = ["buy", "make", "transfer"]


@given(worlds)
@few
def test_1_run_twice_and_the_second_run_is_empty(inputs):
    first = plan(inputs, RULES)
    second = plan(ordered(inputs, first), RULES)
    assert second.suggestions.filter(pl.col("kind").is_in(ORDERS)).is_empty()
    what = ["sku", "warehouse", "kind", "document", "need_by_on", "order_qty"]
    messages = [p.suggestions.filter(pl.col("document").is_not_null()) for p in (first, second)]
    assert messages[0].select(what).equals(messages[1].select(what))


@given(worlds)
@few
def test_1_hurried_lines_that_come_as_asked_are_not_hurried_again(inputs):
    """Without shelf lives, where a hurried line can free an order that was given up."""
    inputs = replace(inputs, items=inputs.items.with_columns(shelf_life_days=None))
    second = plan(accepted(inputs, plan(inputs, RULES)), RULES).suggestions
    assert second.filter(pl.col("kind").is_in(["buy", "make", "expedite"])).is_empty()


@given(st.integers(0, 2**32), st.integers(1, 80))
@few
def test_2_more_stock_never_raises_an_order(seed, extra):
    """One supplier each: with several, a later need may choose one with a larger minimum.

    Items that move between warehouses are left out: the transfer may go to another one.
    """
    inputs = random_world(seed, suppliers=1)
    more = pl.when(pl.col("warehouse") == "W").then(pl.col("usable_qty") + extra)
    richer = inputs.items.with_columns(usable_qty=more.otherwise("usable_qty"))
    plans = [plan(each, RULES).suggestions for each in (inputs, replace(inputs, items=richer))]
    moved = pl.concat(plans).filter(pl.col("kind") == "transfer")["sku"].unique()
    before, after = (
        made.filter(pl.col("kind").is_in(["buy", "make"]) & ~pl.col("sku").is_in(moved.implode()))
        .group_by("sku")
        .agg(pl.col("order_qty").sum())
        for made in plans
    )
    both = after.join(before, on="sku", how="left").fill_null(0.0)
    assert both.filter(pl.col("order_qty") > pl.col("order_qty_right") + 1e-6).is_empty()


@given(st.integers(0, 2**32), st.integers(14, 59))
@few
def test_3_supply_later_than_the_need_does_not_hide_it(seed, due):
    """A large order that comes after the need: bought, hurried, moved, or it says why not."""
    inputs = random_world(seed)
    orders = plan(inputs, RULES).suggestions.filter(pl.col("kind").is_in(["buy", "make"]))
    needy = orders.filter(pl.col("need_by_on") < day(due))
    late = [
        line(due, 5000, sku, warehouse, document="late")
        for sku, warehouse in needy.select("sku", "warehouse").unique().iter_rows()
    ]
    extra = world([item()], [], late).supply
    made = plan(replace(inputs, supply=pl.concat([inputs.supply, extra])), RULES)
    told = pl.concat(
        [made.suggestions.select("sku", "warehouse"), made.not_bought.select("sku", "warehouse")]
    )
    assert needy.join(told, on=["sku", "warehouse"], how="anti").is_empty()


@given(worlds)
@few
def test_4_and_5_the_sum_per_item_and_supplier_meets_minimum_and_multiple(inputs):
    orders = plan(inputs, RULES).suggestions.filter(pl.col("kind") == "buy")
    total = orders.group_by("sku", "supplier").agg(
        pl.col("order_qty", "needed_qty").sum(), pl.col("moq_qty", "order_multiple_qty").first()
    )
    multiple = pl.col("order_multiple_qty")
    packs = pl.col("order_qty") / pl.when(multiple > 0).then(multiple).otherwise(0.5)
    assert total.filter(pl.col("order_qty") < pl.col("moq_qty") - 1e-6).is_empty()
    assert total.filter((packs - packs.round()).abs() > 1e-6).is_empty()
    assert orders.filter(pl.col("order_qty") < pl.col("needed_qty") - 1e-6).is_empty()
    most = pl.max_horizontal(pl.col("needed_qty") + 18, "moq_qty") + multiple + 6
    assert total.filter(pl.col("order_qty") > most).is_empty()  # three warehouses, steps of 6


@given(worlds, st.sampled_from(["usable_qty", "daily_mean_qty", "unit_cost", "service_pct"]))
@few
def test_6_one_broken_item_never_changes_anothers_result(inputs, column):
    spoiled = pl.when(pl.col("sku") == "I00").then(float("nan")).otherwise(column).alias(column)
    broken = plan(replace(inputs, items=inputs.items.with_columns(spoiled)), RULES)
    sound = plan(inputs, RULES)
    rest = pl.col("sku") != "I00"
    assert broken.suggestions.filter(rest).equals(sound.suggestions.filter(rest))
    assert broken.not_bought.filter(rest).equals(sound.not_bought.filter(rest))
    assert broken.problems
    assert set(broken.not_bought.filter(~rest)["reason"]) == {"broken"}


@given(st.integers(1, 40), st.integers(10, 59))
@few
def test_7_flat_demand_is_planned_alike_at_any_horizon(interval, horizon):
    """A flat series needs the same order however far the plan looks."""
    level = item(
        interval_days=interval, trigger_qty=4.0 * interval + 18, target_qty=4.0 * interval + 30
    )
    inputs = world([level], [offer(lead_days_p50=min(interval, 6))])
    near = inputs.demand.filter(pl.col("on") < day(horizon))
    made = plan(replace(inputs, demand=near), replace(RULES, horizon_days=horizon))
    assert made.suggestions.equals(plan(inputs, RULES).suggestions)


@given(st.integers(0, 2**32))
@few
def test_parts_by_sku_put_together_equal_the_whole(seed):
    inputs = random_world(seed, skus=4)
    whole = plan(inputs, RULES)
    parts = []
    for (sku,) in inputs.items.select("sku").unique(maintain_order=True).sort("sku").iter_rows():
        own = {
            name: getattr(inputs, name).filter(pl.col("sku") == sku)
            for name in ("items", "demand", "supply", "protection", "offers", "committed")
        }
        parts.append(plan(replace(inputs, **own), RULES))
    assert pl.concat([p.suggestions for p in parts]).equals(whole.suggestions)
    assert pl.concat([p.not_bought for p in parts]).equals(whole.not_bought)


@given(worlds)
@few
def test_the_order_of_rows_does_not_matter(inputs):
    shuffled = replace(
        inputs,
        items=inputs.items.reverse(),
        demand=inputs.demand.sample(fraction=1.0, shuffle=True, seed=1),
        supply=inputs.supply.reverse(),
        offers=inputs.offers.reverse(),
    )
    one, other = plan(inputs, RULES), plan(shuffled, RULES)
    what = ["sku", "warehouse", "kind", "supplier", "order_qty", "document", "need_by_on"]
    assert one.suggestions.select(what).equals(other.suggestions.select(what))
    assert one.not_bought.select("sku", "warehouse", "reason").equals(
        other.not_bought.select("sku", "warehouse", "reason")
    )
