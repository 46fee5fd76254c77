"""Rows of a sheet as they will stand: what it says, and what is stored where it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.difference import difference
from scm_cli.core.records.catalog import record
from scm_cli.core.records.keys import KEYS
from scm_cli.store import facts

if TYPE_CHECKING:
    from collections.abc import Sequence


def whole(con: Any, table: str, given: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:  # noqa: ANN401
    """`row`, the key and the named fields of each row; fields that nobody ever stated are null."""
    key = list(KEYS[table])
    old = facts.existing(con, table, given).select(*key, *(n for n in names if n not in key))
    found = given.join(old, on=key, how="left", suffix="_old", maintain_order="left")
    for name in names:
        stored = f"{name}_old" if f"{name}_old" in found.columns else name
        if stored not in found.columns:
            found = found.with_columns(pl.lit(None).alias(name))
        elif stored != name:
            found = found.with_columns(pl.coalesce(name, stored).alias(name))
    return found.select("row", *key, *(n for n in names if n not in key))


def fresh(con: Any, table: str, rows: pl.DataFrame) -> pl.DataFrame:  # noqa: ANN401 -- the store's connection
    """The rows that are not in the books as they stand: new ones, and those that say something else."""
    if rows.is_empty():
        return rows
    names = [name for name in rows.columns if name in record(table).columns()]
    status = difference(table, rows.select(names), facts.existing(con, table, rows)).status
    return rows.filter(status != "unchanged")
