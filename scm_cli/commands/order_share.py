"""`scm order share-stock`: what a dealer is told of our stock."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group

app = group("order", "Orders of customers: list, show, ship.")


@app.command("share-stock", cls=Reads)
def share_stock(
    ctx: typer.Context,
    customer: Annotated[str, typer.Argument(help="Customer.")],
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the default).")
    ] = None,
) -> None:
    """A workbook for a dealer: what it can have of each item, when more comes, its own price.

    Example: scm order share-stock C-001
    """
    from scm_cli.jobs import dealer

    path, found = dealer.share(ctx.obj, customer, warehouse)
    if ctx.obj.form == "json":
        show.document(ctx.obj, {"file": path, "rows": found})
        return
    show.rows(ctx.obj, found, dealer.COLUMNS)
    show.talk(path)
