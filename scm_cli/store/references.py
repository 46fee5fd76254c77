"""References are ours to keep: DuckDB's foreign keys would block migrations and deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.core.records.keys import KEYS, REFERENCES
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    import duckdb

    from scm_cli.core.changes import Changes


def require_references(con: duckdb.DuckDBPyConnection, changes: Changes, entry: int) -> None:
    """Refuse a change after which a row points to a record that is not there.

    Only what the change touched is looked at: new rows of a child, and every child of a
    parent that lost rows.
    """
    for child, column, parent in REFERENCES:
        if parent in changes.deletes or child in changes.updates:
            missing = dangling(con, child, column, parent)
        elif child in changes.inserts:
            missing = dangling(con, child, column, parent, f"AND c.entry = {entry}")
        else:
            continue
        if missing:
            raise ScmError(
                "{child} would point to {n} missing {parent}(s): {codes}",
                hint="Enter them first, or undo what still uses them.",
                child=child,
                parent=parent,
                n=len(missing),
                codes=", ".join(missing[:5]),
            )


def dangling(
    con: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, only: str = ""
) -> list[str]:
    """Codes in `child.column` for which there is no row in `parent`."""
    key = KEYS[parent][0]
    found = con.execute(
        f"SELECT DISTINCT c.{column} FROM {child} c ANTI JOIN {parent} p ON p.{key} = c.{column} "
        f"WHERE c.{column} IS NOT NULL {only} ORDER BY 1 LIMIT 50"
    ).fetchall()
    return [str(row[0]) for row in found]
