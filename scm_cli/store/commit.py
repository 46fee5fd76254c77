"""The only writer: one call, one transaction, one journal entry.

Deletes, updates and inserts are written by one statement each; the old image of every row
that is changed or deleted goes to `journal_row`, inserted rows carry their entry number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli import __version__
from scm_cli.core.records.keys import KEYS, LEDGER
from scm_cli.core.records.naming import record_word
from scm_cli.errors import Exit, ScmError
from scm_cli.store import few, mark
from scm_cli.store.gateway import Stream, last_entry
from scm_cli.store.references import require_references
from scm_cli.store.unique import require_unique

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    import polars as pl

    from scm_cli.core.changes import Changes, Rows
    from scm_cli.run import Run

    Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Committed:
    """What was written: the entry (None when nothing was), and the counts per table."""

    entry: int | None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"entry": self.entry, "changes": self.counts}


class Pending:
    """An entry in the making: changes applied so far in the open transaction.

    A long decision (an import of several sheets) applies each part before it decides the next
    one, which then sees it; nothing counts until `commit`.
    """

    def __init__(self, con: Connection) -> None:
        self.con = con
        last, self.previous_hash = last_entry(con)
        self.number = last + 1
        self.counts: dict[str, dict[str, int]] = {}
        self.digests: dict[str, int] = {}

    def apply(self, changes: Changes) -> None:
        """Write the changes and check their references; nothing is committed.

        Raises:
            ScmError: a key exists already, or a reference points nowhere.
        """
        from scm_cli.store.engine import duckdb

        try:
            _write(self.con, changes, self.number, self.digests)
            require_unique(self.con, changes)
            require_references(self.con, changes, self.number)
        except duckdb.ConstraintException as error:
            raise ScmError(
                "the change was refused by the shop's file: {why}",
                hint="Somebody may have entered the same document; look at `scm log`.",
                why=str(error).splitlines()[0],
            ) from error
        _write_series(self.con, changes)
        for table, counted in changes.counts().items():
            mine = self.counts.setdefault(table, dict.fromkeys(counted, 0))
            for kind, n in counted.items():
                mine[kind] += n


def commit(
    con: Connection,
    run: Run,
    changes: Changes,
    *,
    undoes: int | None = None,
    verify: Callable[[], object] | None = None,
    pending: Pending | None = None,
) -> Committed:
    """Write all of `changes` or nothing; with `run.dry_run` write nothing, but try all.

    `pending` holds what was applied before; `verify` looks at the written state before it is
    committed and may refuse it.

    Raises:
        ScmError: a key exists already, a reference points nowhere, the disk is full.
    """
    made = pending or Pending(con)
    if changes:
        made.apply(changes)
    if not made.counts:
        con.execute("ROLLBACK")
        return Committed(None)
    if verify is not None:
        verify()
    chain = _write_journal(con, run, made, undoes)
    if run.dry_run:
        con.execute("ROLLBACK")
        return Committed(None, made.counts)
    con.execute("COMMIT")
    if last_entry(con) != (made.number, chain):
        raise ScmError(
            "entry {entry} was not saved; nothing was changed",
            hint="Look at `scm doctor`, then try again.",
            exit_code=Exit.UNEXPECTED,
            entry=made.number,
        )
    mark.write(run.database, made.number, chain)
    return Committed(made.number, made.counts)


def columns_of(con: Connection, table: str) -> dict[str, str]:
    """Column name → SQL type of a table."""
    found = con.execute(
        # duckdb_columns() binds every view of the file first, which takes a hundred times as long
        "SELECT name, type FROM pragma_table_info(?)",
        [table],
    ).fetchall()
    return dict(found)


def _write(con: Connection, changes: Changes, entry: int, digests: dict[str, int]) -> None:
    for name, blocks, writer in (
        ("-", changes.deletes, _delete),
        ("~", changes.updates, _update),
        ("+", changes.inserts, _insert),
    ):
        for table, parts in blocks.items():
            types = columns_of(con, table)
            total = 0
            for rows in (block for part in parts for block in _uniform(part)):
                if name == "+" and isinstance(rows, list) and few.is_few(rows):
                    total ^= few.insert(con, table, entry, types, rows)
                    continue
                given = _stage(con, types, rows)
                given = _complete(con, types, given) if table in LEDGER else given
                total ^= _digest(con, given)
                writer(con, table, entry, types, given)
                con.execute(_UNSTAGE)
            digests[name + table] = digests.get(name + table, 0) ^ total


_UNSTAGE = "DROP VIEW IF EXISTS staged; DROP VIEW IF EXISTS staged_as_given; DROP TABLE IF EXISTS temp.staged_rows"


def _uniform(rows: Rows) -> list[Rows]:
    """Rows in blocks that share their columns; a frame is one block."""
    if not isinstance(rows, list):
        return [rows]
    blocks: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        blocks.setdefault(tuple(row), []).append(row)
    return list(blocks.values())


def _stage(con: Connection, types: dict[str, str], rows: Rows) -> list[str]:
    """Make the rows readable as the view `staged`, cast to the table's types."""
    if isinstance(rows, list):
        names = list(rows[0])
        parts = ", ".join(f"unnest(?::{types[n]}[]) AS {n}" for n in names)
        con.execute(
            f"CREATE TEMP TABLE staged_rows AS SELECT {parts}",
            [[row[n] for row in rows] for n in names],
        )
        con.execute("CREATE TEMP VIEW staged AS SELECT * FROM staged_rows")
        return names
    names = rows.columns
    con.register("staged_frame", Stream(_plain(rows)))
    parts = ", ".join(f"{n}::{types[n]} AS {n}" for n in names)
    con.execute(f"CREATE TEMP VIEW staged AS SELECT {parts} FROM staged_frame")
    return names


