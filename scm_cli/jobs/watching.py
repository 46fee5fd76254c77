"""Forecasts watched run by run: kept, held against what came, and the exceptions told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scm_cli.store import watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from scm_cli.core.advise.notices import Notice
    from scm_cli.core.forecast.exceptions import WatchRules
    from scm_cli.core.forecast.frames import PooledDemand
    from scm_cli.engines.protocol import Engine
    from scm_cli.jobs.planned import Facts, Planned
    from scm_cli.jobs.planning import Learnt
    from scm_cli.run import Run
    from scm_cli.settings_model import Settings

KEY = ["sku", "warehouse"]
TOLD = frozenset({"above band", "below band", "bias high", "bias low", "ended"})


def keep(con: Any, run: Run, planned: Planned) -> bool:  # noqa: ANN401 -- the store's connection
    """Add what came since the last run; keep tonight's forecast when one is due."""
    import polars as pl

    from scm_cli.core.forecast.tracking import snapshot

    told, demand = run.settings.forecasting, planned.facts.demand
    fresh = None
    if watch.is_due(con, run.today, told.watch_days):
        spans = planned.protection.select(*KEY, "interval_days").join(
            planned.stocked.select(*KEY, "abc_class", "review_days"), on=KEY
        )
        lead = (pl.col("interval_days") - pl.col("review_days")).clip(0).alias("lead_days")
        plan = spans.with_columns(lead)
        fresh = snapshot(planned.outlook, plan, demand)
    return watch.record(con, run, fresh, demand, told.keep_days)


def kept_of(known: Facts, base: Learnt, settings: Settings, engine: Engine) -> pl.DataFrame:
    """What a run keeps, forecast part by part on an engine."""
    import polars as pl

    from scm_cli.core.forecast.tracking import SNAPSHOT
    from scm_cli.core.replenish.stocked import supplied
    from scm_cli.engines.partition import parts_by_sku
    from scm_cli.jobs.planning import stock_rules

    _, spans, _ = supplied(known, base.rows, stock_rules(settings))
    mean = (pl.col("days") * pl.col("weights")).list.sum() / pl.col("weights").list.sum()
    plan = base.rows.select(*KEY, "abc_class", "review_days").join(
        spans.select(*KEY, mean.round().cast(pl.Int64).alias("interval_days")), on=KEY
    )
    plan = plan.with_columns(
        (pl.col("interval_days") - pl.col("review_days")).clip(0).alias("lead_days")
    )
    frames = [base.demand, base.rows, plan, known.demand]
    parts = parts_by_sku(frames, engine.workers)
    made = engine.map(partial(_part, shared=base.shared), parts)
    return pl.concat(made) if made else pl.DataFrame(schema=SNAPSHOT)


def _part(part: tuple[pl.DataFrame, ...], shared: PooledDemand) -> pl.DataFrame:
    from scm_cli.core.forecast.frames import outlook
    from scm_cli.core.forecast.tracking import snapshot

    demand, rows, plan, asked = part
    return snapshot(outlook(demand, shared, rows), plan, asked)


def rules(settings: Settings) -> WatchRules:
    """When a bias is told."""
    from scm_cli.core.forecast.exceptions import WatchRules

    told = settings.forecasting
    return WatchRules(
        told.signal_months, told.signal_limit, told.signal_bias_pct, told.band_slack_pct
    )


def recent(con: Any, run: Run) -> pl.DataFrame:  # noqa: ANN401
    """The kept forecasts that exceptions are found in: some months apart, and the newest."""
    from scm_cli.core.forecast.exceptions import RECENT_DAYS
    from scm_cli.core.forecast.tracking import apart

    known = watch.runs(con)
    over = apart((r["made_on"] for r in known if r["over"]), run.settings.forecasting.signal_months)
    since = run.today - timedelta(days=RECENT_DAYS)
    newest = [r["made_on"] for r in known if r["until_on"] >= since]
    return watch.kept(con, sorted({*over, *newest}))


def notices(con: Any, run: Run) -> Iterator[Notice]:  # noqa: ANN401
    """One line per kind of exception that the kept forecasts show."""
    from scm_cli.core.advise.notices import Notice
    from scm_cli.core.forecast import exceptions

    kept = recent(con, run)
    if kept.is_empty():
        return
    found = exceptions.exceptions(kept, watch.methods(con), run.today, rules(run.settings))
    for kind, told in exceptions.summary(found):
        if kind in TOLD:
            yield Notice(kind, "", "scm forecast accuracy --exceptions", told)


def listed(run: Run) -> list[dict[str, Any]]:
    """Every exception with its sentence, from the present facts."""
    import polars as pl

    from scm_cli.core.forecast import exceptions
    from scm_cli.jobs import planning
    from scm_cli.store.gateway import reading

    with reading(run) as con:
        known = planning.gather(con, run)
        kept = recent(con, run)
        methods = watch.methods(con)
    base = planning.learnt(known, run.settings)
    found = pl.concat(
        [
            exceptions.exceptions(kept, methods, run.today, rules(run.settings)),
            exceptions.unknown_demand(base.unknown),
            exceptions.kept_out(base.abnormal),
        ]
    )
    rank = {kind: n for n, kind in enumerate(exceptions.SENTENCES)}
    ordered = sorted(found.to_dicts(), key=lambda r: (rank[r["kind"]], r["sku"], r["warehouse"]))
    return [{**row, "sentence": exceptions.sentence(row)} for row in ordered]


def measured(run: Run, sku: str | None) -> list[dict[str, Any]]:
    """Accuracy of past runs: of an item run by run, else by class over all runs, then run by run."""
    import polars as pl

    from scm_cli.core.forecast.accuracy import accuracy_table
    from scm_cli.core.forecast.tracking import matured
    from scm_cli.store import lookup
    from scm_cli.store.gateway import reading

    with reading(run) as con:
        if sku is not None:
            lookup.item(con, sku)
        kept = watch.kept(con)
    over = matured(kept, run.today)
    if sku is not None:
        over = over.filter(pl.col("sku") == sku)
    if over.is_empty():
        return []
    return accuracy_table(over, each=sku is not None).to_dicts()
