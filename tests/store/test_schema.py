"""Making, migrating and replacing: the schema's own life, and the tables outside undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from store_shops import NOW, Shop

from scm_cli.errors import ScmError
from scm_cli.jobs import opening
from scm_cli.store import backup, create, derived, migrate
from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from pathlib import Path


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _, _ in migrate.steps()] == list(range(1, migrate.newest() + 1))


def test_every_migration_runs_once(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as con:
        assert migrate.version(con) == 0
        assert migrate.apply(con, NOW) == list(range(1, migrate.newest() + 1))
        assert migrate.version(con) == migrate.newest()
        assert migrate.apply(con, NOW) == []


def test_a_migration_that_fails_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [*migrate.steps(), (99, "bad", "CREATE TABLE extra (x INT); SELECT * FROM nowhere;")]
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    with duckdb.connect(str(shop.run.database)) as con:
        with pytest.raises(duckdb.Error):
            migrate.apply(con, NOW)
        con.execute("ROLLBACK")
        assert migrate.version(con) == migrate.newest()
        assert "extra" not in {r[0] for r in con.execute("SHOW TABLES").fetchall()}


def test_a_newer_shop_is_left_alone(shop: Shop) -> None:
    with duckdb.connect(str(shop.run.database)) as con:
        con.execute("INSERT INTO schema_version VALUES (999, 'later', ?)", [NOW])
        with pytest.raises(ScmError, match="newer scm"):
            migrate.apply(con, NOW)


def test_an_upgrade_takes_a_backup_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert create.upgrade(shop.run) == []
    assert backup.known(shop.run) == []
    steps = [*migrate.steps(), (99, "next", "CREATE TABLE extra (x INT);")]
    monkeypatch.setattr(migrate, "steps", lambda: steps)
    monkeypatch.setattr(migrate, "newest", lambda: 99)
    assert create.upgrade(shop.run) == [99]
    assert [path.name for path in backup.known(shop.run)] == [
        "shop-20260331-090000-e2-upgrade.duckdb"
    ]


def test_a_second_shop_in_the_same_folder_is_refused(shop: Shop) -> None:
    with pytest.raises(ScmError, match="there is a shop in"):
        opening.make(shop.run, date(2026, 1, 1))
    with pytest.raises(ScmError, match="there is a shop in"):
        create.create(shop.run)


def forecast(shop: Shop, mean: float) -> pl.DataFrame:
    row = {"sku": "A", "warehouse": "MAIN", "bucket_on": date(2026, 4, 1), "bucket_days": 7,
           "mean_qty": mean, "p50_qty": mean, "p90_qty": mean, "p95_qty": mean, "method": "mean"}  # fmt: skip
    with writing(shop.run) as con:
        return pl.DataFrame([{n: row[n] for n in columns_of(con, "forecast") if n != "entry"}])


def replaced(shop: Shop, frame: pl.DataFrame, *, dry_run: bool = False) -> list[str]:
    with writing(shop.run) as con:
        return derived.replace(con, replace(shop.run, dry_run=dry_run), {"forecast": frame})


def test_a_run_that_finds_nothing_is_recorded_once(shop: Shop) -> None:
    nothing = forecast(shop, 5).clear()
    assert (replaced(shop, nothing), replaced(shop, nothing)) == (["forecast"], [])
    assert shop.query("SELECT table_name, rows FROM derived_run") == [
        {"table_name": "forecast", "rows": 0}
    ]


def test_derived_rows_are_replaced_whole_and_recorded(shop: Shop) -> None:
    assert replaced(shop, forecast(shop, 5)) == ["forecast"]
    assert replaced(shop, forecast(shop, 6)) == ["forecast"]
    assert [float(r["mean_qty"]) for r in shop.query("SELECT mean_qty FROM forecast")] == [6]
    run = shop.query("SELECT table_name, based_on, rows FROM derived_run")
    assert run == [{"table_name": "forecast", "based_on": 2, "rows": 1}]


def test_the_same_output_writes_nothing(shop: Shop) -> None:
    replaced(shop, forecast(shop, 5))
    later = Shop(replace(shop.run, now=NOW.replace(hour=23)))
    assert replaced(later, forecast(shop, 5)) == []
    assert shop.query("SELECT made_at FROM derived_run") == [{"made_at": NOW}]


def test_derived_rows_stand_outside_the_journal(shop: Shop) -> None:
    replaced(shop, forecast(shop, 5))
    assert shop.query("SELECT max(entry) AS entry FROM journal") == [{"entry": 2}]
    assert shop.findings(deep=True) == []


def test_a_dry_run_replaces_nothing(shop: Shop) -> None:
    assert replaced(shop, forecast(shop, 5), dry_run=True) == ["forecast"]
    assert shop.query("SELECT * FROM forecast") == []
