"""`scm supplier rfq`, `quote`: asking for prices, and what suppliers offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Group, Reads, Writes, day, group
from scm_cli.commands.fields import fields_of, given_fields
from scm_cli.errors import Say

if TYPE_CHECKING:
    import click


app = group("supplier", "Who sells to us: files, prices, terms.")
FLAGS = {
    "valid_until_on": "until", "moq_qty": "moq", "order_multiple_qty": "multiple", "lead_time_days": "lead-days",
    "freight_amount": "freight", "freight_price": "freight-per-unit", "duty_pct": "duty", "rfq_no": "rfq",
    "tax_rate_pct": "tax-rate", "quoted_on": "on",
}  # fmt: skip
GIVEN = (
    "quote_no", "supplier", "status", "person", "line_no", "sku", "from_qty", "unit_price", "factor", "line_note",
)  # fmt: skip

Lines = Annotated[list[str], typer.Argument(help="Lines: SKU=100, SKU=10box.", metavar="LINE...")]
Quoted = Annotated[str, typer.Argument(help="Quote.")]


class _Rfq(Group):
    """`rfq A1=100` makes a request without the word `new`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, _with_default("new", self, args))


class _Quote(Group):
    """`quote S01 A1 3.2` enters a quote without the word `add`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, _with_default("add", self, args))


def _with_default(name: str, group_: Group, args: list[str]) -> list[str]:
    return args if args[0] in group_.declared else [name, *args]


rfqs = group("rfq", "Ask suppliers for prices; each gets a workbook to fill in.")
rfqs.info.cls = _Rfq
app.add_typer(rfqs)
offered = group("quote", "What suppliers offer: enter, look at, accept, decline.")
offered.info.cls = _Quote
app.add_typer(offered)


@rfqs.command("new", cls=Writes)
def rfq_new(
    ctx: typer.Context,
    lines: Lines,
    suppliers: Annotated[
        list[str] | None,
        typer.Option("--supplier", "-s", help="Whom to ask (else all that sell it)."),
    ] = None,
    reply_by: Annotated[str | None, typer.Option("--reply-by", help="Last day to answer.")] = None,
    need_by: Annotated[
        str | None, typer.Option("--need-by", help="Day the goods are wanted.")
    ] = None,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Where they go.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A word to the suppliers.")] = None,
) -> None:
    """Ask suppliers for prices: one workbook each, in the outbox.

    Example: scm supplier rfq new A1=100 B2=50 --supplier S01 --supplier S02
    """
    from scm_cli.core.stock.entry import lines as typed
    from scm_cli.jobs import rfq

    said = rfq.Asking(
        tuple(suppliers or ()), day(reply_by) if reply_by else None,
        day(need_by) if need_by else None, warehouse, note,
    )  # fmt: skip
    done = rfq.ask(ctx.obj, typed(lines), said)
    told = Say(
        "Request {number} asks {suppliers}.",
        number=done.number,
        suppliers=", ".join(done.suppliers),
    )
    show.done(ctx.obj, told, done.as_json())
    if ctx.obj.form != "json":
        show.text(ctx.obj, done.files)


@rfqs.command("list", cls=Reads)
def rfq_list(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(help="Only this request.")] = None,
) -> None:
    """Who was asked, when, and how long each took to answer.

    Example: scm supplier rfq list RFQ-000001
    """
    from scm_cli.jobs import rfq

    columns = [
        "rfq",
        "asked_on",
        "reply_by_on",
        "supplier",
        "name",
        "invited_on",
        "answered_on",
        "response_days",
        "quote",
    ]
    show.rows(ctx.obj, rfq.requests(ctx.obj, number), columns)


@rfqs.command("files", cls=Reads)
def rfq_files(ctx: typer.Context, number: Annotated[str, typer.Argument(help="Request.")]) -> None:
    """Write the workbooks of a request again.

    Example: scm supplier rfq files RFQ-000001
    """
    from scm_cli.jobs import rfq_files

    written = rfq_files.write(ctx.obj, number, None)
    show.rows(ctx.obj, [{"file": path} for path in written], ["file"])


@offered.command("add", cls=fields_of("quote quote_line", FLAGS, GIVEN))
def quote_add(
    ctx: typer.Context,
    supplier: Annotated[str, typer.Argument(help="Supplier code.")],
    sku: Annotated[str, typer.Argument(help="Item code.")],
    prices: Annotated[
        list[str],
        typer.Argument(
            help="Price, and prices from a quantity on: 3.2 100=3.0.", metavar="PRICE..."
        ),
    ],
) -> None:
    """Enter what a supplier offers for an item.

    Example: scm supplier quote add S01 A1 3.2 100=3.0 --moq 20 --until 2026-06-30
    """
    from scm_cli.jobs import quote

    done, doubts = quote.add(ctx.obj, supplier, sku, prices, given_fields(ctx))
    body = {**done.as_json("quote"), "warnings": [f"{w.where}: {w.what.english}" for w in doubts]}
    show.done(ctx.obj, Say("Quote {number} is entered.", number=done.number), body)
    show.warned(ctx.obj, doubts)


@offered.command("list", cls=Reads)
def quote_list(
    ctx: typer.Context,
    rfq: Annotated[str | None, typer.Option("--rfq", help="Only answers to this request.")] = None,
    supplier: Annotated[
        str | None, typer.Option("--supplier", "-s", help="Only this supplier.")
    ] = None,
) -> None:
    """Quotes, the newest first.

    Example: scm supplier quote list --rfq RFQ-000001
    """
    from scm_cli.jobs import quote

    columns = [
        "quote",
        "supplier",
        "name",
        "rfq",
        "quoted_on",
        "valid_until_on",
        "expired",
        "status",
        "currency",
        "items",
        "response_days",
    ]
    show.rows(ctx.obj, quote.listed(ctx.obj, rfq, supplier), columns)


@offered.command("show", cls=Reads)
def quote_show(ctx: typer.Context, number: Quoted) -> None:
    """One quote, price by price.

    Example: scm supplier quote show QT-000001
    """
    from scm_cli.jobs import quote

    show.rows(ctx.obj, quote.card(ctx.obj, number))


@offered.command("accept", cls=Writes)
def quote_accept(
    ctx: typer.Context,
    number: Quoted,
    skus: Annotated[
        list[str] | None, typer.Argument(help="Only these items.", metavar="[SKU]...")
    ] = None,
) -> None:
    """Buy by a quote from now on: its prices and terms become the supplier's.

    Example: scm supplier quote accept QT-000001
    """
    from scm_cli.jobs import quote

    committed = quote.accept(ctx.obj, number, skus or [])
    show.done(
        ctx.obj,
        Say("Quote {number} is accepted.", number=number),
        {"quote": number, **committed.as_json()},
    )


@offered.command("decline", cls=Writes)
def quote_decline(ctx: typer.Context, number: Quoted) -> None:
    """A quote that will not be used; it is not compared any more.

    Example: scm supplier quote decline QT-000001
    """
    from scm_cli.jobs import quote

    committed = quote.decline(ctx.obj, number)
    show.done(
        ctx.obj,
        Say("Quote {number} is declined.", number=number),
        {"quote": number, **committed.as_json()},
    )
