"""Forecasts of past runs against what came: what is kept, measured and told."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import polars as pl
import pytest

from scm_cli.core.forecast.accuracy import accuracy_table
from scm_cli.core.forecast.exceptions import (
    EXCEPTIONS,
    SENTENCES,
    WatchRules,
    exceptions,
    kept_out,
    sentence,
    summary,
    unknown_demand,
)
from scm_cli.core.forecast.frames import ForecastRules, outlook, pooled_demand
from scm_cli.core.forecast.tracking import SNAPSHOT, apart, matured, patterns, signals, snapshot

TODAY = date(2026, 7, 1)
DAYS = pl.date_range(date(2026, 1, 1), date(2026, 6, 30), eager=True)


def flat(sku: str, qty: float) -> pl.DataFrame:
    return pl.DataFrame({"sku": sku, "warehouse": "W", "on": DAYS, "qty": qty})


def kept(**columns: object) -> pl.DataFrame:
    """A row that a run kept, with some of its columns set."""
    usual: dict[str, object] = {
        "made_on": date(2026, 5, 1), "sku": "A", "warehouse": "W", "abc_class": "A",
        "pattern": "smooth", "from_on": date(2026, 5, 8), "until_on": date(2026, 6, 6),
        "forecast_qty": 60.0, "naive_qty": 90.0, "actual_qty": 60.0,
        "interval_until_on": date(2026, 6, 20), "interval_p05_qty": 20.0,
        "interval_p95_qty": 60.0, "interval_actual_qty": 40.0,
    }  # fmt: skip
    return pl.DataFrame([{**usual, **columns}], schema=SNAPSHOT)


def test_a_run_keeps_the_month_that_an_order_of_today_is_for() -> None:
    demand = pl.concat([flat("A", 2.0), flat("B", 5.0)])
    made = outlook(demand, pooled_demand(demand, ForecastRules(90), TODAY))
    plan = pl.DataFrame({"sku": ["A", "B"], "warehouse": "W", "abc_class": ["C", "A"],
                         "lead_days": [10, 40], "interval_days": [17, 47]})  # fmt: skip
    found = snapshot(made, plan, demand)
    assert dict(found.schema) == SNAPSHOT
    assert found["from_on"].to_list() == [date(2026, 7, 11), date(2026, 8, 10)]
    assert found["until_on"].to_list() == [date(2026, 8, 9), date(2026, 9, 8)]
    assert found["forecast_qty"].to_list() == pytest.approx([60.0, 150.0], rel=0.01)
    assert found["naive_qty"].to_list() == [60.0, 150.0]
    assert found["interval_until_on"].to_list() == [date(2026, 7, 17), date(2026, 8, 16)]
    assert found["pattern"].to_list() == ["smooth", "smooth"]
    assert found["actual_qty"].null_count() == 2


@pytest.mark.parametrize(
    ("sizes", "every", "pattern"),  # cuts at 1.32 buckets and 0.49: Syntetos and others, 2005
    [
        ([5.0, 5.0], 1, "smooth"),
        ([1.0, 50.0], 1, "erratic"),
        ([5.0, 5.0], 3, "intermittent"),
        ([1.0, 50.0], 3, "lumpy"),
    ],
)
def test_demand_patterns(sizes: list[float], every: int, pattern: str) -> None:
    from scm_cli.core.forecast.demand import Bucket

    days = DAYS.gather_every(every)
    qty = [sizes[n % len(sizes)] for n in range(len(days))]
    rows = pl.DataFrame({"sku": "A", "warehouse": "W", "on": days, "qty": qty})
    assert patterns(rows, Bucket.DAY, TODAY)["pattern"].to_list() == [pattern]


def test_accuracy_is_the_owners_and_stands_beside_naive() -> None:
    rows = pl.concat([kept(actual_qty=50.0), kept(sku="B", forecast_qty=20.0, actual_qty=10.0)])
    table = accuracy_table(matured(rows, TODAY))
    whole = table.filter(pl.col("abc_class") == "all", pl.col("made_on").is_null()).row(
        0, named=True
    )
    assert whole["accuracy_pct"] == pytest.approx(100 * (1 - 20 / 60))  # max(0, 1 - sum|F-A|/sum A)
    assert whole["naive_accuracy_pct"] == 0  # 90 against 50 and 10
    assert whole["bias_pct"] == pytest.approx(100 * 20 / 60)
    assert whole["coverage_pct"] == 100
    assert table["made_on"].to_list() == [None, None, date(2026, 5, 1)]


def test_coverage_counts_intervals_that_are_over_alone() -> None:
    rows = pl.concat(
        [
            kept(interval_actual_qty=70.0),
            kept(sku="B", interval_until_on=date(2026, 7, 20), interval_actual_qty=0.0),
        ]
    )
    table = accuracy_table(matured(rows, TODAY))
    assert table.filter(pl.col("made_on").is_not_null())["coverage_pct"].to_list() == [0.0]


def test_months_that_overlap_count_once() -> None:
    weekly = [date(2026, 5, 1) - timedelta(days=7 * n) for n in range(20)]
    chosen = apart(weekly, 3)
    assert len(chosen) == 3
    assert all((a - b).days >= 30 for a, b in itertools.pairwise(chosen))


@pytest.mark.parametrize(
    ("came", "signal"), [([50.0] * 6, 6.0), ([50.0, 70.0] * 3, 0.0), ([60.0] * 6, 0.0)]
)
def test_the_tracking_signal(came: list[float], signal: float) -> None:
    months = [
        kept(made_on=date(2026, 1, 1) + timedelta(days=31 * n), actual_qty=qty)
        for n, qty in enumerate(came)
    ]
    assert signals(pl.concat(months), 6)["signal"].to_list() == [signal]


def months(actual: float) -> pl.DataFrame:
    first = date(2025, 12, 1)
    return pl.concat(
        [kept(made_on=first + timedelta(days=30 * n), actual_qty=actual) for n in range(6)]
    )


@pytest.mark.parametrize(
    ("rows", "method", "kinds"),
    [
        (kept(), "theta+trend", []),
        (kept(interval_actual_qty=65.0), "theta+trend", []),  # beyond 60, within the slack of 10
        (kept(interval_actual_qty=71.0), "theta+trend", ["above band"]),
        (kept(interval_actual_qty=9.0), "theta+trend", ["below band"]),
        (
            kept(interval_until_on=date(2026, 7, 9), interval_actual_qty=9.0),
            "theta+trend",
            [],  # under way: what has not come may still come
        ),
        (
            kept(interval_until_on=date(2026, 7, 9), interval_actual_qty=71.0),
            "theta+trend",
            ["above band"],  # under way, and already too much
        ),
        (months(40.0), "theta+trend", ["bias high"]),
        (months(90.0), "theta+trend", ["bias low"]),
        (months(58.0), "theta+trend", []),  # always too high, but by little
        (kept(), "dead", ["ended"]),
        (kept(), "short+category", ["new"]),
        (kept(), "owner guess", ["new"]),
    ],
)
def test_what_is_told(rows: pl.DataFrame, method: str, kinds: list[str]) -> None:
    methods = pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "method": [method]})
    found = exceptions(rows, methods, TODAY, WatchRules())
    assert dict(found.schema) == EXCEPTIONS
    assert found["kind"].to_list() == kinds


def test_every_exception_has_its_sentences() -> None:
    keys = pl.DataFrame({"sku": ["A"], "warehouse": ["W"]})
    lines = keys.with_columns(on=TODAY, qty=pl.lit(500.0), abnormal_qty=pl.lit(496.0))
    found = pl.concat([unknown_demand(keys), kept_out(lines)])
    assert [kind for kind, _ in summary(found)] == ["demand unknown", "abnormal line"]
    told = sentence(found.row(1, named=True))
    assert told.english == "500 were asked for in one day; the forecast counts 4 of them"
    for kind in SENTENCES:
        assert sentence({"kind": kind, "expected_qty": None, "actual_qty": None}).english
