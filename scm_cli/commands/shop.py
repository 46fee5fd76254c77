"""`scm init`, `scm demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Writes, day, group
from scm_cli.errors import Say

app = group("shop", "Make a shop.")


@app.command(cls=Writes)
def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of the new shop (else here).")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="First day of the books.")] = None,
    finish: Annotated[
        bool, typer.Option("--finish", help="Close the opening of the books.")
    ] = False,
) -> None:
    """Make a shop folder; with --finish close the opening of its books.

    Example: scm init my-shop --start 2026-01-01
    """
    from scm_cli.jobs import opening

    run = ctx.obj
    if finish:
        totals, committed = opening.finish(run)
        show.done(run, opening.told(totals), {**committed.as_json(), "totals": totals})
        return
    run.folder = (folder or run.folder or Path.cwd()).absolute()
    committed = opening.make(run, day(start) if start else run.today)
    body = {**committed.as_json(), "folder": str(run.folder)}
    show.done(run, Say("The shop lies in {folder}.", folder=str(run.folder)), body)


@app.command(cls=Writes)
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder of the sample shop.")] = Path("demo-shop"),
) -> None:
    """Make a shop from the sample firm, its history ending yesterday.

    Example: scm demo demo-shop
    """
    from scm_cli.jobs import sample

    run = ctx.obj
    run.folder = folder.absolute()
    made = sample.make(run)
    told = Say(
        "The sample shop lies in {folder}. Next: scm --shop {folder} nightly", folder=str(folder)
    )
    show.done(run, told, {**made, "folder": str(run.folder)})
