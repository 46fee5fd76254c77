"""`scm order`: promises, prices, allocation, what will be late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.run import Run

app = group("order", "Orders of customers: list, show, ship.")

PROMISE = ["sku", "qty", "promise_p50_on", "promise_p90_on", "limited_by", "options"]
OPTION = [
    "kind", "warehouse", "supplier", "sku", "qty", "promise_p50_on", "promise_p90_on", "cost_amount",
]  # fmt: skip
LATE = ["order", "customer", "line", "promised_on", "expected_on", "cause", "document"]


@app.command("promise", cls=Reads)
def promise_(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="Item.")],
    qty: Annotated[str, typer.Argument(help="Quantity: 10, 2box.")],
    city: Annotated[str | None, typer.Option("--to", help="City it goes to.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Day the customer wants it.")] = None,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the default).")
    ] = None,
) -> None:
    """When a quantity can be at the customer's door, at 50 % and at 90 %, and how to be sooner.

    Example: scm order promise A1 50 --to Hefei --by 2026-02-10
    """
    from scm_cli.core.stock.entry import lines
    from scm_cli.jobs import promise

    run = ctx.obj
    asked = promise.Asked(lines([f"{sku}={qty}"])[0], city, day(by) if by else None, warehouse)
    _promised(run, promise.answered(run, asked))


def _promised(run: Run, row: dict[str, Any]) -> None:
    """A promise, and below it the ways to be sooner."""
    if run.form == "json" and run.output is None:
        show.rows(run, [row], [*PROMISE, *(n for n in row if n not in PROMISE)])
        return
    show.rows(run, [row], [n for n in row if n != "options" and row[n] is not None])
    if row["options"] and run.form == "table" and run.output is None:
        show.text(run, [Say("To be sooner:")])
        shown = [n for n in OPTION if any(o.get(n) is not None for o in row["options"])]
        show.rows(run, row["options"], shown)


@app.command(cls=Reads)
def price(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer.")],
    sku: Annotated[str, typer.Argument(help="Item.")],
) -> None:
    """What a customer pays for an item today and why, and the last five deals.

    Example: scm order price C-001 A1
    """
    from scm_cli.jobs import order
    from scm_cli.show import card

    head, deals = order.prices(ctx.obj, customer, sku)
    card.draw(ctx.obj, head, deals, {"rows": (Say("Last deals"), deals)})


@app.command(cls=Writes)
def allocate(
    ctx: typer.Context,
    sku: Annotated[list[str] | None, typer.Option("--sku", help="Only this item.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave what is held; only serve those who wait.")
    ] = False,
) -> None:
    """Give stock and supply to waiting orders by rank: priority, day, class; pinned orders keep theirs.

    Example: scm order allocate
    """
    from scm_cli.jobs import allocating

    run = ctx.obj
    done = allocating.run_all(run, sku or None, anew=not keep)
    told = Say(
        "{n} {n:line|lines} changed; {waiting} still {waiting:waits|wait} for supply.",
        n=len(done.rows),
        waiting=done.waiting,
    )
    show.done(run, told, done.as_json())
    if run.form != "json" and done.rows:
        show.rows(run, done.rows)


@app.command(cls=Reads)
def late(ctx: typer.Context) -> None:
    """Promises that will not be kept as things stand, with the cause and its document.

    Example: scm order late
    """
    from scm_cli.jobs import order

    found = order.late(ctx.obj)
    more = [n for n in (found[0] if found else ()) if n not in LATE]
    if ctx.obj.form == "table":  # for people: the cause in their language
        show.rows(ctx.obj, [{**row, "cause": Say(row["cause"])} for row in found], LATE)
    else:
        show.rows(ctx.obj, found, [*LATE, *more])
