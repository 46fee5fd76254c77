"""The plan: cases that a buyer would check by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from replenish_cases import (
    RULES,
    TODAY,
    day,
    item,
    line,
    offer,
    world,
)

from scm_cli.core.calendar import Closures, WorkCalendar
from scm_cli.core.replenish.plan import plan


def only(made, kind="buy"):
    rows = made.suggestions.filter(pl.col("kind") == kind).to_dicts()
    assert len(rows) == 1, made.suggestions
    return rows[0]


def reasons(made):
    return dict(made.not_bought.select("sku", "reason").iter_rows())


def test_without_open_supply_it_is_the_textbook_order_up_to():
    row = only(plan(world([item()], [offer()]), RULES))
    assert row["position_qty"] == 31
    assert row["needed_qty"] == pytest.approx(90 - 31)
    assert row["order_qty"] == 59
    assert row["amount"] == 118


@pytest.mark.parametrize(
    ("usable", "bought"),
    [(69.0, 21.0), (70.0, None), (71.0, None)],
    ids=["below the trigger", "at the trigger", "above the trigger"],
)
def test_bought_only_below_the_trigger(usable, bought):
    made = plan(world([item(usable_qty=usable)], [offer()]), RULES)
    orders = made.suggestions["order_qty"].to_list()
    assert orders == ([] if bought is None else [bought])


def test_dates_count_back_from_the_first_day_below_the_service():
    """s 70 = 13 days of 4 + 18 safety; 60 left fall below 18·√(t/13) on the 11th day."""
    row = only(plan(world([item(usable_qty=60.0)], [offer()]), RULES))
    assert (row["need_by_on"], row["order_by_on"]) == (day(10), day(4))
    assert (row["arrives_on"], row["late_days"], row["reason"]) == (day(10), 0, "below_service")


def test_what_cannot_come_in_time_is_bought_today_and_says_how_late():
    row = only(plan(world([item(usable_qty=10.0)], [offer()]), RULES))
    assert (row["order_by_on"], row["arrives_on"]) == (TODAY, day(6))
    assert row["late_days"] == (day(6) - row["need_by_on"]).days > 0
    assert row["reason"] == "late"


def test_a_supplier_who_makes_the_date_at_the_lowest_true_cost_is_chosen():
    fast = offer(supplier="fast", unit_price=3.0, lead_days_p50=2)
    cheap = offer(supplier="cheap", unit_price=2.0, lead_days_p50=9)
    bulky = offer(supplier="bulky", unit_price=1.9, lead_days_p50=9, moq_qty=5000.0)
    unapproved = offer(supplier="unapproved", unit_price=1.0, approved=False)
    everyone = [fast, cheap, bulky, unapproved]
    assert only(plan(world([item(usable_qty=60.0)], everyone), RULES))["supplier"] == "cheap"
    assert only(plan(world([item(usable_qty=20.0)], everyone), RULES))["supplier"] == "fast"


def test_an_outdated_price_serves_only_where_there_is_no_other():
    old = offer(supplier="old", unit_price=1.0, valid_until_on=TODAY - timedelta(days=1))
    new = offer(supplier="new", unit_price=2.0)
    assert only(plan(world([item()], [old, new]), RULES))["supplier"] == "new"
    assert only(plan(world([item()], [old]), RULES))["supplier"] == "old"


def test_later_supply_nets_later_demand():
    """30 due on day 20 are needed beyond the interval: the order shrinks by what they bring."""
    alone = only(plan(world([item()], [offer()]), RULES))["order_qty"]
    netted = only(plan(world([item()], [offer()], [line(15, 10)]), RULES))["order_qty"]
    assert netted == alone - 10


def test_supply_beyond_the_horizon_hides_nothing():
    made = plan(world([item()], [offer()], [line(180, 500)]), RULES)
    assert only(made)["order_qty"] == 59


@pytest.mark.parametrize(
    ("due", "lead", "kind", "reason"),
    [
        (5, 30, "expedite", "expedite_instead"),
        (5, 1, "buy", None),
        (5, 5, None, "inbound_no_later"),
    ],
    ids=["a new order is slower", "a new order is sooner and pays", "as soon as the open one"],
)
def test_a_gap_before_open_supply_is_hurried_or_bridged(due, lead, kind, reason):
    rare = item(usable_qty=2.0, unit_margin=50.0, interval_days=13)
    made = plan(world([rare], [offer(lead_days_p50=lead)], [line(due, 200)]), RULES)
    assert made.suggestions["kind"].to_list() == ([kind] if kind else [])
    assert reasons(made).get("A") == reason


def test_a_gap_that_costs_less_than_the_excess_is_not_bought():
    dear = item(usable_qty=16.0, unit_cost=900.0, unit_margin=0.01)
    made = plan(world([dear], [offer(lead_days_p50=1)], [line(5, 200)]), RULES)
    assert made.suggestions["kind"].to_list() == ["expedite"]
    assert reasons(made) == {"A": "not_worth"}


def test_an_overdue_line_counts_on_its_latest_day_never_in_the_past():
    late = line(-4, 500, latest_p90_on=day(9))
    made = plan(world([item(usable_qty=2.0)], [offer(lead_days_p50=30)], [late]), RULES)
    row = only(made, "expedite")
    assert (row["expected_on"], row["arrives_on"]) == (day(-4), day(9))


def test_lines_that_are_not_firm_are_not_counted():
    draft = line(3, 500, firm=False)
    assert only(plan(world([item()], [offer()], [draft]), RULES))["order_qty"] == 59


def test_open_orders_nobody_needs_are_put_off_or_called_off():
    rich = item(usable_qty=150.0)
    made = plan(world([rich], [offer()], [line(10, 40), line(12, 900)]), RULES)
    assert made.suggestions.sort("arrives_on")["kind"].to_list() == ["defer", "defer"]
    idle = item(usable_qty=900.0, daily=0.5)
    assert only(plan(world([idle], [offer()], [line(10, 40)]), RULES), "cancel")["order_qty"] == 40


def test_minimum_and_multiple_once_per_item_and_supplier():
    """Two warehouses that need 59 each, minimum 100, boxes of 24: 120 together, not 240."""
    both = [item(warehouse="N"), item(warehouse="S")]
    made = plan(world(both, [offer(moq_qty=100.0, order_multiple_qty=24.0)]), RULES)
    assert made.suggestions["order_qty"].sum() == 120
    assert made.suggestions["order_qty"].min() >= 59


def test_another_warehouses_excess_is_moved_before_buying():
    rich = item(warehouse="rich", usable_qty=400.0)
    made = plan(world([rich, item(warehouse="poor", usable_qty=45.0)], [offer()]), RULES)
    row = only(made, "transfer")
    assert (row["from_warehouse"], row["warehouse"], row["order_qty"]) == ("rich", "poor", 45)
    assert made.suggestions.height == 1
    assert (
        made.not_bought.rows_by_key("warehouse", named=True)["poor"][0]["reason"] == "transferred"
    )


def test_a_warehouse_gives_only_what_it_has_above_its_own_target():
    tight = item(warehouse="tight", usable_qty=112.0)
    made = plan(world([tight, item(warehouse="poor", usable_qty=45.0)], [offer()]), RULES)
    kinds = dict(made.suggestions.select("kind", "order_qty").iter_rows())
    assert kinds == {"transfer": 22, "buy": 23}


def test_what_has_not_come_cannot_be_sent_on():
    """400 are due today where nothing lies: plenty on paper, nothing to put on a van."""
    bare = item(warehouse="bare", usable_qty=0.0)
    poor = item(warehouse="poor", usable_qty=45.0)
    made = plan(world([bare, poor], [offer()], [line(0, 400, warehouse="bare")]), RULES)
    assert set(made.suggestions["kind"]) == {"buy"}
    assert set(made.suggestions["warehouse"]) == {"poor"}


def test_what_is_made_is_made():
    row = only(plan(world([item(kind="make", make_days=3)], []), RULES), "make")
    assert (row["order_qty"], row["lead_days"], row["supplier"]) == (59, 3, None)


def test_shelf_life_caps_the_order():
    """Arriving on day 6, 8 days of 4 sell before it expires, over the 3 left by then."""
    row = only(plan(world([item(shelf_life_days=8)], [offer()]), RULES))
    assert row["order_qty"] == 14 * 4 - 31


@pytest.mark.parametrize(
    ("margin", "kinds"), [(0.1, []), (50.0, ["buy"])], ids=["it would be thrown away", "it pays"]
)
def test_a_minimum_that_outlives_the_goods(margin, kinds):
    short = item(shelf_life_days=8, unit_margin=margin)
    made = plan(world([short], [offer(moq_qty=500.0)]), RULES)
    assert made.suggestions["kind"].to_list() == kinds
    told = made.suggestions["reason"].to_list() or list(reasons(made).values())
    assert told == ["minimum_expires"]


@pytest.mark.parametrize(
    ("changes", "offers", "reason"),
    [
        ({"trigger_qty": None}, [offer()], "no_data"),
        ({}, [], "no_supplier"),
        ({"kind": "none"}, [offer()], "not_stocked"),
        ({"daily": 0.0, "usable_qty": 0.0, "trigger_qty": 0.0}, [offer()], "no_demand"),
        ({"usable_qty": 75.0, "min_qty": 80.0}, [offer()], "above_trigger"),
        ({"usable_qty": float("nan")}, [offer()], "broken"),
    ],
)
def test_what_is_not_bought_says_why(changes, offers, reason):
    made = plan(world([item(**changes)], offers), RULES)
    assert made.suggestions.is_empty()
    assert reasons(made) == {"A": reason}
    assert bool(made.problems) == (reason == "broken")


def test_without_levels_the_owners_min_and_max_serve():
    own = item(trigger_qty=None, daily=0.0, usable_qty=4.0, min_qty=5.0, max_qty=20.0)
    row = only(plan(world([own], [offer()]), RULES))
    assert (row["order_qty"], row["reorder_point_qty"], row["target_qty"]) == (16, 5, 20)


@pytest.mark.parametrize(
    "changes",
    [
        {"usable_qty": -500.0},
        {"service_pct": 100.0},
        {"interval_days": 0, "review_days": 0},
        {"daily": 0.0},
        {"trigger_qty": 0.0, "target_qty": 0.0},
        {"unit_cost": None, "unit_margin": None},
        {"interval_days": 5000},
        {"shelf_life_days": 0},
        {"unit_margin": -3.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("lead", [0, 6, 5000])
def test_extreme_inputs_give_a_plan_without_nan(changes, lead):
    made = plan(world([item(**changes)], [offer(lead_days_p50=lead)], [line(9, 3)]), RULES)
    for frame in (made.suggestions, made.not_bought):
        numbers = frame.select(pl.col(pl.Float64).is_finite().fill_null(True).all())
        assert all(numbers.row(0))
    assert made.suggestions.filter(pl.col("order_qty") <= 0).is_empty()


def test_orders_are_sent_on_working_days():
    """The order-by day, Friday 6 March, is a holiday: order on Thursday."""
    work = WorkCalendar(closures=Closures.of([(day(4), day(4))]))
    inputs = world([item(usable_qty=60.0)], [offer()])
    row = only(plan(inputs, replace(RULES, work=work)))
    assert (row["order_by_on"], row["need_by_on"]) == (day(3), day(10))


def test_flows_without_an_item_are_named():
    inputs = world([item()], [offer()], [line(3, 10, sku="ghost")])
    (problem,) = plan(inputs, RULES).problems
    assert "1 items of supply are not among the items planned, the first is ghost" in str(
        problem.what
    )


def test_a_margin_that_nobody_knows_is_not_told():
    row = only(plan(world([item(unit_cost=None, unit_margin=None)], [offer()]), RULES))
    assert row["margin_amount"] is None


def test_no_rows_give_an_empty_plan():
    made = plan(world([], []), RULES)
    assert made.suggestions.is_empty()
    assert made.not_bought.is_empty()
