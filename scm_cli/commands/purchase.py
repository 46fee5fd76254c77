"""`scm purchase`: orders to suppliers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, done_on, group
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
        "currency",
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

    found = purchase.card(ctx.obj, number)
    before = ["received_before_qty"] if any(n["received_before_qty"] for n in found) else []
    columns = [
        "line_no", "sku", "qty", "unit", "unit_price", "currency", "requested_on", "promised_on", "first_promised_on",
        *before, "accepted_qty", "rejected_qty", "cancelled_qty", "open_qty", "in_transit_qty", "expected_on", "status",
    ]  # fmt: skip
    show.rows(ctx.obj, found, show.with_packs(columns, found))


@app.command(cls=Reads)
def late(
    ctx: typer.Context,
    chase: Annotated[
        bool,
        typer.Option("--chase", help="With a text to send to each supplier; kept in the outbox."),
    ] = False,
) -> None:
    """Open lines that are late or will more likely be late than not, the latest first.

    Example: scm purchase late --chase
    """
    from scm_cli.jobs import chase as chasing

    run = ctx.obj
    columns = [
        "purchase", "line", "supplier", "sku", "open_qty", "due_on", "late_days", "state", "expected_on",
        "latest_p90_on",
    ]  # fmt: skip
    found = chasing.late(run)
    texts = chasing.chasers(run, found) if chase else []
    files = chasing.written(run, texts)
    if chase and run.form == "json":
        rows = [{n: row[n] for n in columns} for row in found]
        show.document(run, {"rows": rows, "chasers": texts, "files": files})
        return
    show.rows(run, found, columns)
    if run.form == "table":
        show.text(run, [each["text"] for each in texts])


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
    override: Annotated[
        bool, typer.Option("--override", help="Although papers have expired; needs --reason.")
    ] = False,
) -> None:
    """Order from a supplier, or order all that the plan suggests.

    Example: scm purchase new A1=100 B2=50 --supplier S01
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import plan_order, purchase

    run = ctx.obj
    if from_plan:
        made = plan_order.order(run, supplier, draft=draft, override=override)
        show.done(run, made.told(), made.as_json())
        show.warned(run, made.warnings)
        return
    if supplier is None:
        raise ScmError(
            "from whom?", hint="Name the supplier with --supplier.", exit_code=Exit.USAGE
        )
    wanted = day(need_by) if need_by else None
    done = purchase.new(
        run, supplier, typed(lines or []), wanted, warehouse, draft=draft, override=override
    )
    told = Say("Purchase order {number} is made.", number=done.number)
    show.done(run, told, done.as_json("purchase"))
    show.warned(run, done.warnings)


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
    done = purchase.change(ctx.obj, number, line, values)
    told = Say("Order {number} is changed.", number=number)
    show.done(ctx.obj, told, done.as_json("purchase"))
    show.warned(ctx.obj, done.warnings)


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
def ship(
    ctx: typer.Context,
    number: Number,
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines (else all that is left).", metavar="LINE...")
    ] = None,
    expected: Annotated[
        str | None, typer.Option("--expected", help="Day it should arrive.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day it was shipped (else today).")] = None,
    carrier: Annotated[str | None, typer.Option("--carrier", help="Who carries it.")] = None,
    tracking: Annotated[str | None, typer.Option("--tracking", help="Tracking number.")] = None,
    lot: Annotated[str | None, typer.Option("--lot", help="Lot number.")] = None,
) -> None:
    """Enter that goods are on their way: how much, when they should arrive, how to track them.

    Example: scm purchase ship PO-000001 A1=60 --expected 2026-02-12 --tracking SF123
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import shipping

    run = ctx.obj
    said = shipping.Notice(
        day(on) if on else run.today, day(expected) if expected else None, carrier, tracking, lot
    )
    done = shipping.ship(run, number, typed(lines) if lines else [], said)
    show.done(run, Say("Notice {number} is entered.", number=done.number), done.as_json("notice"))


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
        str,
        typer.Option(
            "--rejected", help="What came and was refused: 3 (in the line's unit) or 3pcs."
        ),
    ] = "0",
    why: Annotated[str | None, typer.Option("--reject-reason", help="Why it was refused.")] = None,
    lot: Annotated[str | None, typer.Option("--lot", help="Lot number.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the receipt (else today).")] = None,
) -> None:
    """Receive an order, whole or line by line.

    Example: scm purchase receive PO-000001 A1=60
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.core.stock.entry import rejected as refused
    from scm_cli.jobs import purchase, stock

    run = ctx.obj
    came, place = purchase.arriving(run, number, typed(lines) if lines else [])
    bad, unit = refused(rejected, len(came))
    said = stock.Movement(
        on=done_on(run, on), warehouse=warehouse or place, order=number, lot=lot,
        rejected_qty=bad, rejected_unit=unit, reason=why,
    )  # fmt: skip
    done = stock.receive(run, came, said)
    show.done(run, Say("Receipt {number} is entered.", number=done.number), done.as_json("receipt"))
    show.warned(run, done.warnings)


def _done(ctx: typer.Context, what: Say, number: str, committed: Any) -> None:  # noqa: ANN401
    show.done(ctx.obj, what, {"purchase": number, **committed.as_json()})
