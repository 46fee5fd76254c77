"""Forecast runs over weeks: kept, compared with what came; and a calendar that changes them."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import forecasting, nightly, notices, watching
from scm_cli.run import Run
from scm_cli.store.gateway import last_entry, reading, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = date(2026, 1, 5)


@pytest.fixture
def on(small_firm: Path, tmp_path: Path) -> Callable[[date], Run]:
    """The small firm's shop, a private copy, as a run of some day finds it."""
    shop = shutil.copytree(small_firm, tmp_path / "shop")

    def of(day: date) -> Run:
        return Run(now=datetime(day.year, day.month, day.day, 6), today=day, folder=shop, who="t")

    return of


def kept_days(run: Run) -> list[date]:
    with reading(run) as con:
        found = rows(con, "SELECT DISTINCT made_on FROM forecast_accuracy ORDER BY 1")
    return [row["made_on"] for row in found]


def test_past_runs_are_kept_once_a_week_and_measured_when_their_month_is_over(
    on: Callable[[date], Run],
) -> None:
    start = TODAY - timedelta(days=77)
    for days in (0, 3, 7, 14):
        forecasting.run(on(start + timedelta(days=days)))
    assert kept_days(on(TODAY))[:3] == [start + timedelta(days=n) for n in (0, 7, 14)]
    assert forecasting.accuracy(on(start), None, again=False)[0]["source"] == "backtest"
    forecasting.run(on(TODAY))
    found = forecasting.accuracy(on(TODAY), None, again=False)
    assert {row["source"] for row in found} == {"past runs"}
    by_run = [row for row in found if row["made_on"]]
    assert next(row["made_on"] for row in by_run) == start
    for row in found:
        assert 0 <= (row["accuracy_pct"] or 0) <= 100
        assert row["coverage_pct"] is None or 0 <= row["coverage_pct"] <= 100
        assert row["naive_accuracy_pct"] is not None or row["accuracy_pct"] is None


def test_a_second_run_of_the_day_changes_nothing(on: Callable[[date], Run]) -> None:
    run = on(TODAY + timedelta(days=8))

    def stood() -> list[dict[str, Any]]:
        with reading(run) as con:
            return rows(con, "SELECT * FROM derived_run WHERE table_name = 'forecast_accuracy'")

    forecasting.run(run)
    first, entry = stood(), None
    with reading(run) as con:
        entry = last_entry(con)
    forecasting.run(run)
    assert stood() == first
    with reading(run) as con:
        assert last_entry(con) == entry  # outside the journal, hence outside undo


def test_the_night_keeps_what_the_forecast_keeps(on: Callable[[date], Run]) -> None:
    later = TODAY + timedelta(days=8)
    nightly.night(on(later))
    assert later in kept_days(on(later))
    with reading(on(later)) as con:
        by_night = rows(con, "SELECT sku, forecast_qty, interval_p95_qty FROM forecast_accuracy "
                        "WHERE made_on = ? ORDER BY ALL", [later])  # fmt: skip
    forecasting.run(on(later))
    with reading(on(later)) as con:
        by_run = rows(con, "SELECT sku, forecast_qty, interval_p95_qty FROM forecast_accuracy "
                      "WHERE made_on = ? ORDER BY ALL", [later])  # fmt: skip
    assert by_run == by_night


def test_exceptions_are_listed_and_told_in_one_line(on: Callable[[date], Run]) -> None:
    run = on(TODAY)
    with reading(run) as con:
        told = {notice.kind for notice in notices.gathered(con, run)}
    listed = watching.listed(run)
    assert all(row["sentence"].english for row in listed)
    assert told & watching.TOLD <= {row["kind"] for row in listed}


def means(run: Run, category: str) -> dict[tuple[str, date], float]:
    with reading(run) as con:
        found = rows(
            con,
            "SELECT sku, bucket_on, sum(mean_qty)::DOUBLE AS qty FROM forecast "
            "JOIN item USING (sku) WHERE category = ? GROUP BY ALL",
            [category],
        )
    return {(row["sku"], row["bucket_on"]): row["qty"] for row in found}


def test_an_event_changes_the_forecast_until_it_is_taken_back(on: Callable[[date], Run]) -> None:
    run = on(TODAY)
    with reading(run) as con:
        category = rows(con, "SELECT i.category FROM forecast f JOIN item i USING (sku) "
                        "GROUP BY 1 ORDER BY sum(f.mean_qty) DESC")[0]["category"]  # fmt: skip
    first = TODAY + timedelta(days=40)
    forecasting.run(run)
    before = means(run, category)
    event = {"event": "clearance", "from_on": first, "until_on": first + timedelta(days=27),
             "kind": "promotion", "category": category, "uplift_pct": 200.0}  # fmt: skip
    forecasting.add_event(run, event)
    forecasting.run(run)
    during = means(run, category)
    inside = [k for k in before if first <= k[1] <= first + timedelta(days=14) and before[k] > 0.1]
    outside = [k for k in before if k[1] < first - timedelta(days=35)]
    assert inside
    assert [during[k] / before[k] for k in inside] == pytest.approx([3.0] * len(inside), rel=0.01)
    assert all(during[k] == before[k] for k in outside)
    forecasting.change_event(run, "clearance", first, {"uplift_pct": 0.0})
    forecasting.run(run)
    assert means(run, category) == pytest.approx(before)
    forecasting.remove_event(run, "clearance", first)
    assert "clearance" not in {row["event"] for row in forecasting.events(run)}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"event": "x", "from_on": TODAY, "until_on": TODAY - timedelta(days=1),
          "kind": "promotion"}, Exit.USAGE),
        ({"event": "x", "from_on": TODAY, "until_on": TODAY, "kind": "party"}, Exit.USAGE),
        ({"event": "x", "from_on": TODAY, "until_on": TODAY, "kind": "promotion",
          "uplift_pct": -150.0}, Exit.USAGE),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_is_refused(
    on: Callable[[date], Run], row: dict[str, Any], code: Exit
) -> None:
    with pytest.raises(ScmError) as caught:
        forecasting.add_event(on(TODAY), row)
    assert caught.value.exit_code == code


def test_an_event_that_is_not_there_cannot_be_changed(on: Callable[[date], Run]) -> None:
    with pytest.raises(ScmError, match="no event") as caught:
        forecasting.remove_event(on(TODAY), "nothing", TODAY)
    assert caught.value.exit_code == Exit.NOT_FOUND


def test_the_usual_calendar_is_shown_beside_the_owners(on: Callable[[date], Run]) -> None:
    found = forecasting.all_events(on(TODAY))
    assert {row["source"] for row in found} == {"own", "usual"}
    assert len({(row["event"], row["from_on"]) for row in found}) == len(found)
