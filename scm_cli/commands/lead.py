"""`scm customer lead`: who may buy, where they come from, who answers, what they cost."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.commands.fields import fields_of, given_fields
from scm_cli.errors import Exit, Say, ScmError

app = group("customer", "Who buys from us.")
lead = group("lead", "Leads: where they come from, who answers, what they cost.")
app.add_typer(lead)

Number = Annotated[str, typer.Argument(help="Lead.")]
First = Annotated[str | None, typer.Option("--from", help="First day.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day.")]
TABLE = [
    "lead", "came_on", "came_clock", "name", "company", "mobile", "channel", "owner", "status",
    "age_days", "answer_hours", "is_waiting",
]  # fmt: skip
MORE = [
    "region", "category", "source", "campaign", "customer", "lost_reason", "assigned_why",
]  # fmt: skip
COSTS = [
    "channel", "leads", "qualified", "customers", "won_amount", "spend_amount", "lead_cost_amount",
    "customer_cost_amount",
]  # fmt: skip


@lead.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    status: Annotated[
        str | None, typer.Option("--status", help="new, contacted, qualified, converted, lost.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only of this owner.")] = None,
) -> None:
    """Leads, newest first, with their age and the working hours until the first answer.

    Example: scm customer lead list --status new
    """
    from scm_cli.core.records.crm import LEAD_STATES
    from scm_cli.jobs import lead as job

    if status is not None and status not in LEAD_STATES:
        raise ScmError(
            "no lead has the status {status}",
            hint="There are {names}.",
            exit_code=Exit.USAGE,
            status=status,
            names=", ".join(LEAD_STATES),
        )
    found = job.listed(ctx.obj, status, owner)
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *MORE])


@lead.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One lead: who it is, why it has its owner, what was said, who may be the same.

    Example: scm customer lead show LD-000001
    """
    from scm_cli.jobs import lead as job
    from scm_cli.show import card

    found = job.shown(ctx.obj, number)
    parts = {
        "interactions": (Say("What was said"), found.interactions),
        "twins": (Say("Probably the same"), found.twins),
    }
    card.draw(ctx.obj, found.record, [found.record], parts)


@lead.command(cls=fields_of("lead", without=("status", "assigned_why", "lost_reason")))
def add(ctx: typer.Context) -> None:
    """Enter a lead; it gets an owner by the rules, and who is probably the same is told.

    Example: scm customer lead add --name 李雷 --company 晨光书店 --mobile 13800138000 --channel douyin
    """
    from scm_cli.jobs import lead as job

    done = job.add(ctx.obj, given_fields(ctx))
    show.warned(ctx.obj, done.warnings)
    show.done(ctx.obj, Say("Lead {number} is entered.", number=done.number), done.as_json("lead"))


@lead.command(cls=Writes)
def assign(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(help="Lead (else all without owner).")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="This owner.")] = None,
) -> None:
    """Give leads an owner by region, category, working hours and load, each with its reason.

    Example: scm customer lead assign
    """
    from scm_cli.jobs import lead as job

    if owner is not None and number is None:
        raise ScmError("an owner is given to one lead", hint="Name the lead.", exit_code=Exit.USAGE)
    told, done = job.assign(ctx.obj, number, owner)
    if ctx.obj.form != "json":
        show.rows(ctx.obj, told, ["lead", "owner", "why"])
    given = sum(row["owner"] is not None for row in told)
    said = Say("{n} {n:lead has|leads have} an owner.", n=given)
    rows = [{**row, "why": row["why"].english} for row in told]
    show.done(ctx.obj, said, {**done.as_json(), "rows": rows})


@lead.command(cls=Writes)
def lose(
    ctx: typer.Context,
    number: Number,
    because: Annotated[str, typer.Option("--because", help="Why.")],
) -> None:
    """Close a lead that came to nothing.

    Example: scm customer lead lose LD-000001 --because "wrong number"
    """
    from scm_cli.jobs import lead_end as job

    done = job.lose(ctx.obj, number, because)
    told = Say("Lead {number} is lost.", number=number)
    show.done(ctx.obj, told, {"lead": number, **done.as_json()})


@lead.command(cls=Writes)
def convert(
    ctx: typer.Context,
    number: Number,
    customer: Annotated[str, typer.Argument(help="Customer code; made when it is new.")],
    value: Annotated[str | None, typer.Option("--value", help="What the deal is worth.")] = None,
) -> None:
    """Turn a lead into a customer with a deal in the first stage.

    Example: scm customer lead convert LD-000001 C-120 --value 5000
    """
    from scm_cli.core.stock.entry import amount
    from scm_cli.jobs import lead_end as job

    worth = amount(value, "--value")
    deal, done = job.convert(ctx.obj, number, customer, worth)
    named = {"lead": number, "deal": deal, "customer": customer}
    told = Say("Lead {lead} is customer {customer} now; its deal is {deal}.", **named)
    show.done(ctx.obj, told, {**named, **done.as_json()})


@lead.command("twins", cls=Reads)
def twins(ctx: typer.Context) -> None:
    """Open leads that are probably a customer or an earlier lead, and by which field.

    Example: scm customer lead twins
    """
    from scm_cli.jobs import lead as job

    show.rows(ctx.obj, job.twins(ctx.obj), ["lead", "name", "status", "is", "same"])


@lead.command("ageing", cls=Reads)
def ageing(
    ctx: typer.Context,
    by: Annotated[str, typer.Option("--by", help="owner, channel, source or region.")] = "owner",
) -> None:
    """How old open leads are and how fast the first answer came.

    Example: scm customer lead ageing --by channel
    """
    from scm_cli.jobs import lead as job

    if by not in ("owner", "channel", "source", "region"):
        raise ScmError(
            "leads are not counted by {by}",
            hint="Count them by owner, channel, source or region.",
            exit_code=Exit.USAGE,
            by=by,
        )
    names = [by, "leads", "open", "waiting", "oldest_days", "answered", "median_answer_hours",
             "slowest_answer_hours"]  # fmt: skip
    show.rows(ctx.obj, job.ageing(ctx.obj, by), names)


@lead.command("cost", cls=Reads)
def cost(ctx: typer.Context, first: First = None, last: Last = None) -> None:
    """What a lead and a customer of each channel cost.

    Example: scm customer lead cost --from 2026-01-01 --to 2026-03-31
    """
    from scm_cli.jobs import lead_end as job

    ends = (day(first) if first else None, day(last) if last else None)
    show.rows(ctx.obj, job.costs(ctx.obj, *ends), COSTS)


@lead.command(cls=Writes)
def spend(
    ctx: typer.Context,
    channel: Annotated[str, typer.Argument(help="Channel.")],
    paid: Annotated[str, typer.Argument(help="What it cost.", metavar="AMOUNT")],
    first: Annotated[str, typer.Option("--from", help="First day.")],
    last: Annotated[str, typer.Option("--to", help="Last day.")],
    campaign: Annotated[str, typer.Option("--campaign", help="Campaign.")] = "",
) -> None:
    """Enter what a channel cost in a stretch of days; the same stretch again corrects it.

    Example: scm customer lead spend douyin 3000 --from 2026-03-01 --to 2026-03-31
    """
    from scm_cli.core.stock.entry import amount
    from scm_cli.jobs import lead_end as job

    values = {"channel": channel, "campaign": campaign, "from_on": day(first), "until_on": day(last),
              "spend_amount": amount(paid, "AMOUNT")}  # fmt: skip
    done = job.spend(ctx.obj, values)
    show.done(ctx.obj, Say("The spend on {channel} is entered.", channel=channel), done.as_json())
