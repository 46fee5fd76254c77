"""The journal: what was done, by whom, and what would take it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.history import cancelled_entries, is_undone, require_untouched, require_unused
from scm_cli.core.records.keys import DERIVED, KEYS, LEDGER, REFERENCES
from scm_cli.core.records.naming import record_name
from scm_cli.errors import Exit, ScmError
from scm_cli.store import mark
from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import frame, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from scm_cli.errors import Say

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
    made = rows(con, "SELECT counts FROM journal WHERE entry = ?", [entry])
    if not made:
        raise ScmError(
            "there is no entry {entry}",
            hint="`scm log` lists them.",
            exit_code=Exit.NOT_FOUND,
            entry=entry,
        )
    if is_undone(entry, undone):
        raise ScmError("entry {entry} is undone already", hint="See `scm log`.", entry=entry)
    changes = Changes()
    touched = json.loads(made[0]["counts"])
    for table in KEYS:
        if table in touched and table not in DERIVED:
            _take_back(con, changes, table, entry, neutral)
    require_unused(entry, _users(con, entry, changes))
    return changes


def _users(con: Connection, entry: int, changes: Changes) -> list[tuple[int, Say, Say]]:
    """Records of later entries that name what the entry made, one per kind of reference."""
    found = []
    for child, column, parent in REFERENCES:
        if parent in changes.deletes and child not in LEDGER:
            (code,), key = KEYS[parent], ", ".join(f"c.{k}" for k in KEYS[child])
            found += [
                (later, record_name(child, names), record_name(parent, [named]))
                for later, named, *names in con.execute(
                    f"SELECT c.entry, p.{code}, {key} FROM {child} c JOIN {parent} p ON p.{code} = c.{column} "
                    f"WHERE p.entry = {entry} AND c.entry > {entry} ORDER BY ALL DESC LIMIT 1"
                ).fetchall()
            ]
    return found


_UNDONE = "SELECT undoes, max(entry) AS entry FROM journal WHERE undoes IS NOT NULL GROUP BY undoes"


def _take_back(
    con: Connection, changes: Changes, table: str, entry: int, neutral: frozenset[int]
) -> None:
    if table in LEDGER:
        _reverse_moves(con, changes, table, entry)
        return
    key = KEYS[table]
    as_json = _keys_as_json(key)
    mine = f"(SELECT key FROM journal_row WHERE entry = {entry} AND table_name = '{table}'"
    touched = (
        f"SELECT {as_json} AS key FROM {table} t WHERE t.entry = {entry} UNION {mine[1:]} "
        f"UNION SELECT key FROM journal_row WHERE entry > {entry} AND table_name = '{table}' "
        f"AND op = 'delete' AND before ->> 'entry' = '{entry}'"  # made by it, deleted since
    )
    if not rows(con, f"SELECT 1 FROM ({touched}) LIMIT 1"):
        return
    later = rows(
        con,
        f"SELECT DISTINCT r.entry, r.key FROM journal_row r WHERE r.entry > {entry} "
        f"AND r.table_name = '{table}' AND r.key IN ({touched})",
    )
    require_untouched(
        table, entry, [(r["entry"], list(json.loads(r["key"]).values())) for r in later], neutral
    )
    _restore(con, changes, table, entry)


def _restore(con: Connection, changes: Changes, table: str, entry: int) -> None:
    """Each row as it was before the entry: its first image, or nothing where the entry made it.

    One entry may touch a row more than once (an import of several sheets does).
    """
    key = KEYS[table]
    as_json = _keys_as_json(key)
    first = (
        f"(SELECT * FROM journal_row WHERE entry = {entry} AND table_name = '{table}' "
        "QUALIFY row_number() OVER (PARTITION BY key ORDER BY rowid) = 1)"
    )
    made = f"(t.entry = {entry} OR {as_json} IN (SELECT key FROM {first} WHERE op = 'insert'))"
    keys = ", ".join(f"t.{k}" for k in key)
    _gather(con, changes.delete, table, f"SELECT {keys} FROM {table} t WHERE {made}")
    names = tuple(columns_of(con, table))
    there = f"key IN (SELECT {as_json} FROM {table} t WHERE NOT {made})"
    for put, which, given in (
        (changes.update, there, [n for n in names if n != "entry"]),
        (changes.insert, f"NOT ({there})", names),
    ):
        parts = ", ".join(_pictured(con, table, given))
        _gather(
            con,
            put,
            table,
            f"SELECT {parts} FROM {first} WHERE op <> 'insert' "
            f"AND before ->> 'entry' <> '{entry}' AND {which}",
        )


def _pictured(con: Connection, table: str, names: Iterable[str]) -> list[str]:
    """The columns of an old image; one that a later migration added has its default."""
    default = dict(
        con.execute(
            "SELECT column_name, column_default FROM duckdb_columns() "
            "WHERE table_name = ? AND NOT is_nullable AND column_default IS NOT NULL",
            [table],
        ).fetchall()
    )
    told = {n: f"before ->> '{n}'" for n in names}
    told |= {n: f"coalesce({told[n]}, ({default[n]})::VARCHAR)" for n in told if n in default}
    return [f"{value} AS {n}" for n, value in told.items()]


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


def _keys_as_json(key: tuple[str, ...]) -> str:
    parts = ", ".join(f"{k} := t.{k}::VARCHAR" for k in key)
    return f"to_json(struct_pack({parts}))::VARCHAR"


def broken_links(con: Connection) -> list[int]:
    """Entries whose hash does not follow from their content and the entry before."""
    found = con.execute(
        "SELECT entry, made_at, today, who, pid, version, command, reason, undoes, based_on, counts, "
        "digest, prev_hash, hash FROM journal ORDER BY entry"
    ).fetchall()
    broken, previous = [], ""
    for row in found:
        if row[12] != previous or mark.chain_hash(list(row[:13])) != row[13]:
            broken.append(int(row[0]))
        previous = row[13]
    return broken
