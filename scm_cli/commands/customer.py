"""`scm customer`: who buys from us."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.commands.fields import fields_of, given_fields, stated
from scm_cli.errors import Say

app = group("customer", "Who buys from us.")
TABLE = [
    "customer",
    "name",
    "customer_class",
    "city",
    "payment_days",
    "orders",
    "last_order_on",
    "mnemonic",
]


@app.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    customer_class: Annotated[str | None, typer.Option("--class", help="Only this class.")] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="Words in code, name, initials, contact or city.")
    ] = None,
) -> None:
    """Customers with their terms and last orders.

    Example: scm customer list --search 杭州
    """
    from scm_cli.jobs import customer

    found = customer.listed(ctx.obj, customer_class, search)
    more = [n for n in (found[0] if found else ()) if n not in TABLE]
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *more])


@app.command("show", cls=Reads)
def show_(ctx: typer.Context, code: Annotated[str, typer.Argument(help="Customer code.")]) -> None:
    """One customer: standing, worth, rhythm, debts, what it buys next, orders, deals, what was said.

    Example: scm customer show C-001
    """
    from scm_cli.jobs import customer
    from scm_cli.show import card

    found = customer.shown(ctx.obj, code)
    parts = {
        "next_items": (Say("Buys next"), found.next_items),
        "open_deals": (Say("Open deals"), found.open_deals),
        "tickets": (Say("Tickets"), found.tickets),
        "interactions": (Say("What was said"), found.interactions),
        "open_orders": (Say("Open orders"), found.open_orders),
        "last_orders": (Say("Last orders"), found.last_orders),
        "last_deliveries": (Say("Last deliveries"), found.last_deliveries),
    }
    card.draw(ctx.obj, found.record, [found.record], parts)


@app.command(cls=fields_of("customer", without=("customer",)))
def add(ctx: typer.Context, code: Annotated[str, typer.Argument(help="Customer code.")]) -> None:
    """Enter a new customer; what looks wrong is told, and taken.

    Example: scm customer add C-001 --name 晨光书店 --payment-days 30
    """
    from scm_cli.jobs import master

    saved = master.add(ctx.obj, "customer", code, given_fields(ctx))
    _done(ctx.obj, Say("Customer {code} is entered.", code=code), code, saved)


@app.command(cls=fields_of("customer", without=("customer",)))
def edit(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="Customer code.")],
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="field=value; an empty value empties it.")
    ] = None,
    out: Annotated[
        bool | None, typer.Option("--opt-out/--opt-in", help="Wants no campaigns, or wants them.")
    ] = None,
) -> None:
    """Change fields of a customer.

    Example: scm customer edit C-001 --set payment_days=45 --owner 王芳
    """
    from scm_cli.jobs import master

    consent = [] if out is None else [f"opted_out={'yes' if out else 'no'}"]
    saved = master.edit(ctx.obj, "customer", code, stated(ctx, [*(assigned or ()), *consent]))
    _done(ctx.obj, Say("Customer {code} is changed.", code=code), code, saved)


def _done(run: Any, told: Say, code: str, saved: Any) -> None:  # noqa: ANN401 -- Run, Saved
    from scm_cli.show import card

    card.saved(run, told, {**saved.as_json(), "customer": code}, saved)
