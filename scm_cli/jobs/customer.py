"""Customers: the list, and one with its orders and what it owes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.search import matching
from scm_cli.jobs import faults, order, profile
from scm_cli.jobs.master import record_row
from scm_cli.store import crm
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

RECENT = 10
LIST = """
SELECT c.* EXCLUDE (entry), coalesce(o.orders, 0) AS orders, o.last_order_on FROM customer c
LEFT JOIN (
    SELECT customer, count(*) AS orders, max(ordered_on) AS last_order_on
    FROM sales_order WHERE status <> 'cancelled' GROUP BY customer
) o ON o.customer = c.customer
WHERE ? IS NULL OR c.customer_class = ? ORDER BY c.customer
"""
DELIVERIES = """
SELECT h.shipment_no AS shipment, h.shipped_on, h.warehouse, sum(l.qty) AS qty, h.carrier,
    h.tracking_no
FROM shipment h JOIN shipment_line l USING (shipment_no) WHERE h.customer = ?
GROUP BY ALL ORDER BY h.shipped_on DESC, h.shipment_no DESC LIMIT ?
"""
DEALS = """
SELECT deal_no AS deal, name, stage, value_amount, expected_close_on, next_step, next_step_on, owner
FROM deal WHERE customer = $customer AND stage NOT IN ($won, $lost) ORDER BY opened_on DESC NULLS LAST, deal_no
"""


def listed(run: Run, customer_class: str | None, asked: str | None) -> list[dict[str, Any]]:
    """Customers by code, with how often and when they last ordered."""
    with reading(run) as con:
        found = rows(con, LIST, [customer_class, customer_class])
    return matching(found, asked, ("customer", "name", "mnemonic", "contact", "mobile", "city"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A customer and what hangs on it."""

    record: dict[str, Any]
    open_orders: list[dict[str, Any]]
    last_orders: list[dict[str, Any]]
    last_deliveries: list[dict[str, Any]]
    next_items: list[dict[str, Any]]
    open_deals: list[dict[str, Any]]
    interactions: list[dict[str, Any]]
    tickets: list[dict[str, Any]]


def shown(run: Run, code: str) -> Shown:
    """One customer: what it is worth and owes, what it will buy, its orders, deals, tickets, and what was said."""
    with reading(run) as con:
        record = record_row(con, "customer", code)
        orders = order.heads(con, code)
        deliveries = rows(con, DELIVERIES, [code, RECENT])
        figures, tickets = faults.of_customer(con, run, code)
        record = {**record, **profile.glance(con, run, code), **figures}
        next_items = profile.next_items(con, run, code)
        said = crm.interactions(con, "customer", code, RECENT)
        ends = {name: run.setting(f"deals.{name}") for name in ("won", "lost")}
        deals = rows(con, DEALS, {"customer": code, **ends})
    held = [o for o in orders if o["open_qty"] > 0]
    return Shown(record, held, orders[:RECENT], deliveries, next_items, deals, said, tickets)
