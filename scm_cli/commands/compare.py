"""`scm supplier compare`, `rate`: offers side by side at their true cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.jobs.comparing import Comparison
    from scm_cli.run import Run

app = group("supplier", "Who sells to us: files, prices, terms.")
COMPARED = [
    "sku", "supplier", "qty", "unit_price", "freight", "duty", "overbuy", "financing", "lateness",
    "true_unit_cost", "rank", "break_even_qty",
]  # fmt: skip
MORE = ["name", "bought_qty", "lead_time_days", "quote", "valid_until_on"]


@app.command(cls=Writes)
def rate(
    ctx: typer.Context,
    currency: Annotated[str, typer.Argument(help="Currency, such as USD.")],
    price: Annotated[str, typer.Argument(help="What one unit of it costs in our money.")],
    on: Annotated[str | None, typer.Option("--on", help="From this day (else today).")] = None,
) -> None:
    """Enter an exchange rate.

    Example: scm supplier rate USD 7.12
    """
    from scm_cli.jobs import rates

    committed = rates.enter(ctx.obj, currency, price, day(on) if on else None)
    told = Say("1 {currency} is {price}.", currency=currency, price=price)
    show.done(ctx.obj, told, {"currency": currency, **committed.as_json()})


@app.command(cls=Reads)
def compare(
    ctx: typer.Context,
    skus: Annotated[list[str] | None, typer.Argument(help="Items.", metavar="SKU...")] = None,
    rfq: Annotated[str | None, typer.Option("--rfq", help="The answers to this request.")] = None,
    qty: Annotated[
        str | None, typer.Option("--qty", help="For this quantity, in stock units.")
    ] = None,
) -> None:
    """Offers side by side at their true cost per unit, the cheapest first.

    Example: scm supplier compare A1 B2 --qty 500
    """
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import comparing

    done = comparing.compare(ctx.obj, skus or [], rfq, quantity(qty) if qty else None)
    _compared(ctx.obj, done)


def _compared(run: Run, done: Comparison) -> None:
    """The table with what it rests on; JSON holds the same beside its rows."""
    columns = [*COMPARED, *MORE]
    left_out = [Say("{where}: {what}", where=p.where, what=p.what) for p in done.left_out]
    if run.form == "json" and run.output is None:
        rows = [{n: row[n] for n in columns} for row in done.rows[: run.limit]]
        body: dict[str, Any] = {"rows": rows, "basket": done.basket}
        body |= {
            "assumptions": [s.english for s in done.assumed],
            "left_out": [s.english for s in left_out],
        }
        show.document(run, body)
        return
    if run.form == "csv" or run.output is not None:
        show.rows(run, done.rows, columns)
        return
    show.rows(run, done.rows, COMPARED)
    show.text(run, ["", *_basket_told(done.basket)])
    show.text(run, [Say("Assumed: {what}", what=each) for each in done.assumed])
    show.text(run, [Say("Left out: {what}", what=each) for each in left_out])


def _basket_told(basket: dict[str, Any] | None) -> list[Say]:
    if basket is None:
        return []
    split = ", ".join(f"{sku} {seller}" for sku, seller in basket["split"].items())
    told = [Say("Split: {amount} ({split})", amount=f"{basket['split_amount']:,.2f}", split=split)]
    if basket["single"]:
        amount = f"{basket['single_amount']:,.2f}"
        told.insert(
            0, Say("All from {supplier}: {amount}", supplier=basket["single"], amount=amount)
        )
    best = (
        Say("Splitting is cheaper.") if basket["kind"] == "split" else Say("One order is as cheap.")
    )
    return [*told, best]
