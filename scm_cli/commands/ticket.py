"""`scm customer ticket`: what customers come back with, answered in time, and whose fault it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, done_on, group
from scm_cli.commands.fields import fields_of, given_fields, stated
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.customer.tickets import Step
    from scm_cli.run import Run

app = group("customer", "Who buys from us.")
ticket = group("ticket", "After-sales: tickets, answers in time, satisfaction, whose faults.")
app.add_typer(ticket)

Number = Annotated[str, typer.Argument(help="Ticket.")]
On = Annotated[str | None, typer.Option("--on", help="Day (else today).")]
At = Annotated[str | None, typer.Option("--at", help="Time of day: 09:30 (else now).")]
Words = Annotated[str | None, typer.Argument(help="What was done, what to remember.")]
TABLE = [
    "ticket", "opened_on", "opened_clock", "customer", "subject", "category", "priority", "owner",
    "status", "answer_hours", "answer_state", "solution_due_at", "solution_state",
]  # fmt: skip
MORE = [
    "customer_name", "channel", "order", "sku", "lot", "qty", "supplier", "answer_due_at",
    "solution_hours", "replied_on", "resolved_on", "reopened", "claim_amount", "surveyed_on", "rating",
    "rated_on", "comment", "waiting_since", "customer_waited_hours",
]  # fmt: skip
FLAGS = {"order_no": "order", "claim_amount": "claim", "opened_on": "on", "opened_clock": "at"}
FILLED = (
    "ticket_no", "customer", "status", "replied_on", "replied_clock", "resolved_on", "resolved_clock",
    "reopened", "surveyed_on", "rating", "rated_on", "comment",
)  # fmt: skip
TITLES = {
    "tickets": Say("Tickets of this customer"),
    "orders": Say("Last orders"),
    "deliveries": Say("Last deliveries"),
    "returns": Say("Returns"),
    "interactions": Say("What was said"),
}


@ticket.command("open", cls=fields_of("ticket", FLAGS, (*FILLED, "subject")))
def open_(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer code.")],
    subject: Annotated[str, typer.Argument(help="What is wrong.")],
) -> None:
    """Open a ticket; what is known of the customer is shown beside it.

    Example: scm customer ticket open C001 "5 of 40 pens do not write" --category quality --sku PEN-001 --qty 5
    """
    from scm_cli.jobs import ticket as job
    from scm_cli.show import card

    done = job.add(ctx.obj, {**given_fields(ctx), "customer": customer, "subject": subject})
    show.warned(ctx.obj, done.entered.warnings)
    told = Say(
        "Ticket {number} is open with {owner}: answer by {answer}, solve by {solution}.",
        number=done.entered.number, owner=done.owner or "-",
        answer=f"{done.promised['answer_due_at']:%Y-%m-%d %H:%M}",
        solution=f"{done.promised['solution_due_at']:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    show.done(ctx.obj, told, done.as_json())
    if ctx.obj.form != "json":
        show.line("")
        card.lists(ctx.obj, {name: (TITLES[name], rows) for name, rows in done.history.items()})


@ticket.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    status: Annotated[str | None, typer.Option("--status", help="open, resolved, closed.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only of this owner.")] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", help="Only of this customer.")
    ] = None,
    late: Annotated[
        bool, typer.Option("--late", help="Only those that are late or will be soon.")
    ] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those that wait for the customer.")
    ] = False,
) -> None:
    """Tickets, newest first: how long they waited, until when they must be solved.

    Example: scm customer ticket list --status open --late
    """
    from scm_cli.jobs import ticket as job

    found = job.listed(ctx.obj, job.Wanted(status, owner, customer, late, waiting))
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *MORE])


@ticket.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One ticket: its steps, its targets, and what else is known of its customer.

    Example: scm customer ticket show TK-000001
    """
    from scm_cli.jobs import ticket as job
    from scm_cli.show import card

    found = job.shown(ctx.obj, number)
    parts = {"steps": (Say("Steps"), found.steps)}
    parts |= {name: (TITLES[name], rows) for name, rows in found.history.items()}
    card.draw(ctx.obj, found.record, [found.record], parts)


def _step(run: Run, step: str, on: str | None, at: str | None, note: str | None) -> Step:
    from scm_cli.core.customer.leads import require_clock
    from scm_cli.core.customer.tickets import Step

    clock = require_clock(at, "--at") or (None if on else run.clock)
    return Step(step, done_on(run, on), clock, run.who or None, note)


def _stepped(run: Run, number: str, step: Step, told: Say, more: dict[str, Any] | None = None) -> None:  # fmt: skip
    from scm_cli.jobs import ticket as job

    _done(run, number, job.step(run, number, step, more), told)


def _done(run: Run, number: str, done: Any, told: Say) -> None:  # noqa: ANN401 -- Committed
    nothing = Say("Nothing changed.")
    show.done(run, told if done.counts else nothing, {"ticket": number, **done.as_json()})


