"""What segments and campaigns ask the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import frame, rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection

SEGMENTS = "SELECT segment, rule, made_on, note FROM segment ORDER BY segment"
CAMPAIGNS = """
SELECT c.campaign_no AS campaign, c.name, c.segment, c.rule, c.from_on, c.until_on, c.sku, c.offer_price,
    c.control_pct, c.seed, c.message, c.made_on, c.note,
    coalesce(m.contacts, 0) AS contacts, coalesce(m.control, 0) AS control
FROM campaign c LEFT JOIN (
    SELECT campaign_no, count(*) FILTER (arm = 'treated') AS contacts,
        count(*) FILTER (arm = 'control') AS control FROM campaign_member GROUP BY ALL
) m USING (campaign_no) ORDER BY c.from_on DESC, c.campaign_no DESC
"""
MEMBERS = """
SELECT m.customer, p.name, p.contact, p.mobile, p.phone, p.email, p.city, p.owner, m.arm, m.stratum, m.reason
FROM campaign_member m LEFT JOIN customer p USING (customer) WHERE m.campaign_no = ? ORDER BY m.customer
"""
CONTACTS = """
SELECT m.customer, c.from_on AS day FROM campaign_member m JOIN campaign c USING (campaign_no)
WHERE m.arm = 'treated' AND c.from_on > $since AND c.from_on < $until ORDER BY ALL
"""
#: Who is set apart by a campaign that runs in the days between: contact would spoil its comparison.
APART = """
SELECT DISTINCT m.customer FROM campaign_member m JOIN campaign c USING (campaign_no)
WHERE m.arm = 'control' AND c.from_on <= $last AND c.until_on >= $first ORDER BY ALL
"""
#: What was sold on each day, ex tax: order lines less cancelled and returned ones, deliveries
#: without an order. Gifts and samples cost and bring nothing. Goods without a cost bring no margin.
SALES = """
WITH back AS (
    SELECT order_no, order_line_no AS line_no, sum(qty) AS qty FROM sales_return_line
    WHERE order_no IS NOT NULL GROUP BY ALL
), line AS (
    SELECT h.customer, h.ordered_on AS day, h.order_no AS document, l.kind, l.sku, l.factor,
        l.qty - l.cancelled_qty - coalesce(b.qty, 0) AS qty,
        CASE WHEN l.kind = 'normal' THEN l.unit_price END AS price, l.list_price,
        CASE WHEN l.tax_included THEN coalesce(l.tax_rate_pct, 0) ELSE 0 END AS rate_pct
    FROM sales_order h JOIN sales_order_line l USING (order_no) LEFT JOIN back b USING (order_no, line_no)
    WHERE h.status IN ('confirmed', 'closed') AND l.kind IN ('normal', 'gift', 'sample')
        AND l.qty > l.cancelled_qty AND h.ordered_on BETWEEN $first AND $last
    UNION ALL
    SELECT h.customer, h.shipped_on, h.shipment_no, 'normal', l.sku, l.factor, l.qty, l.unit_price, NULL,
        coalesce(i.tax_rate_pct, 0)
    FROM shipment h JOIN shipment_line l USING (shipment_no) JOIN item i USING (sku)
    WHERE l.order_no IS NULL AND h.shipped_on BETWEEN $first AND $last
), told AS (
    SELECT l.*, l.qty / l.factor * coalesce(l.price, 0) / (1 + l.rate_pct / 100) AS sales_amount,
        l.qty * i.purchase_price / (1 + coalesce(i.tax_rate_pct, 0) / 100) AS cost_amount,
        l.qty / l.factor * greatest(l.list_price - l.price, 0) / (1 + l.rate_pct / 100) AS discount_amount
    FROM line l LEFT JOIN item i USING (sku)
)
SELECT customer, day, count(DISTINCT document) FILTER (kind = 'normal') AS orders,
    sum(sales_amount)::DOUBLE AS sales_amount,
    coalesce(sum(sales_amount - cost_amount), 0)::DOUBLE AS margin_amount,
    coalesce(sum(discount_amount), 0)::DOUBLE AS discount_amount,
    count(*) FILTER (cost_amount IS NULL) AS costless
FROM told GROUP BY ALL ORDER BY ALL
"""


def segments(con: Connection) -> list[dict[str, Any]]:
    """The saved segments."""
    return rows(con, SEGMENTS)


def campaigns(con: Connection) -> list[dict[str, Any]]:
    """Every campaign, the newest first, with the size of its groups."""
    return rows(con, CAMPAIGNS)


def members(con: Connection, number: str) -> list[dict[str, Any]]:
    """Who is in a campaign, with the group of each."""
    return rows(con, MEMBERS, [number])


def contacts(con: Connection, since: date, until: date) -> list[dict[str, Any]]:
    """Who was contacted in campaigns that began between two days, those excluded."""
    return rows(con, CONTACTS, {"since": since, "until": until})


def set_apart(con: Connection, first: date, last: date) -> set[str]:
    """Customers whom a campaign running in these days compares with."""
    return {row["customer"] for row in rows(con, APART, {"first": first, "last": last})}


def sales(con: Connection, first: date, last: date) -> pl.DataFrame:
    """Per customer and day: orders, sales, margin and discount ex tax."""
    return frame(con, SALES, {"first": first, "last": last})


def categories(con: Connection) -> pl.DataFrame:
    """sku, category of items that have one."""
    return frame(con, "SELECT sku, category FROM item WHERE category IS NOT NULL ORDER BY sku")


def prices(con: Connection) -> list[dict[str, Any]]:
    """What items cost and sell for, each as its price is given, and their tax rates."""
    return rows(
        con,
        "SELECT sku, name, category, sale_price::DOUBLE AS sale_price, "
        "purchase_price::DOUBLE AS purchase_price FROM item ORDER BY sku",
    )
