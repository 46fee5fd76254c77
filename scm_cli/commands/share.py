"""`scm supplier share-plan`, `savings`: what is shared with suppliers, and what was saved."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, day, group

app = group("supplier", "Who sells to us: files, prices, terms.")


@app.command("share-plan", cls=Reads)
def share_plan(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="Supplier code.")],
    weeks: Annotated[
        int | None, typer.Option("--weeks", min=1, max=52, help="So many weeks (else the setting).")
    ] = None,
) -> None:
    """A workbook with a supplier's need week by week, in which it confirms the open orders.

    Example: scm supplier share-plan S01
    """
    from scm_cli.jobs import share

    path, shared = share.share(ctx.obj, code, weeks)
    found = [
        {
            "sku": need.sku,
            "name": need.name,
            **{f"{kind}_qty": round(sum(each), 4) for kind, each in need.weeks.items()},
        }
        for need in shared.needs
    ]
    columns = ["sku", "name", "firm_qty", "planned_qty", "forecast_qty"]
    if ctx.obj.form == "json":
        show.document(ctx.obj, {"file": path, "rows": found})
        return
    show.rows(ctx.obj, found, columns)
    show.talk(path)


@app.command(cls=Reads)
def savings(
    ctx: typer.Context,
    since: Annotated[
        str | None, typer.Option("--from", help="First day (else January 1st).")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day (else today).")] = None,
    supplier: Annotated[
        str | None, typer.Option("--supplier", "-s", help="Only this supplier.")
    ] = None,
) -> None:
    """What was saved against the last price before the period, and against the budget.

    Example: scm supplier savings --from 2026-01-01 --to 2026-03-31
    """
    from scm_cli.jobs import savings as saved

    run = ctx.obj
    first = day(since) if since else run.today.replace(month=1, day=1)
    found, left_out = saved.savings(run, first, day(until) if until else run.today, supplier)
    columns = [
        "supplier",
        "sku",
        "qty",
        "mean_price",
        "last_price",
        "budget_price",
        "saved_last_amount",
        "saved_budget_amount",
    ]
    show.rows(run, found, columns)
    show.warned(run, left_out)
