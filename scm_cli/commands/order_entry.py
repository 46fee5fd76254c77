"""`scm order`: entering, changing, approving and cancelling orders."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Writes, day, group
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from scm_cli.jobs.ordering import Asked, Ordered

app = group("order", "Orders of customers: list, show, ship.")


class Terms(StrEnum):
    """When a customer pays."""

    CREDIT = "credit"
    CASH = "cash"
    BEFORE_SHIPPING = "before_shipping"
    DEPOSIT = "deposit"
    ON_DELIVERY = "on_delivery"


class Holds(StrEnum):
    """What a deposit that has not come holds up."""

    CONFIRMING = "confirming"
    SHIPPING = "shipping"


Number = Annotated[str, typer.Argument(help="Order number.")]
Customer = Annotated[str | None, typer.Option("--customer", "-c", help="Who orders.")]
Lines = Annotated[
    list[str] | None,
    typer.Option("--line", "-l", help="A line: A1=10, A1=2box@96, A1=2@96-5%.", metavar="LINE"),
]
Gifts = Annotated[list[str] | None, typer.Option("--gift", help="A gift: A1=1.", metavar="LINE")]
Samples = Annotated[
    list[str] | None, typer.Option("--sample", help="A sample: A1=1.", metavar="LINE")
]
Replacements = Annotated[
    list[str] | None, typer.Option("--replacement", help="Sent again: A1=1.", metavar="LINE")
]
Discount = Annotated[
    float | None,
    typer.Option("--discount", min=0, max=100, help="Discount in %, on lines without their own."),
]
NoTax = Annotated[bool, typer.Option("--ex-tax", help="Typed prices are without tax.")]
Rate = Annotated[
    float | None, typer.Option("--tax-rate", min=0, max=100, help="Tax rate of typed prices, in %.")
]
Requested = Annotated[
    str | None, typer.Option("--requested", "--by", help="Day the customer wants it.")
]
Priority = Annotated[
    int | None, typer.Option("--priority", min=1, max=9, help="1 is served first, 9 last (else 5).")
]
ShipTo = Annotated[str | None, typer.Option("--ship-to", help="Address it goes to.")]
City = Annotated[str | None, typer.Option("--to", "--city", help="City it goes to.")]
Pin = Annotated[
    bool | None, typer.Option("--pin/--unpin", help="It keeps what it holds, whoever comes.")
]
Place = Annotated[
    str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the default).")
]
Pays = Annotated[
    Terms | None, typer.Option("--terms", help="When it is paid (else the customer's).")
]
Deposit = Annotated[float | None, typer.Option("--deposit", min=0, max=100, help="Deposit in %.")]
Held = Annotated[
    Holds | None, typer.Option("--deposit-holds", help="What a missing deposit holds up.")
]
Channel = Annotated[str | None, typer.Option("--channel", help="Where the order came from.")]
Note = Annotated[str | None, typer.Option("--note", help="Note on the order.")]


def _asked(customer: str | None, words: dict[str, list[str] | None], **said: Any) -> Asked:  # noqa: ANN401
    """What was typed, as the job takes it."""
    from decimal import Decimal

    from scm_cli.core.order.entry import Taxed, wanted
    from scm_cli.jobs.ordering import Asked

    def pct(name: str) -> Decimal | None:
        value = said.pop(name, None)
        return None if value is None else Decimal(str(value))

    lines = wanted({k: v or [] for k, v in words.items()}, pct("discount"))
    tax = Taxed(not said.pop("ex_tax", False), pct("rate"))
    head = {"deposit_pct": pct("deposit"), **said}
    draft = bool(head.pop("draft", False))
    if head.get("requested_on"):
        head["requested_on"] = day(head["requested_on"])
    stated = {n: getattr(v, "value", v) for n, v in head.items() if v is not None}
    return Asked(customer, lines, stated, tax, draft)


@app.command(cls=Writes)
def new(
    ctx: typer.Context, customer: Customer = None, line: Lines = None, gift: Gifts = None,
    sample: Samples = None, replacement: Replacements = None, discount: Discount = None,
    ex_tax: NoTax = False, tax_rate: Rate = None, requested: Requested = None,
    priority: Priority = None, ship_to: ShipTo = None, city: City = None, pin: Pin = None,
    warehouse: Place = None, terms: Pays = None, deposit: Deposit = None,
    deposit_holds: Held = None, channel: Channel = None, note: Note = None,
    draft: Annotated[bool, typer.Option("--draft", help="Hold and promise nothing yet.")] = False,
) -> None:  # fmt: skip
    """Enter a customer's order: priced, confirmed, allocated and promised at once.

    Example: scm order new --customer C-001 --line A1=10 --line B2=2box@96-5% --requested 2026-02-10
    """
    from scm_cli.jobs import ordering

    if customer is None:
        raise ScmError("for whom?", hint="Name the customer with --customer.", exit_code=Exit.USAGE)
    words = {"normal": line, "gift": gift, "sample": sample, "replacement": replacement}
    asked = _asked(
        customer, words, discount=discount, ex_tax=ex_tax, rate=tax_rate, requested_on=requested,
        priority=priority, ship_to=ship_to, city=city, is_pinned=pin, warehouse=warehouse,
        payment_terms=terms, deposit=deposit, deposit_holds=deposit_holds, channel=channel,
        note=note, draft=draft,
    )  # fmt: skip
    _told(ctx, ordering.new(ctx.obj, asked), Say("Order {number} is {status}."))


@app.command(cls=Writes)
def sell(
    ctx: typer.Context, customer: Customer = None, line: Lines = None, gift: Gifts = None,
    discount: Discount = None, ex_tax: NoTax = False, tax_rate: Rate = None,
    warehouse: Place = None, note: Note = None,
    method: Annotated[str | None, typer.Option("--method", help="Bank, cash, WeChat ...")] = None,
) -> None:  # fmt: skip
    """Sell over the counter: order, delivery and cash in one entry.

    Example: scm order sell --line A1=3@5.50 --method WeChat
    """
    from scm_cli.jobs import ordering

    asked = _asked(
        customer, {"normal": line, "gift": gift}, discount=discount, ex_tax=ex_tax, rate=tax_rate,
        warehouse=warehouse, note=note,
    )  # fmt: skip
    made = ordering.sell(ctx.obj, asked, method)
    _told(ctx, made, Say("Order {number} is sold, delivered and paid."))


@app.command(cls=Writes)
def approve(ctx: typer.Context, number: Number) -> None:
    """Confirm a draft, or an order that waits for credit or approval; who and when are kept.

    Example: scm order approve SO-000123
    """
    from scm_cli.jobs import ordering

    _told(ctx, ordering.approve(ctx.obj, number), Say("Order {number} is {status}."))


@app.command(cls=Writes)
def change(
    ctx: typer.Context, number: Number,
    line_no: Annotated[int | None, typer.Option("--line", help="Which line.")] = None,
    qty: Annotated[str | None, typer.Option("--qty", help="New quantity, in stock units.")] = None,
    price: Annotated[str | None, typer.Option("--price", help="New price, per ordered unit.")] = None,
    discount: Discount = None,
    add: Annotated[
        list[str] | None, typer.Option("--add", help="One more line: A1=10@5.", metavar="LINE")
    ] = None,
    requested: Requested = None, priority: Priority = None, ship_to: ShipTo = None,
    city: City = None, pin: Pin = None, note: Note = None,
) -> None:  # fmt: skip
    """Change an order; what it no longer needs is free again, and listed.

    Example: scm order change SO-000123 --line 2 --qty 80
    """
    from scm_cli.core.order.entry import wanted
    from scm_cli.jobs import order_change

    said = {"line": line_no, "qty": qty, "unit_price": price, "discount_pct": discount}
    head = {"requested_on": day(requested) if requested else None, "priority": priority,
            "ship_to": ship_to, "city": city, "is_pinned": pin, "note": note}  # fmt: skip
    values = _values(said, head, more=bool(add))
    lines = wanted({"normal": add}, None) if add else []
    made = order_change.change(ctx.obj, number, line_no, values, lines)
    _told(ctx, made, Say("Order {number} is changed."))


def _values(said: dict[str, Any], head: dict[str, Any], *, more: bool) -> dict[str, Any]:
    """The fields that were stated for a line and for the order."""
    from decimal import Decimal

    from scm_cli.core.stock.entry import quantity

    values = {n: v for n, v in head.items() if v is not None}
    for name in ("qty", "unit_price"):
        if said[name] is not None:
            values[name] = quantity(said[name])
    if said["discount_pct"] is not None:
        values["discount_pct"] = Decimal(str(said["discount_pct"]))
    if values.keys() & {"qty", "unit_price"} and said["line"] is None:
        raise ScmError("which line?", hint="Name it with --line.", exit_code=Exit.USAGE)
    if not values and not more:
        raise ScmError(
            "what should change?", hint="`scm order change --help` lists it.", exit_code=Exit.USAGE
        )
    return values


@app.command(cls=Writes)
def cancel(
    ctx: typer.Context,
    number: Number,
    line: Annotated[int | None, typer.Option("--line", help="Only this line.")] = None,
) -> None:
    """Cancel what is not shipped; what it held is free again, and listed with who can take it.

    Example: scm order cancel SO-000123
    """
    from scm_cli.jobs import order_change

    made = order_change.cancel(ctx.obj, number, line)
    _told(ctx, made, Say("What was open of {number} is cancelled."))


def _told(ctx: typer.Context, made: Ordered, what: Say) -> None:
    """The answer of a command that wrote an order."""
    names = [
        "line_no", "sku", "qty", "allocated_qty", "shipped_qty", "promised_on", "expected_p50_on",
        "expected_p90_on", "status", "unit_price", "price_source",
    ]  # fmt: skip
    run = ctx.obj
    told = Say(what.template, number=made.number, status=Say(made.status))
    show.done(run, told, made.as_json())
    if made.waits_for and run.form != "json":
        show.text(run, [Say("It waits for {what}.", what=Say(made.waits_for))])
    if run.form != "json":
        show.rows(run, made.rows, show.with_packs(names, made.rows))
        if made.more.get("surplus"):
            show.text(run, [Say("Free again:")])
            columns = [
                "sku",
                "source",
                "purchase_no",
                "qty",
                "surplus_qty",
                "cancellable",
                "sells_in_days",
            ]
            show.rows(run, made.more["surplus"], columns)
    show.warned(run, made.warnings)
