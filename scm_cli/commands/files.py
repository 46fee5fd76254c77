"""`scm import`, `scm export`, `scm template`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.core.records.naming import record_word
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.locale import put

if TYPE_CHECKING:
    from scm_cli.jobs.importing import Imported, RefusedImportError
    from scm_cli.run import Run

app = group("files", "Files in and out.")

COUNTS = ("rows_read", "inserted", "updated", "unchanged", "set_aside", "refused")
SHOWN = 20


@app.command("import", cls=Writes)
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Workbooks or CSV files.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="What the files hold, if it is unclear.")
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="'My column=sku'; remembered for this shape of file."),
    ] = None,
    profile: Annotated[
        Path | None, typer.Option("--profile", help="TOML that describes a foreign layout.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take the good rows, refuse the others.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Make no items or customers.")] = False,
) -> None:
    """Take in workbooks and CSV files, all or nothing.

    Example: scm import items.xlsx orders.csv
    """
    from scm_cli.jobs import importing, plan_import

    asked = importing.Asked(kind, _columns(mapped or []), profile, partial, strict)
    try:
        plan = plan_import.accepted(ctx.obj, files)
        done = plan or importing.run_import(ctx.obj, files, asked)
    except importing.RefusedImportError as error:
        if ctx.obj.form != "json":
            raise
        show.document(ctx.obj, _refused(ctx.obj, error))
        raise typer.Exit(error.exit_code) from None
    show.done(ctx.obj, _told(done, ctx.obj.lang), done.as_json())
    if ctx.obj.form != "json":
        _show_files(ctx.obj, done)


def _columns(mapped: list[str]) -> dict[str, str]:
    found = {}
    for each in mapped:
        given, sign, name = each.rpartition("=")
        if not sign or not given.strip() or not name.strip():
            raise ScmError(
                "--map {each} is not of the form 'Column=field'",
                hint="For example --map 'My column=sku'.",
                exit_code=Exit.USAGE,
                each=each,
            )
        found[given.strip()] = name.strip()
    return found


def _refused(run: Run, error: RefusedImportError) -> dict[str, Any]:
    """A refused import reconciles its files beside the error."""
    problems = [
        {"where": p.where, "what": put(p.what, run.lang), "mend": put(p.mend, run.lang)}
        for p in error.problems
    ]
    told = {
        "code": int(error.exit_code),
        "message": put(error.say, run.lang),
        "hint": put(error.hint, run.lang),
        "where": error.where,
        "problems": problems,
    }
    paths = [str(path) for path in error.annotated]
    return {"error": told, "entry": None, "changes": {}, "files": error.files, "annotated": paths}


def _told(done: Imported, lang: str) -> Say:
    total = {k: sum(int(f[k]) for f in done.files) for k in COUNTS}
    if done.committed.entry is None and not done.committed.counts:
        told = "{rows_read} {rows_read:row|rows} read; nothing is new or changed."
        return Say(told, **total)
    words = (f"{put(record_word(table), lang)} {n}" for table, n in done.created.items())
    made = ", ".join(words) or "-"
    return Say(
        "{rows_read} {rows_read:row|rows} read: {inserted} new, {updated} changed, {unchanged} unchanged, "
        "{set_aside} set aside, {refused} refused. Made beside them: {made}.",
        made=made,
        **total,
    )


def _show_files(run: Run, done: Imported) -> None:
    """What became of each sheet; what changed, field by field; warnings and refusals."""
    show.part(run, done.files, ("file", "sheet", "kind", *COUNTS), len(done.files))
    for each in done.files:
        if len(each["reconciliation"]) > 1:
            rows = [
                {**part, "fate": Say(part["fate"]), "reason": Say(part["reason"] or "")}
                for part in each["reconciliation"]
            ]
            show.part(run, rows, ("fate", "reason", "rows", "qty", "amount"), SHOWN)
        if each["ignored_columns"]:
            columns = ", ".join(each["ignored_columns"])
            show.text(run, [Say("columns not used: {columns}", columns=columns)])
    show.part(run, done.changed, ("table", "key", "field", "old", "new"), len(done.changed))
    if done.promised:
        told = "{n} order {n:line was|lines were} promised a day and allocated."
        show.text(run, [Say(told, n=done.promised)])
    show.text(
        run,
        [Say("Order {number} is confirmed: its deposit came.", number=n) for n in done.confirmed],
    )
    show.warned(run, done.warnings)
    same, more = show.listed(done.problems, run.lang)
    show.text(run, [Say("Refused: {what}", what=one) for one in same])
    show.text(run, [Say("  ... and {n} more", n=more)] if more else [])
    show.text(run, [Say("Correct and import: {path}", path=str(p)) for p in done.annotated])


@app.command(cls=Reads)
def export(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="A kind of sheet, or all.")],
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
) -> None:
    """Write records to a workbook that can be imported again.

    Example: scm export items items.xlsx
    """
    from scm_cli.jobs import exporting

    path, rows = exporting.export(ctx.obj, what, file)
    _written(ctx.obj, path, rows)


@app.command(cls=Reads)
def template(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="A kind of sheet, or all.")],
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
) -> None:
    """Write an empty workbook to fill in, with drop-downs and a read-me sheet.

    Example: scm template sales_orders orders.xlsx
    """
    from scm_cli.jobs import exporting

    path = exporting.template(ctx.obj, what, file)
    _written(ctx.obj, path, 0)


def _written(run: Run, path: Path, rows: int) -> None:
    if run.form != "table":
        show.rows(run, [{"file": str(path), "rows_written": rows}])
    else:
        told = "{rows} {rows:row|rows} written to {path}."
        show.text(run, [Say(told, rows=rows, path=str(path))])
