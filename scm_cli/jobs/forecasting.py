"""Forecasts: made for everything at once, stored, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import planning
from scm_cli.store import derived, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.engines.protocol import Engine
    from scm_cli.jobs.planned import Facts
    from scm_cli.run import Run
    from scm_cli.settings_model import Settings


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
    with protocol.engine(engine, address) as there:
        frame = forecast(known, run.settings, there)
    with writing(run) as con:
        derived.replace(con, run, {"forecast": frame.with_columns(pl.col(pl.Float64).round(4))})
    series = frame.select("sku", "warehouse").n_unique()
    return {"series": series, "buckets": len(frame) // max(1, series)}


def forecast(known: Facts, settings: Settings, engine: Engine) -> pl.DataFrame:
    """The forecast of every item and warehouse, as `planning.made` has it."""
    from scm_cli.engines.partition import forecast_on

    base = planning.learnt(known, settings)
    return forecast_on(engine, base.demand, base.rows, base.shared)


def stored(run: Run, sku: str | None, warehouse: str | None) -> list[dict[str, Any]]:
    """The stored forecast of an item, or of all.

    Raises:
        ScmError: there is no such item, or nothing was forecast yet (exit 4).
    """
    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
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


def accuracy(run: Run) -> list[dict[str, Any]]:
    """How good forecasts would have been: three origins, thirty days each, by class and in all.

    Each origin sees only what was known before it; naive says the thirty days before again.
    """
    from scm_cli.core.forecast.accuracy import accuracy as measured
    from scm_cli.core.forecast.backtest_frames import trials
    from scm_cli.core.replenish.stocked import stocked

    with reading(run) as con:
        known = planning.gather(con, run)
    found = trials(known.demand, run.today)
    classes = stocked(known, planning.stock_rules(run.settings)).select(
        "sku", "warehouse", "abc_class"
    )
    found = found.join(classes, on=["sku", "warehouse"], how="inner")
    by_class = measured(found, ["abc_class"]).to_dicts()
    return [*by_class, {"abc_class": "all", **measured(found).to_dicts()[0]}]


def events(run: Run) -> list[dict[str, Any]]:
    """The calendar of events."""
    with reading(run) as con:
        return rows(con, "SELECT * EXCLUDE (entry) FROM event ORDER BY from_on DESC, event")


def add_event(run: Run, row: dict[str, Any]) -> Committed:
    """Enter an event.

    Raises:
        ScmError: it ends before it begins, its kind is none, or it is there already.
    """
    from scm_cli.core.records.master import Event

    kinds = Event.columns()["kind"].choices
    if row["kind"] not in kinds:
        raise ScmError(
            "there is no kind of event {kind}",
            hint="Use {kinds}.",
            exit_code=Exit.USAGE,
            kind=row["kind"],
            kinds=", ".join(kinds),
        )
    if row["from_on"] > row["until_on"]:
        raise ScmError(
            "the event ends on {last}, before it begins", exit_code=Exit.USAGE, last=row["until_on"]
        )
    with writing(run) as con:
        if rows(
            con,
            "SELECT 1 FROM event WHERE event = ? AND from_on = ?",
            [row["event"], row["from_on"]],
        ):
            raise ScmError("event {event} on that day is entered already", event=row["event"])
        changes = Changes()
        changes.insert("event", [Event(**row).model_dump()])
        return commit(con, run, changes)
