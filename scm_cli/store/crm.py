"""What the customer rules ask the shop: deals with their worth, leads, purchases; rows and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import frame, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection

#: A deal with its customer's class and region, its dearest item, and what it is worth: as stated,
#: else as its items are priced.
DEALS = """
WITH items AS (
    SELECT l.deal_no, arg_max(l.sku, l.qty * coalesce(l.unit_price / l.factor, i.sale_price, 0)) AS sku,
        sum(l.qty * coalesce(l.unit_price / l.factor, i.sale_price)) AS amount
    FROM deal_line l LEFT JOIN item i USING (sku) GROUP BY l.deal_no
)
SELECT d.deal_no, d.name, d.customer, c.name AS customer_name, d.lead_no, d.owner, d.source, d.stage,
    d.opened_on, d.closed_on, d.value_amount, d.expected_close_on, d.next_step, d.next_step_on,
    d.lost_reason, d.note, c.customer_class AS class, c.region, n.sku, i.category AS product_group,
    coalesce(nullif(d.value_amount, 0), n.amount)::DOUBLE AS worth_amount
FROM deal d LEFT JOIN customer c ON c.customer = d.customer LEFT JOIN items n ON n.deal_no = d.deal_no
LEFT JOIN item i ON i.sku = n.sku ORDER BY d.deal_no
"""
EVENTS = "SELECT deal_no, event_no, stage, changed_on FROM deal_event ORDER BY deal_no, event_no"

#: Sales of goods that customers keep: order lines less cancelled ones, deliveries without an order.
#: What came back lowers the amount, not the fact that there was a purchase.
SOLD = """
WITH back AS (
    SELECT order_no, order_line_no AS line_no, sum(qty) AS qty FROM sales_return_line
    WHERE order_no IS NOT NULL GROUP BY ALL
), sold AS (
    SELECT h.customer, h.ordered_on AS day, h.order_no AS document, l.sku, l.qty - l.cancelled_qty AS qty,
        (l.qty - l.cancelled_qty - coalesce(b.qty, 0)) / l.factor * coalesce(l.unit_price, 0) AS amount,
        coalesce(l.discount_pct, 0) > 0 AS is_discounted
    FROM sales_order h JOIN sales_order_line l USING (order_no) LEFT JOIN back b USING (order_no, line_no)
    WHERE h.status IN ('confirmed', 'closed') AND l.kind = 'normal' AND l.qty > l.cancelled_qty
    UNION ALL
    SELECT h.customer, h.shipped_on, h.shipment_no, l.sku, l.qty,
        l.qty / l.factor * coalesce(l.unit_price, 0), false
    FROM shipment h JOIN shipment_line l USING (shipment_no) WHERE l.order_no IS NULL
)
"""
PURCHASES = f"""{SOLD}
SELECT customer, day, document, sum(amount)::DOUBLE AS amount FROM sold
WHERE customer <> $walk_in AND ($customer IS NULL OR customer = $customer) GROUP BY ALL ORDER BY ALL
"""
BOUGHT = f"""{SOLD}
SELECT customer, sku, day, sum(qty)::DOUBLE AS qty FROM sold
WHERE customer <> $walk_in AND ($customer IS NULL OR customer = $customer)
    AND ($skus IS NULL OR sku IN (SELECT unnest($skus::VARCHAR[]))) GROUP BY ALL ORDER BY ALL
"""
ON_HAND = (
    "SELECT sku, sum(qty)::DOUBLE AS available_qty FROM sellable_lot GROUP BY sku ORDER BY sku"
)


def deals(con: Connection) -> pl.DataFrame:
    """Every deal, as `DEALS` says."""
    return frame(con, DEALS)


def has_deals(con: Connection) -> bool:
    """Whether the shop keeps deals at all."""
    return bool(rows(con, "SELECT 1 FROM deal LIMIT 1"))


def events(con: Connection) -> pl.DataFrame:
    """Every change of stage."""
    return frame(con, EVENTS)


def purchases(con: Connection, walk_in: str, customer: str | None = None) -> pl.DataFrame:
    """customer, day, document, amount; without the customer of cash sales."""
    return frame(con, PURCHASES, {"walk_in": walk_in, "customer": customer})


def bought(
    con: Connection,
    walk_in: str,
    customer: str | None = None,
    skus: Sequence[str] | None = None,
) -> pl.DataFrame:
    """customer, sku, day, qty, of one customer and of some items if named; without cash sales."""
    return frame(con, BOUGHT, {"walk_in": walk_in, "customer": customer, "skus": skus})


def on_hand(con: Connection) -> pl.DataFrame:
    """sku, available_qty in warehouses from which is sold."""
    return frame(con, ON_HAND)


def customers(con: Connection) -> pl.DataFrame:
    """The customers' own fields."""
    return frame(con, "SELECT * EXCLUDE (entry) FROM customer ORDER BY customer")


def last_event(con: Connection, number: str) -> dict[str, Any] | None:
    """The newest change of a deal."""
    found = rows(
        con, "SELECT * EXCLUDE (entry) FROM deal_event WHERE deal_no = ? ORDER BY event_no DESC LIMIT 1", [number]
    )  # fmt: skip
    return found[0] if found else None


def history(con: Connection, number: str) -> list[dict[str, Any]]:
    """The changes of a deal with the hour of their entry."""
    return rows(
        con,
        "SELECT e.event_no, e.stage, e.from_stage, e.changed_on, j.made_at AS entered_at, "
        "coalesce(e.person, j.who) AS person, e.note FROM deal_event e "
        "LEFT JOIN journal j ON j.entry = e.entry WHERE e.deal_no = ? ORDER BY e.event_no",
        [number],
    )


def interactions(con: Connection, field: str, code: str, most: int) -> list[dict[str, Any]]:
    """What was said, newest first; `field` is customer, lead_no or deal_no."""
    return rows(
        con,
        "SELECT interaction_no AS interaction, happened_on, clock, kind, customer, lead_no, deal_no, person, note "
        f"FROM interaction WHERE {field} = ? ORDER BY happened_on DESC, clock DESC NULLS LAST, 1 DESC LIMIT ?",
        [code, most],
    )


def tags(con: Connection, customer: str | None = None) -> list[dict[str, Any]]:
    """Tags that people put on customers."""
    return rows(
        con,
        "SELECT customer, tag, tagged_on, note FROM customer_tag WHERE ? IS NULL OR customer = ? ORDER BY ALL",
        [customer, customer],
    )


def item_names(con: Connection) -> pl.DataFrame:
    """sku, name of every item."""
    return frame(con, "SELECT sku, name FROM item ORDER BY sku")
