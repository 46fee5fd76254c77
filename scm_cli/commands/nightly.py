"""`scm nightly`, `scm inbox`, `scm schedule`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say

if TYPE_CHECKING:
    from scm_cli.run import Run

app = group("nightly", "The night's work.")


@app.command(cls=Writes)
def nightly(ctx: typer.Context) -> None:
    """The night's work: backup, inbox, forecast, plan, outbox.

    Example: scm nightly
    """
    from scm_cli.jobs import nightly as job

    _keep_freed_memory()
    done = job.night(ctx.obj)
    if ctx.obj.form == "json":
        show.document(ctx.obj, done.as_json())
        return
    show.text(ctx.obj, [job.told(done), *(f"  {path}" for path in done.files[:3])])
    _show_warned(ctx.obj, done.imported)
    _show_refused(ctx.obj, done.refused)


def _keep_freed_memory() -> None:
    """Large arrays come and go all night; the system would take and clear their pages each time."""
    import ctypes

    keep = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if keep is not None:
        keep(_TRIM_THRESHOLD, _KEPT_BYTES)
        keep(_MMAP_THRESHOLD, _KEPT_BYTES)


_TRIM_THRESHOLD, _MMAP_THRESHOLD, _KEPT_BYTES = -1, -3, 1 << 30


def _show_warned(run: Run, imported: list[dict[str, Any]]) -> None:
    told = "{file}: {what}"
    show.text(run, [Say(told, file=r["file"], what=w) for r in imported for w in r["warnings"]])


def _show_refused(run: Run, refused: list[dict[str, Any]]) -> None:
    told = "Refused: {where}: {what}"
    show.text(run, [Say(told, where=r["where"] or r["file"], what=r["why"]) for r in refused])


@app.command(cls=Writes)
def inbox(ctx: typer.Context) -> None:
    """Import the files that lie in the inbox, now; exit 3 when one is refused.

    Example: scm inbox
    """
    from scm_cli.jobs import inbox as job

    imported, refused = job.take(ctx.obj)
    fresh = job.unsettled(ctx.obj)
    body = {"imported": imported, "refused": refused, "waiting": fresh}
    told = Say("{n} {n:file|files} imported, {m} refused.", n=len(imported), m=len(refused))
    show.done(ctx.obj, told, body)
    if ctx.obj.form != "json":
        _show_warned(ctx.obj, imported)
        _show_refused(ctx.obj, refused)
        waits = "{file} may still be written; it waits until {until}, then `scm inbox` takes it."
        show.text(ctx.obj, [Say(waits, **each) for each in fresh])
    if refused:
        raise typer.Exit(Exit.REFUSED)


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

    columns = ["kind", "where", "text"]
    found = job.entries(ctx.obj, at, kind or (job.usual_kind() if install else None))
    if install:
        told = job.install(found)
        if ctx.obj.form == "table":
            show.text(ctx.obj, [told])
            return
    if ctx.obj.form == "table":
        for each in found:
            show.text(ctx.obj, [f"# {each['kind']}: {each['where']}", each["text"].rstrip(), ""])
    else:
        show.rows(ctx.obj, found, columns)
