"""`scm today`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.jobs.today import Day
    from scm_cli.run import Run

app = group("today", "What matters today.")

SHOWN = 8
TO_ORDER = ("supplier", "name", "lines", "amount", "due_amount", "order_by_on")
RUNS_OUT = ("sku", "name", "warehouse", "days_left", "margin_at_risk_amount")
DEAD = ("sku", "name", "warehouse", "value_amount", "idle_days")
MESSAGES = ("kind", "who", "document", "what", "by_on")


@app.command(cls=Reads)
def today(ctx: typer.Context) -> None:
    """What matters today, money first, on one screen.

    Example: scm today
    """
    from scm_cli.jobs import today as job

    run = ctx.obj
    found = job.day(run)
    if run.form == "csv" or run.output is not None:
        show.rows(run, found.to_order, TO_ORDER)
    elif run.form == "json":
        messages = [m.row() for m in found.messages]
        show.document(
            run,
            {
                "rows": found.to_order, "planned_on": found.planned_on, "running_out": found.running_out,
                "dead": found.dead, "messages": messages, "missing": found.missing, "backup": found.backup,
            },
        )  # fmt: skip
    else:
        _screen(run, found)


def _known(listed: list[dict[str, Any]], name: str) -> str | Say:
    """The sum of what is known; "unknown" where there are rows and nothing is known of any."""
    known = [float(row[name]) for row in listed if row[name] is not None]
    if listed and not known:
        return Say("unknown")
    if len(known) < len(listed):
        return Say("{amount} and more", amount=f"{sum(known):,.2f}")
    return f"{sum(known):,.2f}"


def _screen(run: Run, found: Day) -> None:
    """The day on one screen: orders, what runs out, what lies dead, what is late."""
    from scm_cli.core.advise.notices import abreast
    from scm_cli.core.advise.stock_days import items

    if found.planned_on is None:
        show.text(run, [Say("There is no plan yet: run `scm nightly`.")])
    total = sum(float(r["amount"] or 0) for r in found.to_order)
    due = sum(float(r["due_amount"]) for r in found.to_order)
    first = abreast(found.messages, SHOWN * 2)
    rest = [m for m in found.messages if m not in first]
    parts = (
        (
            Say(
                "To order: {amount} at {n} {n:supplier|suppliers}, of it today {due}",
                amount=f"{total:,.2f}", n=len(found.to_order), due=f"{due:,.2f}",
            ),
            found.to_order, TO_ORDER, SHOWN,
        ),
        (
            Say(
                "Runs out before new goods can come: {n} {n:item|items}, margin at risk {amount}",
                n=items(found.running_out), amount=_known(found.running_out, "margin_at_risk_amount"),
            ),
            found.running_out, RUNS_OUT, SHOWN,
        ),
        (
            Say(
                "Lies dead: {n} {n:item|items} worth {amount}",
                n=items(found.dead), amount=_known(found.dead, "value_amount"),
            ),
            found.dead, DEAD, SHOWN // 2,
        ),
        (
            Say("Late, short or expiring: {n}", n=len(found.messages)),
            [{**m.row(), "kind": Say(m.kind)} for m in [*first, *rest]], MESSAGES, len(first),
        ),
    )  # fmt: skip
    for title, listed, columns, most in parts:
        show.text(run, [title])
        show.part(run, listed, columns, most)
    show.text(run, [*found.missing, found.backup])
