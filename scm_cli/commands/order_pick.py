"""`scm order`: what to pick, the papers that go with it, and the waybills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, day, group
from scm_cli.errors import Say

if TYPE_CHECKING:
    from pathlib import Path

app = group("order", "Orders of customers: list, show, ship.")

PICK = [
    "service", "cutoff", "carrier", "leave_by_on", "order", "line", "customer", "city", "sku", "lot",
    "expiry_on", "qty", "unit",
]  # fmt: skip
WAYBILL = ["shipment_no", "shipped_on", "orders", "customer_name", "city", "carrier"]
MORE = ["warehouse", "name", "due_on", "priority", "way_days"]
Prices = Annotated[bool, typer.Option("--prices", help="With prices and amounts.")]


def _table_file(output: Path | None) -> Path | None:
    """Where rows go that were asked for as CSV; a workbook is made by the job."""
    return None if output is None or output.suffix.lower() == ".xlsx" else output


@app.command(cls=Reads)
def pick(
    ctx: typer.Context,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Only of this warehouse.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Day on which it leaves (else today).")
    ] = None,
) -> None:
    """What to take from the shelves for orders, the most pressing first; a workbook to print.

    Example: scm order pick --warehouse MAIN
    """
    from scm_cli.jobs import pick as job

    run = ctx.obj
    leaves = day(on) if on else run.today
    found, waiting = job.listed(run, warehouse, leaves)
    paths = [str(path) for path in job.book(run, found, leaves)]
    shown = [{**row, "order": row["order_no"], "line": row["line_no"]} for row in found]
    if run.form == "json":
        names = [*PICK, *MORE]
        lines = [{name: row[name] for name in names} for row in shown]
        show.document(run, {"rows": lines, "services": job.services(found), "files": paths})
    else:
        run.output = _table_file(run.output)
        show.rows(run, shown, PICK)
        for path in paths:
            run.talk(Say("written to {path}", path=path))
    show.warned(run, waiting)


@app.command(cls=Reads)
def note(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="Delivery, or order.")],
    prices: Prices = False,
) -> None:
    """The delivery note as a workbook and as PDF, to go with the goods.

    Example: scm order note DN-000045
    """
    from scm_cli.jobs import pick as job

    made = job.notes(ctx.obj, number, prices=prices)
    show.rows(
        ctx.obj,
        [{"shipment": no, "workbook": str(book), "pdf": str(pdf)} for no, book, pdf in made],
    )


@app.command(cls=Reads)
def waybills(ctx: typer.Context) -> None:
    """Parcels without a tracking number, as a workbook to fill in; import it, or use the inbox.

    Example: scm order waybills
    """
    from scm_cli.jobs import waybills as job

    run = ctx.obj
    parcels = job.listed(run)
    path = str(job.written(run, parcels))
    if run.form == "json":
        show.document(
            run, {"rows": [{n: row[n] for n in WAYBILL} for row in parcels], "file": path}
        )
        return
    run.output = _table_file(run.output)
    show.rows(run, parcels, WAYBILL)
    run.talk(Say("written to {path}", path=path))