def _complete(con: Connection, types: dict[str, str], given: list[str]) -> list[str]:
    """`staged` with every column of the ledger, so that its digest can be taken again later."""
    names = [n for n in types if n not in ("move_no", "entry")]
    parts = ", ".join(n if n in given else f"NULL::{types[n]} AS {n}" for n in names)
    con.execute("ALTER VIEW staged RENAME TO staged_as_given")
    con.execute(f"CREATE TEMP VIEW staged AS SELECT {parts} FROM staged_as_given")
    return names


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Categories and enums as text, which every Arrow reader knows."""
    import polars.selectors as cs

    return frame.with_columns((cs.categorical() | cs.enum()).cast(str))


def _digest(con: Connection, names: list[str]) -> int:
    asked = f"SELECT coalesce(bit_xor(hash({', '.join(sorted(names))})), 0) FROM staged"
    return int(con.execute(asked).fetchall()[0][0])


def _insert(
    con: Connection, table: str, entry: int, _types: dict[str, str], given: list[str]
) -> None:
    names = [n for n in given if n != "entry"]
    values = list(names)
    if table in LEDGER and "move_no" not in names:
        first = con.execute(f"SELECT coalesce(max(move_no), 0) FROM {table}").fetchall()[0][0]
        names.append("move_no")
        values.append(f"{first} + row_number() OVER ()")
    kept = "entry" in given  # a restored row keeps the entry that first made it
    con.execute(
        f"INSERT INTO {table} ({', '.join(names)}, entry) "
        f"SELECT {', '.join(values)}, {'entry' if kept else entry} FROM staged"
    )
    if kept:
        con.execute(
            f"INSERT INTO journal_row SELECT {entry}, '{table}', 'insert', "
            f"{_image('staged', KEYS[table])}, '{{}}' FROM staged"
        )


def _update(
    con: Connection, table: str, entry: int, types: dict[str, str], given: list[str]
) -> None:
    key = KEYS[table]
    _keep_image(con, table, entry, "update", types)
    assign = ", ".join(f"{n} = staged.{n}" for n in given if n not in key)
    con.execute(f"UPDATE {table} AS t SET {assign} FROM staged WHERE {_same(key)}")


def _delete(
    con: Connection, table: str, entry: int, types: dict[str, str], _given: list[str]
) -> None:
    _keep_image(con, table, entry, "delete", types)
    con.execute(f"DELETE FROM {table} AS t USING staged WHERE {_same(KEYS[table])}")


def _keep_image(con: Connection, table: str, entry: int, op: str, types: dict[str, str]) -> None:
    key = KEYS[table]
    before = con.execute("SELECT count(*) FROM staged").fetchall()[0][0]
    kept = con.execute(
        f"INSERT INTO journal_row SELECT {entry}, '{table}', '{op}', "
        f"{_image('t', key)}, {_image('t', tuple(types))} "
        f"FROM {table} t JOIN staged ON {_same(key)}"
    ).fetchall()[0][0]
    if kept != before:
        raise ScmError(
            "{n} {n:row|rows} of {table} {n:is|are} no longer there; nothing was changed",
            hint="Somebody else changed them; try again.",
            n=before - kept,
            table=record_word(table),
        )


def _image(source: str, names: tuple[str, ...]) -> str:
    """A row as JSON in which every value is its exact text."""
    parts = ", ".join(f"{n} := {source}.{n}::VARCHAR" for n in names)
    return f"to_json(struct_pack({parts}))::VARCHAR"


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f"t.{k} = staged.{k}" for k in key)


def _write_series(con: Connection, changes: Changes) -> None:
    if changes.series:
        marks = ", ".join(["(?, ?)"] * len(changes.series))
        given = sum(changes.series.items(), ())
        con.execute(f"INSERT OR REPLACE INTO number_series VALUES {marks}", list(given))


def _write_journal(con: Connection, run: Run, made: Pending, undoes: int | None) -> str:
    body = [
        made.number,
        run.now.replace(tzinfo=None),
        run.today,
        run.who,
        run.pid,
        __version__,
        run.command,
        run.reason,
        undoes,
        made.number - 1,
        json.dumps(made.counts, sort_keys=True),
        json.dumps({k: f"{v:016x}" for k, v in made.digests.items()}, sort_keys=True),
        made.previous_hash,
    ]
    chain = mark.chain_hash(body)
    con.execute(f"INSERT INTO journal VALUES ({', '.join('?' * 14)})", [*body, chain])
    return chain
