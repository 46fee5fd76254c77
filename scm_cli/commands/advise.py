"""`scm advise`."""

from __future__ import annotations

from typing import Any

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
PARTS = (
    ("items", "Beyond the band: {n}", ITEMS),
    ("transfers", "Transfers that help: {n}", TRANSFERS),
    ("suppliers", "Suppliers to ask: {n}", SUPPLIERS),
    ("reschedule", "To bring forward: {n}", RESCHEDULE),
    ("messages", "Ready messages: {n}", MESSAGES),
)


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
    elif run.form == "json":
        found = {name: getattr(made, name) for name, _, _ in PARTS[1:]}
        show.document(run, {"rows": made.items, **found})
    elif not made.items:
        show.text(run, [Say("No item is asked for beyond its band.")])
    else:
        for name, title, columns in PARTS:
            listed = getattr(made, name)
            show.text(run, [Say(title, n=len(listed))])
            show.part(run, listed, columns, SHOWN)
            if name == "items":
                show.text(run, [_in_time(row) for row in listed if row["runs_out_on"] is None])


def _in_time(row: dict[str, Any]) -> Say:
    """Why an item is beyond its band and nothing else is advised."""
    return Say(
        "{sku} @ {warehouse}: nothing is short before {day}, and what is ordered today is there by then",
        sku=row["sku"], warehouse=row["warehouse"], day=row["until_on"],
    )  # fmt: skip
