"""What after-sales asks the shop: tickets, their steps, a customer's history, whose goods they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.customer.ticket_clock import CLOCKED
from scm_cli.store.gateway import frame, rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection
    Rows = list[dict[str, Any]]

LIST = """
SELECT t.ticket_no AS ticket, t.opened_on, t.opened_clock, t.customer, c.name AS customer_name, t.subject,
    t.category, t.priority, t.channel, t.order_no AS "order", t.sku, t.lot, t.qty, t.supplier, t.owner, t.status,
    t.replied_on, t.replied_clock, t.resolved_on, t.resolved_clock, t.reopened, t.claim_amount, t.surveyed_on,
    t.rating, t.rated_on, t.comment, t.note
FROM ticket t LEFT JOIN customer c ON c.customer = t.customer
WHERE ($status IS NULL OR t.status = $status) AND ($owner IS NULL OR t.owner = $owner)
    AND ($customer IS NULL OR t.customer = $customer)
ORDER BY t.opened_on DESC, t.opened_clock DESC NULLS LAST, t.ticket_no DESC
"""
STEPS = """
SELECT e.event_no, e.step, e.happened_on, e.clock, coalesce(e.person, j.who) AS person, e.note
FROM ticket_event e LEFT JOIN journal j ON j.entry = e.entry WHERE e.ticket_no = ? ORDER BY e.event_no
"""
ORDERS = """
SELECT order_no AS "order", ordered_on, status, round(sum(qty / factor * coalesce(unit_price, 0)), 2)::DECIMAL(18,2)
    AS amount, sum(open_qty) AS open_qty, string_agg(DISTINCT sku, ', ' ORDER BY sku) AS skus
FROM order_line WHERE customer = $customer GROUP BY ALL ORDER BY ordered_on DESC, 1 DESC LIMIT $most
"""
DELIVERED = """
SELECT h.shipment_no AS shipment, h.shipped_on, h.delivered_on, l.sku, l.lot, sum(l.qty) AS qty, h.carrier,
    h.tracking_no FROM shipment h JOIN shipment_line l USING (shipment_no) WHERE h.customer = $customer
GROUP BY ALL ORDER BY h.shipped_on DESC, 1 DESC, l.sku LIMIT $most
"""
RETURNED = """
SELECT h.return_no AS "return", h.returned_on, l.sku, sum(l.qty) AS qty, h.reason
FROM sales_return h JOIN sales_return_line l USING (return_no) WHERE h.customer = $customer
GROUP BY ALL ORDER BY h.returned_on DESC, 1 DESC, l.sku LIMIT $most
"""
#: Open tickets and what their customers are called.
WAITING = """
SELECT t.* EXCLUDE (entry), c.name AS customer_name FROM ticket t LEFT JOIN customer c USING (customer)
WHERE t.status = 'open' ORDER BY t.opened_on, t.opened_clock, t.ticket_no
"""
#: The steps that move the clocks of tickets.
CLOCK = """
SELECT ticket_no, event_no, step, happened_on, clock FROM ticket_event
WHERE list_contains(?, step) ORDER BY ticket_no, event_no
"""
TO_ASK = """
SELECT t.ticket_no, t.customer, c.name AS customer_name, coalesce(c.contact, '') AS contact,
    coalesce(c.mobile, c.phone) AS phone, t.subject, t.resolved_on, t.owner, t.rating, t.comment, t.surveyed_on
FROM ticket t JOIN customer c USING (customer)
WHERE t.status <> 'open' AND t.rating IS NULL AND NOT c.opted_out AND t.resolved_on >= $since
    AND (t.surveyed_on IS NULL OR t.surveyed_on = $today)
