"""`scm supplier`: who sells to us."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.commands.fields import fields_of, given_fields, stated
from scm_cli.errors import Say

app = group("supplier", "Who sells to us: files, prices, terms.")
TABLE = [
    "supplier",
    "name",
    "state",
    "category",
    "lead_time_days",
    "payment_days",
    "open_orders",
    "mnemonic",
]
PRICE_FLAGS = {
    "moq_qty": "moq", "order_multiple_qty": "multiple", "lead_time_days": "lead-days",
    "valid_until_on": "until",
}  # fmt: skip


@app.command("list", cls=Reads)
def list_(
    ctx: typer.Context,
    state: Annotated[
        str | None, typer.Option("--state", help="candidate, approved, suspended or ended.")
    ] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="Words in code, name, initials or category.")
    ] = None,
) -> None:
    """Suppliers with their terms and open orders.

    Example: scm supplier list --state approved
    """
    from scm_cli.jobs import supplier

    found = supplier.listed(ctx.obj, state, search)
    more = [n for n in (found[0] if found else ()) if n not in TABLE]
    show.rows(ctx.obj, found, TABLE if ctx.obj.form == "table" else [*TABLE, *more])


@app.command("show", cls=Reads)
def show_(ctx: typer.Context, code: Annotated[str, typer.Argument(help="Supplier code.")]) -> None:
    """One supplier: its record, risk, papers, contracts, prices, orders and receipts.

    Example: scm supplier show S-001
    """
    from scm_cli.jobs import supplier
    from scm_cli.show import card

    found = supplier.shown(ctx.obj, code)
    parts = {
        "risk": (Say("Risk"), found.risk),
        "papers": (Say("Papers"), found.papers),
        "contracts": (Say("Contracts"), found.contracts),
        "states": (Say("States"), found.states),
        "complaints": (found.faults, found.complaints),
        "prices": (Say("Prices"), found.prices),
        "open_orders": (Say("Open orders"), found.open_orders),
        "last_receipts": (Say("Last receipts"), found.last_receipts),
    }
    card.draw(ctx.obj, found.record, [found.record], parts)


@app.command(cls=Reads)
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Code, name or initials.", metavar="WORD...")],
) -> None:
    """Find suppliers by code, name, contact, category or the initials of their pinyin.

    Example: scm supplier search lpwj
    """
    from scm_cli.jobs import supplier

    show.rows(ctx.obj, supplier.listed(ctx.obj, None, " ".join(words)), TABLE)


@app.command(cls=fields_of("supplier", without=("supplier",)))
def add(ctx: typer.Context, code: Annotated[str, typer.Argument(help="Supplier code.")]) -> None:
    """Enter a new supplier; what looks wrong is told, and taken.

    Example: scm supplier add S-001 --name 乐普文具 --lead-time-days 7
    """
    from scm_cli.jobs import supplier

    saved = supplier.add(ctx.obj, code, given_fields(ctx))
    _done(ctx.obj, Say("Supplier {code} is entered.", code=code), code, saved)


@app.command(cls=fields_of("supplier", without=("supplier",)))
def edit(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="Supplier code.")],
    assigned: Annotated[
        list[str] | None, typer.Option("--set", help="field=value; an empty value empties it.")
    ] = None,
) -> None:
    """Change fields of a supplier.

    Example: scm supplier edit S-001 --set payment_days=30 --phone 0571-8888
    """
    from scm_cli.jobs import supplier

    saved = supplier.edit(ctx.obj, code, stated(ctx, assigned))
    _done(ctx.obj, Say("Supplier {code} is changed.", code=code), code, saved)


@app.command(cls=fields_of("supplier_item", PRICE_FLAGS, ("supplier", "sku", "unit_price")))
def price(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="Supplier code.")],
    sku: Annotated[str, typer.Argument(help="Item code.")],
    unit_price: Annotated[str, typer.Argument(help="Price of one unit.")],
) -> None:
    """Enter or change what a supplier asks for an item.

    Example: scm supplier price S-001 A4-80G 21.5 --moq 10 --multiple 5 --until 2026-12-31
    """
    from scm_cli.jobs import supplier

    texts = {**given_fields(ctx), "unit_price": unit_price}
    saved = supplier.price(ctx.obj, code, sku, texts)
    told = Say("{supplier} asks {price} for {sku}.", supplier=code, price=unit_price, sku=sku)
    _done(ctx.obj, told, code, saved)


def _done(run: Any, told: Say, code: str, saved: Any) -> None:  # noqa: ANN401 -- Run, Saved
    from scm_cli.show import card

    card.saved(run, told, {**saved.as_json(), "supplier": code}, saved)
