"""What a sheet says against what the shop holds: new, changed, unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.records.base import PLACES
from scm_cli.core.records.catalog import record

if TYPE_CHECKING:
    from scm_cli.core.records.base import Column

DTYPES: dict[str, pl.DataType] = {
    "code": pl.String(),
    "text": pl.String(),
    "choice": pl.String(),
    "number": pl.Int64(),
    "day": pl.Date(),
    "flag": pl.Boolean(),
    **{kind: pl.Decimal(18, places) for kind, places in PLACES.items()},
}


@dataclass(frozen=True, slots=True)
class Difference:
    """New rows with their defaults, changed rows (key and given columns), status per row."""

    inserts: pl.DataFrame
    updates: pl.DataFrame
    status: pl.Series


def difference(table: str, given: pl.DataFrame, old: pl.DataFrame) -> Difference:
    """Compare `given` (key columns and the columns that the sheet states) with `old` rows.

    `status` holds "inserted", "updated" or "unchanged" for each row of `given`, in order.
    """
    kind = record(table)
    columns = kind.columns()
    key = list(kind.key)
    given = given.select(
        pl.col(n).cast(DTYPES[columns[n].kind]) for n in given.columns if n in columns
    )
    stated = [n for n in given.columns if n not in key]
    given = _defaults_for_blanks(given, columns)
    if old.is_empty():
        status = pl.Series("status", ["inserted"]).new_from_index(0, len(given))
        return Difference(_filled(given, columns), given.clear(), status)
    theirs = _typed(old, [*key, *stated], columns).select(
        *key, *[pl.col(n).alias(f"old_{n}") for n in stated], pl.lit(True).alias("is_old")
    )
    both = given.join(theirs, on=key, how="left", maintain_order="left")
    differs = [pl.col(n).ne_missing(pl.col(f"old_{n}")) for n in stated]
    changed = pl.any_horizontal(differs) if stated else pl.lit(False)
    status = both.select(
        pl.when(pl.col("is_old").is_null())
        .then(pl.lit("inserted"))
        .when(changed)
        .then(pl.lit("updated"))
        .otherwise(pl.lit("unchanged"))
        .alias("status")
    )["status"]
    return Difference(
        _filled(given.filter(status == "inserted"), columns),
        given.filter(status == "updated"),
        status,
    )


def changed_fields(
    table: str, updates: pl.DataFrame, old: pl.DataFrame, most: int
) -> list[dict[str, Any]]:
    """What `updates` change, field by field: key, field, old and new value; the first `most`."""
    kind = record(table)
    columns = kind.columns()
    key = list(kind.key)
    stated = [n for n in updates.columns if n not in key]
    theirs = _typed(old, [*key, *stated], columns).rename({n: f"old_{n}" for n in stated})
    found: list[dict[str, Any]] = []
    for row in (
        updates.head(most).join(theirs, on=key, how="left", maintain_order="left").to_dicts()
    ):
        found += [
            {"table": table, "key": " / ".join(str(row[k]) for k in key if row[k] != ""),
             "field": n, "old": row[f"old_{n}"], "new": row[n]}
            for n in stated
            if row[n] != row[f"old_{n}"]
        ]  # fmt: skip
    return found[:most]


def default(column: Column) -> pl.Expr:
    """What a blank cell of the column means, in its type."""
    value = column.default
    if isinstance(value, Decimal):  # polars would load numpy to make a literal of it
        value = str(value)
    return pl.lit(value).cast(DTYPES[column.kind])


def _typed(old: pl.DataFrame, names: list[str], columns: dict[str, Column]) -> pl.DataFrame:
    return old.select(pl.col(n).cast(DTYPES[columns[n].kind]) for n in names)


def _defaults_for_blanks(given: pl.DataFrame, columns: dict[str, Column]) -> pl.DataFrame:
    """A blank cell of a field that has a default means the default."""
    return given.with_columns(
        pl.col(n).fill_null(default(columns[n]))
        for n in given.columns
        if columns[n].default is not None
    )


def _filled(rows: pl.DataFrame, columns: dict[str, Column]) -> pl.DataFrame:
    """New rows with the declared defaults of the columns that the sheet lacks."""
    return rows.with_columns(
        default(c).alias(n)
        for n, c in columns.items()
        if n not in rows.columns and c.default is not None
    )
