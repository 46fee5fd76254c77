"""`scm purchase`: orders to suppliers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Exit, Say, ScmError

app = group("purchase", "Orders to suppliers: new, approve, confirm, receive.")

Number = Annotated[str, typer.Argument(help="Purchase order.")]
LineNo = Annotated[int | None, typer.Option("--line", help="Only this line.")]


@app.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    supplier: Annotated[
        str | None, typer.Option("--supplier", "-s", help="Only this supplier.")
    ] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only what is still to come.")] = False,
) -> None:
    """Purchase orders, newest first.

    Example: scm purchase list --open
    """
    from scm_cli.jobs import purchase

    columns = [
        "purchase",
        "supplier",
        "ordered_on",
        "status",
        "lines",
        "amount",
        "open_qty",
        "next_on",
    ]
    show.rows(ctx.obj, purchase.listed(ctx.obj, supplier, open_only=open_only), columns)


@app.command("show", cls=Reads)
def show_(ctx: typer.Context, number: Number) -> None:
    """One order, line by line: ordered, promised, received, rejected, open.

    Example: scm purchase show PO-000001
    """
    from scm_cli.jobs import purchase

    columns = [
        "line_no", "sku", "qty", "unit", "unit_price", "requested_on", "promised_on",
        "first_promised_on", "accepted_qty", "rejected_qty", "cancelled_qty", "open_qty", "status",
    ]  # fmt: skip
    show.rows(ctx.obj, purchase.card(ctx.obj, number), columns)


@app.command(cls=Reads)
def late(ctx: typer.Context) -> None:
    """Open lines whose day has passed, the latest first.

    Example: scm purchase late
    """
    from scm_cli.jobs import purchase

    columns = ["purchase", "line", "supplier", "sku", "open_qty", "due_on", "late_days"]
    show.rows(ctx.obj, purchase.late(ctx.obj), columns)


@app.command(cls=Writes)
def new(
    ctx: typer.Context,
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines: SKU=10, SKU=2box@3.50.", metavar="LINE...")
    ] = None,
    supplier: Annotated[str | None, typer.Option("--supplier", "-s", help="From whom.")] = None,
    need_by: Annotated[
        str | None, typer.Option("--need-by", help="Day the goods are wanted.")
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Where they go.")
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it as a draft.")] = False,
    from_plan: Annotated[
        bool, typer.Option("--from-plan", help="Order what the plan suggests now.")
    ] = False,
) -> None:
    """Order from a supplier, or order all that the plan suggests.

    Example: scm purchase new A1=100 B2=50 --supplier S01
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import planning, purchase

    run = ctx.obj
    if from_plan:
        numbers, committed = planning.order(run, supplier, draft=draft)
        told = Say(
            "{n} order(s) made: {numbers}", n=len(numbers), numbers=", ".join(numbers) or "-"
        )
        show.done(run, told, {"purchases": numbers, **committed.as_json()})
        return
    if supplier is None:
        raise ScmError(
            "from whom?", hint="Name the supplier with --supplier.", exit_code=Exit.USAGE
        )
    wanted = day(need_by) if need_by else None
    done = purchase.new(run, supplier, typed(lines or []), wanted, warehouse, draft=draft)
    show.done(
        run, Say("Purchase order {number} is made.", number=done.number), done.as_json("purchase")
    )


@app.command(cls=Writes)
def approve(ctx: typer.Context, number: Number) -> None:
    """Approve a draft.

    Example: scm purchase approve PO-000001
    """
    from scm_cli.jobs import purchase

    committed = purchase.act(ctx.obj, number, "approve")
    _done(ctx, Say("Order {number} is approved.", number=number), number, committed)


@app.command(cls=Writes)
def confirm(
    ctx: typer.Context,
    number: Number,
    promised: Annotated[str, typer.Option("--promised", "--on", help="Day the supplier promises.")],
    line: LineNo = None,
) -> None:
    """Enter the day that the supplier promises; the first promise is frozen.

    Example: scm purchase confirm PO-000001 --promised 2026-02-10
    """
    from scm_cli.jobs import purchase

    committed = purchase.confirm(ctx.obj, number, day(promised), line)
    _done(
        ctx,
        Say("Order {number} is confirmed for {day}.", number=number, day=promised),
        number,
        committed,
    )


@app.command(cls=Writes)
def change(
    ctx: typer.Context,
    number: Number,
    line: Annotated[int, typer.Option("--line", help="Which line.")],
    qty: Annotated[str | None, typer.Option("--qty", help="New quantity, in stock units.")] = None,
    need_by: Annotated[
        str | None, typer.Option("--need-by", help="New day; the promise is asked anew.")
    ] = None,
    price: Annotated[
        str | None, typer.Option("--price", help="New price, per ordered unit.")
    ] = None,
) -> None:
    """Change a line of an order; what is received stays.

    Example: scm purchase change PO-000001 --line 1 --qty 80
    """
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import purchase

    values: dict[str, Any] = {}
    values |= {"qty": quantity(qty)} if qty else {}
    values |= {"requested_on": day(need_by)} if need_by else {}
    values |= {"unit_price": quantity(price)} if price else {}
    if not values:
        raise ScmError(
            "what should change?", hint="Give --qty, --need-by or --price.", exit_code=Exit.USAGE
        )
    committed = purchase.change(ctx.obj, number, line, values)
    _done(ctx, Say("Order {number} is changed.", number=number), number, committed)


@app.command(cls=Writes)
def cancel(
    ctx: typer.Context,
    number: Number,
    line: LineNo = None,
    by_supplier: Annotated[
        bool, typer.Option("--by-supplier", help="The supplier cancelled it.")
    ] = False,
) -> None:
    """Cancel what is open of an order.

    Example: scm purchase cancel PO-000001 --line 2
    """
    from scm_cli.jobs import purchase

    committed = purchase.cancel(ctx.obj, number, line, "supplier" if by_supplier else "us")
    _done(ctx, Say("What was open of {number} is cancelled.", number=number), number, committed)


@app.command(cls=Writes)
def receive(
    ctx: typer.Context,
    number: Number,
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines (else all that is open).", metavar="LINE...")
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the order's).")
    ] = None,
    rejected: Annotated[
        str, typer.Option("--rejected", help="Quantity that came and was refused.")
    ] = "0",
    why: Annotated[str | None, typer.Option("--reject-reason", help="Why it was refused.")] = None,
    lot: Annotated[str | None, typer.Option("--lot", help="Lot number.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the receipt (else today).")] = None,
) -> None:
    """Receive an order, whole or line by line.

    Example: scm purchase receive PO-000001 A1=60
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import purchase, stock

    run = ctx.obj
    came, place = purchase.arriving(run, number, typed(lines) if lines else [])
    said = stock.Movement(
        on=day(on) if on else run.today, warehouse=warehouse or place, order=number, lot=lot,
        rejected_qty=quantity(rejected), reason=why,
    )  # fmt: skip
    done = stock.receive(run, came, said)
    show.done(run, Say("Receipt {number} is entered.", number=done.number), done.as_json("receipt"))
    show.warned(run, done.warnings)


def _done(ctx: typer.Context, what: Say, number: str, committed: Any) -> None:  # noqa: ANN401
    show.done(ctx.obj, what, {"purchase": number, **committed.as_json()})
