"""An older shop is upgraded when it is opened, after a backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from store_shops import Shop

from scm_cli.errors import ScmError
from scm_cli.jobs import opening
from scm_cli.run import Run
from scm_cli.store import backup, gateway, migrate

if TYPE_CHECKING:
    from pathlib import Path

NEXT = gateway.SCHEMA + 1


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run(now=datetime(2026, 3, 1, 9), today=date(2026, 3, 1), folder=tmp_path / "shop")
    opening.make(made, date(2026, 1, 1))
    return replace(made, now=datetime(2026, 3, 2, 9))


def test_the_known_schema_is_the_newest_migration() -> None:
    assert migrate.newest() == gateway.SCHEMA


def test_an_older_shop_is_backed_up_and_upgraded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    later = [*migrate.steps(), (NEXT, "later", "CREATE TABLE later (a BIGINT)")]
    monkeypatch.setattr(migrate, "steps", lambda: later)
    monkeypatch.setattr(migrate, "newest", lambda: NEXT)
    monkeypatch.setattr(gateway, "SCHEMA", NEXT)
    with gateway.reading(run) as con:
        assert con.execute("SELECT count(*) FROM later").fetchall() == [(0,)]
        assert migrate.version(con) == NEXT
    assert [path.stem.rsplit("-", 1)[-1] for path in backup.known(run)] == ["upgrade"]


def test_a_newer_shop_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "SCHEMA", 0)
    with pytest.raises(ScmError, match="newer"), gateway.reading(run):
        pass


def test_a_step_that_fails_leaves_the_shop_as_it_was(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [
        *migrate.steps(),
        (NEXT, "broken", "CREATE TABLE later (a BIGINT); SELECT no_such_column"),
    ]
    monkeypatch.setattr(migrate, "steps", lambda: broken)
    monkeypatch.setattr(migrate, "newest", lambda: NEXT)
    monkeypatch.setattr(gateway, "SCHEMA", NEXT)
    with pytest.raises(Exception, match="no_such_column"), gateway.reading(run):
        pass
    monkeypatch.undo()
    with gateway.reading(run) as con:
        assert migrate.version(con) == NEXT - 1
        assert not con.execute(
            "SELECT 1 FROM information_schema.tables WHERE table_name = 'later'"
        ).fetchall()


def test_undo_reaches_back_over_an_upgrade(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old image of a row lacks what was added since; it gets what every other row got."""
    shop.write(delete={"customer": [{"customer": "C2"}]})
    sql = (
        "ALTER TABLE customer ADD COLUMN rating VARCHAR DEFAULT 'plain'; "
        "ALTER TABLE customer ALTER COLUMN rating SET NOT NULL"
    )
    later = [*migrate.steps(), (NEXT, "later", sql)]
    monkeypatch.setattr(migrate, "steps", lambda: later)
    monkeypatch.setattr(migrate, "newest", lambda: NEXT)
    monkeypatch.setattr(gateway, "SCHEMA", NEXT)
    shop.undo()
    with gateway.reading(shop.run) as con:
        found = con.execute("SELECT customer, rating FROM customer ORDER BY 1").fetchall()
    assert found == [("C1", "plain"), ("C2", "plain")]