ORDER BY t.resolved_on, t.ticket_no
"""
OPTED_OUT = """
SELECT count(*) AS n FROM ticket t JOIN customer c USING (customer)
WHERE t.status <> 'open' AND t.rating IS NULL AND c.opted_out AND t.resolved_on >= $since
"""
#: Each ticket with what it concerns: goods [item's unit] at the price of its order, else of the item,
#: and to which suppliers its lot, the lots of its delivery, and its item lead; most recent receipt.
FAULTS = """
WITH told AS (
    SELECT * FROM ticket WHERE $customer IS NULL OR customer = $customer
), came AS (
    SELECT l.sku, l.lot, h.supplier, max(h.received_on) AS received_on FROM receipt_line l
    JOIN receipt h USING (receipt_no) WHERE l.sku IN (SELECT sku FROM told) GROUP BY ALL
), lots AS (
    SELECT sku, lot, list(DISTINCT supplier) AS suppliers, max(received_on) AS received_on FROM came
    WHERE lot IS NOT NULL GROUP BY ALL
), sent AS (
    SELECT s.order_no, s.sku, flatten(list(k.suppliers)) AS suppliers, max(k.received_on) AS received_on
    FROM shipment_line s JOIN lots k ON k.sku = s.sku AND k.lot = s.lot
    WHERE s.order_no IN (SELECT order_no FROM told) GROUP BY ALL
), sellers AS (
    SELECT sku, list(DISTINCT supplier) AS suppliers FROM came GROUP BY sku
), priced AS (
    SELECT order_no, sku, max(unit_price / factor) AS unit_price FROM sales_order_line
    WHERE order_no IN (SELECT order_no FROM told) GROUP BY ALL
)
SELECT t.ticket_no, t.opened_on, t.customer, t.category, t.sku, t.lot, coalesce(t.qty, 1)::DOUBLE AS qty,
    coalesce(t.claim_amount, coalesce(t.qty, 1) * coalesce(p.unit_price, i.sale_price))::DOUBLE AS amount,
    t.supplier AS stated, coalesce(k.suppliers, []) AS by_lot, coalesce(d.suppliers, []) AS by_delivery,
    coalesce(o.suppliers, []) AS by_item, k.received_on AS lot_on, d.received_on AS delivery_on
FROM told t LEFT JOIN lots k ON k.sku = t.sku AND k.lot = t.lot
LEFT JOIN sent d ON d.order_no = t.order_no AND d.sku = t.sku LEFT JOIN sellers o ON o.sku = t.sku
LEFT JOIN priced p ON p.order_no = t.order_no AND p.sku = t.sku LEFT JOIN item i ON i.sku = t.sku
ORDER BY t.ticket_no
"""
#: What came of an item, a lot, from a supplier, or left of an item, in a stretch of days.
VOLUMES = {
    "item": "SELECT l.sku AS key, sum(l.qty)::DOUBLE AS volume_qty FROM shipment_line l JOIN shipment h "
    "USING (shipment_no) WHERE h.shipped_on BETWEEN $first AND $until GROUP BY ALL ORDER BY ALL",
    "lot": "SELECT l.sku || ' ' || l.lot AS key, sum(l.accepted_qty)::DOUBLE AS volume_qty FROM receipt_line l "
    "WHERE l.lot IS NOT NULL AND $first <= $until GROUP BY ALL ORDER BY ALL",
    "supplier": "SELECT h.supplier AS key, sum(l.accepted_qty)::DOUBLE AS volume_qty FROM receipt_line l "
    "JOIN receipt h USING (receipt_no) WHERE h.received_on BETWEEN $first AND $until GROUP BY ALL ORDER BY ALL",
}


def tickets(con: Connection, status: str | None, owner: str | None, customer: str | None) -> Rows:
    """Tickets, newest first."""
    return rows(con, LIST, {"status": status, "owner": owner, "customer": customer})


def every(con: Connection) -> pl.DataFrame:
    """All tickets with the fields that figures are made of."""
    return frame(con, "SELECT * EXCLUDE (entry, note, comment) FROM ticket ORDER BY ticket_no")


def waiting(con: Connection) -> Rows:
    """Open tickets, the oldest first."""
    return rows(con, WAITING)


def steps(con: Connection, number: str) -> Rows:
    """What was done about a ticket, step by step."""
    return rows(con, STEPS, [number])


def clocked(con: Connection) -> dict[str, Rows]:
    """Of each ticket the steps that move its clock, in their order."""
    found: dict[str, Rows] = {}
    for row in rows(con, CLOCK, [list(CLOCKED)]):
        found.setdefault(row["ticket_no"], []).append(row)
    return found


def history(con: Connection, customer: str, most: int) -> dict[str, Rows]:
    """What a customer ordered, got, and sent back lately."""
    asked = {"customer": customer, "most": most}
    told = {"orders": ORDERS, "deliveries": DELIVERED, "returns": RETURNED}
    return {name: rows(con, sql, asked) for name, sql in told.items()}


def to_ask(con: Connection, since: date, today: date) -> Rows:
    """Tickets solved since a day whose customers were not asked yet, or were asked today."""
    return rows(con, TO_ASK, {"since": since, "today": today})


def opted_out(con: Connection, since: date) -> int:
    """Tickets solved since a day whose customers do not want to be asked."""
    return int(rows(con, OPTED_OUT, {"since": since})[0]["n"])


def faults(con: Connection, customer: str | None = None) -> Rows:
    """Every ticket with goods, amount, and the suppliers to which it leads, as `FAULTS` says."""
    return rows(con, FAULTS, {"customer": customer})


def volumes(con: Connection, by: str, first: date, until: date) -> pl.DataFrame:
    """key, volume_qty: what left of each item, or came of each lot or from each supplier."""
    return frame(con, VOLUMES[by], {"first": first, "until": until})
