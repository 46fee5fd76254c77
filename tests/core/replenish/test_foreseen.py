"""What sales knows in the plan: the sum stays, the days move, only new customer-items add."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scm_cli.core.customer import expected_buys
from scm_cli.core.customer.expected_buys import STREAM, Regular
from scm_cli.core.forecast import frames
from scm_cli.core.replenish import flow
from scm_cli.core.replenish.foreseen import Sales, foreseen

TODAY = date(2026, 4, 1)  # a Wednesday
LINES = {"deal_no": pl.String, "customer": pl.String, "sku": pl.String, "warehouse": pl.String,
         "qty": pl.Float64, "is_known": pl.Boolean}  # fmt: skip
CHANCES = {"deal_no": pl.String, "month": pl.Int64, "chance": pl.Float64}


def series(rate: float = 3.0) -> frames.Outlook:
    """Two items that sell evenly."""
    days = pl.date_range(date(2025, 10, 1), TODAY - timedelta(days=1), eager=True)
    demand = pl.concat(
        [pl.DataFrame({"sku": s, "warehouse": "W", "on": days, "qty": rate}) for s in ("A", "B")]
    )
    rules = frames.ForecastRules(horizon_days=60)
    return frames.outlook(demand, frames.pooled_demand(demand, rules, TODAY))


def told(
    streams: list[tuple[str, str, int, float, int]] = (),  # type: ignore[assignment]
    deals: list[tuple[str, str, float, bool]] = (),  # type: ignore[assignment]
    chances: list[tuple[str, int, float]] = (),  # type: ignore[assignment]
) -> Sales:
    """Streams: customer, sku, days until the next, quantity, gap. Deals: number, sku, quantity, known."""
    rows = [
        (sku, "W", who, TODAY + timedelta(days=n), qty, TODAY + timedelta(days=n + (gap + 1) // 2), qty / gap)
        for who, sku, n, qty, gap in streams
    ]  # fmt: skip
    lines = [(number, "X", sku, "W", qty, known) for number, sku, qty, known in deals]
    return Sales(
        pl.DataFrame(rows, STREAM, orient="row"),
        pl.DataFrame(lines, LINES, orient="row"),
        pl.DataFrame(chances, CHANCES, orient="row"),
    )


def ahead(made: frames.Outlook) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=frames.DEMAND)
    return flow.required(made, nothing, 60)


def test_an_expected_purchase_moves_demand_to_its_day_and_the_sum_stays() -> None:
    made = series()
    found, changed = foreseen(made, told([("C1", "A", 9, 30.0, 20)]))
    before, after = ahead(made), ahead(found)
    for sku in ("A", "B"):
        sums = [f.filter(sku=sku)["qty"].sum() for f in (before, after)]
        assert sums[1] == pytest.approx(sums[0])
    week = pl.col("on").is_between(TODAY + timedelta(days=5), TODAY + timedelta(days=11))
    then, now = (f.filter(week, sku="A")["qty"].sum() for f in (before, after))
    assert now > then
    assert after.filter(sku="B").equals(before.filter(sku="B"))
    (row,) = changed.to_dicts()
    assert (row["sku"], row["customers"], row["first_on"]) == ("A", 1, TODAY + timedelta(days=9))
    assert row["moved_qty"] > 0
    assert row["added_qty"] == 0


def test_the_forecast_that_is_stored_stays_as_it_is() -> None:
    made = series()
    mean = made.forecast.mean.copy()
    foreseen(made, told([("C1", "A", 9, 30.0, 20)]))
    assert np.array_equal(made.forecast.mean, mean)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.sampled_from(["A", "B"]),
                  st.integers(0, 70), st.floats(0.1, 500), st.integers(2, 60)),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_regular_customers_do_the_sum_stays(streams) -> None:
    made = series()
    found, _ = foreseen(made, told(streams))
    before, after = ahead(made), ahead(found)
    assert after["qty"].sum() == pytest.approx(before["qty"].sum())
    assert (found.forecast.mean > -1e-9).all()


def test_nobody_known_changes_nothing() -> None:
    made = series()
    found, changed = foreseen(made, told())
    assert found is made
    assert changed.is_empty()


def test_a_deal_with_somebody_new_adds_its_weighted_quantity() -> None:
    made = series()
    sales = told(deals=[("D1", "A", 40.0, False)], chances=[("D1", 0, 0.25), ("D1", -1, 0.5)])
    found, (row,) = (f if n == 0 else f.to_dicts() for n, f in enumerate(foreseen(made, sales)))
    assert row["added_qty"] == pytest.approx(10.0)
    assert ahead(found)["qty"].sum() == pytest.approx(ahead(made)["qty"].sum() + 10, rel=1e-6)


def test_a_deal_about_what_its_customer_buys_anyway_adds_nothing() -> None:
    made = series()
    sales = told(deals=[("D1", "A", 40.0, True)], chances=[("D1", 1, 0.5)])
    found, _ = foreseen(made, sales)
    may = pl.col("on").dt.month() == 5
    assert ahead(found)["qty"].sum() == pytest.approx(ahead(made)["qty"].sum())
    assert ahead(found).filter(may)["qty"].sum() > ahead(made).filter(may)["qty"].sum()


def bought(days: list[int], qty: float = 5.0) -> pl.DataFrame:
    rows = [("C", "P", "W", TODAY - timedelta(days=n), qty) for n in days]
    return pl.DataFrame(rows, expected_buys.BUYS, orient="row")


@pytest.mark.parametrize(
    ("days", "due"),
    [
        ([50, 40, 30, 20, 10, 3], 7),  # a gap of 10 after the last, three days ago
        ([65, 55, 45, 35, 25, 15], 0),  # overdue: today
        ([90, 80, 70, 60, 50, 40], None),  # given up: overdue by more than two gaps
        ([50, 40, 30, 20, 10], None),  # too few
        ([90, 88, 60, 58, 30, 3], None),  # by chance
    ],
)
def test_only_regular_customers_say_when(days: list[int], due: int | None) -> None:
    found = expected_buys.streams(bought(days), TODAY, Regular())
    assert found["on"].to_list() == ([] if due is None else [TODAY + timedelta(days=due)])


def test_a_stream_over_many_buckets_is_its_rate() -> None:
    stream = expected_buys.streams(bought([55, 45, 35, 25, 15, 5]), TODAY, Regular())
    starts = pl.date_range(TODAY, TODAY + timedelta(days=350), "1w", eager=True)
    found = expected_buys.in_buckets(stream, starts, TODAY)
    assert found["qty"].sum() == pytest.approx(350 / 10 * 5, rel=0.02)
    assert found["qty"][0] == 5
