"""Gather what the notices are made of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise import notices
from scm_cli.jobs import (
    contract,
    due,
    festival,
    grades,
    order,
    qualify,
    reminders,
    surge,
    ticket,
    watching,
)
from scm_cli.store import facts
from scm_cli.store.currency import own_rate
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.core.advise.notices import Notice
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run


def gathered(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    planned: Planned | None = None,
) -> list[Notice]:
    """All notices of the day, the most pressing kinds first; by the stored plan unless given one."""
    unknown = planned.facts.never_stocked if planned else facts.never_stocked(con)
    late = [row for row in order.lates(con, run) if row["sku"] not in unknown]
    soon = run.today + timedelta(days=run.settings.stock.expiry_warn_days)
    return [
        *notices.never_stocked(len(unknown)),
        *surge.notices(con, run),
        *ticket.notices(con, run),
        *notices.promises(late, run.today),
        *(n for n in due.notices(con, run) if n.who not in unknown),
        *reminders.notices(con, run),
        *notices.late_purchases(rows(con, _LATE_PURCHASES, [run.today]), run.today),
        *notices.below_zero(facts.negatives(con)),
        *notices.small_orders(_orders(con, run, planned)),
        *notices.expiring(rows(con, _EXPIRING, [soon]), run.today),
        *qualify.notices(con, run),
        *contract.notices(con, run),
        *festival.notices(con, run),
        *grades.notices(con, run, timedelta(days=run.settings.scoring.notice_days)),
        *watching.notices(con, run),
    ]


def _orders(con: Any, run: Run, planned: Planned | None) -> list[dict[str, Any]]:  # noqa: ANN401
    """What the plan would order of each supplier, beside the supplier's minimum."""
    if planned is None:
        return rows(con, _ORDERED, {"today": run.today})
    from scm_cli.jobs import buylist  # brings polars, which `scm today` does without

    totals: dict[str, Decimal] = {}
    for row in buylist.rows(planned):
        if row["kind"] == "buy" and row["supplier"] and row["amount"]:
            totals[row["supplier"]] = totals.get(row["supplier"], Decimal(0)) + row["amount"]
    least = {r["supplier"]: r["least"] for r in rows(con, _MINIMUMS, {"today": run.today})}
    return [
        {"supplier": supplier, "amount": amount, "min_order_amount": least.get(supplier)}
        for supplier, amount in sorted(totals.items())
    ]


LEAST = f"(s.min_order_amount * {own_rate('s.currency', '$today')})::DECIMAL(18,2)"
_MINIMUMS = f"SELECT supplier, {LEAST} AS least FROM supplier s WHERE min_order_amount IS NOT NULL"
_LATE_PURCHASES = (
    "SELECT purchase_no, line_no, supplier, sku, open_qty, coalesce(promised_on, requested_on) AS due_on "
    "FROM purchase_line WHERE open_qty > 0 AND coalesce(promised_on, requested_on) < ? "
    "ORDER BY due_on, purchase_no, line_no"
)
_ORDERED = (
    f"SELECT supplier, sum(g.amount) AS amount, any_value({LEAST}) AS min_order_amount "
    "FROM suggestion g JOIN supplier s USING (supplier) WHERE g.kind = 'buy' AND g.amount > 0 "
    "GROUP BY supplier ORDER BY supplier"
)
_EXPIRING = (
    "SELECT sku, warehouse, lot, expiry_on, qty FROM on_hand_lot WHERE qty > 0 AND expiry_on <= ? "
    "ORDER BY expiry_on, sku, warehouse, lot"
)
