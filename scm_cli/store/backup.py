"""Backups: taken under the lock from a closed file, opened and compared before they count.

Seven daily, four weekly and twelve monthly copies are kept. Restore moves the old file and
its write-ahead log away first, and names in a new entry the mark that it replaced.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.store import mark, migrate
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import connection, last_entry, locked, require, room

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run

PAUSES_SECONDS = (0.05, 0.5, 2.0)
NAME = re.compile(r"shop-(\d{8})-(\d{6})-e(\d+)(?:-\w+)?\.duckdb$")
DAILY, WEEKLY, MONTHLY = 7, 4, 12


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy: where it lies, its last entry and the rows in it."""

    path: Path
    taken_at: datetime
    entry: int
    rows: int


def folder(run: Run) -> Path:
    """Where the backups of the shop lie."""
    return run.shop / "backups"


def take(run: Run, label: str = "") -> Backup:
    """Copy the shop's file, verify the copy, thin out old copies.

    Raises:
        ScmError: the disk is full, or the copy does not read like the original.
    """
    require(run.database)
    with locked(run):
        return take_locked(run, label)


def take_locked(run: Run, label: str = "") -> Backup:
    """`take` for a caller that holds the lock and has no connection open."""
    folder(run).mkdir(exist_ok=True)
    room(run.shop, 2 * run.database.stat().st_size)
    entry, counted = _settled(run)
    suffix = f"-{label}" if label else ""
    target = folder(run) / f"shop-{run.now:%Y%m%d-%H%M%S}-e{entry}{suffix}.duckdb"
    temporary = target.with_suffix(".tmp")
    shutil.copyfile(run.database, temporary)
    _sync(temporary)
    with connection(temporary, read_only=True) as copy:
        if _fingerprint(copy) != counted:
            temporary.unlink()
            raise ScmError(
                "the backup does not read like the original; it was thrown away",
                hint="Look at `scm doctor`: the disk may be failing.",
                exit_code=Exit.DISK,
            )
    temporary.chmod(0o600)
    temporary.replace(target)
    _thin(run)
    total = sum(int(part.split("=")[1].split(":")[0]) for part in counted)
    return Backup(target, run.now, entry, total)


def _settled(run: Run) -> tuple[int, list[str]]:
    """Fold the write-ahead log into the file; its last entry and what it counts.

    A log may outlive the first closing on a busy machine, so it is tried again before giving up.
    """
    log = run.database.with_name(run.database.name + ".wal")
    for pause in PAUSES_SECONDS:
        with connection(run.database, read_only=False) as con:
            con.execute("CHECKPOINT")
            found = last_entry(con)[0], _fingerprint(con)
        if not log.exists():
            return found
        time.sleep(pause)
    raise ScmError(
        "the shop's file could not be closed cleanly; no backup was taken",
        hint="Try again; if it stays so, look at `scm doctor`.",
        exit_code=Exit.UNEXPECTED,
    )


def _fingerprint(con: object) -> list[str]:
    """Rows and content hash of every table: reading them reads every block."""
    tables = con.execute(  # type: ignore[attr-defined]
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' "
        "AND table_type = 'BASE TABLE' ORDER BY 1"
    ).fetchall()
    found = []
    for (table,) in tables:
        count, mixed = con.execute(  # type: ignore[attr-defined]
            f"SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM {table} t"
        ).fetchall()[0]
        found.append(f"{table}={count}:{mixed}")
    return found


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def known(run: Run) -> list[Path]:
    """The backups, newest first."""
    if not folder(run).is_dir():
        return []
    return sorted((p for p in folder(run).iterdir() if NAME.search(p.name)), reverse=True)


def taken_at(path: Path) -> datetime:
    """When a backup was taken, from its name."""
    match = NAME.search(path.name)
    if match is None:
        raise AssertionError(path)
    return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007 -- business time


