"""Care of the shop: backups, what restores them, the settings, and a look at everything."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli import settings
from scm_cli.core import health
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.store import backup, lock, mark, migrate
from scm_cli.store.gateway import (
    ROOM_BYTES,
    connection,
    last_entry,
    lock_path,
    reading,
    require,
    rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scm_cli.run import Run


def take(run: Run) -> dict[str, Any]:
    """Take a verified backup; in a dry run only what it would hold."""
    if run.dry_run:
        with reading(run) as con:
            return {
                "path": str(backup.folder(run)),
                "entry": last_entry(con)[0],
                "rows": None,
                "verified": False,
            }
    made = backup.take(run)
    return {"path": str(made.path), "entry": made.entry, "rows": made.rows, "verified": True}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A backup and the file whose place it takes."""

    source: Path
    entry: int
    replaced_entry: int

    @property
    def told(self) -> Say:
        return Say(
            "{file} (entry {entry}) takes the place of the shop's file (entry {replaced}); "
            "what was entered since is not in it.",
            file=self.source.name, entry=self.entry, replaced=self.replaced_entry,
        )  # fmt: skip


def exchange(run: Run, source: Path | None) -> Exchange:
    """What a restore would do.

    Raises:
        ScmError: there is no such file, or none at all.
    """
    chosen = source or backup.newest(run)
    if not chosen.is_file() and (backup.folder(run) / chosen.name).is_file():
        chosen = backup.folder(run) / chosen.name
    if not chosen.is_file():
        raise ScmError(
            "{path} is no file",
            hint="Name a file of backups/.",
            exit_code=Exit.USAGE,
            path=str(chosen),
        )
    if chosen.resolve() == run.database.resolve():
        raise ScmError(
            "that is the shop's file itself", hint="Name a file of backups/.", exit_code=Exit.USAGE
        )
    named = backup.NAME.search(chosen.name)
    entry = int(named[3]) if named else mark.read(chosen)[0]
    return Exchange(chosen, entry, mark.read(run.database)[0])


def restore(run: Run, source: Path | None) -> backup.Restored:
    """Put a backup in the place of the shop's file.

    Raises:
        ScmError: nobody said --yes (exit 6, with what would happen), or the backup is damaged.
    """
    planned = exchange(run, source)
    if not run.yes:
        raise ScmError(
            "nothing was restored yet: {file} (entry {entry}) would take the place of the shop's file "
            "(entry {replaced}), without what was entered since",
            hint="Say --yes to do it; the file that is replaced is kept.",
            exit_code=Exit.NEEDS_YES,
            file=planned.source.name,
            entry=planned.entry,
            replaced=planned.replaced_entry,
        )
    return backup.restore(run, planned.source)


def config(run: Run, key: str | None) -> list[dict[str, Any]]:
    """Every setting with its value, where it comes from and its default; or those under `key`.

    Raises:
        ScmError: there is no such key; the nearest is named.
    """
    from scm_cli.core.search import unknown
    from scm_cli.settings_model import Settings

    values = dict(_flat(run.settings.model_dump()))
    defaults = dict(_flat(Settings.model_validate({}).model_dump()))
    given = set(dict(_flat(settings.raw(run.shop))))
    found = [
        {
            "key": name,
            "value": value,
            "origin": settings.FILE if name in given else "default",
            "default": defaults.get(name),
        }
        for name, value in values.items()
        if key is None or name == key or name.startswith(f"{key}.")
    ]
    if not found and key is not None:
        raise unknown("setting", key, list(values), "See them all with `scm config`.")
    return found


def _flat(tree: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{under}{name}.")
        else:  # a key or password is starred out by its own type
            secret = hasattr(value, "get_secret_value")
            yield f"{under}{name}", str(value) if secret else value


def doctor(run: Run) -> list[dict[str, Any]]:
    """Every check, the file's own among them unless somebody is using it."""
    from importlib.metadata import version

    require(run.database)
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (run.database, mark.path_of(run.database))
        if path.exists() and os.name != "nt"
    }
    free, size = shutil.disk_usage(run.shop).free, run.database.stat().st_size
    found = [
        health.version(version("duckdb")),
        health.disk(free, size, ROOM_BYTES),
        health.permissions(modes),
        health.place(str(run.shop.resolve()), _filesystem(run.shop.resolve())),
        *_file(run),
        _backup(run),
    ]
    return [check.row() for check in found]


def _file(run: Run) -> list[health.Check]:
    """The lock, and behind it what only the open file tells."""
    path = lock_path(run.database)
    try:
        with lock.held(path, shared=True, holder={}, wait_seconds=0, talk=lambda _: None):
            free = health.Check("lock", "ok", Say("nobody is writing"))
            return [free, *_open(run)]
    except ScmError as error:
        if error.exit_code is not Exit.BUSY:
            raise
        return [
            health.Check(
                "lock",
                "warn",
                Say("in use by {who}; the file was not opened", who=lock.holder_of(path)),
            )
        ]


def _open(run: Run) -> list[health.Check]:
    try:
        with connection(run.database, read_only=True) as con:
            last, have = last_entry(con), migrate.version(con)
            at = rows(con, "SELECT max(made_at) AS at FROM journal")[0]["at"]
            run_on = rows(con, "SELECT max(today) AS day FROM derived_run")[0]["day"]
    except ScmError as error:
        busy = error.exit_code is Exit.BUSY  # a database viewer, say
        return [health.Check("file", "warn" if busy else "bad", error.say)]
    told = Say("schema {have}, the program's is {known}", have=have, known=migrate.newest())
    zone = str(settings.raw(run.shop).get("time_zone", "Asia/Shanghai"))
    return [
        health.Check("file", "ok" if have == migrate.newest() else "warn", told),
        health.mark(mark.read(run.database), last),
        health.clock(run.now, at, zone),
        health.night(max(filter(None, (run_on, _last_outbox(run))), default=None), run.today),
    ]


def _last_outbox(run: Run) -> date | None:
    """The newest day for which the outbox has a folder; a night that changed nothing shows here."""
    outbox = run.shop / str(settings.raw(run.shop).get("folders", {}).get("outbox", "outbox"))
    days = []
    for entry in outbox.iterdir() if outbox.is_dir() else ():
        try:
            days.append(date.fromisoformat(entry.name))
        except ValueError:
            continue
    return max(days, default=None)


def _backup(run: Run) -> health.Check:
    """The newest copy, read to its last block."""
    found = backup.known(run)
    if not found:
        return health.backup(None, None, run.now, None)
    named = backup.NAME.search(found[0].name)
    taken_at = datetime.strptime(f"{named[1]}{named[2]}", "%Y%m%d%H%M%S") if named else run.now  # noqa: DTZ007 -- local, as run.now
    try:
        backup.read_whole(found[0])
    except ScmError as error:
        return health.backup(found[0].name, taken_at, run.now, error.say)
    return health.backup(found[0].name, taken_at, run.now, None)


def _filesystem(folder: Path) -> str:
    """The type of the mount that holds the folder; empty where there is no /proc/mounts."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts:
        _, point, mounted, *_ = line.split()
        point = point.replace("\\040", " ")
        if len(point) >= len(best) and folder.is_relative_to(point):
            best, kind = point, mounted
    return kind
