"""From long frames to buckets, stock-outs repaired, orders netted, accuracy told."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.forecast.accuracy import accuracy, pinball
from scm_cli.core.forecast.consumption import requirement
from scm_cli.core.forecast.demand import Bucket, bucket_choice, demand_matrix
from scm_cli.core.forecast.stockout import demand_unknown, repaired
from scm_cli.errors import ScmError

FIRST = date(2026, 1, 5)  # a Monday


def sales(*rows: tuple[str, int, float]) -> pl.DataFrame:
    """(sku, days after the first Monday, quantity)."""
    parts = [(sku, "W", FIRST + timedelta(days=day), qty) for sku, day, qty in rows]
    schema = {"sku": pl.String, "warehouse": pl.String, "on": pl.Date, "qty": pl.Float64}
    return pl.DataFrame(parts, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("bucket", "today", "values"),
    [
        (Bucket.DAY, date(2026, 1, 9), [2, 0, 0, 5]),
        (Bucket.WEEK, date(2026, 1, 18), [7]),  # the second week is not over
        (Bucket.WEEK, date(2026, 1, 19), [7, 4]),
        (Bucket.MONTH, date(2026, 3, 31), [11, 0]),
    ],
)
def test_buckets_run_from_the_first_demand_to_the_last_whole_one(
    bucket: Bucket, today: date, values: list[float]
) -> None:
    rows = sales(("A", 0, 1), ("A", 0, 1), ("A", 3, 5), ("A", 9, 4))
    assert demand_matrix(rows, bucket, today).batch.values.tolist() == values


def test_series_keep_their_keys_and_rows_that_are_no_quantity_are_left_out() -> None:
    rows = sales(("B", 0, 3), ("A", 1, 2), ("A", 2, float("nan")), ("C", 50, 1))
    made = demand_matrix(rows, Bucket.DAY, date(2026, 1, 8))
    assert made.keys["sku"].to_list() == ["A", "B", "C"]
    assert made.batch.lengths.tolist() == [2, 3, 0]
    assert made.batch.values.tolist() == [2, 0, 3, 0, 0]
    assert made.next_on == date(2026, 1, 8)
    assert made.batch.phase.tolist() == [3, 3, 3]  # the next bucket is a Thursday


def test_the_repaired_part_is_added_only_where_the_frame_has_it() -> None:
    rows = sales(("A", 0, 1), ("A", 1, 1))
    with_part = rows.with_columns(repaired_qty=pl.Series([0.0, 2.0]))
    plain = demand_matrix(rows, Bucket.DAY, date(2026, 1, 7)).batch.values
    assert plain.tolist() == [1, 1]
    assert demand_matrix(with_part, Bucket.DAY, date(2026, 1, 7)).batch.values.tolist() == [1, 3]


def test_a_frame_without_a_quantity_is_refused() -> None:
    with pytest.raises(ScmError, match="no column qty"):
        demand_matrix(pl.DataFrame({"sku": ["A"], "on": [FIRST]}), Bucket.DAY, date(2026, 2, 1))


@pytest.mark.parametrize(
    ("every_days", "history_days", "chosen"),
    [
        (1, 200, Bucket.DAY),
        (1, 30, Bucket.WEEK),  # too short to tell days apart
        (5, 200, Bucket.WEEK),
        (40, 200, Bucket.WEEK),
        (40, 800, Bucket.MONTH),
    ],
)
def test_the_data_choose_the_bucket(every_days: int, history_days: int, chosen: Bucket) -> None:
    rows = sales(*(("A", day, 1.0) for day in range(0, history_days, every_days)))
    assert bucket_choice(rows, FIRST + timedelta(days=history_days)) is chosen


def out(*days: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"sku": "A", "warehouse": "W", "on": [FIRST + timedelta(days=d) for d in days]}
    )


def test_an_out_day_is_repaired_with_the_mean_of_the_open_days() -> None:
    rows = sales(*(("A", day, 4.0) for day in (0, 1, 2, 3, 6, 7)))
    got = repaired(rows, out(4, 5), FIRST + timedelta(days=8))
    assert got["repaired_qty"].to_list() == [0, 0, 0, 0, 4, 4, 0, 0]
    assert got["qty"].sum() == rows["qty"].sum()


def test_a_repair_never_exceeds_the_usual_quantile() -> None:
    """One order of 1,000 does not make every out day worth hundreds."""
    rows = sales(*(("A", day, 2.0) for day in range(20)), ("A", 20, 1000.0))
    got = repaired(rows, out(22, 23), FIRST + timedelta(days=24))
    assert got["repaired_qty"].max() == 2.0


def test_days_before_the_first_sale_are_not_stock_outs() -> None:
    rows = sales(("A", 10, 3.0), ("A", 11, 3.0))
    got = repaired(rows, out(1, 2), FIRST + timedelta(days=12))
    assert got["repaired_qty"].sum() == 0


def test_mostly_out_means_demand_unknown() -> None:
    today = FIRST + timedelta(days=90)
    assert demand_unknown(out(*range(46)), today).height == 1
    assert demand_unknown(out(*range(45)), today).height == 0


def test_orders_consume_the_forecast_as_in_the_documented_example() -> None:
    """frePPLe's example: orders 300, 500, 280, 0 against 350 each leave 0, 0, 0, 320."""
    orders = np.array([[300.0, 500.0, 280.0, 0.0]])
    got = requirement(np.full((1, 4), 350.0), orders, 4, 4)
    assert got.net.tolist() == [[0, 0, 0, 320]]
    assert got.total.tolist() == [[300, 500, 280, 320]]


