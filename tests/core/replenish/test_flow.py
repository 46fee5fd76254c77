"""The days that a plan adds up: day 0 is today, an interval of P days holds the days 0 to P - 1.

An order of tonight is usable on the morning of day L (lead time), the next one a review period R
later on that of day L + R; until then P = L + R days of demand are this order's to serve. The
walk and the forecast's interval must add up the same days, else safety stock is counted twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from replenish_cases import day, item, line, offer, world

from scm_cli.core.forecast.demand import Bucket
from scm_cli.core.forecast.frames import (
    DEMAND,
    ForecastRules,
    Outlook,
    interval_frame,
    outlook,
    pooled_demand,
)
from scm_cli.core.replenish import walk
from scm_cli.core.replenish.flow import required
from scm_cli.core.replenish.inputs import ready
from scm_cli.core.replenish.plan import PlanRules, plan
from scm_cli.core.replenish.schemas import PlanInputs

DAILY, HORIZON = 3.0, 120
WEDNESDAY, MONDAY = date(2026, 4, 1), date(2026, 4, 6)
NO_ORDERS = pl.DataFrame(schema=DEMAND)


def flat(bucket: Bucket, today: date) -> Outlook:
    """The outlook of an item of which three are sold every day."""
    days = pl.date_range(today - timedelta(700), today - timedelta(1), eager=True)
    sold = pl.DataFrame({"sku": "A", "warehouse": "W", "on": days, "qty": DAILY})
    rules = ForecastRules(horizon_days=HORIZON, bucket=bucket)
    return outlook(sold, pooled_demand(sold, rules, today))


def cumulated(demand: pl.DataFrame, today: date, inputs: PlanInputs | None = None) -> list[float]:
    """D(t) as the walk adds it up; the item has no usual day, so nothing is put past the flow."""
    still = item(daily=0.0, interval_days=30)
    given = replace(inputs or world([still], []), demand=demand)
    (block,) = walk.blocks(ready(given, PlanRules(today=today, horizon_days=HORIZON)))
    found: list[float] = block.demand[0].tolist()
    return found


@pytest.mark.parametrize("today", [WEDNESDAY, MONDAY], ids=["midweek", "on a Monday"])
@pytest.mark.parametrize("bucket", list(Bucket))
def test_an_interval_of_p_days_holds_p_days_of_demand(bucket: Bucket, today: date) -> None:
    made = flat(bucket, today)
    upto = cumulated(required(made, NO_ORDERS, HORIZON), today)
    spans = [1, 7, 15, 28, 29, 30, 35, 45, 60, 91, HORIZON]
    told = [
        interval_frame(made, _span(days), [0.5])["mean_qty"][0] for days in spans
    ]  # what the reorder point is made of
    months = 0.02 if bucket is Bucket.MONTH else 0.001  # they have 28 to 31 days
    assert [upto[days - 1] for days in spans] == pytest.approx(told, rel=months)
    assert told == pytest.approx([DAILY * days for days in spans], rel=months)


def _span(days: int) -> pl.DataFrame:
    return pl.DataFrame({"sku": "A", "warehouse": "W", "days": [[float(days)]], "weights": [[1.0]]})


def test_nothing_is_told_beyond_the_horizon() -> None:
    told = required(flat(Bucket.WEEK, WEDNESDAY), NO_ORDERS, HORIZON)
    last = told.select((pl.col("on") + pl.duration(days="days")).max()).item()
    assert last == WEDNESDAY + timedelta(HORIZON)
    assert told["qty"].sum() == pytest.approx(DAILY * HORIZON, rel=0.001)


def test_orders_stay_on_their_day_however_far() -> None:
    """An order of a week's forecast takes the forecast's place and lies on its own day."""
    made = flat(Bucket.WEEK, MONDAY)
    asked = pl.DataFrame(
        {"sku": "A", "warehouse": "W", "on": [MONDAY + timedelta(52)], "qty": [21.0]}
    )
    upto = cumulated(required(made, asked, HORIZON), MONDAY)
    alone = cumulated(required(made, NO_ORDERS, HORIZON), MONDAY)
    assert upto[52] - upto[51] == pytest.approx(21.0, abs=1.0)
    assert upto[-1] == pytest.approx(alone[-1])


def test_a_long_way_is_planned_as_a_short_one() -> None:
    """Lead time 50, review 7: bought when less than 57 days of demand and the safety are left."""
    long = item(interval_days=57, trigger_qty=57 * 4.0 + 20, target_qty=57 * 4.0 + 50)
    given = world([long], [offer(lead_days_p50=50)])
    rules = PlanRules(today=day(0), horizon_days=60)
    weekly = (
        given.demand.sort("on").group_by_dynamic("on", every="7d", start_by="datapoint")
        .agg(pl.col("sku", "warehouse").first(), pl.col("qty").sum(), days=pl.len().cast(pl.Int64))
        .select(given.demand.columns)
    )  # fmt: skip
    for flow in (given.demand, weekly):
        for usable, kinds in ((57 * 4.0 + 19, ["buy"]), (57 * 4.0 + 20, [])):
            items = given.items.with_columns(usable_qty=pl.lit(usable))
            made = plan(replace(given, items=items, demand=flow), rules)
            assert made.suggestions["kind"].to_list() == kinds


@pytest.mark.parametrize(("shipped", "kinds"), [(False, ["cancel"]), (True, [])])
def test_what_is_shipped_is_not_called_off(shipped: bool, kinds: list[str]) -> None:
    idle = item(usable_qty=900.0, daily=0.5)
    made = plan(
        world([idle], [offer()], [line(10, 40, shipped=shipped)]),
        PlanRules(today=day(0), horizon_days=60),
    )
    assert made.suggestions["kind"].to_list() == kinds


@pytest.mark.parametrize(("shipped", "kinds"), [(False, ["defer"]), (True, [])])
def test_what_is_shipped_is_not_put_off(shipped: bool, kinds: list[str]) -> None:
    rich = item(usable_qty=150.0)
    made = plan(
        world([rich], [offer()], [line(10, 40, shipped=shipped)]),
        PlanRules(today=day(0), horizon_days=60),
    )
    assert made.suggestions["kind"].to_list() == kinds
