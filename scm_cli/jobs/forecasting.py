"""Forecasts: made for everything at once, stored, shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.search import unknown
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import planning, watching
from scm_cli.store import derived, facts, lookup, watch
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.records.base import Column
    from scm_cli.engines.protocol import Engine
    from scm_cli.jobs.planning import Learnt
    from scm_cli.run import Run

LONGEST_EVENT_DAYS = 366


def run(run: Run, engine: str = "local", address: str | None = None) -> dict[str, Any]:
    """Forecast from the present facts and store it; how many series and buckets.

    What all items teach is learnt here, once; the items are then forecast part by part, on
    another engine when one is named.

    Raises:
        ScmError: the engine is not known, not installed or does not answer.
    """
    from scm_cli.engines import protocol

    with reading(run) as con:
        known = planning.gather(con, run)
        due = watch.is_due(con, run.today, run.settings.forecasting.watch_days)
    base = planning.learnt(known, run.settings)
    with protocol.engine(engine, address) as there:
        frame = forecast(base, there)
        fresh = watching.kept_of(known, base, run.settings, there) if due else None
    with writing(run) as con:
        derived.replace(con, run, {"forecast": frame.with_columns(pl.col(pl.Float64).round(4))})
        watch.record(con, run, fresh, known.demand, run.settings.forecasting.keep_days)
    series = frame.select("sku", "warehouse").n_unique()
    return {
        "series": series,
        "buckets": len(frame) // max(1, series),
        "abnormal_lines": len(base.abnormal),
    }


def forecast(base: Learnt, engine: Engine) -> pl.DataFrame:
    """The forecast of every item and warehouse, as `planning.made` has it."""
    from scm_cli.engines.partition import forecast_on

    return forecast_on(engine, base.demand, base.rows, base.shared)


def stored(run: Run, sku: str | None, warehouse: str | None) -> list[dict[str, Any]]:
    """The stored forecast of an item, or of all.

    Raises:
        ScmError: there is no such item or warehouse, or nothing was forecast yet (exit 4).
    """
    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
        lookup.known_warehouse(con, warehouse)
        found = rows(
            con,
            "SELECT * EXCLUDE (entry) FROM forecast WHERE ($sku IS NULL OR sku = $sku) "
            "AND ($place IS NULL OR warehouse = $place) ORDER BY sku, warehouse, bucket_on",
            {"sku": sku, "place": warehouse},
        )
        if not found and not rows(con, "SELECT 1 FROM derived_run WHERE table_name = 'forecast'"):
            raise ScmError(
                "nothing was forecast yet",
                hint="Run `scm forecast run` or `scm nightly`.",
                exit_code=Exit.NOT_FOUND,
            )
    return found


def accuracy(run: Run, sku: str | None, *, again: bool) -> list[dict[str, Any]]:
    """How good forecasts were; `source` says whether past runs or a backtest tells it.

    Past runs are held against what then came. Where none is old enough, or `again`, forecasts are
    made again as of three past days: thirty days each, naive being the thirty days before.
    """
    found = [] if again else watching.measured(run, sku)
    if found:
        return [{"source": "past runs", **row} for row in found]
    return [{"source": "backtest", **row} for row in _backtest(run, sku)]


def _backtest(run: Run, sku: str | None) -> list[dict[str, Any]]:
    from scm_cli.core.forecast.accuracy import accuracy_table
    from scm_cli.core.forecast.backtest_frames import trials
    from scm_cli.core.forecast.demand import bucket_choice
    from scm_cli.core.forecast.tracking import patterns

    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
        known = planning.gather(con, run)
    ready = planning.prepared(known, run.settings).demand
    found = trials(ready, run.today, known.demand)
    key = ["sku", "warehouse"]
    classes = planning.classed(known, run.settings, ready).select(*key, "abc_class")
    kinds = patterns(known.demand, bucket_choice(ready, run.today), run.today)
    found = found.join(classes, on=key, how="inner").join(kinds, on=key, how="left")
    found = found.with_columns(
        pl.col("pattern").fill_null("none"), pl.col("origin_on").alias("made_on")
    )
    if sku is not None:
        found = found.filter(pl.col("sku") == sku)
    return accuracy_table(found, each=sku is not None).to_dicts()


def events(run: Run) -> list[dict[str, Any]]:
    """The calendar of events."""
    with reading(run) as con:
        return rows(con, "SELECT * EXCLUDE (entry) FROM event ORDER BY from_on DESC, event")


def all_events(run: Run) -> list[dict[str, Any]]:
    """The owner's events and those of every year that the forecast reckons with beside them."""
    from scm_cli.core.forecast.event_days import whole_calendar
    from scm_cli.store import planning as frames

    with reading(run) as con:
        own, closures = frames.events(con), frames.closures(con)
        asked = rows(con, "SELECT min(ordered_on) AS first FROM sales_order")[0]["first"]
    last = run.today + timedelta(days=run.settings.planning.horizon_days)
    if not run.settings.forecasting.festivals:
        return events(run)
    whole = whole_calendar(own, closures, min(asked or run.today, run.today), last)
    mine = {(row["event"], row["from_on"]): row for row in events(run)}
    told = [
        {
            **row,
            "note": None,
            **mine.get((row["event"], row["from_on"]), {}),
            "source": "own" if (row["event"], row["from_on"]) in mine else "usual",
        }
        for row in whole.to_dicts()
    ]
    return sorted(told, key=lambda row: (row["from_on"], row["event"]), reverse=True)


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """The row of an event that can be; its kind may be said in Chinese too.

    Raises:
        ScmError: it ends before it begins, lasts for years, its kind is none, or its uplift is less than
            nothing sells or more than is believed (exit 2).
    """
    from scm_cli.core.records.master import Event
    from scm_cli.core.records.words import synonyms

    kinds = Event.columns()["kind"].choices
    kind = synonyms(kinds).get(row["kind"])
    if kind is None:
        raise ScmError(
            "there is no kind of event {kind}",
            hint="Use {kinds}.",
            exit_code=Exit.USAGE,
            kind=row["kind"],
            kinds=", ".join(kinds),
        )
    days = (row["until_on"] - row["from_on"]).days + 1
    if days < 1:
        raise ScmError(
            "the event ends on {last}, before it begins", exit_code=Exit.USAGE, last=row["until_on"]
        )
    if days > LONGEST_EVENT_DAYS:
        raise ScmError(
            "the event lasts {days} days",
            hint="What is sold for more than a year is the usual, no event.",
            exit_code=Exit.USAGE,
            days=days,
        )
    _check_uplift(row.get("uplift_pct"), Event.columns()["uplift_pct"])
    return Event(**{**row, "kind": kind}).model_dump()


