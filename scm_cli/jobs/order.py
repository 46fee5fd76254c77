"""Customers' orders, read: the list, and one with its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.order import view
from scm_cli.core.search import unknown
from scm_cli.jobs.master import record_row
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

HEADS = """
SELECT h.order_no AS "order", h.customer, c.name AS customer_name, h.ordered_on, h.requested_on,
    h.status, sum(round((l.qty - l.cancelled_qty) / l.factor * l.unit_price, 2)) AS amount,
    coalesce(sum(l.open_qty), 0) AS open_qty, count(l.line_no) AS lines, h.warehouse, h.channel,
    h.person
FROM sales_order h LEFT JOIN order_line l USING (order_no)
LEFT JOIN customer c ON c.customer = h.customer
WHERE ? IS NULL OR h.customer = ?
GROUP BY ALL ORDER BY h.ordered_on DESC, h.order_no DESC
"""
HEAD = """
SELECT h.order_no AS "order", h.customer, c.name AS customer_name, h.ordered_on, h.requested_on,
    h.status, h.warehouse, h.channel, h.priority, h.ship_to, h.person, h.note
FROM sales_order h LEFT JOIN customer c ON c.customer = h.customer WHERE h.order_no = ?
"""
LINES = """
SELECT l.line_no, l.sku, i.name, l.qty, l.unit, l.unit_price, l.kind, l.cancelled_qty,
    round((l.qty - l.cancelled_qty) / l.factor * l.unit_price, 2) AS amount,
    l.shipped_before_qty + l.shipped_qty AS shipped_qty, coalesce(r.qty, 0) AS allocated_qty,
    l.promised_on
FROM order_line l LEFT JOIN item i USING (sku)
LEFT JOIN (SELECT order_no, line_no, sum(qty) AS qty FROM reservation GROUP BY ALL) r
    ON r.order_no = l.order_no AND r.line_no = l.line_no
WHERE l.order_no = ? ORDER BY l.line_no
"""


def listed(
    run: Run, customer: str | None, status: str | None, *, only_open: bool
) -> list[dict[str, Any]]:
    """Orders, newest first; `only_open` leaves those with something still to ship."""
    with reading(run) as con:
        if customer is not None:
            record_row(con, "customer", customer)
        found = heads(con, customer)
    wanted = (r for r in found if status is None or r["status"] == status)
    return [r for r in wanted if r["open_qty"] > 0 or not only_open]


def heads(con: Any, customer: str | None = None) -> list[dict[str, Any]]:  # noqa: ANN401
    """Orders with their worth as priced and what is still to ship, newest first."""
    return rows(con, HEADS, [customer, customer])


def shown(run: Run, number: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One order: its head, and its lines with what is allocated, shipped and promised.

    Raises:
        ScmError: there is no such order; the nearest number is named.
    """
    with reading(run) as con:
        found = rows(con, HEAD, [number])
        if not found:
            known = [r["order_no"] for r in rows(con, "SELECT order_no FROM sales_order")]
            raise unknown("order", number, known)
        lines = rows(con, LINES, [number])
    status = found[0]["status"]
    for line in lines:
        line["open_qty"] = view.open_qty(status, line)
        line["expected_p50_on"] = line["expected_p90_on"] = None
        line["status"] = view.line_status(status, line)
    return found[0], lines
