"""`scm customer campaign`: whom to contact, who is set apart, and what it changed."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Say

app = group("customer", "Who buys from us.")
campaign = group("campaign", "Campaigns: contact lists, control groups, and what they changed.")
app.add_typer(campaign)

Number = Annotated[str, typer.Argument(help="Campaign.")]
TABLE = [
    "campaign", "name", "segment", "from_on", "until_on", "contacts", "control", "sku", "offer_price",
]  # fmt: skip
MEMBERS = ["customer", "name", "arm", "stratum", "reason"]
REPORT = [
    "window", "from_on", "until_on", "treated", "treated_buyers", "treated_pct", "control",
    "control_buyers", "control_pct", "difference_points", "low_points", "high_points",
    "margin_difference_amount", "low_margin_amount", "high_margin_amount", "extra_margin_amount",
]  # fmt: skip
REPORT_MORE = [
    "low_extra_amount", "high_extra_amount",
    *(f"{arm}_{name}" for arm in ("treated", "control")
      for name in ("orders", "sales_amount", "margin_amount", "margin_each_amount", "discount_amount")),
]  # fmt: skip
PROPOSALS = [
    "sku", "name", "kind", "excess_qty", "excess_amount", "expiry_on", "sale_price", "floor_price",
    "customers", "rule",
]  # fmt: skip


@campaign.command("list", cls=Reads)
def list_(ctx: typer.Context) -> None:
    """Campaigns, newest first, with the size of their groups.

    Example: scm customer campaign list
    """
    from scm_cli.jobs import campaign_list as job

    found = job.listed(ctx.obj)
    more = [n for n in (found[0] if found else ()) if n not in TABLE]
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *more])


@campaign.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One campaign: its rule, days, words and seed, and who is in which group.

    Example: scm customer campaign show CP-000001
    """
    from scm_cli.jobs import campaign_list as job
    from scm_cli.show import card

    head, members = job.shown(ctx.obj, number)
    rows = [{n: m[n] for n in MEMBERS} for m in members]
    card.draw(ctx.obj, head, rows, {"rows": (Say("Members"), rows)})


@campaign.command(cls=Writes)
def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the campaign.")],
    segment: Annotated[str | None, typer.Option("--segment", "-s", help="Saved segment.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Or a rule of its own.")] = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", "-c", help="Or a customer; may be repeated.")
    ] = None,
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="Words with fields such as {contact}.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day (else today).")] = None,
    last: Annotated[str | None, typer.Option("--until", help="Last day.")] = None,
    item: Annotated[str | None, typer.Option("--item", help="The item that it is about.")] = None,
    price: Annotated[str | None, typer.Option("--price", help="Its price for them.")] = None,
    control: Annotated[
        float | None, typer.Option("--control", min=0, max=90, help="Percent set apart.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Draw with this seed.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What to remember of it.")] = None,
) -> None:
    """Draw a campaign: who is contacted, who is set apart; what it could show; the contact list.

    Example: scm customer campaign new Spring --rule "tag = wholesale" --message "{contact}: 5 % off"
    """
    from scm_cli.core.stock.entry import amount
    from scm_cli.jobs import campaign as job

    days = [day(text) if text else None for text in (first, last)]
    asked = job.Asked(
        name, segment, rule, customer or (), message, days[0], days[1], item,
        amount(price, "--price"), control, seed, note,
    )  # fmt: skip
    drawn = job.new(ctx.obj, asked)
    for told in (*drawn.told, *drawn.sayings()):
        ctx.obj.talk(told)
    show.done(ctx.obj, drawn.said(), drawn.as_json())


@campaign.command(cls=Reads)
def contacts(ctx: typer.Context, number: Number) -> None:
    """Write a campaign's contact list again.

    Example: scm customer campaign contacts CP-000001
    """
    from scm_cli.jobs import campaign_list as job

    show.rows(ctx.obj, [{"campaign": number, "file": job.contacts(ctx.obj, number)}])


@campaign.command(cls=Reads)
def report(ctx: typer.Context, number: Number) -> None:
    """What a campaign changed: the contacted against those set apart, with ranges, and afterwards.

    Example: scm customer campaign report CP-000001
    """
    from scm_cli.jobs import campaign_report as job

    found = job.report(ctx.obj, number)
    rows = [{**row, "window": Say(row["window"])} for row in found.rows]
    if ctx.obj.form == "table" and ctx.obj.output is None:
        show.rows(ctx.obj, rows, REPORT)
        show.text(ctx.obj, ["", *found.told])
        return
    show.rows(ctx.obj, found.rows, [*REPORT, *REPORT_MORE])


@campaign.command(cls=Reads)
def propose(ctx: typer.Context) -> None:
    """Excess and expiring stock: who would buy it, and the price below which not to go.

    Example: scm customer campaign propose --limit 5
    """
    from scm_cli.jobs import proposal as job

    found = job.proposed(ctx.obj)
    if ctx.obj.form == "table":
        found = [{**row, "kind": Say(row["kind"])} for row in found]
    show.rows(ctx.obj, found, PROPOSALS)
