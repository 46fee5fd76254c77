"""`scm nightly`, `scm inbox`, `scm schedule`."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say

app = group("nightly", "The night's work.")


@app.command(cls=Writes)
def nightly(ctx: typer.Context) -> None:
    """The night's work: backup, inbox, forecast, plan, outbox.

    Example: scm nightly
    """
    from scm_cli.jobs import nightly as job

    done = job.night(ctx.obj)
    if ctx.obj.form == "json":
        show.document(ctx.obj, done.as_json())
        return
    show.text(ctx.obj, [job.told(done), *(f"  {path}" for path in done.files[:3])])
    for each in done.refused:
        show.text(
            ctx.obj,
            [
                Say(
                    "Refused: {where}: {what}",
                    where=each["where"] or each["file"],
                    what=each["why"],
                )
            ],
        )


@app.command(cls=Writes)
def inbox(ctx: typer.Context) -> None:
    """Import the files that lie in the inbox, now.

    Example: scm inbox
    """
    from scm_cli.jobs import inbox as job

    imported, refused = job.take(ctx.obj)
    body = {"imported": imported, "refused": refused}
    told = Say("{n} files imported, {m} refused.", n=len(imported), m=len(refused))
    show.done(ctx.obj, told, body)
    if ctx.obj.form != "json":
        for each in refused:
            show.text(
                ctx.obj,
                [
                    Say(
                        "Refused: {where}: {what}",
                        where=each["where"] or each["file"],
                        what=each["why"],
                    )
                ],
            )


@app.command(cls=Reads)
def schedule(
    ctx: typer.Context,
    at: Annotated[str, typer.Option("--at", help="Time of the night.")] = "02:30",
    install: Annotated[
        bool, typer.Option("--install", help="Install it instead of printing it.")
    ] = False,
    kind: Annotated[str | None, typer.Option("--kind", help="cron, systemd or windows.")] = None,
) -> None:
    """Entries for cron, systemd or the Windows task scheduler.

    Example: scm schedule --kind cron
    """
    from scm_cli.jobs import schedule as job

    found = job.entries(ctx.obj, at, kind)
    if install:
        show.text(ctx.obj, [job.install(found[0])])
        return
    if ctx.obj.form == "table":
        for each in found:
            show.text(ctx.obj, [f"# {each['kind']}: {each['where']}", each["text"], ""])
    else:
        show.rows(ctx.obj, found, ["kind", "where", "text"])
    if not found:
        raise typer.Exit(Exit.USAGE)
