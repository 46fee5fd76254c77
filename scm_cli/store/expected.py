"""What planning asks of sales: regular buying, and the items of open deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.store.gateway import frame

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection

BUYS = """
WITH sold AS (
    SELECT h.customer, l.sku, coalesce(h.warehouse, $place) AS warehouse, h.ordered_on AS day,
        (l.qty - l.cancelled_qty)::DOUBLE AS qty
    FROM sales_order_line l JOIN sales_order h USING (order_no)
    WHERE h.status IN ('confirmed', 'closed') AND l.kind = 'normal' AND l.qty > l.cancelled_qty
    UNION ALL
    SELECT h.customer, l.sku, h.warehouse, h.shipped_on, l.qty::DOUBLE
    FROM shipment_line l JOIN shipment h USING (shipment_no) WHERE l.order_no IS NULL
)
SELECT customer, sku, warehouse, day, qty FROM sold WHERE customer <> $walk_in AND day <= $today AND qty > 0
"""
DEAL_LINES = """
SELECT l.deal_no, d.customer, l.sku, $place AS warehouse, sum(l.qty)::DOUBLE AS qty, EXISTS (
    SELECT 1 FROM sales_order h JOIN sales_order_line o USING (order_no)
    WHERE h.customer = d.customer AND o.sku = l.sku AND h.status IN ('confirmed', 'closed')
        AND o.sku IN (SELECT sku FROM deal_line)
) AS is_known
FROM deal_line l JOIN deal d USING (deal_no) WHERE d.stage NOT IN ($won, $lost) GROUP BY ALL ORDER BY ALL
"""

#: Items that several customers bought again, of which less is free than they bought lately; with
#: what comes within a new order's lead time. No item of which nothing sells, or with plenty, is here.
SCARCE = """
WITH line AS (
    SELECT h.customer, l.sku, h.ordered_on AS day, l.qty - l.cancelled_qty AS qty
    FROM sales_order_line l JOIN sales_order h USING (order_no)
    WHERE h.status IN ('confirmed', 'closed') AND l.kind = 'normal' AND l.qty > l.cancelled_qty
    UNION ALL
    SELECT h.customer, l.sku, h.shipped_on, l.qty FROM shipment_line l JOIN shipment h USING (shipment_no)
    WHERE l.order_no IS NULL
), lately AS (
    SELECT sku, sum(qty) AS qty FROM line WHERE day > $today - $days::INTEGER AND day <= $today GROUP BY sku
), held AS (SELECT sku, sum(qty) AS qty FROM sellable_lot GROUP BY sku),
owed AS (SELECT sku, sum(open_qty) AS qty FROM order_line WHERE open_qty > 0 GROUP BY sku),
lead AS (
    SELECT i.sku, coalesce(min(coalesce(p.lead_time_days, s.lead_time_days)), $lead)::BIGINT AS lead_days
    FROM item i LEFT JOIN supplier_item p ON p.sku = i.sku
    LEFT JOIN supplier s ON s.supplier = coalesce(p.supplier, i.supplier)
    WHERE i.status = 'active' GROUP BY i.sku
), coming AS (
    SELECT c.sku, sum(c.qty) AS qty FROM inbound c JOIN lead USING (sku)
    WHERE c.expected_on <= $today + lead_days::INTEGER GROUP BY c.sku
), few AS (
    SELECT l.sku, l.qty AS lately_qty, e.lead_days,
        (coalesce(h.qty, 0) - coalesce(o.qty, 0) + coalesce(c.qty, 0))::DOUBLE AS free_qty
    FROM lead e JOIN lately l USING (sku) LEFT JOIN held h USING (sku)
    LEFT JOIN owed o USING (sku) LEFT JOIN coming c USING (sku)
), repeated AS (
    SELECT sku FROM (
        SELECT sku, customer FROM line WHERE sku IN (SELECT sku FROM few WHERE free_qty < lately_qty)
        GROUP BY ALL HAVING min(day) < max(day)
    ) GROUP BY sku HAVING count(*) >= $customers
)
SELECT f.sku, f.free_qty, f.lead_days FROM few f JOIN repeated USING (sku)
WHERE f.free_qty < f.lately_qty ORDER BY f.sku
"""


def scarce(con: Connection, today: date, days: int, customers: int, lead_days: int) -> pl.DataFrame:
    """sku, free_qty, lead_days of items that customers buy again and that may run short."""
    asked = {"today": today, "days": days, "customers": customers, "lead": lead_days}
    return frame(con, SCARCE, asked)


def buys(con: Connection, today: date, place: str, walk_in: str) -> pl.DataFrame:
    """customer, sku, warehouse, day, qty of every purchase, but of those who are not known by name."""
    return frame(con, BUYS, {"today": today, "place": place, "walk_in": walk_in})


def deal_lines(con: Connection, place: str, won: str, lost: str) -> pl.DataFrame:
    """The items of open deals, and whether their customer bought them before."""
    return frame(con, DEAL_LINES, {"place": place, "won": won, "lost": lost})
