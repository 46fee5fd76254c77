"""`scm stock`: what lies where, what to order and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, done_on, group
from scm_cli.errors import Say

app = group("stock", "What lies where, what to order, and why.")

Lines = Annotated[
    list[str], typer.Argument(help="Lines: SKU=10, SKU=2box@3.50.", metavar="LINE...")
]
On = Annotated[str | None, typer.Option("--on", help="Day of the document (else today).")]
Place = Annotated[
    str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the default).")
]
Lot = Annotated[str | None, typer.Option("--lot", help="Lot number.")]
Note = Annotated[str | None, typer.Option("--note", help="Note on the document.")]

VALUE = ["sku", "name", "warehouse", "on_hand_qty", "unit_cost", "cost_from", "value_amount"]
LEVEL = ["sku", "warehouse", "on_hand_qty", "reserved_qty", "inbound_qty", "available_qty"]


@app.command("list", cls=Reads)
def list_(ctx: typer.Context, warehouse: Place = None) -> None:
    """Stock per item and warehouse: on hand, reserved, inbound, available.

    Example: scm stock list --warehouse MAIN
    """
    from scm_cli.jobs import levels

    show.rows(ctx.obj, levels.listed(ctx.obj, warehouse), LEVEL)


@app.command("show", cls=Reads)
def show_(ctx: typer.Context, sku: Annotated[str, typer.Argument(help="Item.")]) -> None:
    """One item: what lies where, its lots, what comes, who waits.

    Example: scm stock show A1
    """
    from scm_cli.jobs import levels

    found = levels.card(ctx.obj, sku)
    if ctx.obj.form == "json":
        show.document(
            ctx.obj, {**found, "rows": [{n: r[n] for n in LEVEL} for r in found["levels"]]}
        )
        return
    item = found["item"]
    for_people = ctx.obj.form == "table" and ctx.obj.output is None
    if for_people:
        show.text(ctx.obj, [f"{item['sku']}  {item['name']}  {item['spec'] or ''}".strip()])
    show.rows(ctx.obj, found["levels"], [*LEVEL, "position_qty", "shown"])
    for part in ("lots", "coming", "waiting"):
        if found[part] and for_people:
            show.text(ctx.obj, [Say(part.capitalize())])
            show.rows(ctx.obj, found[part])


@app.command(cls=Reads)
def value(ctx: typer.Context, warehouse: Place = None, on: On = None) -> None:
    """What stock is worth at its moving-average cost, the most money first.

    Example: scm stock value --on 2026-06-30
    """
    from scm_cli.jobs import value

    found = value.listed(ctx.obj, day(on) if on else ctx.obj.today, warehouse)
    show.rows(ctx.obj, found, VALUE, value.note(found))


@app.command(cls=Writes)
def receive(
    ctx: typer.Context,
    lines: Lines,
    supplier: Annotated[str | None, typer.Option("--supplier", "-s", help="From whom.")] = None,
    order: Annotated[
        str | None, typer.Option("--order", "--po", help="Purchase order it answers.")
    ] = None,
    warehouse: Place = None,
    lot: Lot = None,
    expiry: Annotated[str | None, typer.Option("--expiry", help="Expiry date of the lot.")] = None,
    rejected: Annotated[
        str,
        typer.Option(
            "--rejected", help="What came and was refused: 3 (in the line's unit) or 3pcs."
        ),
    ] = "0",
    why: Annotated[str | None, typer.Option("--reject-reason", help="Why it was refused.")] = None,
    on: On = None,
    note: Note = None,
) -> None:
    """Enter goods that came in, with or without a purchase order.

    Example: scm stock receive A1=100 --supplier S01 --warehouse MAIN
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.core.stock.entry import rejected as refused
    from scm_cli.jobs import stock

    run, came = ctx.obj, typed(lines)
    bad, unit = refused(rejected, len(came))
    said = stock.Movement(
        on=done_on(run, on), warehouse=warehouse, partner=supplier, order=order, lot=lot,
        expiry_on=day(expiry) if expiry else None, rejected_qty=bad, rejected_unit=unit, reason=why, note=note,
    )  # fmt: skip
    done = stock.receive(run, came, said)
    show.done(run, Say("Receipt {number} is entered.", number=done.number), done.as_json("receipt"))
    show.warned(run, done.warnings)