def _check_uplift(uplift: float | None, bounds: Column) -> None:
    if uplift is None:
        return
    if bounds.low is not None and uplift < bounds.low:
        raise ScmError(
            "an uplift of {uplift} % is less than no sales at all",
            hint="-100 means that nothing sells.",
            exit_code=Exit.USAGE,
            uplift=f"{uplift:g}",
        )
    if bounds.high is not None and uplift > bounds.high:
        raise ScmError(
            "an uplift of {uplift} % is more than is believed",
            hint="At most {most} %: fifty times the usual.",
            exit_code=Exit.USAGE,
            uplift=f"{uplift:g}",
            most=f"{bounds.high:g}",
        )


def add_event(run: Run, row: dict[str, Any]) -> Committed:
    """Enter an event.

    Raises:
        ScmError: it ends before it begins, its kind is none, less than nothing sells, it is
            there already, or no item has its category (exit 4).
    """
    checked = _checked(row)
    with writing(run) as con:
        if _event(con, row["event"], row["from_on"]):
            raise ScmError("event {event} on that day is entered already", event=row["event"])
        _sold_category(con, row["category"])
        changes = Changes()
        changes.insert("event", [checked])
        return commit(con, run, changes)


def change_event(run: Run, name: str, first: date, given: dict[str, Any]) -> Committed:
    """Change the event `name` that begins on `first`; only what is `given` changes.

    Raises:
        ScmError: there is no such event (exit 4), or it cannot be so (exit 2).
    """
    with writing(run) as con:
        row = _known(con, name, first)
        after = _checked({**row, **{k: v for k, v in given.items() if v is not None}})
        _sold_category(con, given.get("category"))
        changes = Changes()
        changes.update("event", [after])
        return commit(con, run, changes)


def remove_event(run: Run, name: str, first: date) -> Committed:
    """Take the event `name` that begins on `first` out of the calendar.

    Raises:
        ScmError: there is no such event (exit 4).
    """
    with writing(run) as con:
        row = _known(con, name, first)
        changes = Changes()
        changes.delete("event", [{"event": row["event"], "from_on": row["from_on"]}])
        return commit(con, run, changes)


def _sold_category(con: Any, category: str | None) -> None:  # noqa: ANN401
    if category is None:
        return
    known = facts.categories(con)
    if category not in known:
        raise unknown(
            "category", category, known, "The sheet of items tells them: scm export items"
        )


def _event(con: Any, name: str, first: date) -> list[dict[str, Any]]:  # noqa: ANN401
    return rows(
        con,
        "SELECT * EXCLUDE (entry) FROM event WHERE event = ? AND from_on = ?",
        [name, first],
    )


def _known(con: Any, name: str, first: date) -> dict[str, Any]:  # noqa: ANN401
    found = _event(con, name, first)
    if found:
        return found[0]
    days = rows(con, "SELECT from_on FROM event WHERE event = ? ORDER BY from_on", [name])
    raise ScmError(
        "there is no event {event} that begins on {day}",
        hint="It begins on {days}." if days else "See `scm forecast event list`.",
        exit_code=Exit.NOT_FOUND,
        event=name,
        day=first,
        days=", ".join(str(row["from_on"]) for row in days),
    )
