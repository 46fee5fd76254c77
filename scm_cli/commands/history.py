"""`scm log`, `scm undo`, `scm check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say

if TYPE_CHECKING:
    from scm_cli.run import Run

app = group("history", "What was done.")


@app.command(cls=Reads)
def log(ctx: typer.Context) -> None:
    """What was done, newest first.

    Example: scm log --limit 20
    """
    from scm_cli.jobs import history

    columns = ["entry", "at", "who", "command", "reason", "undone_by", "undoes", "changes"]
    found = history.entries(ctx.obj)
    show.rows(ctx.obj, found, columns if ctx.obj.form == "json" else columns[:6])


@app.command(cls=Writes)
def undo(
    ctx: typer.Context,
    entry: Annotated[int | None, typer.Argument(help="Entry to take back (else the last).")] = None,
) -> None:
    """Take back an entry exactly; refused when later entries build on it.

    Example: scm undo 12
    """
    from scm_cli.jobs import history

    done = history.undo(ctx.obj, entry)
    told = Say("Entry {entry} is taken back.", entry=done.entry)
    show.done(ctx.obj, told, done.committed.as_json())
    show.warned(ctx.obj, done.warnings)


@app.command(cls=Reads)
def check(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Read every row and every hash.")] = False,
    between: Annotated[
        bool, typer.Option("--islands", help="What falls between two systems instead.")
    ] = False,
) -> None:
    """Look for anything that does not add up; exit 3 and a list when something is found.

    Example: scm check --deep
    """
    if between:
        _islands(ctx.obj)
        return
    from scm_cli.jobs import history

    found = history.check(ctx.obj, deep=deep)
    if not found and ctx.obj.form == "table":
        show.text(ctx.obj, [Say("Everything adds up.")])
    else:
        show.rows(ctx.obj, found, ["check", "where", "what", "mend"])
    if found:
        raise typer.Exit(Exit.REFUSED)


def _islands(run: Run) -> None:
    """What one side knows and the other does not, each with the command that mends it."""
    from scm_cli.jobs import islands

    found = [island.row() for island in islands.found(run)]
    if run.form == "table":
        found = [{**row, "kind": Say(row["kind"])} for row in found]
    if not found and run.form == "table":
        show.text(run, [Say("Nothing fell between two systems.")])
    else:
        show.rows(run, found, ["kind", "who", "document", "what", "mend"])
    if found:
        raise typer.Exit(Exit.REFUSED)
