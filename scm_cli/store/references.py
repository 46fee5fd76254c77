"""References are ours to keep: DuckDB's foreign keys would block migrations and deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.core.records.keys import KEYS, LEDGER, REFERENCES
from scm_cli.core.records.naming import record_word
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    import duckdb

    from scm_cli.core.changes import Changes


def require_references(con: duckdb.DuckDBPyConnection, changes: Changes, entry: int) -> None:
    """Refuse a change after which a row points to a record that is not there.

    Only what the change touched is looked at: new rows of a child, and every child of a
    parent that lost rows.
    """
    few = _few(con, changes)
    for child, column, parent in REFERENCES:
        if parent in changes.deletes or child in changes.updates:
            missing = dangling(con, child, column, parent)
        elif child not in changes.inserts:
            continue
        elif few is not None:
            missing = sorted(changes.values(child, column) - few[parent])
        else:
            missing = dangling(con, child, column, parent, f"AND c.entry = {entry}")
        if missing:
            raise ScmError(
                "the {child} would name the {parent} {codes}, which is not there",
                hint="Enter them first, or undo what still uses them.",
                child=record_word(child),
                parent=record_word(parent),
                codes=", ".join(missing[:5]),
            )


FEW = 200  # codes that are named one by one in one question


def _few(con: duckdb.DuckDBPyConnection, changes: Changes) -> dict[str, set[str]] | None:
    """The codes that new rows of a small document name and that are there, by parent."""
    if not all(isinstance(block, list) for blocks in changes.inserts.values() for block in blocks):
        return None
    named: dict[str, set[str]] = {}
    for child, column, parent in REFERENCES:
        if child in changes.inserts:
            named.setdefault(parent, set()).update(changes.values(child, column))
    if sum(map(len, named.values())) > FEW:
        return None
    parts = [
        f"SELECT '{parent}', {KEYS[parent][0]} FROM {parent} WHERE {KEYS[parent][0]} IN "
        f"({', '.join('?' * len(codes))})"
        for parent, codes in named.items() if codes
    ]  # fmt: skip
    found: dict[str, set[str]] = {parent: set() for parent in named}
    asked = [code for codes in named.values() for code in codes]
    for parent, code in con.execute(" UNION ALL ".join(parts), asked).fetchall() if parts else ():
        found[parent].add(str(code))
    return found


def dangling(
    con: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, only: str = ""
) -> list[str]:
    """Codes in `child.column` for which there is no row in `parent`.

    The ledger keeps what was taken back: moves that cancel each other name nothing any more.
    """
    key = KEYS[parent][0]
    found = con.execute(
        f"SELECT DISTINCT c.{column} FROM {child} c ANTI JOIN {parent} p ON p.{key} = c.{column} "
        f"WHERE c.{column} IS NOT NULL {only} ORDER BY 1"
    ).fetchall()
    codes = [str(row[0]) for row in found]
    if not codes or child not in LEDGER:
        return codes
    left = con.execute(
        f"SELECT DISTINCT {column} FROM stock_entry WHERE list_contains(?, {column}) "
        f"GROUP BY {column}, place, lot HAVING sum(qty) <> 0 ORDER BY 1",
        [codes],
    ).fetchall()
    return [str(row[0]) for row in left]
