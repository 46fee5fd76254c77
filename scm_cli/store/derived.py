"""Derived tables: a run replaces them whole, outside the journal and outside undo.

They can be computed again from the facts, so they are recorded as run, input entry and
count. Output identical to what stands there writes nothing, but for the first run: a table
that is empty because nothing was found differs from one that nobody ever filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import Stream, last_entry

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from scm_cli.run import Run


def replace(con: duckdb.DuckDBPyConnection, run: Run, tables: dict[str, pl.DataFrame]) -> list[str]:
    """Replace the tables whose content differs; their names. Commits.

    Each frame holds every column of its table but `entry`.
    """
    based_on = last_entry(con)[0]
    written = [name for name, frame in tables.items() if _replace(con, run, name, frame, based_on)]
    con.execute("ROLLBACK" if run.dry_run or not written else "COMMIT")
    return written


def _replace(
    con: duckdb.DuckDBPyConnection, run: Run, table: str, frame: pl.DataFrame, based_on: int
) -> bool:
    types = {n: t for n, t in columns_of(con, table).items() if n != "entry"}
    con.register("derived_frame", Stream(frame))
    parts = ", ".join(f"{n}::{t} AS {n}" for n, t in types.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE derived_rows AS SELECT {parts} FROM derived_frame")
    con.unregister("derived_frame")
    digest = _digest(con, "derived_rows", types)
    ran = con.execute("SELECT 1 FROM derived_run WHERE table_name = ?", [table]).fetchall()
    if ran and digest == _digest(con, table, types):
        return False
    con.execute(f"DELETE FROM {table}")
    con.execute(f"INSERT INTO {table} SELECT *, {based_on} FROM derived_rows")
    con.execute("DELETE FROM derived_run WHERE table_name = ?", [table])
    con.execute(
        "INSERT INTO derived_run VALUES (?, ?, ?, ?, ?, ?)",
        [table, run.now.replace(tzinfo=None), run.today, based_on, len(frame), digest],
    )
    return True


def _digest(con: duckdb.DuckDBPyConnection, table: str, types: dict[str, str]) -> str:
    count, mixed = con.execute(
        f"SELECT count(*), coalesce(bit_xor(hash({', '.join(types)})), 0) FROM {table}"
    ).fetchall()[0]
    return f"{count}:{mixed:016x}"
