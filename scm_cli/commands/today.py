"""`scm today`."""

from __future__ import annotations

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.errors import Say

app = group("today", "What matters today.")

SHOWN = 8


@app.command(cls=Reads)
def today(ctx: typer.Context) -> None:
    """What matters today, money first, on one screen.

    Example: scm today
    """
    from scm_cli.jobs import today as job

    run = ctx.obj
    found = job.day(run)
    columns = ["supplier", "name", "lines", "amount", "order_by_on"]
    if run.form == "csv" or run.output is not None:
        show.rows(run, found.to_order, columns)
        return
    if run.form == "json":
        show.document(
            run,
            {
                "rows": found.to_order, "planned_on": found.planned_on, "running_out": found.running_out,
                "dead": found.dead, "messages": [m.row() for m in found.messages],
                "missing": found.missing, "backup": found.backup,
            },
        )  # fmt: skip
        return
    if found.planned_on is None:
        show.text(run, [Say("There is no plan yet: run `scm nightly`.")])
    total = sum(float(r["amount"] or 0) for r in found.to_order)
    show.text(
        run,
        [Say("To order: {amount} at {n} suppliers", amount=f"{total:,.2f}", n=len(found.to_order))],
    )
    show.part(run, found.to_order, columns, SHOWN)
    risk = sum(r["margin_at_risk_amount"] or 0 for r in found.running_out)
    show.text(
        run,
        [
            Say(
                "Runs out before new goods can come: {n} items, margin at risk {amount}",
                n=len(found.running_out),
                amount=f"{risk:,.2f}",
            )
        ],
    )
    show.part(
        run,
        found.running_out,
        ["sku", "name", "warehouse", "days_left", "margin_at_risk_amount"],
        SHOWN,
    )
    lies = sum(r["value_amount"] for r in found.dead)
    show.text(
        run, [Say("Lies dead: {n} items worth {amount}", n=len(found.dead), amount=f"{lies:,.2f}")]
    )
    show.part(
        run, found.dead, ["sku", "name", "warehouse", "value_amount", "idle_days"], SHOWN // 2
    )
    show.text(run, [Say("Late, short or expiring: {n}", n=len(found.messages))])
    show.part(
        run, [m.row() for m in found.messages], ["kind", "who", "document", "what", "by_on"], SHOWN
    )
    show.text(run, [*found.missing, found.backup])
