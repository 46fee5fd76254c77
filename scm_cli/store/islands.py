"""Questions whose answers fall between two systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store.currency import own_rate
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    Connection = duckdb.DuckDBPyConnection
    Rows = list[dict[str, Any]]


def on_their_way(con: Connection) -> Rows:
    """What suppliers' notices say is on its way and was not received."""
    return rows(
        con,
        "SELECT h.supplier, t.notice_no, t.purchase_no, t.sku, t.qty, t.shipped_on, t.expected_on, t.tracking_no "
        "FROM in_transit t JOIN purchase_order h USING (purchase_no) WHERE t.qty > 0 AND h.status <> 'cancelled' "
        "ORDER BY coalesce(t.expected_on, t.shipped_on), t.notice_no, t.sku",
    )


def promised_by(con: Connection, day: date) -> Rows:
    """Open lines promised by a day, with what they hold of stock."""
    return rows(
        con,
        "SELECT o.order_no, o.line_no, o.customer, o.sku, o.open_qty, o.ordered_on, o.promised_on, "
        "coalesce(r.qty, 0) AS held_qty FROM order_line o LEFT JOIN (SELECT order_no, line_no, sum(qty) AS qty "
        "FROM reservation WHERE source = 'stock' GROUP BY ALL) r USING (order_no, line_no) "
        "WHERE o.open_qty > 0 AND o.promised_on <= $day ORDER BY o.promised_on, o.order_no, o.line_no",
        {"day": day},
    )


def unpriced(con: Connection, since: date) -> Rows:
    """Delivered lines for which nobody owes anything; gifts, samples, replacements left out."""
    return rows(
        con,
        "SELECT h.customer, h.shipment_no, l.order_no, l.order_line_no AS line_no, l.sku, l.qty "
        "FROM shipment_line l JOIN shipment h USING (shipment_no) LEFT JOIN sales_order_line o "
        "  ON o.order_no = l.order_no AND o.line_no = l.order_line_no "
        "WHERE coalesce(l.unit_price, o.unit_price) IS NULL AND coalesce(o.kind, 'normal') = 'normal' "
        "  AND h.shipped_on >= $since ORDER BY h.shipped_on, h.shipment_no, l.line_no",
        {"since": since},
    )


def without_credit(con: Connection) -> dict[str, str | None]:
    """Customers who pay at once → what was agreed with them (null: nothing)."""
    found = rows(
        con,
        "SELECT customer, payment_terms FROM customer WHERE coalesce(payment_days, 0) = 0 "
        "AND payment_terms IS DISTINCT FROM 'credit'",
    )
    return {row["customer"]: row["payment_terms"] for row in found}


def credit_orders(con: Connection) -> set[str]:
    """Deliveries of orders that were agreed on credit, whatever the customer's usual terms."""
    found = con.execute(
        "SELECT DISTINCT l.shipment_no FROM shipment_line l JOIN sales_order h USING (order_no) "
        "WHERE h.payment_terms = 'credit'"
    ).fetchall()
    return {str(row[0]) for row in found}


def delivered(con: Connection, until: date) -> set[str]:
    """Deliveries that were signed for, or left so long ago that they must have been."""
    found = con.execute(
        "SELECT shipment_no FROM shipment WHERE delivered_on IS NOT NULL OR shipped_on <= ?",
        [until],
    ).fetchall()
    return {str(row[0]) for row in found}


def bought_again(con: Connection, run_on: date, days: int, customers: int, place: str) -> Rows:
    """Items that several customers bought again lately, of which nothing comes and nothing is planned."""
    return rows(
        con,
        _BOUGHT_AGAIN,
        {"today": run_on, "days": days, "customers": customers, "place": place},
    )


_BOUGHT_AGAIN = """
WITH asked AS (
    SELECT sku, coalesce(warehouse, $place) AS warehouse, customer, ordered_on AS day, qty - cancelled_qty AS qty
    FROM order_line WHERE status IN ('confirmed', 'closed') AND kind = 'normal'
    UNION ALL
    SELECT l.sku, h.warehouse, h.customer, h.shipped_on, l.qty FROM shipment_line l
    JOIN shipment h USING (shipment_no) WHERE l.order_no IS NULL
), lately AS (SELECT * FROM asked WHERE day < $today AND day >= $today - $days::INTEGER AND qty > 0),
again AS (
    SELECT sku, count(*) AS customers FROM (SELECT sku, customer FROM lately GROUP BY ALL
        HAVING count(DISTINCT day) > 1) GROUP BY sku
), pace AS (
    SELECT sku, warehouse, (sum(qty) / $days)::DOUBLE AS daily_qty FROM lately GROUP BY ALL
), held AS (
    SELECT sku, warehouse, sum(qty) AS qty FROM sellable_lot
    WHERE expiry_on IS NULL OR expiry_on >= $today GROUP BY ALL
), owed AS (
    SELECT sku, coalesce(warehouse, $place) AS warehouse, sum(open_qty) AS qty FROM order_line
    WHERE open_qty > 0 GROUP BY ALL
), main AS (
    SELECT i.sku, coalesce(i.supplier, min_by(p.supplier, (p.rank, p.supplier))) AS supplier,
        min(coalesce(p.lead_time_days, s.lead_time_days)) AS lead_days
    FROM item i LEFT JOIN supplier_item p ON p.sku = i.sku
    LEFT JOIN supplier s ON s.supplier = coalesce(p.supplier, i.supplier) GROUP BY i.sku, i.supplier
)
SELECT p.sku, p.warehouse, m.supplier, a.customers, p.daily_qty, m.lead_days, r.rule,
    (coalesce(h.qty, 0) - coalesce(o.qty, 0))::DECIMAL(18,4) AS free_qty
FROM pace p JOIN again a USING (sku) JOIN item i USING (sku) LEFT JOIN main m USING (sku)
LEFT JOIN held h USING (sku, warehouse) LEFT JOIN owed o USING (sku, warehouse)
LEFT JOIN replenish_policy r ON r.sku = p.sku AND r.warehouse = p.warehouse
WHERE a.customers >= $customers AND i.status = 'active'
    AND NOT EXISTS (SELECT 1 FROM purchase_line b WHERE b.sku = p.sku AND b.open_qty > 0
        AND coalesce(b.warehouse, $place) = p.warehouse)
    AND NOT EXISTS (SELECT 1 FROM suggestion g WHERE g.sku = p.sku AND g.warehouse = p.warehouse
        AND g.kind IN ('buy', 'make', 'transfer'))
ORDER BY p.daily_qty DESC, p.sku, p.warehouse
"""


