"""Export records to workbooks, and write templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs.outbox_place import require_workbook
from scm_cli.store.gateway import frame, reading

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from scm_cli.core.records.catalog import Sheet
    from scm_cli.run import Run


def export(run: Run, what: str, target: Path) -> tuple[Path, int]:
    """Write one kind of sheet, or `all` of them; the path written and its rows.

    Raises:
        ScmError: there is no such kind, or the target is no workbook.
    """
    from scm_cli.core.records.catalog import SHEETS
    from scm_cli.excel import book

    require_workbook(target)
    chosen = SHEETS if what == "all" else (_sheet(what),)
    with reading(run) as con:
        parts = [book.BookSheet(each.kind, stored(con, each)) for each in chosen]
        lists = _lists(con)
    parts = [part for part in parts if len(part.frame) or what != "all"]
    written = book.write_book(target, parts, lang=run.lang, lists=lists)
    return written, sum(len(part.frame) for part in parts)


def template(run: Run, what: str, target: Path) -> Path:
    """Write an empty sheet of one kind, or of `all`, with drop-downs of what the shop knows."""
    from scm_cli.core.records.catalog import SHEETS
    from scm_cli.excel import book

    require_workbook(target)
    forms = SHEETS if what == "all" else (_sheet(what),)
    lists: dict[str, list[str]] = {}
    if run.folder is not None and run.database.is_file():
        with reading(run) as con:
            lists = _lists(con)
    parts = [book.BookSheet(form.kind, empty(form)) for form in forms]
    return book.write_book(target, parts, lang=run.lang, lists=lists, template=True)


def _sheet(what: str) -> Sheet:
    from scm_cli.core.records.catalog import SHEETS, sheet

    try:
        return sheet(what)
    except KeyError:
        from scm_cli.core.search import nearest

        kinds = [each.kind for each in SHEETS]
        near = nearest(what, kinds)
        raise ScmError(
            "there is no kind of sheet {what}",
            hint="Did you mean {near}?" if near else "Kinds: {kinds}.",
            exit_code=Exit.USAGE,
            what=what,
            near=near or "",
            kinds=", ".join(kinds),
        ) from None


def stored(con: Any, form: Sheet) -> pl.DataFrame:  # noqa: ANN401 -- the store's connection
    """The rows of a sheet as stored, quantities and prices in the unit of their row."""
    import polars as pl

    from scm_cli.core.intake.kinds import IN_UNIT

    head, line = form.head, form.line
    if line is None:
        found = frame(con, f"SELECT * FROM {head.table} ORDER BY {', '.join(head.key)}")
    else:
        number = head.key[0]
        own = [n for n in line.columns() if n not in head.columns()]
        found = frame(
            con,
            f"SELECT h.* EXCLUDE (entry), {', '.join(f'l.{n}' for n in own)} FROM {head.table} h "
            f"JOIN {line.table} l ON l.{number} = h.{number} ORDER BY h.{number}, l.line_no",
        )
    if "factor" in found.columns and "factor" not in form.columns:  # kept beside, not on the sheet
        entered = [n for n in IN_UNIT if n in form.columns]
        found = found.with_columns(
            (pl.col(n).cast(pl.Decimal(38, 10)) / pl.col("factor").cast(pl.Decimal(38, 10)))
            .round(4).cast(pl.Decimal(18, 4)).alias(n)
            for n in entered
        )  # fmt: skip
    if form.kind == "opening_stock":  # its cost is kept per own unit, and said per entered unit
        cost = (pl.col("unit_cost").cast(pl.Decimal(38, 10)) * pl.col("factor")).round(6)
        found = found.with_columns(cost.cast(pl.Decimal(18, 6)).alias("unit_cost"))
    return found.select([n for n in form.columns if n in found.columns])


def empty(form: Sheet) -> pl.DataFrame:
    """No rows, all columns of a sheet."""
    import polars as pl

    from scm_cli.core.intake.difference import DTYPES

    return pl.DataFrame(schema={n: DTYPES[c.kind] for n, c in form.columns.items()})


def _lists(con: Any) -> dict[str, list[str]]:  # noqa: ANN401
    return {
        "item": _codes(con, "item", "sku"),
        "warehouse": _codes(con, "warehouse", "warehouse"),
        "supplier": _codes(con, "supplier", "supplier"),
        "customer": _codes(con, "customer", "customer"),
    }


def _codes(con: Any, table: str, key: str) -> list[str]:  # noqa: ANN401
    return [
        str(r[0])
        for r in con.execute(f"SELECT {key} FROM {table} ORDER BY 1 LIMIT 20000").fetchall()
    ]
