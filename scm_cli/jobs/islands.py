"""`scm check --islands`: what one side of the house knows and the other does not."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise import cover, islands
from scm_cli.jobs import allocate, books
from scm_cli.store import facts
from scm_cli.store import islands as asked
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.core.advise.islands import Island
    from scm_cli.run import Run

ZERO = Decimal(0)


def found(run: Run) -> list[Island]:
    """Every island of the shop, kind by kind.

    Until invoices are kept, "delivered and not invoiced" is told as two kinds: delivered without
    a price (nobody owes anything), and delivered to a customer without days of credit and not paid.
    """
    rules = run.settings.islands
    with reading(run) as con:
        place = facts.default_warehouse(con, run.settings.default_warehouse) or ""
        late = run.now.time() > time.fromisoformat(run.settings.orders.cutoff)
        tomorrow = run.today + timedelta(days=1)
        again = asked.bought_again(con, run.today, rules.repeat_days, rules.repeat_customers, place)
        return [
            *islands.not_received(asked.on_their_way(con), run.today, rules.transit_days),
            *islands.not_picked(
                asked.promised_by(con, tomorrow), run.today,
                past_cutoff=late and run.now.date() == run.today,
            ),
            *islands.not_allocated(_free_and_waited_for(con, run)),
            *islands.not_billed(
                asked.unpriced(con, run.today - timedelta(days=rules.billing_days))
            ),
            *islands.not_paid(_unpaid(con, run)),
            *islands.not_planned(again, run.settings.planning.default_lead_time_days),
            *_covered(con, run, place),
        ]  # fmt: skip


def _free_and_waited_for(con: Any, run: Run) -> list[dict[str, Any]]:  # noqa: ANN401 -- the store's connection
    """Items and warehouses with goods that nobody holds, and lines that hold too little."""
    desk = allocate.desk(con, run, None)
    rows = []
    for sku in desk.skus():
        held: dict[tuple[str, int], Decimal] = {}
        used: dict[str, Decimal] = {}
        for hold in desk.held[sku]:
            if hold["source"] == "stock":
                key = (hold["order_no"], hold["line_no"])
                held[key] = held.get(key, ZERO) + hold["qty"]
                used[hold["warehouse"]] = used.get(hold["warehouse"], ZERO) + hold["qty"]
        for place in sorted({row["warehouse"] for row in desk.lots[sku]}):
            stock = sum((r["qty"] for r in desk.lots[sku] if r["warehouse"] == place), ZERO)
            short = {
                row["order_no"]: row["open_qty"] - held.get((row["order_no"], row["line_no"]), ZERO)
                for row in desk.lines[sku]
                if row["warehouse"] == place
                and row["open_qty"] > held.get((row["order_no"], row["line_no"]), ZERO)
            }
            free = stock - used.get(place, ZERO)
            if free > 0 and short:
                waiting = sum(short.values(), ZERO)
                rows.append(
                    {"sku": sku, "warehouse": place, "free_qty": free, "waiting_qty": waiting,
                     "orders": sorted(short)}
                )  # fmt: skip
    return rows


def _unpaid(con: Any, run: Run) -> list[dict[str, Any]]:  # noqa: ANN401
    """Deliveries that were not paid by customers who have no days of credit."""
    terms = asked.without_credit(con)
    sent = asked.delivered(con, run.today - timedelta(days=run.settings.islands.transit_days))
    on_credit = asked.credit_orders(con)
    owed = books.loaded(con, run).balances()
    return [
        {"customer": code, "document_no": debt.document_no, "open_amount": debt.amount,
         "terms": terms[code]}
        for (kind, code), balance in owed.items()
        if kind == "customer" and code in terms
        for debt in balance.debts
        if debt.document_no in sent and debt.document_no not in on_credit
    ]  # fmt: skip


def _covered(con: Any, run: Run, place: str) -> list[Island]:  # noqa: ANN401
    """Supply of what is covered for long; without a forecast nobody knows how long that is."""
    if asked.planned_on(con) is None:
        return []
    lines = asked.on_time_supply(con, run.today, place)
    enough, slack = run.settings.planning.excess_days, run.settings.islands.slack_days
    told = cover.covered(lines, run.today, enough, slack)
    documents = {island.document for island in told}
    skus = sorted({r["sku"] for r in lines if f"{r['purchase_no']}/{r['line_no']}" in documents})
    days = run.settings.islands.trend_days
    trend = asked.value_and_punctuality(con, run.today, days, skus) if skus else []
    return [*told, *cover.dearer_and_punctual(trend, days)]
