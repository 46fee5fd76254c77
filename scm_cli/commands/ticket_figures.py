"""`scm customer ticket survey`, `figures`, `defects`: how satisfied, how fast, whose faults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Say

app = group("customer", "Who buys from us.")
ticket = group("ticket", "After-sales: tickets, answers in time, satisfaction, whose faults.")
app.add_typer(ticket)

First = Annotated[str | None, typer.Option("--from", help="First day.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day.")]


@ticket.command(cls=Writes)
def survey(
    ctx: typer.Context,
    book: Annotated[
        Path | None, typer.Option("--book", help="The workbook (else in the outbox).")
    ] = None,
) -> None:
    """Whom to ask how it went: a workbook with cells for the answers, to be imported again.

    Example: scm customer ticket survey --book survey.xlsx
    """
    from scm_cli.jobs import survey as job

    done = job.ask(ctx.obj, book)
    told = Say(
        "{n} {n:ticket|tickets} to ask about; {silent} of customers who do not want to be asked are left out.",
        n=len(done.rows), silent=done.opted_out,
    )  # fmt: skip
    show.done(ctx.obj, told, done.as_json())
    if done.path is not None:
        ctx.obj.talk(Say("written to {path}", path=done.path))


@ticket.command(cls=Reads)
def figures(
    ctx: typer.Context,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="month, category, priority, channel, owner, item, customer or supplier."
        ),
    ] = None,
    first: First = None,
    last: Last = None,
) -> None:
    """How many, how fast against the targets, how satisfied, how often again.

    Example: scm customer ticket figures --by owner --from 2026-01-01
    """
    from scm_cli.jobs import complaints as job

    days = job.Days(day(first) if first else None, day(last) if last else None)
    show.rows(ctx.obj, job.figures(ctx.obj, by, days), [*([by] if by else []), *job.FIGURES])


@ticket.command(cls=Reads)
def defects(
    ctx: typer.Context,
    by: Annotated[str, typer.Option("--by", help="item, lot or supplier.")] = "item",
    first: First = None,
    last: Last = None,
) -> None:
    """Faults by item, lot or supplier: customers touched, money, share of what left or came in.

    Example: scm customer ticket defects --by supplier
    """
    from scm_cli.jobs import complaints as job

    days = job.Days(day(first) if first else None, day(last) if last else None)
    names = job.FAULTS_BY.get(by, [by])
    show.rows(ctx.obj, job.defects(ctx.obj, by, days), [*names, *job.DEFECTS])
