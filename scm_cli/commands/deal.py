"""`scm customer deal`, `funnel`: sales in the making, stage by stage, and what they will bring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, done_on, group
from scm_cli.commands.fields import fields_of, given_fields, stated
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from scm_cli.run import Run

app = group("customer", "Who buys from us.")
deal = group("deal", "Deals: stages, next steps, chances, what they will bring.")
app.add_typer(deal)

Number = Annotated[str, typer.Argument(help="Deal.")]
On = Annotated[str | None, typer.Option("--on", help="Day (else today).")]
By = Annotated[
    str | None,
    typer.Option("--by", help="cohort, owner, source, product, group, class or region."),
]
TABLE = [
    "deal", "customer", "owner", "stage", "opened_on", "in_stage_since_on", "value_amount",
    "expected_close_on", "next_step", "next_step_on",
]  # fmt: skip
MORE = ["name", "customer_name", "source", "closed_on", "lost_reason"]
FIGURES = [
    "stage", "entered", "advanced", "lost", "open", "conversion_pct", "low_pct", "high_pct",
    "median_days", "p90_days",
]  # fmt: skip
RATES = [
    "won", "lost", "open", "win_rate_pct", "low_pct", "high_pct", "won_amount", "cycle_days",
    "velocity_amount",
]  # fmt: skip
STALLS = [
    "deal", "customer", "owner", "stage", "in_stage_days", "limit_days", "worth_amount",
    "next_step", "next_step_on",
]  # fmt: skip


@app.command(cls=Reads)
def funnel(
    ctx: typer.Context,
    by: By = None,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    period: Annotated[
        bool, typer.Option("--period", help="What happened in those days, not what began in them.")
    ] = False,
    book: Annotated[
        Path | None, typer.Option("--book", help="Also a workbook with a chart.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Also an HTML page.")] = None,
) -> None:
    """How deals pass through their stages: all of them, or those opened in a range.

    Example: scm customer funnel --by owner
    """
    from scm_cli.jobs import funnel as job
    from scm_cli.jobs import funnel_files as files

    ends = (day(first) if first else None, day(last) if last else None)
    asked = job.Asked(by, *ends, period)
    found, whole = job.figures(ctx.obj, asked)
    _shown(ctx.obj, found, whole, by)
    for path, write in ((book, files.book), (page, files.page)):
        if path is not None:
            ctx.obj.talk(Say("written to {path}", path=str(write(ctx.obj, asked, path))))


def _shown(run: Run, found: list[dict[str, Any]], whole: dict[str, Any], by: str | None) -> None:
    from scm_cli.core.customer.funnel_words import sentences

    columns = [*([by] if by else []), *FIGURES]
    if run.form == "json" and run.output is None:
        told = [{n: row[n] for n in (*columns, "decided_pct")} for row in found]
        show.document(run, {**whole, "rows": told[: run.limit]})
        return
    if run.form == "table" and run.output is None and by is None:
        from scm_cli.show import funnel as chart

        chart.draw(run, found)
    show.rows(run, found, columns)
    if run.form == "table" and run.output is None:
        show.text(run, ["", *sentences(whole)])


@deal.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    stage: Annotated[str | None, typer.Option("--stage", help="Only this stage.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only of this owner.")] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", help="Only of this customer.")
    ] = None,
) -> None:
    """Deals, newest first.

    Example: scm customer deal list --stage Engaging --owner 王芳
    """
    from scm_cli.jobs import deal as job

    found = job.listed(ctx.obj, stage, owner, customer)
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *MORE])


@deal.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One deal: its items, every change of stage with time and person, and what was said.

    Example: scm customer deal show DL-000001
    """
    from scm_cli.jobs import deal as job
    from scm_cli.show import card

    found = job.shown(ctx.obj, number)
    parts = {
        "lines": (Say("Items"), found.lines),
        "history": (Say("Stages"), found.history),
        "interactions": (Say("What was said"), found.interactions),
    }
    card.draw(ctx.obj, found.record, [found.record], parts)


