"""`scm advise`."""

from __future__ import annotations

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.errors import Say

app = group("advise", "What to do about demand beyond its band.")

ITEMS = (
    "sku", "warehouse", "cause", "expected_qty", "actual_qty", "usable_qty", "runs_out_on", "short_qty",
    "margin_at_risk_amount",
)  # fmt: skip
TRANSFERS = ("sku", "from_warehouse", "warehouse", "qty", "arrives_on")
SUPPLIERS = (
    "sku", "supplier", "order_qty", "unit_price", "arrives_on", "premium_amount", "saved_margin_amount",
    "worth",
)  # fmt: skip
RESCHEDULE = ("kind", "document", "line", "sku", "qty", "from_on", "to_on")
MESSAGES = ("to", "name", "text")
SHOWN = 8


@app.command(cls=Reads)
def advise(ctx: typer.Context) -> None:
    """What to do about demand beyond its band: who runs out when, what still helps, what to write.

    Example: scm advise
    """
    from scm_cli.jobs import surge

    run = ctx.obj
    made = surge.said(surge.advised(run), run.lang)
    if run.form == "csv" or run.output is not None:
        show.rows(run, made.items, ITEMS)
        return
    if run.form == "json":
        show.document(
            run,
            {
                "rows": made.items, "transfers": made.transfers, "suppliers": made.suppliers,
                "reschedule": made.reschedule, "messages": made.messages,
            },
        )  # fmt: skip
        return
    if not made.items:
        show.text(run, [Say("No item is asked for beyond its band.")])
        return
    parts = (
        (Say("Beyond the band: {n}", n=len(made.items)), made.items, ITEMS),
        (Say("Transfers that help: {n}", n=len(made.transfers)), made.transfers, TRANSFERS),
        (Say("Suppliers that come sooner: {n}", n=len(made.suppliers)), made.suppliers, SUPPLIERS),
        (Say("To bring forward: {n}", n=len(made.reschedule)), made.reschedule, RESCHEDULE),
        (Say("Ready messages: {n}", n=len(made.messages)), made.messages, MESSAGES),
    )
    for title, listed, columns in parts:
        show.text(run, [title])
        show.part(run, listed, columns, SHOWN)
