"""`scm order`: goods leave, arrive, and come back."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Writes, done_on, group
from scm_cli.errors import Say

app = group("order", "Orders of customers: list, show, ship.")

Number = Annotated[str, typer.Argument(help="Order number.")]
On = Annotated[str | None, typer.Option("--on", help="Day of the document (else today).")]
Lot = Annotated[str | None, typer.Option("--lot", help="Lot number.")]
Note = Annotated[str | None, typer.Option("--note", help="Note on the document.")]


class Disposition(StrEnum):
    """Where returned goods go."""

    RESTOCK = "restock"
    SCRAP = "scrap"
    SUPPLIER = "supplier"


@app.command("ship", cls=Writes)
def ship_(
    ctx: typer.Context,
    number: Number,
    lines: Annotated[
        list[str] | None,
        typer.Argument(help="Lines (else all that is allocated).", metavar="LINE..."),
    ] = None,
    carrier: Annotated[str | None, typer.Option("--carrier", help="Who carries it.")] = None,
    tracking: Annotated[str | None, typer.Option("--tracking", help="Tracking number.")] = None,
    lot: Lot = None,
    on: On = None,
    note: Note = None,
) -> None:
    """Ship what is allocated to an order, whole or line by line.

    Example: scm order ship SO-000123 A1=6 --carrier SF --tracking SF1234567890
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import ship

    run = ctx.obj
    sent = ship.Sent(done_on(run, on), carrier, tracking, lot, note)
    done = ship.ship(run, number, typed(lines) if lines else [], sent)
    told = Say("Delivery {number} is entered.", number=done.number)
    show.done(run, told, {"order": number, **done.as_json("shipment")})
    show.warned(run, done.warnings)


@app.command("deliver", cls=Writes)
def deliver_(
    ctx: typer.Context,
    number: Annotated[
        str, typer.Argument(help="Delivery, or the order of which all is on its way.")
    ],
    on: On = None,
) -> None:
    """Mark a delivery as arrived; carrier days are learnt from it.

    Example: scm order deliver DN-000045 --on 2026-01-07
    """
    from scm_cli.jobs import deliver

    run = ctx.obj
    committed, numbers = deliver.deliver(run, number, done_on(run, on))
    told = Say("Arrived: {numbers}.", numbers=", ".join(numbers))
    show.done(run, told, {"shipments": numbers, **committed.as_json()})


@app.command("return", cls=Writes)
def return_(
    ctx: typer.Context,
    number: Number,
    lines: Annotated[list[str], typer.Argument(help="Lines: SKU=10, SKU=2box.", metavar="LINE...")],
    why: Annotated[str | None, typer.Option("--because", help="Why it came back.")] = None,
    disposition: Annotated[
        Disposition,
        typer.Option("--disposition", help="Back to the shelf, scrapped, to the supplier."),
    ] = Disposition.RESTOCK,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the order's).")
    ] = None,
    lot: Lot = None,
    on: On = None,
    note: Note = None,
) -> None:
    """Take goods of an order back, with the reason and where they go.

    Example: scm order return SO-000123 A1=2 --because damaged --disposition scrap
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import deliver

    run = ctx.obj
    back = deliver.Back(
        done_on(run, on), why or run.reason, disposition.value, warehouse, lot, note
    )
    done = deliver.take_back(run, number, typed(lines), back)
    told = Say("Return {number} is entered.", number=done.number)
    show.done(run, told, {"order": number, **done.as_json("return")})
    show.warned(run, done.warnings)
