"""Numbered migrations: each one a transaction with its own record, then a checkpoint.

DDL left in a write-ahead log is what engines replay worst, so every migration ends with
CHECKPOINT; an existing shop is backed up before the first of them runs.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb


def steps() -> list[tuple[int, str, str]]:
    """(number, name, SQL) of every migration that this program knows, in order."""
    folder = files("scm_cli.store") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(n[:3]), n[4:-4], (folder / n).read_text(encoding="utf-8")) for n in names]


def newest() -> int:
    """The schema version that this program works on, read from the file names alone."""
    folder = files("scm_cli.store") / "migrations"
    return max(int(e.name[:3]) for e in folder.iterdir() if e.name.endswith(".sql"))


def version(con: duckdb.DuckDBPyConnection) -> int:
    """The schema version of the open file; 0 for an empty one."""
    known = con.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_version'"
    ).fetchall()[0][0]
    if not known:
        return 0
    return int(con.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchall()[0][0])


def apply(con: duckdb.DuckDBPyConnection, at: datetime) -> list[int]:
    """Run every migration that the file lacks; the numbers that ran.

    Raises:
        ScmError: the file was made by a newer program.
    """
    have, known = version(con), steps()
    if have > known[-1][0]:
        raise ScmError(
            "this shop was made by a newer scm (schema {have}, this program knows {known})",
            hint="Update scm, then try again.",
            have=have,
            known=known[-1][0],
        )
    done = []
    for number, name, sql in known:
        if number <= have:
            continue
        con.execute("BEGIN TRANSACTION")
        con.execute(sql)
        con.execute("INSERT INTO schema_version VALUES (?, ?, ?)", [number, name, at])
        con.execute("COMMIT")
        con.execute("CHECKPOINT")
        done.append(number)
    return done
