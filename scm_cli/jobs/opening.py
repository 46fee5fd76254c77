"""Opening the books: make a shop, show what is missing, close the opening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.store import create, facts
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.run import Run

SETTINGS_TEXT = """\
# Settings of this shop. Every key has a default that serves; `scm config` shows them all.
company = "{company}"
# currency = "CNY"
# language = "zh"
# time_zone = "Asia/Shanghai"
"""


def make(run: Run, start: date) -> Committed:
    """Make the folders, the settings and the file of a shop, with its first warehouse.

    Raises:
        ScmError: there is a shop already.
    """
    if run.database.exists():
        raise ScmError(
            "there is a shop in {folder} already",
            hint="Choose another folder.",
            exit_code=Exit.USAGE,
            folder=str(run.shop),
        )
    if run.dry_run:
        return Committed(None)
    for name in ("", "inbox", "outbox", "backups"):
        (run.shop / name).mkdir(parents=True, exist_ok=True)
    told = run.shop / "scm.toml"
    if not told.exists():
        told.write_text(
            SETTINGS_TEXT.format(company=run.shop.name.replace('"', "")), encoding="utf-8"
        )
    settings = run.settings  # a wrong scm.toml is told before anything is made
    create.create(run)
    changes = Changes()
    changes.insert("shop_fact", [{"name": "start_on", "value": start.isoformat()}])
    changes.insert("warehouse", [{"warehouse": settings.default_warehouse, "priority": 1}])
    with writing(run) as con:
        return commit(con, run, changes)


def finish(run: Run) -> tuple[dict[str, Any], Committed]:
    """Close the opening; the totals to hold against the old books.

    Raises:
        ScmError: it is closed already; or nothing is entered and that was not said to be right.
    """
    with writing(run) as con:
        if facts.shop_facts(con).get("opening_finished"):
            raise ScmError("the opening of the books is closed already")
        totals = opening_totals(con)
        if not run.yes and not any(totals.values()):
            raise ScmError(
                "nothing of the old books is entered: no stock, no balances, no open orders",
                hint="Import them first, or close the opening as it is with --yes.",
                exit_code=Exit.NEEDS_YES,
            )
        totals["never_entered_items"] = len(facts.never_stocked(con))
        changes = Changes()
        changes.insert("shop_fact", [{"name": "opening_finished", "value": run.today.isoformat()}])
        return totals, commit(con, run, changes)


def opening_totals(con: Any) -> dict[str, Any]:  # noqa: ANN401 -- the store's connection
    """Quantities and money taken over, by what they are."""
    stock = rows(
        con,
        "SELECT count(*) AS n, coalesce(sum(qty), 0) AS qty, "
        "coalesce(round(sum(qty * unit_cost), 2), 0) AS amount FROM opening_stock",
    )[0]
    balances = {
        r["kind"]: r["amount"]
        for r in rows(
            con,
            "SELECT kind, sum(amount) AS amount FROM opening_balance GROUP BY kind ORDER BY kind",
        )
    }
    orders = rows(
        con,
        "SELECT (SELECT coalesce(sum(open_qty), 0) FROM purchase_line) AS to_come_qty, "
        "(SELECT coalesce(sum(open_qty), 0) FROM order_line) AS to_ship_qty",
    )[0]
    return {
        "stock_lines": stock["n"],
        "stock_qty": stock["qty"],
        "stock_amount": stock["amount"],
        **{f"{kind}_amount": amount for kind, amount in balances.items()},
        **orders,
    }


def missing(con: Any) -> list[Say]:  # noqa: ANN401 -- the store's connection
    """What an opening still lacks, as sentences for `scm today`; empty once it is closed."""
    if facts.shop_facts(con).get("opening_finished"):
        return []
    asked = (
        ("item", "items", "Import your items: scm template items items.xlsx"),
        ("supplier", "suppliers", "Import your suppliers: scm template suppliers suppliers.xlsx"),
        (
            "supplier_item",
            "supplier prices",
            "Import supplier prices: scm template supplier_prices prices.xlsx",
        ),
        (
            "opening_stock",
            "opening stock",
            "Import opening stock: scm template opening_stock stock.xlsx",
        ),
        ("sales_order", "sales history", "Import past sales: scm import sales.xlsx"),
    )
    found = [Say(cure) for table, _, cure in asked if facts.is_empty(con, table)]
    return found or [Say("The opening is complete: close it with `scm init --finish`.")]


def told(totals: dict[str, Any]) -> Say:
    """The totals as one sentence; what was never entered counts as none from now on."""
    closed = _closed(totals)
    if not totals["never_entered_items"]:
        return closed
    template = (
        "{closed} No stock was ever entered for {n} {n:item|items} that customers ask for; "
        "from now on {n:its|their} stock counts as 0. Count {n:it|them}: `scm stock count`."
    )
    return Say(template, closed=closed, n=totals["never_entered_items"])


def _closed(totals: dict[str, Any]) -> Say:
    return Say(
        "The opening is closed: {n} stock {n:line|lines}, {qty} {qty:unit|units} worth {amount}.",
        n=totals["stock_lines"],
        qty=f"{totals['stock_qty'].normalize():,f}",
        amount=f"{totals['stock_amount']:,.2f}",
    )
