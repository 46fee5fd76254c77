"""`scm log`, `scm undo`, `scm check`."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say

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

    undone, committed = history.undo(ctx.obj, entry)
    show.done(ctx.obj, Say("Entry {entry} is taken back.", entry=undone), committed.as_json())


@app.command(cls=Reads)
def check(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="Read every row and every hash.")] = False,
) -> None:
    """Look for anything that does not add up; exit 3 and a list when something is found.

    Example: scm check --deep
    """
    from scm_cli.jobs import history

    found = history.check(ctx.obj, deep=deep)
    if not found and ctx.obj.form == "table":
        show.text(ctx.obj, [Say("Everything adds up.")])
    else:
        show.rows(ctx.obj, found, ["check", "where", "what", "mend"])
    if found:
        raise typer.Exit(Exit.REFUSED)