def on_time_supply(con: Connection, today: date, place: str) -> Rows:
    """Open purchase lines that are not late, with what is free or comes before them, and the pace."""
    return rows(con, _ON_TIME, {"today": today, "place": place})


_ON_TIME = f"""
WITH coming AS (
    SELECT p.purchase_no, p.line_no, p.sku, coalesce(p.warehouse, $place) AS warehouse, p.open_qty, p.status,
        p.in_transit_qty, coalesce(p.transit_on, p.promised_on, p.requested_on) AS expected_on,
        (p.open_qty / p.factor * p.unit_price * {own_rate("h.currency", "$today")})::DECIMAL(18,2) AS amount
    FROM purchase_line p JOIN purchase_order h USING (purchase_no) WHERE p.open_qty > 0
), queue AS (
    SELECT *, coalesce(sum(open_qty) OVER (PARTITION BY sku, warehouse ORDER BY expected_on NULLS LAST, purchase_no,
        line_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before_qty FROM coming
), pace AS (
    SELECT sku, warehouse, (sum(mean_qty) / sum(bucket_days))::DOUBLE AS daily_qty FROM forecast GROUP BY ALL
), held AS (
    SELECT sku, warehouse, sum(qty) AS qty FROM sellable_lot
    WHERE expiry_on IS NULL OR expiry_on >= $today GROUP BY ALL
), owed AS (
    SELECT sku, coalesce(warehouse, $place) AS warehouse, sum(open_qty) AS qty FROM order_line
    WHERE open_qty > 0 GROUP BY ALL
)
SELECT q.purchase_no, q.line_no, h.person AS buyer, q.sku, q.warehouse, q.open_qty, q.status, q.in_transit_qty,
    q.expected_on, q.amount, coalesce(p.daily_qty, 0) AS daily_qty,
    (coalesce(l.qty, 0) - coalesce(o.qty, 0) + q.before_qty)::DECIMAL(18,4) AS free_qty
FROM queue q JOIN purchase_order h USING (purchase_no)
LEFT JOIN pace p ON p.sku = q.sku AND p.warehouse = q.warehouse
LEFT JOIN held l ON l.sku = q.sku AND l.warehouse = q.warehouse
LEFT JOIN owed o ON o.sku = q.sku AND o.warehouse = q.warehouse
WHERE q.expected_on >= $today ORDER BY q.purchase_no, q.line_no
"""


def planned_on(con: Connection) -> date | None:
    """The day of the stored plan; without one nothing is known of what is planned."""
    found = rows(con, "SELECT today FROM derived_run WHERE table_name = 'forecast'")
    day: date | None = found[0]["today"] if found else None
    return day


def value_and_punctuality(con: Connection, today: date, days: int, skus: list[str]) -> Rows:
    """Per buyer: the stock value of these items now and before, and on-time lines now and before.

    An item counts for whoever ordered it last. A line is on time when all of it was usable by its
    first promise (else the day asked for).
    """
    return rows(con, _TREND, {"today": today, "days": days, "skus": skus})


_TREND = """
WITH last AS (
    SELECT l.sku, max_by(h.person, (h.ordered_on, h.purchase_no)) AS buyer
    FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
    WHERE h.status <> 'draft' AND l.sku IN (SELECT unnest($skus::VARCHAR[])) GROUP BY l.sku
), worth AS (
    SELECT b.buyer, sum(e.qty * coalesce(i.purchase_price, 0)) AS value_amount,
        sum(e.qty * coalesce(i.purchase_price, 0)) FILTER (e.moved_on <= $today - $days::INTEGER) AS before_amount
    FROM stock_entry e JOIN last b USING (sku) JOIN item i USING (sku) WHERE e.place NOT LIKE '@%' GROUP BY ALL
), due AS (
    SELECT h.person AS buyer, coalesce(l.first_promised_on, l.requested_on) AS due_on, u.usable_on
    FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
    LEFT JOIN purchase_usable u USING (purchase_no, line_no)
    WHERE h.status IN ('approved', 'confirmed', 'closed')
), kept AS (
    SELECT buyer,
        100 * avg((usable_on <= due_on)::INTEGER) FILTER (due_on > $today - $days::INTEGER) AS punctual_pct,
        100 * avg((usable_on <= due_on)::INTEGER) FILTER (due_on <= $today - $days::INTEGER) AS before_pct
    FROM (SELECT buyer, due_on, coalesce(usable_on, DATE '9999-12-31') AS usable_on FROM due)
    WHERE due_on < $today AND due_on > $today - 2 * $days::INTEGER GROUP BY ALL
)
SELECT w.buyer, w.value_amount::DOUBLE AS value_amount, w.before_amount::DOUBLE AS before_amount,
    k.punctual_pct, k.before_pct
FROM worth w LEFT JOIN kept k ON k.buyer IS NOT DISTINCT FROM w.buyer ORDER BY w.buyer
"""
