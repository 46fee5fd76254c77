"""How risky each supplier is, from what the shop knows of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier.risk import GRADES, Bounds, Known, Risk, risk
from scm_cli.jobs.master import record_row
from scm_cli.jobs.qualify import checklists
from scm_cli.store.currency import own_rate
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

OWN = own_rate("coalesce(o.currency, s.currency)", "h.received_on")
HISTORY = f"""
WITH due AS (
    SELECT supplier, count(*) AS due_lines, count(*) FILTER (
        open_qty > 0 OR last_received_on > coalesce(first_promised_on, promised_on, requested_on)) AS late_lines
    FROM purchase_line
    WHERE status <> 'draft' AND qty > cancelled_qty AND NOT changed_by_us
        AND coalesce(first_promised_on, promised_on, requested_on) BETWEEN $first AND $today - 1
    GROUP BY supplier
), came AS (
    SELECT h.supplier, count(DISTINCT l.purchase_no) AS orders, sum(l.accepted_qty) AS received_qty,
        sum(l.rejected_qty) AS rejected_qty,
        sum(l.accepted_qty * coalesce(l.unit_price / l.factor, p.unit_price / p.factor) * {OWN}) AS amount
    FROM receipt h JOIN receipt_line l USING (receipt_no) JOIN supplier s USING (supplier)
        LEFT JOIN purchase_order o ON o.purchase_no = l.purchase_no
        LEFT JOIN purchase_order_line p ON p.purchase_no = l.purchase_no AND p.line_no = l.purchase_line_no
    WHERE h.received_on >= $first
    GROUP BY h.supplier
), offered AS (
    SELECT DISTINCT p.supplier, p.sku FROM supplier_item p JOIN supplier s USING (supplier)
    WHERE s.state = 'approved' AND (p.valid_until_on IS NULL OR p.valid_until_on >= $today)
), sole AS (
    SELECT any_value(supplier) AS supplier, sku FROM offered GROUP BY sku HAVING count(*) = 1
), alone AS (SELECT supplier, count(*) AS sole_items FROM sole GROUP BY supplier
), held AS (
    SELECT supplier, max(changed_on) AS suspended_on FROM supplier_state
    WHERE state = 'suspended' AND changed_on >= $first GROUP BY supplier
)
SELECT s.supplier, s.name, s.state, s.uscc, coalesce(due_lines, 0) AS due_lines,
    coalesce(late_lines, 0) AS late_lines, coalesce(orders, 0) AS orders,
    coalesce(received_qty, 0)::DOUBLE AS received_qty, coalesce(rejected_qty, 0)::DOUBLE AS rejected_qty,
    coalesce(100 * amount / nullif(sum(amount) OVER (), 0), 0)::DOUBLE AS share_pct,
    coalesce(sole_items, 0) AS sole_items, suspended_on
FROM supplier s LEFT JOIN due USING (supplier) LEFT JOIN came USING (supplier)
    LEFT JOIN alone USING (supplier) LEFT JOIN held USING (supplier)
WHERE NOT s.is_internal QUALIFY $code IS NULL OR s.supplier = $code ORDER BY s.supplier
"""


def rated(con: Any, run: Run, code: str | None = None) -> dict[str, tuple[dict[str, Any], Risk]]:  # noqa: ANN401
    """Supplier → its figures and its rating; internal ones are not rated."""
    from stdnum.cn import uscc

    told = run.settings.risk
    bounds = Bounds(
        told.trial_orders, told.min_lines, told.late_pct, told.reject_pct, told.share_pct
    )
    first = run.today - timedelta(days=told.window_days)
    checked = checklists(con, run, code)
    found = {}
    for row in rows(con, HISTORY, {"first": first, "today": run.today, "code": code}):
        known = Known(
            checklist=checked[row["supplier"]],
            credit_code=uscc.is_valid(row["uscc"]) if row["uscc"] else None,
            **{n: row[n] for n in _FIGURES},
        )
        found[row["supplier"]] = (row, risk(known, bounds))
    return found


_FIGURES = (
    "orders",
    "due_lines",
    "late_lines",
    "received_qty",
    "rejected_qty",
    "share_pct",
    "sole_items",
    "suspended_on",
)


def listed(run: Run, code: str | None) -> list[dict[str, Any]]:
    """One row per supplier and reason, the riskiest first; a supplier without a reason has one row."""
    with reading(run) as con:
        if code is not None:
            record_row(con, "supplier", code)
        found = rated(con, run, code)
    worst = sorted(found.items(), key=lambda each: (-GRADES.index(each[1][1].rating), each[0]))
    return [
        {"supplier": supplier, "name": row["name"], "state": row["state"], "risk": rating.rating, **reason}
        for supplier, (row, rating) in worst
        for reason in rating.rows() or [{"grade": None, "reason": None}]
    ]  # fmt: skip
