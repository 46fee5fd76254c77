"""A shop to write to directly through the store, and rows to write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.records.keys import DERIVED, KEYS, LEDGER
from scm_cli.jobs import history
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.run import Run

    Rows = Sequence[Mapping[str, Any]]

NOW = datetime(2026, 3, 31, 9, 0)
DAY = date(2026, 3, 31)


@dataclass
class Shop:
    """A shop under test: write rows, undo, look at what it holds."""

    run: Run

    def write(
        self,
        insert: Mapping[str, Rows] | None = None,
        update: Mapping[str, Rows] | None = None,
        delete: Mapping[str, Rows] | None = None,
        **run: Any,
    ) -> Committed:
        changes = Changes()
        for put, tables in (
            (changes.insert, insert),
            (changes.update, update),
            (changes.delete, delete),
        ):
            for table, found in (tables or {}).items():
                put(table, [dict(row) for row in found])
        with writing(self.run) as con:
            return commit(con, replace(self.run, **run), changes)

    def undo(self, entry: int | None = None) -> int:
        """The number of the entry that took it back."""
        committed = history.undo(self.run, entry)[1]
        assert committed.entry is not None
        return committed.entry

    def query(self, sql: str) -> list[dict[str, Any]]:
        with reading(self.run) as con:
            return rows(con, sql)

    def content(self) -> dict[str, Any]:
        """Every table with rows as a hash of them without `entry`; of the ledger what lies where."""
        with reading(self.run) as con:
            stock = con.execute(
                "SELECT sku, place, sum(qty) FROM stock_entry GROUP BY ALL HAVING sum(qty) <> 0 ORDER BY ALL"
            ).fetchall()
            sizes = con.execute("SELECT table_name, estimated_size FROM duckdb_tables()").fetchall()
            held = {name for name, size in sizes if size} & (KEYS.keys() - DERIVED - LEDGER)
            hashed = " UNION ALL ".join(
                f"SELECT '{table}', count(*), bit_xor(hash(t)) FROM (SELECT * EXCLUDE (entry) FROM {table}) t"
                for table in sorted(held)
            )
            tables = con.execute(hashed).fetchall()
        return {**{table: rest for table, *rest in tables if rest[0]}, "stock": stock}

    def findings(self, *, deep: bool = False) -> list[str]:
        return [f["check"] for f in history.check(self.run, deep=deep)]


def item(sku: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": sku.title(), "unit": "pcs", "status": "active", **more}


def customer(code: str, **more: Any) -> dict[str, Any]:
    return {"customer": code, "name": code.title(), "opted_out": False, **more}


def move(sku: str, qty: float, source: str = "@opening", target: str = "MAIN") -> dict[str, Any]:
    return {"moved_on": DAY, "sku": sku, "qty": qty, "from_place": source, "to_place": target,
            "document_kind": "other", "document_no": "X", "line_no": 1}  # fmt: skip