@deal.command(cls=fields_of("deal", {"value_amount": "value"}))
def add(
    ctx: typer.Context,
    lines: Annotated[
        list[str] | None, typer.Argument(help="Items: SKU=QUANTITY@PRICE.", metavar="LINE...")
    ] = None,
) -> None:
    """Enter a deal; it begins today in the first stage unless you say otherwise.

    Example: scm customer deal add PEN-001=500@1.8 --customer C001 --owner 王芳 --next-step "send samples"
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import deal as job

    done = job.add(ctx.obj, given_fields(ctx), typed(lines) if lines else [])
    show.done(ctx.obj, Say("Deal {number} is entered.", number=done.number), done.as_json("deal"))


@deal.command(cls=Writes)
def move(
    ctx: typer.Context,
    number: Number,
    stage: Annotated[str, typer.Argument(help="Stage, Won and Lost included.")],
    on: On = None,
    value: Annotated[str | None, typer.Option("--value", help="What it is worth.")] = None,
    because: Annotated[str | None, typer.Option("--because", help="Why it was lost.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What to remember of it.")] = None,
) -> None:
    """Bring a deal to a stage; the change is kept with its day and who made it.

    Example: scm customer deal move DL-000001 Won --value 12800
    """
    from scm_cli.core.customer.deals import Change
    from scm_cli.core.stock.entry import amount
    from scm_cli.jobs import deal as job

    when = done_on(ctx.obj, on)
    asked = Change(stage, when, ctx.obj.who, amount(value, "--value"), because, note)
    done = job.move(ctx.obj, number, asked)
    told = Say("Deal {number} is in stage {stage}.", number=number, stage=stage)
    nothing = Say("Nothing changed.")
    show.done(ctx.obj, told if done.counts else nothing, {"deal": number, **done.as_json()})


@deal.command(cls=fields_of("deal", {"value_amount": "value"}, ("deal_no", "stage", "closed_on")))
def edit(
    ctx: typer.Context,
    number: Number,
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="field=value; an empty value empties it.")
    ] = None,
) -> None:
    """Change fields of a deal: value, expected close, next step, owner.

    Example: scm customer deal edit DL-000001 --next-step "call again" --next-step-on 2026-04-10
    """
    from scm_cli.jobs import deal as job

    done = job.edit(ctx.obj, number, stated(ctx, assigned))
    told = Say("Deal {number} is changed.", number=number)
    nothing = Say("Nothing changed.")
    show.done(ctx.obj, told if done.counts else nothing, {"deal": number, **done.as_json()})


@deal.command("rates", cls=Reads)
def rates(ctx: typer.Context, by: By = None) -> None:
    """Win rates with their ranges, days to win, and what comes in per day.

    Example: scm customer deal rates --by owner
    """
    from scm_cli.jobs import funnel as job

    show.rows(ctx.obj, job.rates(ctx.obj, by), [*([by] if by else []), *RATES])


@deal.command("stalls", cls=Reads)
def stalls(ctx: typer.Context) -> None:
    """Open deals that stand in their stage for too long.

    Example: scm customer deal stalls
    """
    from scm_cli.jobs import funnel as job

    show.rows(ctx.obj, job.stalls(ctx.obj), STALLS)


@deal.command("forecast", cls=Reads)
def forecast(ctx: typer.Context) -> None:
    """What the open deals will bring, by month, with ranges; lost deals bring nothing.

    Example: scm customer deal forecast
    """
    from scm_cli.jobs import funnel as job

    names = ["month", "wins", "low_wins", "high_wins", "amount", "low_amount", "high_amount"]
    show.rows(ctx.obj, job.forecast(ctx.obj), names)


@deal.command("score", cls=Reads)
def score(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(help="Deal (else all open ones).")] = None,
) -> None:
    """The chance of open deals, learnt from won and lost ones; of one deal, its reasons.

    Example: scm customer deal score DL-000001
    """
    from scm_cli.jobs import funnel as job

    found = job.scores(ctx.obj, number)
    if found.known is None:
        need = ctx.obj.settings.deals.score_min_closed
        told = Say(
            "not enough data: {won} won and {lost} lost deals, {need} of each are needed",
            won=found.won, lost=found.lost, need=need,
        )  # fmt: skip
        if ctx.obj.form == "table":
            show.text(ctx.obj, [told])
        else:
            ctx.obj.talk(told)
            show.rows(ctx.obj, [], ["deal", "score_pct"])
        return
    one = ["deal", "score_pct", "feature", "word", "won", "lost", "times"]
    every = ["deal", "customer", "owner", "stage", "sku", "worth_amount", "score_pct"]
    show.rows(ctx.obj, found.rows, one if number else every)


@app.command(cls=Writes)
def note(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="What was said.")],
    customer: Annotated[str | None, typer.Option("--customer", "-c", help="Customer.")] = None,
    lead: Annotated[str | None, typer.Option("--lead", help="Lead.")] = None,
    about: Annotated[str | None, typer.Option("--deal", help="Deal.")] = None,
    kind: Annotated[
        str, typer.Option("--kind", help="call, visit, message, email, quotation, other.")
    ] = "call",
    on: On = None,
    at: Annotated[str | None, typer.Option("--at", help="Time of day: 09:30 (else now).")] = None,
) -> None:
    """Keep a call, a visit, a message: with a customer, a lead, or in a deal.

    Example: scm customer note "wants samples by Friday" --deal DL-000001 --kind visit
    """
    from scm_cli.core.customer.leads import require_clock
    from scm_cli.core.records.crm import INTERACTIONS
    from scm_cli.jobs import deal as job

    if kind not in INTERACTIONS:
        raise ScmError(
            "there is no kind of interaction {kind}",
            hint="There are {kinds}.",
            exit_code=Exit.USAGE,
            kind=kind,
            kinds=", ".join(INTERACTIONS),
        )
    clock = require_clock(at, "--at") or (None if on else ctx.obj.clock)
    values = {"note": text, "customer": customer, "lead_no": lead, "deal_no": about, "kind": kind,
              "happened_on": done_on(ctx.obj, on), "clock": clock}  # fmt: skip
    done = job.note(ctx.obj, values)
    told = Say("Interaction {number} is entered.", number=done.number)
    show.done(ctx.obj, told, done.as_json("interaction"))
