"""`scm forecast`: what will sell, and how sure that is."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, group
from scm_cli.errors import Say

app = group("forecast", "What will sell, and how sure that is.")

COLUMNS = ["sku", "warehouse", "bucket_on", "mean_qty", "p50_qty", "p90_qty", "p95_qty", "method"]


@app.command(cls=Writes)
def run(
    ctx: typer.Context,
    engine: Annotated[str, typer.Option("--engine", help="local, dask or spark.")] = "local",
    address: Annotated[
        str | None, typer.Option("--address", help="Where the engine's scheduler is.")
    ] = None,
) -> None:
    """Forecast every item and warehouse now, and store it.

    Example: scm forecast run
    """
    from scm_cli.jobs import forecasting

    done = forecasting.run(ctx.obj, engine, address)
    told = Say(
        "{series} items in warehouses forecast, {buckets} buckets each; "
        "{abnormal_lines} one-off large lines kept out.",
        **done,
    )
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


@app.command(cls=Reads)
def accuracy(
    ctx: typer.Context,
    sku: Annotated[str | None, typer.Argument(help="One item, run by run.")] = None,
    backtest: Annotated[
        bool, typer.Option("--backtest", help="Make the forecasts of three past days again.")
    ] = False,
    exceptions: Annotated[
        bool, typer.Option("--exceptions", help="List the items whose forecast wants a look.")
    ] = False,
) -> None:
    """How good the forecasts of past runs were, by class against naive, then run by run.

    Until a forecast is old enough to be compared, forecasts of past days are made again.

    Example: scm forecast accuracy
    """
    from scm_cli.jobs import forecasting, watching

    if exceptions:
        found = watching.listed(ctx.obj)
        kept = [row for row in found if sku in (None, row["sku"])]
        show.rows(ctx.obj, kept, ["sku", "warehouse", "kind", "sentence"])
        return
    first = ["made_on", "warehouse"] if sku else ["made_on"]
    columns = [
        "source", *first, "abc_class", "pattern", "rows", "accuracy_pct", "naive_accuracy_pct",
        "bias_pct", "total_error_pct", "coverage_pct", "pinball_qty",
    ]  # fmt: skip
    show.rows(ctx.obj, forecasting.accuracy(ctx.obj, sku, again=backtest), columns)


events = group("event", "Days on which demand differs: promotions and festivals.")
app.add_typer(events)
FIRST = typer.Option("--from", help="First day.")


@events.command("list", cls=Reads)
def event_list(
    ctx: typer.Context,
    whole: Annotated[
        bool, typer.Option("--all", help="Also what every year brings: festivals, great sales.")
    ] = False,
) -> None:
    """The calendar of promotions and festivals, the newest first.

    Example: scm forecast event list
    """
    from scm_cli.jobs import forecasting

    columns = ["event", "from_on", "until_on", "kind", "category", "uplift_pct", "note"]
    if whole:
        show.rows(ctx.obj, forecasting.all_events(ctx.obj), ["source", *columns])
        return
    show.rows(ctx.obj, forecasting.events(ctx.obj), columns)


@events.command("add", cls=Writes)
def event_add(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(help="Its name; the same name teaches the next time.")],
    first: Annotated[str, FIRST],
    last: Annotated[str, typer.Option("--until", help="Last day.")],
    kind: Annotated[
        str, typer.Option("--kind", help="promotion, festival or other.")
    ] = "promotion",
    category: Annotated[
        str | None, typer.Option("--category", help="Only items of this category.")
    ] = None,
    uplift: Annotated[float | None, typer.Option("--uplift", help="Expected uplift in %.")] = None,
) -> None:
    """Add an event; its effect is learnt from earlier ones of the same name.

    Example: scm forecast event add 618 --from 2026-06-05 --until 2026-06-20
    """
    from scm_cli.jobs import forecasting

    row = {"event": event, "from_on": day(first), "until_on": day(last), "kind": kind,
           "category": category, "uplift_pct": uplift}  # fmt: skip
    committed = forecasting.add_event(ctx.obj, row)
    show.done(ctx.obj, Say("Event {event} is entered.", event=event), committed.as_json())


@events.command("edit", cls=Writes)
def event_edit(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(help="Its name.")],
    first: Annotated[str, FIRST],
    last: Annotated[str | None, typer.Option("--until", help="New last day.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="promotion, festival or other.")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", help="Only items of this category.")
    ] = None,
    uplift: Annotated[float | None, typer.Option("--uplift", help="Expected uplift in %.")] = None,
) -> None:
    """Change an event of the calendar; only what is given changes.

    Example: scm forecast event edit 618 --from 2026-06-05 --until 2026-06-18
    """
    from scm_cli.jobs import forecasting

    given = {"until_on": last and day(last), "kind": kind, "category": category,
             "uplift_pct": uplift}  # fmt: skip
    committed = forecasting.change_event(ctx.obj, event, day(first), given)
    show.done(ctx.obj, Say("Event {event} is changed.", event=event), committed.as_json())


@events.command("remove", cls=Writes)
def event_remove(
    ctx: typer.Context,
    event: Annotated[str, typer.Argument(help="Its name.")],
    first: Annotated[str, FIRST],
) -> None:
    """Take an event out of the calendar.

    Example: scm forecast event remove 618 --from 2026-06-05
    """
    from scm_cli.jobs import forecasting

    committed = forecasting.remove_event(ctx.obj, event, day(first))
    show.done(ctx.obj, Say("Event {event} is removed.", event=event), committed.as_json())
