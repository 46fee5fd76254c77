"""What a decision wants written: inserts, updates and deletes, kept apart per table.

Rows are lists of plain dicts (a document) or polars frames (a workbook). An update row
holds the record's key and the columns that change; a delete row holds the key. Nothing is
written until `store.commit` takes the whole.

>>> changes = Changes()
>>> changes.insert("item", [{"sku": "A1", "name": "Pen"}])
>>> changes.counts()
{'item': {'inserted': 1, 'updated': 0, 'deleted': 0}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import polars as pl

    Rows: TypeAlias = list[dict[str, Any]] | pl.DataFrame


class Changes:
    """Rows to insert, update and delete, by table; an empty table is not held."""

    def __init__(self) -> None:
        self.inserts: dict[str, list[Rows]] = {}
        self.updates: dict[str, list[Rows]] = {}
        self.deletes: dict[str, list[Rows]] = {}
        #: Last number used per document series; outside undo.
        self.series: dict[str, int] = {}

    def insert(self, table: str, rows: Rows) -> None:
        _add(self.inserts, table, rows)

    def update(self, table: str, rows: Rows) -> None:
        _add(self.updates, table, rows)

    def delete(self, table: str, rows: Rows) -> None:
        _add(self.deletes, table, rows)

    def add(self, other: Changes) -> None:
        """Take in all that another decision wants."""
        for mine, theirs in (
            (self.inserts, other.inserts),
            (self.updates, other.updates),
            (self.deletes, other.deletes),
        ):
            for table, blocks in theirs.items():
                mine.setdefault(table, []).extend(blocks)
        self.series.update(other.series)

    def values(self, table: str, column: str) -> set[str]:
        """What new rows of a table say in a column of text; rows that say nothing are left out.

        >>> changes = Changes()
        >>> changes.insert("item", [{"sku": "A1", "supplier": None}, {"sku": "A2"}])
        >>> sorted(changes.values("item", "sku")), changes.values("item", "supplier")
        (['A1', 'A2'], set())
        """
        found: set[str] = set()
        for block in self.inserts.get(table, ()):
            if isinstance(block, list):
                found.update(str(row[column]) for row in block if row.get(column) is not None)
            elif column in block.columns:
                found.update(block[column].drop_nulls().unique().cast(str))
        return found

    def __bool__(self) -> bool:
        return bool(self.inserts or self.updates or self.deletes)

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows per table and kind of change."""
        found: dict[str, dict[str, int]] = {}
        for kind, blocks in (
            ("inserted", self.inserts),
            ("updated", self.updates),
            ("deleted", self.deletes),
        ):
            for table, parts in blocks.items():
                row = found.setdefault(table, {"inserted": 0, "updated": 0, "deleted": 0})
                row[kind] += sum(len(part) for part in parts)
        return found


def _add(blocks: dict[str, list[Rows]], table: str, rows: Rows) -> None:
    if len(rows):
        blocks.setdefault(table, []).append(rows)
