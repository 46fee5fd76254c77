"""The journal: what was done, by whom, and what would take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.history import cancelled_entries, require_untouched
from scm_cli.core.records.keys import DERIVED, KEYS, LEDGER
from scm_cli.errors import Exit, ScmError
from scm_cli.store.commit import chain_hash, columns_of
from scm_cli.store.gateway import frame, rows

if TYPE_CHECKING:
    import duckdb

    Connection = duckdb.DuckDBPyConnection

SMALL_ROWS = 2000


def entries(con: Connection, limit: int | None = None) -> list[dict[str, Any]]:
    """Journal entries, newest first, with the entry that undid each."""
    found = rows(
        con,
        "SELECT j.entry, j.made_at, j.who, j.command, j.reason, u.entry AS undone_by, j.undoes, j.counts "
        "FROM journal j LEFT JOIN (SELECT undoes, max(entry) AS entry FROM journal "
        "WHERE undoes IS NOT NULL GROUP BY ALL) u ON u.undoes = j.entry ORDER BY j.entry DESC"
        + (f" LIMIT {limit}" if limit else ""),
    )
    for row in found:
        row["at"] = row.pop("made_at").isoformat(sep=" ", timespec="seconds")
        row["changes"] = json.loads(row.pop("counts"))
    return found


def undo_changes(con: Connection, entry: int) -> Changes:
    """The changes that take back an entry exactly.

    Raises:
        ScmError: there is no such entry, it is undone already, or later entries build on it.
    """
    undone = {r["undoes"]: r["entry"] for r in rows(con, _UNDONE)}
    neutral = cancelled_entries(undone)
    if not rows(con, "SELECT 1 FROM journal WHERE entry = ?", [entry]):
        raise ScmError(
            "there is no entry {entry}",
            hint="`scm log` lists them.",
            exit_code=Exit.NOT_FOUND,
            entry=entry,
        )
    if entry in neutral:
        raise ScmError("entry {entry} is undone already", hint="See `scm log`.", entry=entry)
    changes = Changes()
    for table in KEYS:
        if table not in DERIVED:
            _take_back(con, changes, table, entry, neutral)
    return changes


_UNDONE = "SELECT undoes, max(entry) AS entry FROM journal WHERE undoes IS NOT NULL GROUP BY undoes"


def _take_back(
    con: Connection, changes: Changes, table: str, entry: int, neutral: frozenset[int]
) -> None:
    if table in LEDGER:
        _reverse_moves(con, changes, table, entry)
        return
    key = KEYS[table]
    touched = rows(
        con,
        f"SELECT {_keys_as_json(table, key)} AS key FROM {table} WHERE entry = {entry} "
        f"UNION SELECT key FROM journal_row WHERE entry = {entry} AND table_name = '{table}'",
    )
    if not touched:
        return
    later = rows(
        con,
        f"SELECT DISTINCT r.entry, r.key FROM journal_row r WHERE r.entry > {entry} "
        f"AND r.table_name = '{table}' AND r.key IN (SELECT {_keys_as_json(table, key)} FROM {table} "
        f"WHERE entry = {entry} UNION SELECT key FROM journal_row WHERE entry = {entry} "
        f"AND table_name = '{table}')",
    )
    require_untouched(table, entry, [(r["entry"], r["key"]) for r in later], neutral)
    made = (
        f"SELECT {', '.join(key)} FROM {table} WHERE entry = {entry} OR {_keys_as_json(table, key)} "
        f"IN (SELECT key FROM journal_row WHERE entry = {entry} AND table_name = '{table}' "
        "AND op = 'insert')"
    )
    held_back = (
        f" AND {_keys_as_json(table, key)} NOT IN (SELECT key FROM journal_row "
        f"WHERE entry = {entry} AND table_name = '{table}' AND op = 'update')"
    )
    _gather(con, changes.delete, table, f"SELECT * FROM ({made}) WHERE true{held_back}")
    names = tuple(columns_of(con, table))
    for op, put in (("update", changes.update), ("delete", changes.insert)):
        parts = ", ".join(f"before ->> '{n}' AS {n}" for n in names if op == "delete" or n != "entry")
        _gather(
            con,
            put,
            table,
            f"SELECT {parts} FROM journal_row WHERE entry = {entry} "
            f"AND table_name = '{table}' AND op = '{op}'",
        )


def _gather(con: Connection, put: Any, table: str, sql: str) -> None:  # noqa: ANN401 -- a bound method
    """Few rows as plain rows, many as a frame."""
    count = con.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]
    if count:
        put(table, rows(con, sql) if count <= SMALL_ROWS else frame(con, sql))


def _reverse_moves(con: Connection, changes: Changes, table: str, entry: int) -> None:
    """The ledger keeps both: each move gets a reversing one on the same day."""
    _gather(
        con,
        changes.insert,
        table,
        "SELECT moved_on, sku, lot, expiry_on, qty, to_place AS from_place, from_place AS to_place, "
        "unit_cost, document_kind, document_no, line_no, move_no AS reverses "
        f"FROM {table} WHERE entry = {entry} ORDER BY move_no",
    )


def _keys_as_json(table: str, key: tuple[str, ...]) -> str:
    parts = ", ".join(f"{k} := {table}.{k}::VARCHAR" for k in key)
    return f"to_json(struct_pack({parts}))::VARCHAR"


def broken_links(con: Connection) -> list[int]:
    """Entries whose hash does not follow from their content and the entry before."""
    found = con.execute(
        "SELECT entry, made_at, today, who, pid, version, command, reason, undoes, based_on, counts, "
        "digest, prev_hash, hash FROM journal ORDER BY entry"
    ).fetchall()
    broken, previous = [], ""
    for row in found:
        if row[12] != previous or chain_hash(list(row[:13])) != row[13]:
            broken.append(int(row[0]))
        previous = row[13]
    return broken
