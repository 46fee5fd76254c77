"""`scm order`: orders of customers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.errors import Say

app = group("order", "Orders of customers: list, show, ship.")
TABLE = ["order", "customer", "ordered_on", "status", "amount", "open_qty"]
LINE = [
    "line_no", "sku", "qty", "allocated_qty", "shipped_qty", "promised_on", "expected_p50_on",
    "expected_p90_on", "status",
]  # fmt: skip
TOLD = [*LINE, "kind", "unit_price", "amount"]  # to a person


class Status(StrEnum):
    """What an order's status can be."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@app.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    customer: Annotated[
        str | None, typer.Option("--customer", help="Only of this customer.")
    ] = None,
    status: Annotated[
        Status | None, typer.Option("--status", help="Only with this status.")
    ] = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only with goods still to ship.")
    ] = False,
) -> None:
    """Orders, newest first, with their worth and what is still to ship.

    Example: scm order list --open --customer C-001
    """
    from scm_cli.jobs import order

    found = order.listed(ctx.obj, customer, status.value if status else None, only_open=only_open)
    more = [n for n in (found[0] if found else ()) if n not in TABLE]
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *more])


@app.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Annotated[str, typer.Argument(help="Order number.")]) -> None:
    """One order and its lines: allocated, shipped, promised.

    Example: scm order show SO-000123
    """
    from scm_cli.jobs import order
    from scm_cli.show import card

    head, lines = order.shown(ctx.obj, number)
    whole = [*LINE, *(n for n in (lines[0] if lines else ()) if n not in LINE)]
    names = (
        show.with_packs(TOLD, lines)
        if ctx.obj.form == "table" and ctx.obj.output is None
        else whole
    )
    lines = [{n: line[n] for n in names} for line in lines]
    card.draw(ctx.obj, head, lines, {"rows": (Say("Lines"), lines)})
