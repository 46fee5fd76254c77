"""`scm stock`: what to order and why, what is too much, whose rule counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, group
from scm_cli.errors import Say

app = group("stock", "What lies where, what to order, and why.")

Place = Annotated[
    str | None, typer.Option("--warehouse", "-w", help="Warehouse (else the default).")
]

BUY = [
    "sku", "warehouse", "kind", "supplier", "order_qty", "unit", "order_by_on", "need_by_on",
    "on_hand_qty", "inbound_qty", "reserved_qty", "reorder_point_qty", "target_qty", "unit_price",
    "amount", "reason",
]  # fmt: skip


@app.command(cls=Reads)
def reorder(
    ctx: typer.Context,
    budget: Annotated[float | None, typer.Option("--budget", help="Spend at most so much.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what is not bought, and why.")] = False,
) -> None:
    """What to order now: what, from whom, how much, by when, why. Writes nothing.

    Example: scm stock reorder --limit 20
    """
    from scm_cli.jobs import buylist, planning

    made = planning.present(ctx.obj, budget)
    show.rows(ctx.obj, buylist.rows(made, every=every), BUY, buylist.note(made))


@app.command(cls=Reads)
def why(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="Item.")],
    warehouse: Place = None,
) -> None:
    """Why this quantity, or why nothing: each number with its formula, and one sentence.

    Example: scm stock why A1
    """
    from scm_cli.jobs import planning

    found = planning.why(ctx.obj, sku, warehouse)
    columns = ["step", "formula", "inputs", "result"]
    if ctx.obj.form == "json" and ctx.obj.output is None:
        show.document(ctx.obj, {"rows": found})
    elif ctx.obj.form == "csv" or ctx.obj.output is not None:
        steps = [{**told, **step} for told in found for step in told["steps"]]
        show.rows(ctx.obj, steps, ["sku", "warehouse", *columns])
    else:
        for told in found:
            show.text(ctx.obj, [f"{told['sku']} @ {told['warehouse']}", told["sentence"]])
            show.rows(ctx.obj, told["steps"], columns)


@app.command(cls=Reads)
def abc(ctx: typer.Context) -> None:
    """Which items weigh most in what the firm sells, and the service each class gets.

    Example: scm stock abc --limit 20
    """
    from scm_cli.jobs import shelf

    columns = ["sku", "warehouse", "name", "abc_class", "service_pct", "sold_qty"]
    show.rows(ctx.obj, shelf.classes(ctx.obj), columns)


@app.command(cls=Reads)
def excess(ctx: typer.Context) -> None:
    """What is too much, dead or spoils before it sells, most money first.

    Example: scm stock excess --limit 20
    """
    from scm_cli.jobs import shelf

    columns = [
        "sku", "warehouse", "name", "kind", "usable_qty", "excess_qty", "excess_amount",
        "cover_days", "holding_amount", "what",
    ]  # fmt: skip
    show.rows(ctx.obj, shelf.excess_told(ctx.obj), columns)


@app.command(cls=Reads)
def expiring(
    ctx: typer.Context,
    days: Annotated[
        int | None, typer.Option("--days", min=0, max=36_500, help="Look so many days ahead.")
    ] = None,
) -> None:
    """Lots that expire soon, and what of them will not be sold in time.

    Example: scm stock expiring --days 60
    """
    from scm_cli.jobs import shelf

    columns = [
        "sku",
        "name",
        "warehouse",
        "lot",
        "expiry_on",
        "days_left",
        "qty",
        "left_qty",
        "loss_amount",
        "advice",
    ]
    show.rows(ctx.obj, shelf.expiring(ctx.obj, days), columns)


FIGURES = [
    "fill_rate_pct", "stockout_rate_pct", "stockout_days", "stock_qty", "stock_amount", "turnover",
    "orders", "holding_amount", "ordering_amount", "lost_margin_amount", "cost_amount",
]  # fmt: skip


@app.command(cls=Reads)
def simulate(
    ctx: typer.Context,
    days: Annotated[
        int, typer.Option("--days", min=28, max=730, help="Replay the last so many days.")
    ] = 182,
    each: Annotated[bool, typer.Option("--items", help="Per item instead of in total.")] = False,
    equal: Annotated[
        str | None, typer.Option("--equal", help="Make stock or service equal, then compare.")
    ] = None,
    backorder: Annotated[
        bool, typer.Option("--backorder", help="What is short waits instead of being lost.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Draws other lead times.")] = 1,
    order_cost: Annotated[
        float | None, typer.Option("--order-cost", min=0, help="What an order line costs.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="At most so many items.")] = 2000,
    book: Annotated[
        Path | None, typer.Option("--book", help="Also a workbook with charts.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Also an HTML page.")] = None,
) -> None:
    """What the last months would have been: our policy, your settings, perfect foresight.

    Example: scm stock simulate --equal stock
    """
    from scm_cli.jobs import simulate as job
    from scm_cli.jobs.outbox_place import require_workbook

    run = ctx.obj
    if book is not None:
        require_workbook(book)
    made = job.simulated(run, job.Asked(days, seed, backorder, equal, order_cost, most))
    found = job.items(made) if each else job.totals(made)
    names = ["sku", "warehouse", "policy", "demand_qty"] if each else ["policy"]
    if run.form == "json" and run.output is None:
        show.document(run, {"rows": found, "assumptions": list(made.assumptions)})
    else:
        show.rows(run, found, [*names, *FIGURES])
        if run.form == "table" and run.output is None:
            show.text(run, made.assumptions)
    for path, write in ((book, job.book), (page, job.page)):
        if path is not None:
            run.talk(Say("written to {path}", path=str(write(run, made, path))))


policies = group("policy", "The owner's own min and max, beside ours.")
app.add_typer(policies)


@policies.command("show", cls=Reads)
def policy_show(
    ctx: typer.Context, sku: Annotated[str | None, typer.Argument(help="Item (else all).")] = None
) -> None:
    """Own min and max beside our reorder point and target, and which of them rules.

    Example: scm stock policy show A1
    """
    from scm_cli.jobs import policy

    columns = [
        "sku", "warehouse", "own_min_qty", "own_max_qty", "reorder_point_qty", "target_qty",
        "abc_class", "service_pct", "rule", "snooze_until_on",
    ]  # fmt: skip
    show.rows(ctx.obj, policy.shown(ctx.obj, sku), columns)


@policies.command("adopt", cls=Writes)
def policy_adopt(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="Item.")],
    warehouse: Place = None,
    least: Annotated[
        str | None, typer.Option("--min", help="Order when the position falls to this.")
    ] = None,
    most: Annotated[str | None, typer.Option("--max", help="Order up to this.")] = None,
    service: Annotated[
        float | None, typer.Option("--service", min=50, max=99.9, help="Service level %.")
    ] = None,
    room: Annotated[
        str | None, typer.Option("--room", help="There is room for so much of it.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help="ours, owner, to_order or never.")
    ] = None,
) -> None:
    """Set the owner's rule for an item; `--rule owner` lets his min and max decide.

    Example: scm stock policy adopt A1 --min 20 --max 80 --rule owner
    """
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import policy

    values: dict[str, object] = {"rule": policy.rule_named(rule)} if rule else {}
    values |= {"min_qty": quantity(least)} if least else {}
    values |= {"max_qty": quantity(most)} if most else {}
    values |= {"service_pct": service} if service else {}
    values |= {"storage_qty": quantity(room)} if room else {}
    committed = policy.adopt(ctx.obj, sku, warehouse, values)
    show.done(ctx.obj, Say("The rule for {sku} is set.", sku=sku), committed.as_json())


@policies.command("compare", cls=Reads)
def policy_compare(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="Item.")],
    warehouse: Place = None,
) -> None:
    """The item under every policy: reorder point, target, and what a year of it costs.

    Example: scm stock policy compare A1
    """
    from scm_cli.jobs import policy

    columns = ["sku", "warehouse", "policy", "trigger_qty", "target_qty", "yearly_amount"]
    show.rows(ctx.obj, policy.compared(ctx.obj, sku, warehouse), columns)


@policies.command("once", cls=Reads)
def policy_once(
    ctx: typer.Context,
    sku: Annotated[str, typer.Argument(help="Item.")],
    until: Annotated[str, typer.Option("--until", help="Last day of the season.")],
    salvage: Annotated[
        str, typer.Option("--salvage", help="What a unit left over still brings.")
    ] = "0",
    warehouse: Place = None,
) -> None:
    """How much to buy for one season: too few lose margin, too many lose their cost.

    Example: scm stock policy once A1 --until 2026-12-31 --salvage 2
    """
    from scm_cli.commands.door import day
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import policy

    row = policy.once(ctx.obj, sku, day(until), quantity(salvage), warehouse)
    show.rows(ctx.obj, [row], list(row))