@ticket.command(cls=Writes)
def reply(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="What the customer was told.")],
    internal: Annotated[
        bool, typer.Option("--internal", help="A note among us: the customer still waits.")
    ] = False,
    on: On = None,
    at: At = None,
) -> None:
    """Keep what the customer was told; the first answer stops the first clock.

    Example: scm customer ticket reply TK-000001 "new pens leave today" --at 10:40
    """
    step = _step(ctx.obj, "noted" if internal else "replied", on, at, text)
    _stepped(ctx.obj, number, step, Say("Ticket {number}: it is kept.", number=number))


@ticket.command(cls=Writes)
def wait(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="What the customer was asked.")],
    on: On = None,
    at: At = None,
) -> None:
    """Ask the customer back: the clock stands until the answer is kept with `resume`.

    Example: scm customer ticket wait TK-000001 "a photo of the box, please"
    """
    step = _step(ctx.obj, "waiting", on, at, text)
    _stepped(ctx.obj, number, step, Say("Ticket {number} waits for the customer.", number=number))


@ticket.command(cls=Writes)
def resume(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str | None, typer.Argument(help="What the customer answered.")] = None,
    on: On = None,
    at: At = None,
) -> None:
    """The customer has answered: the clock runs again, the time waited for it counts nothing.

    Example: scm customer ticket resume TK-000001 "the box was wet"
    """
    step = _step(ctx.obj, "resumed", on, at, text)
    _stepped(ctx.obj, number, step, Say("Ticket {number} is ours again.", number=number))


@ticket.command(cls=Writes)
def assign(
    ctx: typer.Context,
    number: Number,
    owner: Annotated[str, typer.Argument(help="Who takes care of it.")],
) -> None:
    """Give a ticket to somebody.

    Example: scm customer ticket assign TK-000001 王芳
    """
    step = _step(ctx.obj, "assigned", None, None, owner)
    told = Say("Ticket {number} is with {owner} now.", number=number, owner=owner)
    _stepped(ctx.obj, number, step, told, {"owner": owner})


@ticket.command(cls=Writes)
def resolve(
    ctx: typer.Context,
    number: Number,
    text: Words = None,
    on: On = None,
    at: At = None,
) -> None:
    """Solve a ticket: the clock stops, the customer can be asked how it went.

    Example: scm customer ticket resolve TK-000001 "5 pens replaced"
    """
    step = _step(ctx.obj, "resolved", on, at, text)
    _stepped(ctx.obj, number, step, Say("Ticket {number} is solved.", number=number))


@ticket.command(cls=Writes)
def close(
    ctx: typer.Context,
    number: Number,
    text: Words = None,
    on: On = None,
    at: At = None,
) -> None:
    """Close a ticket; one that was not solved before is solved by it.

    Example: scm customer ticket close TK-000001
    """
    step = _step(ctx.obj, "closed", on, at, text)
    _stepped(ctx.obj, number, step, Say("Ticket {number} is closed.", number=number))


@ticket.command(cls=Writes)
def reopen(
    ctx: typer.Context,
    number: Number,
    because: Annotated[str, typer.Option("--because", help="Why.")],
    on: On = None,
    at: At = None,
) -> None:
    """Open a ticket again: it was not solved after all; the time to solve it begins anew.

    Example: scm customer ticket reopen TK-000001 --because "the new ones do not write either"
    """
    step = _step(ctx.obj, "reopened", on, at, because)
    _stepped(ctx.obj, number, step, Say("Ticket {number} is open again.", number=number))


@ticket.command(cls=Writes)
def rate(
    ctx: typer.Context,
    number: Number,
    rating: Annotated[str, typer.Argument(help="1 (very bad) to 5 (very good).")],
    comment: Annotated[
        str | None, typer.Option("--comment", help="In the customer's words.")
    ] = None,
    on: On = None,
) -> None:
    """Keep how the customer found it.

    Example: scm customer ticket rate TK-000001 4 --comment "quick, but the box was open"
    """
    from scm_cli.core.customer.tickets import require_rating

    value = require_rating(rating)
    step = _step(ctx.obj, "rated", on, None, str(value))
    more = {"rating": value, "rated_on": step.on, **({"comment": comment} if comment else {})}
    told = Say("Ticket {number} is rated {rating}.", number=number, rating=value)
    _stepped(ctx.obj, number, step, told, more)


@ticket.command(cls=fields_of("ticket", FLAGS, FILLED))
def edit(
    ctx: typer.Context,
    number: Number,
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="field=value; an empty value empties it.")
    ] = None,
) -> None:
    """Change what a ticket says: category, priority, order, item, lot, supplier at fault, claim.

    Example: scm customer ticket edit TK-000001 --supplier S01 --claim 120
    """
    from scm_cli.jobs import ticket as job

    done = job.edit(ctx.obj, number, stated(ctx, assigned))
    _done(ctx.obj, number, done, Say("Ticket {number} is changed.", number=number))