@app.command(cls=Writes)
def issue(
    ctx: typer.Context,
    lines: Lines,
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", help="To whom (else walk-in).")
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", help="Customer's order it answers.")
    ] = None,
    warehouse: Place = None,
    lot: Lot = None,
    on: On = None,
    note: Note = None,
) -> None:
    """Enter goods that left for a customer, with or without an order.

    Example: scm stock issue A1=3 --customer C001
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import stock

    run = ctx.obj
    said = stock.Movement(
        on=done_on(run, on),
        warehouse=warehouse,
        partner=customer,
        order=order,
        lot=lot,
        note=note,
    )
    done = stock.issue(run, typed(lines), said)
    show.done(
        run, Say("Delivery {number} is entered.", number=done.number), done.as_json("shipment")
    )
    show.warned(run, done.warnings)


@app.command(cls=Writes)
def move(
    ctx: typer.Context,
    lines: Lines,
    source: Annotated[str, typer.Option("--from", help="Warehouse it leaves.")],
    target: Annotated[str, typer.Option("--to", help="Warehouse it goes to.")],
    lot: Lot = None,
    on: On = None,
    note: Note = None,
) -> None:
    """Move goods between warehouses.

    Example: scm stock move A1=20 --from MAIN --to EAST
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import stock

    run = ctx.obj
    said = stock.Movement(on=done_on(run, on), lot=lot, note=note)
    done = stock.move(run, typed(lines), source, target, said)
    show.done(
        run, Say("Transfer {number} is entered.", number=done.number), done.as_json("transfer")
    )
    show.warned(run, done.warnings)


@app.command(cls=Writes)
def count(
    ctx: typer.Context,
    lines: Lines,
    warehouse: Place = None,
    lot: Lot = None,
    why: Annotated[str | None, typer.Option("--difference", help="Why the books differ.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="The whole warehouse: what is not named was not there.")
    ] = False,
    on: On = None,
    note: Note = None,
) -> None:
    """Enter what was counted; the difference to the books becomes a move.

    Example: scm stock count A1=57 --warehouse MAIN
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import counting, stock

    run = ctx.obj
    said = stock.Movement(on=done_on(run, on), warehouse=warehouse, lot=lot, reason=why, note=note)
    done = counting.count(run, typed(lines, zero=True), said, full=full)
    show.done(run, done.told, done.as_json())
    show.warned(run, done.entered.warnings)


@app.command(cls=Reads)
def sites(
    ctx: typer.Context,
    candidates: Annotated[
        Path | None,
        typer.Option("--candidates", help="List of sites: city, fixed_amount a year, lat, lon."),
    ] = None,
    places: Annotated[
        Path | None, typer.Option("--places", help="List of places not known: city, lat, lon.")
    ] = None,
    km_cost: Annotated[
        float, typer.Option("--km-cost", min=0, help="Cost of moving a unit one km.")
    ] = 0.001,
    day_cost: Annotated[
        float, typer.Option("--day-cost", min=0, help="What a day of waiting costs per unit.")
    ] = 0.0,
    km_day: Annotated[float, typer.Option("--km-day", min=1, help="Kilometres per day.")] = 600.0,
    most: Annotated[int, typer.Option("--most", min=1, help="At most so many sites.")] = 10,
) -> None:
    """How many warehouses, and where: cost against delivery days for each number of sites.

    Example: scm stock sites --candidates candidates.xlsx
    """
    from scm_cli.core.sites.curve import SiteRules
    from scm_cli.jobs import sites as job

    rules = SiteRules(km_cost, day_cost, km_day, most_sites=most)
    found = job.curve(ctx.obj, candidates, places, rules)
    listed = ctx.obj.form == "json" and ctx.obj.output is None
    columns = [
        "sites", "cost_amount", "transport_amount", "waiting_amount", "fixed_amount", "mean_km",
        "mean_days", "p90_days", "open", "closed", "method",
    ]  # fmt: skip
    show.rows(ctx.obj, found.rows if listed else found.flat(), columns, found.note)
    show.warned(ctx.obj, found.warnings)
