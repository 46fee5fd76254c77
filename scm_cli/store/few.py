"""A few new rows, the lines of one document, by one statement instead of a staged table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.records.keys import LEDGER

if TYPE_CHECKING:
    import duckdb

FEW = 50


def is_few(rows: list[dict[str, Any]]) -> bool:
    """Whether one statement writes these new rows sooner; restored rows keep their own entry."""
    return len(rows) <= FEW and "entry" not in rows[0]


def insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    entry: int,
    types: dict[str, str],
    rows: list[dict[str, Any]],
) -> int:
    """Insert rows; the digest of what was stored, as a staged table would give it."""
    names = list(rows[0])
    if table in LEDGER:
        names = [n for n in types if n not in ("move_no", "entry")]
    values = [[row.get(n) for n in names] for row in rows]
    stored = [*names, "entry"]
    if table in LEDGER:
        first = con.execute(f"SELECT coalesce(max(move_no), 0) FROM {table}").fetchall()[0][0]
        values = [[*row, first + n] for n, row in enumerate(values, 1)]
        stored = [*names, "move_no", "entry"]
    marks = ", ".join("?" * (len(stored) - 1))
    tuples = ", ".join([f"({marks}, {entry})"] * len(values))
    told = con.execute(
        f"INSERT INTO {table} ({', '.join(stored)}) VALUES {tuples} "
        f"RETURNING hash({', '.join(sorted(names))})",
        [value for row in values for value in row],
    ).fetchall()
    digest = 0
    for (each,) in told:
        digest ^= int(each)
    return digest
