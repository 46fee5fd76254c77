"""Keys of tables without an index are ours to keep, as references are.

An index of a million lines costs each import as much as all checks of their cells, and no
question is asked by it: lines are asked for by their document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.core.records.keys import KEYS, UNINDEXED
from scm_cli.core.records.naming import record_word
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    import duckdb

    from scm_cli.core.changes import Changes

MANY = 10_000  # documents; beyond them the whole table is looked through


def require_unique(con: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Refuse new rows of which a key is there twice.

    Raises:
        ScmError: names the first of them.
    """
    for table in UNINDEXED:
        if table not in changes.inserts:
            continue
        documents = changes.values(table, KEYS[table][0])
        found = twice(con, table, sorted(documents) if len(documents) <= MANY else None)
        for number, line in found:
            raise ScmError(
                "the {record} {number} has a line {line} already",
                hint="Somebody may have entered the same document; look at `scm log`.",
                record=record_word(table),
                number=number,
                line=line,
            )


def twice(
    con: duckdb.DuckDBPyConnection, table: str, documents: list[str] | None = None
) -> list[tuple[str, int]]:
    """Document and line that stand on more than one row: of these documents, or of all; at most 50."""
    key = KEYS[table]
    names = ", ".join(key)
    mine = "" if documents is None else f"WHERE {key[0]} IN (SELECT unnest(?::VARCHAR[]))"
    return con.execute(
        f"SELECT {names} FROM {table} {mine} GROUP BY {names} HAVING count(*) > 1 "
        f"ORDER BY {names} LIMIT 50",
        [] if documents is None else [documents],
    ).fetchall()
