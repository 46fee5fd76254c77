"""Policies that are not "keep what the service needs": to order, room, working days, own levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from replenish_cases import RULES, TODAY, day, item, offer, world

from scm_cli.core.calendar import WorkCalendar, firm_calendar
from scm_cli.core.replenish.plan import plan
from scm_cli.core.replenish.protect import _roomed, kept_for_orders

KEY = {"sku": "A", "warehouse": "W"}


def order(qty: float, on: int = 10) -> dict:
    return {**KEY, "on": day(on), "qty": qty}


@pytest.mark.parametrize(
    ("usable", "asked", "bought"),
    [(0.0, 5.0, 5.0), (3.0, 5.0, 2.0), (5.0, 5.0, None), (0.0, 0.0, None)],
)
def test_bought_to_order_is_what_orders_lack(
    usable: float, asked: float, bought: float | None
) -> None:
    row = item(usable_qty=usable, daily=0.0, to_order=True, trigger_qty=0.0, target_qty=0.0,
               demand=[(10, asked)] if asked else [])  # fmt: skip
    found = plan(world([row], [offer()], committed=[order(asked)] if asked else []), RULES)
    assert found.suggestions["order_qty"].to_list() == ([] if bought is None else [bought])


def test_to_order_leaves_the_forecast_out() -> None:
    demand = pl.DataFrame(
        [{**KEY, "on": TODAY, "qty": 4.0}, {**KEY, "sku": "B", "on": TODAY, "qty": 9.0}]
    )
    committed = pl.DataFrame([order(5.0)])
    rows = pl.DataFrame([{**KEY, "rule": "to_order"}, {**KEY, "sku": "B", "rule": None}])
    told = kept_for_orders(demand, committed, rows)
    assert told.select("sku", "qty").rows() == [("A", 5.0), ("B", 9.0)]


@pytest.mark.parametrize(
    ("room", "levels"),
    [(None, (70.0, 90.0)), (80.0, (70.0, 80.0)), (50.0, (49.0, 50.0)), (0.0, (0.0, 0.0))],
)
def test_no_more_than_there_is_room_for(room: float | None, levels: tuple[float, float]) -> None:
    ours = pl.DataFrame([{**KEY, "trigger_qty": 70.0, "target_qty": 90.0}])
    rows = pl.DataFrame(
        [{**KEY, "storage_qty": room}], schema_overrides={"storage_qty": pl.Float64}
    )
    assert _roomed(ours, rows).select("trigger_qty", "target_qty").row(0) == levels


def test_orders_go_out_on_working_days() -> None:
    """An order of Wednesday 11 March goes out on the Tuesday when that Wednesday is closed."""
    inputs = world([item(usable_qty=60.0)], [offer(lead_days_p50=1, lead_days_p90=1)])
    closed = date(2026, 3, 11)
    week = firm_calendar([1, 2, 3, 4, 5], "CN", [(closed, closed)], [2026])
    assert plan(inputs, RULES).suggestions["order_by_on"].to_list() == [closed]
    kept = plan(inputs, replace(RULES, work=week)).suggestions
    assert kept["order_by_on"].to_list() == [date(2026, 3, 10)]


@pytest.mark.parametrize(
    ("on", "worked"),
    [
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday that is worked for it
        (date(2026, 10, 11), False),  # a Sunday
        (date(2026, 6, 15), False),  # our own closure
        (date(2026, 6, 16), True),
    ],
)
def test_the_firms_calendar(on: date, worked: bool) -> None:
    ours = firm_calendar([1, 2, 3, 4, 5], "CN", [(date(2026, 6, 15), date(2026, 6, 15))], [2026])
    assert ours.is_worked(on) is worked


def test_an_unknown_country_has_no_holidays() -> None:
    assert firm_calendar([1, 2, 3, 4, 5], "XX", [], [2026]) == WorkCalendar()