def _thin(run: Run) -> None:
    for torn in folder(run).glob("*.tmp"):  # of a run that was killed; we hold the lock
        torn.unlink()
    keep: set[Path] = set()
    seen: dict[str, list[object]] = {"day": [], "week": [], "month": []}
    for path in known(run):
        match = NAME.search(path.name)
        day = date.fromisoformat(match[1]) if match else run.today
        for kind, slot, most in (
            ("day", day, DAILY),
            ("week", day.isocalendar()[:2], WEEKLY),
            ("month", (day.year, day.month), MONTHLY),
        ):
            if slot in seen[kind]:
                continue
            if len(seen[kind]) < most:
                seen[kind].append(slot)
                keep.add(path)
    for path in known(run)[3:]:  # the three newest always stay
        if path not in keep:
            path.unlink()


def newest(run: Run) -> Path:
    """The newest backup.

    Raises:
        ScmError: there is none (exit 4).
    """
    found = known(run)
    if not found:
        raise ScmError(
            "there is no backup in {folder}",
            hint="Name the file to restore, if you have one elsewhere.",
            exit_code=Exit.NOT_FOUND,
            folder=str(folder(run)),
        )
    return found[0]


def read_whole(path: Path) -> tuple[int, str]:
    """Last entry and hash of a shop's file, after reading every block of it.

    Raises:
        ScmError: it does not open, is no shop's file, or is damaged.
    """
    from scm_cli.store.engine import duckdb

    try:
        with connection(path, read_only=True) as con:
            _fingerprint(con)
            return last_entry(con)
    except (duckdb.Error, ScmError) as error:
        if isinstance(error, ScmError) and error.exit_code is not Exit.REFUSED:
            raise
        why = error.say.values.get("why", error) if isinstance(error, ScmError) else error
        raise ScmError(
            "this is no shop's file that can be read: {why}",
            hint="Choose another backup.",
            why=str(why).splitlines()[0],
        ) from error


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the entry it ends at, its own entry, and where the old file lies."""

    restored_entry: int
    replaced_entry: int
    aside: Path
    committed: Committed


def restore(run: Run, source: Path) -> Restored:
    """Put a backup in the place of the shop's file, and name in an entry what it replaced.

    The copy is made and read whole before anything moves. The old file goes, with its log
    and mark, to `backups/replaced-…`; a crash in between leaves it there.

    Raises:
        ScmError: the backup is damaged or the disk is full; nothing was moved.
    """
    with locked(run):
        copy = _checked_copy(run, source)
        with connection(copy, read_only=True) as con:
            entry, digest = last_entry(con)
        replaced, replaced_hash = mark.read(run.database)
        aside = folder(run) / f"replaced-{run.now:%Y%m%d-%H%M%S}"
        aside.mkdir(parents=True, exist_ok=True)
        for tail in (".mark", ".wal", ""):
            old = run.database.with_name(run.database.name + tail)
            if old.exists():
                old.replace(aside / old.name)
        copy.replace(run.database)
        mark.write(run.database, entry, digest)
        changes = Changes()
        told = {
            "file": source.name,
            "entry": entry,
            "replaced_entry": replaced,
            "replaced_hash": replaced_hash,
        }
        name = f"restored {run.now:%Y-%m-%d %H:%M:%S}"
        changes.insert("shop_fact", [{"name": name, "value": json.dumps(told)}])
        with connection(run.database, read_only=False) as con:
            con.execute("BEGIN TRANSACTION")
            return Restored(entry, replaced, aside, commit(con, run, changes))


def _checked_copy(run: Run, source: Path) -> Path:
    """A copy with its log played in, read whole, brought to this program's schema.

    The source itself is never opened.
    """
    room(run.shop, 2 * source.stat().st_size)
    copy = run.database.with_suffix(".restoring")
    log = copy.with_name(copy.name + ".wal")
    for stale in (copy, log):
        stale.unlink(missing_ok=True)
    shutil.copyfile(source, copy)
    if source.with_name(source.name + ".wal").exists():
        shutil.copyfile(source.with_name(source.name + ".wal"), log)
    try:
        read_whole(copy)
        with connection(copy, read_only=False) as con:
            migrate.apply(con, run.now)
            con.execute("CHECKPOINT")
    except ScmError as error:
        for stale in (copy, log):
            stale.unlink(missing_ok=True)
        error.where = str(source)
        raise
    _sync(copy)
    return copy
