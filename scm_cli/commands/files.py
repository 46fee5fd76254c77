"""`scm import`, `scm export`, `scm template`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from scm_cli.jobs.importing import Imported
    from scm_cli.run import Run

app = group("files", "Files in and out.")


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
    from scm_cli.jobs import importing

    asked = importing.Asked(kind, _columns(mapped or []), profile, partial, strict)
    done = importing.run_import(ctx.obj, files, asked)
    show.done(ctx.obj, _told(done.files, done.created), done.as_json())
    if ctx.obj.form != "json":
        show.text(ctx.obj, _details(done))
    accepted = sum(f["inserted"] + f["updated"] + f["unchanged"] for f in done.files)
    if done.problems and not accepted:
        raise typer.Exit(Exit.REFUSED)


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


def _told(files: list[dict[str, object]], created: dict[str, int]) -> Say:
    total = {
        k: sum(int(str(f[k])) for f in files)
        for k in ("rows_read", "inserted", "updated", "unchanged", "set_aside", "refused")
    }
    made = ", ".join(f"{table} {n}" for table, n in created.items()) or "-"
    return Say(
        "{rows_read} rows read: {inserted} new, {updated} changed, {unchanged} unchanged, "
        "{set_aside} set aside, {refused} refused. Made beside them: {made}.",
        made=made,
        **total,
    )


def _details(done: Imported) -> list[Say | str]:
    lines: list[Say | str] = []
    for each in done.files:
        lines.append(f"{each['file']} {each['sheet']} ({each['kind']})".replace("  ", " "))
        lines += [
            f"  {part['fate']}: {part['rows']:,} / {part['qty']:,.10g} / {part['amount']:,.2f}"
            for part in each["reconciliation"]
        ]
        if each["ignored_columns"]:
            lines.append(
                Say("  columns not used: {columns}", columns=", ".join(each["ignored_columns"]))
            )
    lines += [Say("Warning: {where}: {what}", where=p.where, what=p.what) for p in done.warnings]
    lines += [
        Say("Refused: {where}: {what}", where=p.where, what=p.what) for p in done.problems[:10]
    ]
    return lines + [Say("Correct and import: {path}", path=str(path)) for path in done.annotated]


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
    what: Annotated[str, typer.Argument(help="A kind of sheet.")],
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
) -> None:
    """Write an empty workbook to fill in, with drop-downs and a read-me sheet.

    Example: scm template sales_orders orders.xlsx
    """
    from scm_cli.jobs import exporting

    path = exporting.template(ctx.obj, what, file)
    _written(ctx.obj, path, 0)


def _written(run: Run, path: Path, rows: int) -> None:
    if run.form == "json":
        show.document(run, {"file": str(path), "rows": rows})
    else:
        show.text(run, [Say("{rows} rows written to {path}.", rows=rows, path=str(path))])
