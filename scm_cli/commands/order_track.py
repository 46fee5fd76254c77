"""`scm order`: where goods are on their way, and how well customers are served."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Exit, Say, ScmError

app = group("order", "Orders of customers: list, show, ship.")

PARCEL = [
    "shipment", "carrier", "tracking_no", "status", "happened_at", "place", "text", "delivered_on",
]  # fmt: skip
EVENT = ["shipment", "happened_at", "status", "place", "text"]


@app.command(cls=Writes)
def track(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(help="Delivery, or order.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that is on its way.")] = False,
) -> None:
    """Ask carriers where goods are; arrivals are entered. Keys stand in scm.toml under [carriers].

    Example: scm order track DN-000045
    """
    from scm_cli.jobs import track as job

    if (number is None) == (not every):
        raise ScmError("which one?", hint="Name it, or say --all.", exit_code=Exit.USAGE)
    run = ctx.obj
    done, parcels = job.one(run, number) if number else job.all_open(run)
    told = Say(
        "{asked} {asked:parcel|parcels} asked for, {events} new {events:event|events}, {arrived} arrived.",
        asked=done.asked, events=done.events, arrived=len(done.delivered),
    )  # fmt: skip
    whole = job.events(run, [row["shipment"] for row in parcels]) if number else []
    body = {**done.as_json(), "rows": parcels, **done.committed.as_json()}
    show.done(run, told, {**body, "history": whole} if number else body)
    if run.form != "json":
        show.rows(run, whole or parcels, EVENT if whole else PARCEL)
    show.warned(run, done.problems())


class By(StrEnum):
    """What service figures are told by."""

    CUSTOMER_CLASS = "customer_class"
    CATEGORY = "category"


@app.command(cls=Reads)
def figures(
    ctx: typer.Context,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    by: Annotated[By | None, typer.Option("--by", help="A row for each.")] = None,
) -> None:
    """How customers are served: fill rate, on time in full, days to ship and deliver, backlog.

    Example: scm order figures --from 2026-01-01 --to 2026-01-31 --by customer_class
    """
    from scm_cli.jobs import figures as job

    run = ctx.obj
    ends = (day(first) if first else None, day(last) if last else None)
    (begins, ends_on), rows = job.figures(run, *ends, by.value if by else None)
    if run.form == "json" and run.output is None:
        show.document(run, {"from": begins, "to": ends_on, "by": by and by.value, "rows": rows})
        return
    if run.form == "table" and run.output is None:
        show.text(run, [Say("{first} to {last}", first=begins, last=ends_on)])
    show.rows(run, rows)
