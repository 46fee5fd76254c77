"""The one gateway to the shop's file: lock, checks, hardened connection, roll-back.

Nothing else opens, reads or copies `shop.duckdb` while it is open here.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from scm_cli import settings
from scm_cli.errors import Exit, ScmError
from scm_cli.store import lock, mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import polars as pl

    from scm_cli.run import Run

    Params: TypeAlias = list[Any] | dict[str, Any] | None

ROOM_BYTES = 64 * 1024 * 1024
SCHEMA = 13  # the newest migration; a test holds it to the files
BUSY_WAIT_SECONDS = 30.0
ONE_THREAD = "SET threads = 1"


class Stream:
    """Hands a polars frame to DuckDB, or a relation to polars, over Arrow without pyarrow."""

    def __init__(self, source: Any) -> None:  # noqa: ANN401 -- either side of the bridge
        from scm_cli.store.engine import frames

        frames()
        self._source = source

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._source.__arrow_c_stream__(requested_schema)


def lock_path(database: Path) -> Path:
    """Where the lock of a database lies."""
    return database.with_name(database.name + ".lock")


@contextmanager
def locked(run: Run, *, shared: bool = False) -> Iterator[None]:
    """Hold the shop's lock without opening its file."""
    holder = {
        "pid": run.pid,
        "command": f"scm {run.command}".strip(),
        "since": f"{run.now:%H:%M:%S}",
    }
    wait = float(settings.raw(run.shop).get("busy_wait_seconds", BUSY_WAIT_SECONDS))
    with lock.held(
        lock_path(run.database), shared=shared, holder=holder, wait_seconds=wait, talk=run.talk
    ):
        yield


@contextmanager
def reading(run: Run, *, small: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection; several readers may hold one at a time.

    `small` is for one document: its questions cost less on one thread.
    """
    with ExitStack() as held:
        con = _opened(held, run, read_only=True)
        if small:
            con.execute(ONE_THREAD)
        yield con


@contextmanager
def writing(run: Run, *, small: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only writable connection, in one transaction that is rolled back on any error.

    The caller ends it through `store.commit`; what was not committed is rolled back. `small` as
    for `reading`.
    """
    with ExitStack() as held:
        con = _opened(held, run, read_only=False)
        if small:
            con.execute(ONE_THREAD)
        room(run.shop, ROOM_BYTES)
        mark.verify(run.database, *last_entry(con))
        con.execute("BEGIN TRANSACTION")
        yield con


def _opened(held: ExitStack, run: Run, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Lock and open the shop's file; an older file is upgraded first, after a backup."""
    require(run.database)
    opening = held.enter_context(ExitStack())
    opening.enter_context(locked(run, shared=read_only))
    con = opening.enter_context(connection(run.database, read_only=read_only))
    own = settings.raw(run.shop).get("currency", settings.PLAIN["currency"])
    con.execute("SET VARIABLE own_currency = $own", {"own": str(own)})
    have = int(con.execute("SELECT max(version) FROM schema_version").fetchall()[0][0])
    if have == SCHEMA:
        return con
    opening.close()
    if have > SCHEMA:
        raise ScmError(
            "this shop was made by a newer scm (schema {have}, this program knows {known})",
            hint="Update scm, then try again.",
            have=have,
            known=SCHEMA,
        )
    from scm_cli.store import create

    create.upgrade(run)
    return _opened(held, run, read_only=read_only)


def require(database: Path) -> None:
    """Refuse a folder without a shop's file."""
    if not database.is_file():
        raise ScmError(
            "there is no shop in {folder}",
            hint="Make one with `scm init DIR`, or name another with --shop DIR.",
            exit_code=Exit.NOT_FOUND,
            folder=str(database.parent),
        )


def room(folder: Path, needed: int) -> None:
    """Refuse to write when the disk has less than `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ScmError(
            "the disk is nearly full: {free} MB left, {needed} MB needed; nothing was changed",
            hint="Free some space, then try again.",
            exit_code=Exit.DISK,
            free=free // 1_000_000,
            needed=max(1, needed // 1_000_000),
        )


@contextmanager
def connection(database: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open, harden, hand over, always close. Engine failures become one sentence."""
    from scm_cli.store.engine import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "python_enable_replacements": "false",
    }
    try:
        con = duckdb.connect(str(database), read_only=read_only, config=config)
    except duckdb.Error as error:
        raise _told(error, database) from error
    try:
        con.execute("SET enable_progress_bar = false")  # it would draw into the JSON
        if not read_only:
            database.chmod(0o600)
        yield con
    except duckdb.Error as error:
        if _is_ours(error):
            raise _told(error, database) from error
        raise
    finally:
        con.close()


def last_entry(con: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Number and hash of the newest journal entry; (0, "") before the first."""
    row = con.execute("SELECT entry, hash FROM journal ORDER BY entry DESC LIMIT 1").fetchall()
    return (int(row[0][0]), str(row[0][1])) if row else (0, "")


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: Params = None) -> list[dict[str, Any]]:
    """The result of a query as plain rows."""
    result = con.execute(sql, params or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def frame(con: duckdb.DuckDBPyConnection, sql: str, params: Params = None) -> pl.DataFrame:
    """The result of a query as a polars frame."""
    import polars as pl

    from scm_cli.store.engine import frames

    frames()
    relation = con.sql(sql, params=params) if params else con.sql(sql)
    return pl.DataFrame(Stream(relation))


def _is_ours(error: Exception) -> bool:
    text = str(error)
    return any(
        sign in text
        for sign in ("No space left", "Could not write", "Corrupt", "checksum", "invalidated")
    )


def _told(error: Exception, database: Path) -> ScmError:
    text = str(error)
    if "No space left" in text or "Could not write" in text:
        return ScmError(
            "the disk is full; nothing was changed",
            hint="Free some space, then try again.",
            exit_code=Exit.DISK,
        )
    if "Could not set lock" in text:
        return ScmError(
            "the shop's file is open in another program: {why}",
            hint="Close that program (a database viewer?), then try again.",
            exit_code=Exit.BUSY,
            why=text.splitlines()[0],
        )
    return ScmError(
        "{file} is damaged: {why}",
        hint="Copy the folder away, then `scm restore` the newest backup.",
        file=database.name,
        why=text.splitlines()[0],
    )
