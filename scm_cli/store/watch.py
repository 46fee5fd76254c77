"""Forecasts of past runs and what then came: kept run by run, outside the journal and undo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import Stream, frame, last_entry, rows

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from scm_cli.run import Run

    Connection = duckdb.DuckDBPyConnection

TABLE = "forecast_accuracy"


def is_due(con: Connection, today: date, every_days: int) -> bool:
    """Whether the forecast of `today` is to be kept: none was in the days before."""
    last = con.execute(f"SELECT max(made_on) FROM {TABLE} WHERE made_on < ?", [today]).fetchall()
    newest: date | None = last[0][0]
    return newest is None or (today - newest).days >= every_days


def runs(con: Connection) -> list[dict[str, Any]]:
    """The runs that are kept: `made_on`, whether their months are `over`, their last day."""
    return rows(
        con,
        f"SELECT made_on, bool_or(actual_qty IS NOT NULL) AS over, "
        f"max(interval_until_on) AS until_on FROM {TABLE} GROUP BY made_on ORDER BY made_on",
    )


def kept(con: Connection, made_on: list[date] | None = None) -> pl.DataFrame:
    """The kept forecasts of some runs, or of all, quantities as numbers."""
    numbers = [n for n in columns_of(con, TABLE) if n.endswith("_qty")]
    shown = ", ".join(f"{n}::DOUBLE AS {n}" for n in numbers)
    return frame(
        con,
        f"SELECT * EXCLUDE (entry) REPLACE ({shown}) FROM {TABLE} "
        "WHERE $days IS NULL OR list_contains($days, made_on) ORDER BY made_on, sku, warehouse",
        {"days": made_on},
    )


def methods(con: Connection) -> pl.DataFrame:
    """How each item of the stored forecast was forecast."""
    return frame(con, "SELECT DISTINCT sku, warehouse, method FROM forecast ORDER BY ALL")


def record(
    con: Connection, run: Run, fresh: pl.DataFrame | None, demand: pl.DataFrame, keep_days: int
) -> bool:
    """Add what came, keep `fresh`, drop what is old; whether anything changed. Its own transaction.

    Args:
        con: writable, outside a transaction.
        run: says the day; a dry run writes nothing.
        fresh: schema `tracking.SNAPSHOT` of today, or None when none is due.
        demand: `sku`, `warehouse`, `on`, `qty`, before today.
        keep_days: forecasts older than this are dropped.
    """
    if run.dry_run:
        return False
    con.execute("BEGIN TRANSACTION")
    changed = _came(con, run.today, demand)
    if fresh is not None:
        changed |= _kept(con, run.today, fresh)
    oldest = run.today - timedelta(days=keep_days)
    dropped = con.execute(f"DELETE FROM {TABLE} WHERE made_on < ?", [oldest]).fetchall()
    if not changed and not dropped[0][0]:
        con.execute("ROLLBACK")
        return False
    count = con.execute(f"SELECT count(*) FROM {TABLE}").fetchall()[0][0]
    con.execute("DELETE FROM derived_run WHERE table_name = ?", [TABLE])
    con.execute(
        "INSERT INTO derived_run VALUES (?, ?, ?, ?, ?, ?)",
        [TABLE, run.now.replace(tzinfo=None), run.today, last_entry(con)[0], count, str(count)],
    )
    con.execute("COMMIT")
    return True


def _came(con: Connection, today: date, demand: pl.DataFrame) -> bool:
    """Fill in what came on the days that a kept forecast spoke of."""
    import polars as pl

    ran = rows(con, "SELECT today FROM derived_run WHERE table_name = ?", [TABLE])
    since = ran[0]["today"] if ran else date.min
    open_ = "k.actual_qty IS NULL OR greatest(k.until_on, k.interval_until_on) >= $since"
    waiting = con.execute(f"SELECT min(made_on) FROM {TABLE} k WHERE {open_}", {"since": since})
    first = waiting.fetchall()[0][0]
    if first is None:
        return False
    lately = demand.filter(pl.col("on") >= first)
    con.register("asked", Stream(lately.select("sku", "warehouse", "on", "qty")))
    changed = con.execute(
        f"UPDATE {TABLE} a SET actual_qty = n.month, interval_actual_qty = n.so_far FROM ("
        "SELECT k.made_on, k.sku, k.warehouse, CASE WHEN any_value(k.until_on) < $today THEN "
        '  coalesce(sum(d.qty) FILTER (d."on" BETWEEN k.from_on AND k.until_on), 0) END'
        "  ::DECIMAL(18,4) AS month, coalesce(sum(d.qty) FILTER "
        '  (d."on" <= k.interval_until_on), 0)::DECIMAL(18,4) AS so_far '
        f"FROM {TABLE} k LEFT JOIN asked d ON d.sku = k.sku AND d.warehouse = k.warehouse "
        '  AND d."on" BETWEEN k.made_on AND greatest(k.until_on, k.interval_until_on) '
        f"WHERE {open_} "
        "GROUP BY k.made_on, k.sku, k.warehouse) n "
        "WHERE a.made_on = n.made_on AND a.sku = n.sku AND a.warehouse = n.warehouse "
        "AND (a.actual_qty IS DISTINCT FROM n.month OR a.interval_actual_qty IS DISTINCT FROM n.so_far)",
        {"today": today, "since": since},
    ).fetchall()
    con.unregister("asked")
    return bool(changed[0][0])


def _kept(con: Connection, today: date, fresh: pl.DataFrame) -> bool:
    """Keep today's forecast in place of one of the same day; whether they differ."""
    types = {n: t for n, t in columns_of(con, TABLE).items() if n != "entry"}
    parts = ", ".join(f"{n}::{t} AS {n}" for n, t in types.items())
    names = ", ".join(types)
    con.register("fresh", Stream(fresh))
    con.execute(f"CREATE OR REPLACE TEMP TABLE fresh_rows AS SELECT {parts} FROM fresh")
    con.unregister("fresh")
    there = f"SELECT {names} FROM {TABLE} WHERE made_on = $today"
    differ = con.execute(
        f"SELECT (SELECT count(*) FROM ({there} EXCEPT SELECT {names} FROM fresh_rows)) + "
        f"(SELECT count(*) FROM (SELECT {names} FROM fresh_rows EXCEPT {there}))",
        {"today": today},
    ).fetchall()[0][0]
    if not differ:
        return False
    con.execute(f"DELETE FROM {TABLE} WHERE made_on = ?", [today])
    con.execute(
        f"INSERT INTO {TABLE} SELECT {names}, ? FROM fresh_rows ORDER BY sku, warehouse",
        [last_entry(con)[0]],
    )
    return True
