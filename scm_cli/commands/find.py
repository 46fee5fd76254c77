"""`scm search`, `scm sql`."""

from __future__ import annotations

from typing import Annotated

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, group
from scm_cli.errors import Exit, ScmError

app = group("find", "Find and ask.")


@app.command(cls=Reads)
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Code, words of the name, or initials.")],
) -> None:
    """Find items, suppliers and customers by code, words or pinyin initials.

    Example: scm search a4 dl
    """
    from scm_cli.jobs import find

    columns = [
        "kind",
        "code",
        "name",
        "price",
        "on_hand_qty",
        "next_arrival_on",
        "last_deal_on",
        "last_deal",
    ]
    show.rows(ctx.obj, find.search(ctx.obj, words), columns)


@app.command(cls=Reads)
def sql(
    ctx: typer.Context,
    question: Annotated[str | None, typer.Argument(help="One SELECT.")] = None,
    views: Annotated[
        bool,
        typer.Option("--views", help="List the views that are documented, with their columns."),
    ] = False,
) -> None:
    """Ask the shop's file a read-only question in SQL.

    Example: scm sql "SELECT sku, sum(on_hand_qty) FROM stock GROUP BY sku" -o stock.xlsx
    """
    from scm_cli.jobs import find

    if views:
        show.rows(ctx.obj, find.views(ctx.obj), ["view", "column", "type", "row"])
        return
    if question is None:
        raise ScmError(
            "there is no question",
            hint='For example scm sql "SELECT * FROM stock"; `scm sql --views` lists the views.',
            exit_code=Exit.USAGE,
        )
    answer = find.sql(ctx.obj, question)
    show.rows(ctx.obj, answer.rows, answer.columns)