def test_without_windows_each_bucket_stands_alone() -> None:
    orders = np.array([[300.0, 500.0, 280.0, 0.0]])
    got = requirement(np.full((1, 4), 350.0), orders, 0, 0)
    assert got.total.tolist() == [[350, 500, 350, 350]]


amounts = st.lists(st.floats(0, 1e6), min_size=1, max_size=8)


@given(amounts, st.integers(0, 8))
def test_an_order_equal_to_the_forecast_changes_nothing(row: list[float], window: int) -> None:
    told = np.array([row])
    assert requirement(told, told, window, window).total.tolist() == told.tolist()


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=8))
def test_with_open_windows_the_requirement_is_the_larger_sum(
    pairs: list[tuple[float, float]],
) -> None:
    told, orders = (np.array([[p[i] for p in pairs]]) for i in (0, 1))
    got = requirement(told, orders, len(pairs), len(pairs))
    assert got.total.sum() == pytest.approx(max(told.sum(), orders.sum()), rel=1e-9, abs=1e-6)
    assert (got.total >= orders - 1e-6).all()


def test_accuracy_in_the_owners_terms_per_class() -> None:
    rows = pl.DataFrame(
        {
            "class": ["A", "A", "B", "C"],
            "actual_qty": [10.0, 20.0, 5.0, 0.0],
            "forecast_qty": [12.0, 17.0, 25.0, 1.0],
            "naive_qty": [15.0, 20.0, 5.0, 0.0],
            "quantile_qty": [15.0, 19.0, 30.0, 0.0],
        }
    )
    got = {row["class"]: row for row in accuracy(rows, ["class"]).to_dicts()}
    assert got["A"]["accuracy_pct"] == pytest.approx(100 * (1 - 5 / 30))
    assert got["A"]["naive_accuracy_pct"] == pytest.approx(100 * (1 - 5 / 30))
    assert got["A"]["bias_pct"] == pytest.approx(-100 / 30)
    assert got["A"]["coverage_pct"] == 50
    assert got["B"]["accuracy_pct"] == 0  # never below zero
    assert got["C"]["accuracy_pct"] is None  # no demand, no accuracy


def test_pinball_costs_the_missing_side_more_at_a_high_level() -> None:
    actual = np.array([12.0, 8.0])
    assert pinball(actual, np.array([10.0, 10.0]), 0.95) == pytest.approx([1.9, 0.1])
