"""`scm backup`, `scm restore`, `scm config`, `scm doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say

app = group("care", "Care of the shop.")


@app.command(cls=Writes)
def backup(ctx: typer.Context) -> None:
    """Copy the shop's file to backups/ and verify the copy.

    Example: scm backup
    """
    from scm_cli.jobs import care

    made = care.take(ctx.obj)
    if ctx.obj.form == "json":
        show.document(ctx.obj, made)
    elif ctx.obj.dry_run:
        show.text(ctx.obj, [Say("Would copy the file at entry {entry} to {path}.", **made)])
    else:
        show.text(ctx.obj, [Say("{path}: entry {entry}, {rows} rows, verified.", **made)])


@app.command(cls=Writes)
def restore(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="The backup (else the newest).")] = None,
) -> None:
    """Put a backup in the place of the shop's file; the old file is kept. Needs --yes.

    Example: scm restore --yes
    """
    from scm_cli.jobs import care

    run = ctx.obj
    if run.dry_run:
        planned = care.exchange(run, file)
        ends = {"restored_entry": planned.entry, "replaced_entry": planned.replaced_entry}
        show.done(
            run, planned.told, {"entry": None, "changes": {}, "file": str(planned.source), **ends}
        )
        return
    done = care.restore(run, file)
    ends = {"restored_entry": done.restored_entry, "replaced_entry": done.replaced_entry}
    body = {**ends, "kept": str(done.aside)}
    if run.form == "json":
        show.document(run, {**done.committed.as_json(), **body})
        return
    told = "The shop is back at entry {restored_entry}. The file it replaced lies in {kept}."
    show.text(run, [Say(told, **body)])


@app.command(cls=Reads)
def config(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(help="A key or a section (else all).")] = None,
) -> None:
    """Every setting, its value and where it comes from.

    Example: scm config planning
    """
    from scm_cli.jobs import care

    show.rows(ctx.obj, care.config(ctx.obj, key), ["key", "value", "origin", "default"])


@app.command(cls=Reads)
def doctor(ctx: typer.Context) -> None:
    """Look at the file, the disk, the lock and the backups; exit 3 when something is bad.

    Example: scm doctor
    """
    from scm_cli.jobs import care

    found = care.doctor(ctx.obj)
    show.rows(ctx.obj, found, ["check", "state", "detail"])
    if any(row["state"] == "bad" for row in found):
        raise typer.Exit(Exit.REFUSED)
