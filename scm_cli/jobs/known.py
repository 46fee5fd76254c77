"""Load what an import needs to know, and write the masters that it made."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake.difference import difference
from scm_cli.core.intake.known import Known
from scm_cli.core.records.catalog import record
from scm_cli.core.search import fill_mnemonics
from scm_cli.jobs import batches
from scm_cli.store import facts, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scm_cli.core.changes import Changes
    from scm_cli.run import Run


def load(con: Any, run: Run, changes: Changes, makes: Iterable[str] = ()) -> Known:  # noqa: ANN401
    """The shop's masters and facts; document numbers are drawn into `changes`."""
    stored = facts.shop_facts(con)
    start = stored.get("start_on")

    def draw(series: str, count: int) -> list[str]:
        prefix: str = run.setting(f"numbers.{series}")
        return numbers.next_numbers(con, changes, series, prefix, count)

    return Known(
        frames=facts.masters(con),
        today=run.today,
        start_on=date.fromisoformat(start) if start else None,
        default_warehouse=facts.default_warehouse(con, run.setting("default_warehouse")),
        default_unit=run.setting("default_unit"),
        walk_in=run.setting("walk_in_customer"),
        numbers=draw,
        drawn_before=lambda digests: batches.drawn_before(con, digests),
        ordered_by=lambda numbers: facts.ordered_by(con, numbers),
        sold=lambda customers: facts.sold_to(con, customers),
        makes=frozenset(makes),
        opening_closed=bool(stored.get("opening_finished")),
        currency=run.setting("currency"),
        stages=(*run.setting("deals.stages"), run.setting("deals.won"), run.setting("deals.lost")),
    )


def write_made(changes: Changes, known: Known, internal: Iterable[str] = ()) -> None:
    """Insert the masters that sheets named and nobody knew, with their defaults.

    `internal`: suppliers that the profile calls part of the firm.
    """
    for table, made in known.made.items():
        if table == "supplier" and internal:
            ours = pl.col("supplier").is_in(list(internal))
            made = made.with_columns(is_internal=ours)  # noqa: PLW2901 -- the same masters, told more
        names = record(table).columns()
        given = made.select([c for c in made.columns if c in names])
        rows = difference(table, given, given.clear()).inserts
        changes.insert(table, with_mnemonics(table, rows))
    known.made.clear()


NAMED = frozenset({"item", "customer", "supplier"})
MNEMONICS = 20_000  # names of one import; reading more takes longer than it is worth


def with_blank_mnemonics(table: str, given: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """A blank mnemonic means the initials of the name, but where none is stored none is made."""
    (key,) = record(table).key
    none = old.filter(pl.col("mnemonic").is_null())[key]
    kept = given["mnemonic"].is_null() & given[key].is_in(none.implode())
    filled = with_mnemonics(table, given)["mnemonic"]
    return given.with_columns(pl.when(~kept).then(filled).alias("mnemonic"))


def with_mnemonics(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Initials (助记码) for Chinese names that have none."""
    if table not in NAMED or "name" not in rows.columns or len(rows) > MNEMONICS:
        return rows
    return fill_mnemonics(rows)
