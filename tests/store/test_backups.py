"""Backups are verified copies; a restore keeps what it replaces and says so in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from store_shops import NOW, Shop, item

from scm_cli.errors import Exit, ScmError
from scm_cli.store import backup, mark

if TYPE_CHECKING:
    from pathlib import Path


def at(shop: Shop, days: int) -> Shop:
    later = NOW + timedelta(days=days)
    return Shop(replace(shop.run, now=later, today=later.date()))


def test_a_backup_reads_like_the_shop(shop: Shop) -> None:
    made = backup.take(shop.run)
    assert made.path.name == "shop-20260331-090000-e2.duckdb"
    assert made.entry == 2
    assert made.rows > 0
    assert backup.read_whole(made.path)[0] == 2
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert backup.newest(shop.run) == made.path


def test_restore_brings_back_the_rows_of_then(shop: Shop) -> None:
    before = shop.content()
    made = backup.take(shop.run)
    shop.write({"item": [item("C")]})
    restored = backup.restore(shop.run, made.path)
    assert (restored.restored_entry, restored.replaced_entry) == (2, 3)
    after = shop.content()
    assert {t: rows for t, rows in after.items() if t != "shop_fact"} == {
        t: rows for t, rows in before.items() if t != "shop_fact"
    }
    assert shop.findings(deep=True) == []


def test_a_restore_keeps_the_old_file_and_names_its_mark(shop: Shop) -> None:
    made = backup.take(shop.run)
    shop.write({"item": [item("C")]})
    marked = mark.read(shop.run.database)
    restored = backup.restore(shop.run, made.path)
    assert (restored.aside / "shop.duckdb").is_file()
    assert (restored.aside / "shop.duckdb.mark").is_file()
    told = shop.query("SELECT value FROM shop_fact WHERE name LIKE 'restored %'")[0]["value"]
    assert f'"replaced_entry": {marked[0]}' in told
    assert marked[1] in told


def test_work_goes_on_after_a_restore(shop: Shop) -> None:
    made = backup.take(shop.run)
    shop.write({"item": [item("C")]})
    backup.restore(shop.run, made.path)
    done = shop.write({"item": [item("C")]})
    assert done.entry == 4  # 3 is the restore itself


def test_a_damaged_backup_is_refused_and_nothing_moves(shop: Shop) -> None:
    made = backup.take(shop.run)
    content = bytearray(made.path.read_bytes())
    for block in range(3 * 4096, len(content), 262_144):  # after the file's three headers
        content[block + 1000 : block + 1064] = b"\xff" * 64
    made.path.write_bytes(bytes(content))
    shop.write({"item": [item("C")]})
    before = shop.content()
    with pytest.raises(ScmError):
        backup.restore(shop.run, made.path)
    assert shop.content() == before
    assert not list(shop.run.shop.glob("*.restoring*"))


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 100_000])
def test_what_is_no_shop_is_refused(shop: Shop, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.duckdb"
    path.write_bytes(content)
    with pytest.raises(ScmError):
        backup.restore(shop.run, path)
    assert shop.findings() == []


def test_without_a_backup_there_is_nothing_to_restore(shop: Shop) -> None:
    with pytest.raises(ScmError) as refused:
        backup.newest(shop.run)
    assert refused.value.exit_code is Exit.NOT_FOUND


def test_old_copies_are_thinned_to_days_weeks_and_months(shop: Shop) -> None:
    """Nightly for two years: the newest 7 days, 4 weeks and 12 months stay."""
    folder = backup.folder(shop.run)
    for days in range(1, 731):
        day = NOW - timedelta(days=days)
        (folder / f"shop-{day:%Y%m%d-%H%M%S}-e2.duckdb").touch()
    made = backup.take(shop.run)
    kept = [backup.taken_at(path).date() for path in backup.known(shop.run)]
    today = made.taken_at.date()
    assert kept[:7] == [today - timedelta(days=n) for n in range(7)]
    assert len({day.isocalendar()[:2] for day in kept}) >= backup.WEEKLY
    assert len({(day.year, day.month) for day in kept}) == backup.MONTHLY
    assert len(kept) <= backup.DAILY + backup.WEEKLY + backup.MONTHLY


def test_the_three_newest_copies_of_a_day_stay(shop: Shop) -> None:
    for minutes in range(5):
        now = NOW + timedelta(minutes=minutes)
        backup.take(replace(shop.run, now=now))
    kept = [backup.taken_at(path).minute for path in backup.known(shop.run)]
    assert kept == [4, 3, 2]
