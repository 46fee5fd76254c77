"""`scm forecast`: what will sell, and how sure that is."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Say

app = group("forecast", "What will sell, and how sure that is.")

COLUMNS = ["sku", "warehouse", "bucket_on", "mean_qty", "p50_qty", "p90_qty", "p95_qty", "method"]


@app.command(cls=Writes)
def run(ctx: typer.Context) -> None:
    """Forecast every item and warehouse now, and store it.

    Example: scm forecast run
    """
    from scm_cli.jobs import forecasting

    done = forecasting.run(ctx.obj)
    told = Say("{series} items in warehouses forecast, {buckets} buckets each.", **done)
    show.done(ctx.obj, told, {"entry": None, "changes": {}, **done})


@app.command("show", cls=Reads)
def show_(
    ctx: typer.Context,
    sku: Annotated[str | None, typer.Argument(help="Item (else all).")] = None,
    warehouse: Annotated[
        str | None, typer.Option("--warehouse", "-w", help="Only this warehouse.")
    ] = None,
) -> None:
    """The stored forecast: mean and quantiles per bucket.

    Example: scm forecast show A1
    """
    from scm_cli.jobs import forecasting

    show.rows(ctx.obj, forecasting.stored(ctx.obj, sku, warehouse), COLUMNS)
