"""`scm customer churn`, `repurchase`, `rfm`, `recommend`, `tag`: who comes back, and who does not."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Exit, Say, ScmError

app = group("customer", "Who buys from us.")

Code = Annotated[str, typer.Argument(help="Customer code.")]

FIRST = [
    "customer", "last_order_on", "usual_interval_days", "overdue_days", "churn_pct", "value_amount",
    "next_item",
]  # fmt: skip
MORE = [
    "name", "contact", "mobile", "phone", "owner", "purchases", "basis", "expected_on", "is_overdue",
    "yearly_amount", "next_item_on", "available_qty",
]  # fmt: skip
CALL = [
    "customer", "name", "contact", "mobile", "last_order_on", "usual_interval_days", "overdue_days",
    "churn_pct", "value_amount", "next_item", "available_qty",
]  # fmt: skip
RFM = [
    "customer", "rfm", "standing", "recency_days", "purchases", "yearly_amount", "spend_amount",
    "basket_amount", "usual_interval_days", "first_on", "last_on",
]  # fmt: skip


@app.command(cls=Reads)
def churn(
    ctx: typer.Context,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only who is later than usual.")
    ] = False,
    call: Annotated[
        bool, typer.Option("--call", help="Whom to call today: overdue, and may be called.")
    ] = False,
) -> None:
    """Who may be leaving, by the value at risk, and what each would buy next.

    Example: scm customer churn --call --limit 20
    """
    from scm_cli.jobs import churn as job

    found = job.risks(ctx.obj, overdue=overdue, call=call)
    plain = CALL if call else FIRST
    show.rows(ctx.obj, found, plain if ctx.obj.form == "table" else [*FIRST, *MORE])


@app.command(cls=Reads)
def repurchase(
    ctx: typer.Context,
    months: Annotated[
        int, typer.Option("--months", min=0, max=120, help="So many month ends before today.")
    ] = 12,
    cohorts: Annotated[
        bool, typer.Option("--cohorts", help="By the month of the first purchase.")
    ] = False,
    triangle: Annotated[
        bool, typer.Option("--triangle", help="Who still bought, month after month.")
    ] = False,
) -> None:
    """How many customers come back: in the last 12 months, by cohort, or month after month.

    Example: scm customer repurchase --cohorts
    """
    from scm_cli.jobs import churn as job

    if cohorts and triangle:
        raise ScmError(
            "--cohorts and --triangle are two questions", hint="Ask one.", exit_code=Exit.USAGE
        )
    if cohorts:
        names = ["cohort", "customers", "watched", "returned", "second_pct"]
        show.rows(ctx.obj, job.cohorts(ctx.obj), names)
    elif triangle:
        names = ["cohort", "customers", "month", "active", "active_pct"]
        show.rows(ctx.obj, job.triangle(ctx.obj), names)
    else:
        names = ["until_on", "customers", "repeated", "repurchase_pct", "low_pct", "high_pct"]
        show.rows(ctx.obj, job.rates(ctx.obj, months), names)


@app.command(cls=Reads)
def rfm(
    ctx: typer.Context,
    standing: Annotated[
        str | None, typer.Option("--standing", help="best, new, loyal, slipping, asleep, usual.")
    ] = None,
) -> None:
    """How recently, how often and for how much each customer buys; 5 is the best fifth.

    Example: scm customer rfm --standing slipping
    """
    from scm_cli.jobs import churn as job

    found = job.scores(ctx.obj, standing)
    if ctx.obj.form == "table":
        found = [{**row, "standing": Say(row["standing"])} for row in found]
    show.rows(ctx.obj, found, RFM)


@app.command(cls=Reads)
def recommend(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Argument(help="Customer code.")] = None,
    item: Annotated[
        str | None, typer.Option("--item", help="What goes with this item, for anybody.")
    ] = None,
) -> None:
    """What a customer may want too, or what goes with an item; only what is in stock.

    Example: scm customer recommend C001
    """
    from scm_cli.jobs import churn as job

    found = job.recommended(ctx.obj, customer, item)
    mine = ["sku", "name", "because", "together", "next_pct", "lift", "available_qty"]
    other = ["sku", "name", "together", "after", "buyers", "together_pct", "after_pct", "lift",
             "available_qty"]  # fmt: skip
    show.rows(ctx.obj, found, mine if item is None else other)


@app.command(cls=Writes)
def tag(
    ctx: typer.Context,
    code: Code,
    tags: Annotated[list[str], typer.Argument(help="Tags.", metavar="TAG...")],
    remove: Annotated[bool, typer.Option("--remove", help="Take them off.")] = False,
) -> None:
    """Put tags on a customer, or take them off; tags by rule come from `customers.tags`.

    Example: scm customer tag C001 wholesale "25-30/F/high-end"
    """
    from scm_cli.jobs import profile as job

    done = job.tag(ctx.obj, code, tags, remove=remove)
    told = Say("Customer {code} is changed.", code=code) if done.counts else Say("Nothing changed.")
    show.done(ctx.obj, told, {"customer": code, **done.as_json()})


@app.command("tags", cls=Reads)
def tags_(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Only this tag.", metavar="TAG")] = None,
) -> None:
    """Who has which tag, put on by hand or by a rule of `customers.tags`.

    Example: scm customer tags wholesale
    """
    from scm_cli.jobs import profile as job

    show.rows(ctx.obj, job.tagged(ctx.obj, name), ["customer", "name", "tag", "by", "why"])
