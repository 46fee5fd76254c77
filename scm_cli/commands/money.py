"""`scm money`: what is owed, either way."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Say

app = group("money", "What is owed, either way.")


class Direction(StrEnum):
    """Which way a debt points."""

    RECEIVABLE = "receivable"
    PAYABLE = "payable"


@app.command(cls=Reads)
def due(ctx: typer.Context) -> None:
    """What customers owe us and we owe suppliers, the most overdue first.

    Example: scm money due
    """
    from scm_cli.jobs import money

    found, unpriced = money.due(ctx.obj)
    columns = [
        "partner_kind", "partner", "name", "currency", "amount", "overdue_amount", "oldest_due_on",
    ]  # fmt: skip
    _rows(ctx.obj, found, columns, unpriced)


@app.command(cls=Reads)
def ageing(
    ctx: typer.Context,
    direction: Annotated[
        Direction | None,
        typer.Option("--direction", help="Only what comes in, or only what goes out."),
    ] = None,
) -> None:
    """Open amounts by their age: 0-30, 31-60, 61-90 and more than 90 days.

    Example: scm money ageing --direction receivable
    """
    from scm_cli.jobs import money

    found, unpriced = money.ageing(ctx.obj, direction.value if direction else None)
    columns = [
        "direction", "partner", "name", "currency", "amount", "days_0_30_amount", "days_31_60_amount",
        "days_61_90_amount", "days_over_90_amount", "advance_amount",
    ]  # fmt: skip
    _rows(ctx.obj, found, columns, unpriced)


@app.command(cls=Writes)
def pay(
    ctx: typer.Context,
    partner: Annotated[str, typer.Argument(help="Code of the customer or supplier.")],
    amount: Annotated[str, typer.Argument(help="Amount of money.")],
    is_in: Annotated[
        bool | None, typer.Option("--in/--out", help="Came in or went out (else by who it is).")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the payment (else today).")] = None,
    document: Annotated[
        str | None, typer.Option("--document", help="Document that it pays (else the oldest due).")
    ] = None,
    method: Annotated[str | None, typer.Option("--method", help="Bank, cash, WeChat ...")] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark.")] = None,
) -> None:
    """Enter money that a customer paid, or that a supplier was paid.

    Example: scm money pay C-001 1250.00 --document DN-000017
    """
    from scm_cli.jobs import money
    from scm_cli.show import card

    given = {
        "amount": amount,
        "paid_on": on,
        "document_no": document,
        "method": method,
        "note": note,
    }
    way = None if is_in is None else "in" if is_in else "out"
    paid = money.pay(ctx.obj, partner, way, {n: v for n, v in given.items() if v is not None})
    told = Say(
        "Payment {number} is entered; {partner} stands at {amount} {currency} now.",
        number=paid.number, partner=partner, amount=f"{paid.open_amount:,.2f}", currency=paid.currency,
    )  # fmt: skip
    card.saved(ctx.obj, told, paid.as_json(), paid.saved)
    if ctx.obj.form != "json":
        freed = "Order {number} is confirmed: its deposit came."
        show.text(ctx.obj, [Say(freed, number=number) for number in paid.confirmed])


@app.command(cls=Writes)
def bill(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="Delivery.")],
    prices: Annotated[list[str], typer.Argument(help="Lines: SKU=2.50.", metavar="LINE...")],
) -> None:
    """Price goods that left without a price, or at a wrong one; the customer owes them from then on.

    Example: scm money bill DN-000017 A1=2.50
    """
    from scm_cli.jobs import billing

    done = billing.bill(ctx.obj, number, prices)
    told = Say(
        "Delivery {number} is priced: {amount} for these lines, owed by {customer}.",
        number=done.number, amount=f"{done.amount:,.2f}", customer=done.customer,
    )  # fmt: skip
    show.done(ctx.obj, told, done.as_json())


def _rows(run: Any, found: list[dict[str, Any]], columns: list[str], unpriced: int) -> None:  # noqa: ANN401
    show.rows(run, found, columns)
    if unpriced:
        run.talk(
            Say(
                "{n} delivered, received or returned lines have no price and are not counted.",
                n=unpriced,
            )
        )
