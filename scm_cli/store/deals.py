"""What customers agreed and paid: price lists, last deals, what they owe; as plain rows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    Connection = duckdb.DuckDBPyConnection

LAST_DEALS = 5


def prices(
    con: Connection, customer: dict[str, Any], items: Sequence[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Every price that could hold for a customer, by item and by where it comes from.

    `unit_price` is per unit that holds `factor` stock units.
    """
    skus = [item["sku"] for item in items]
    asked = {"skus": skus, "customer": customer["customer"], "class": customer["customer_class"]}
    found: dict[str, list[dict[str, Any]]] = {sku: [] for sku in skus}
    agreed = rows(con, "SELECT 1 FROM price_list LIMIT 1") and rows(con, _AGREED, asked)
    for row in [*agreed, *rows(con, _LAST, {n: asked[n] for n in ("skus", "customer")})]:
        found[row.pop("sku")].append(row)
    for item in items:
        plain = {
            "scope": "list", "from_qty": 0, "unit_price": item["sale_price"], "factor": Decimal(1),
            "tax_included": True, "tax_rate_pct": item["tax_rate_pct"], "valid_from_on": None,
            "valid_until_on": None, "document": None,
        }  # fmt: skip
        found[item["sku"]].append(plain)
    return found


_AGREED = """
SELECT p.sku, p.scope, (p.from_qty * coalesce(u.factor, 1))::DECIMAL(18,4) AS from_qty, p.unit_price,
    coalesce(u.factor, 1)::DECIMAL(18,4) AS factor, p.tax_included,
    p.tax_rate_pct, p.valid_from_on, p.valid_until_on, p.contract_no AS document
FROM price_list p LEFT JOIN item_unit u ON u.sku = p.sku AND u.unit = p.unit
WHERE p.sku IN (SELECT unnest($skus::VARCHAR[])) AND ((p.scope IN ('contract', 'customer') AND p.party = $customer)
    OR (p.scope = 'class' AND p.party = $class))
"""
_LAST = """
SELECT l.sku, 'last' AS scope, 0 AS from_qty, l.unit_price, l.factor, l.tax_included, l.tax_rate_pct,
    NULL AS valid_from_on, NULL AS valid_until_on, h.order_no AS document
FROM sales_order h JOIN sales_order_line l ON l.order_no = h.order_no
WHERE h.customer = $customer AND l.sku IN (SELECT unnest($skus::VARCHAR[])) AND l.unit_price > 0
    AND l.kind = 'normal' AND h.status IN ('confirmed', 'closed')
QUALIFY row_number() OVER (PARTITION BY l.sku ORDER BY h.ordered_on DESC, h.order_no DESC, l.line_no DESC) = 1
"""
DEALS = """
SELECT h.ordered_on, h.order_no, l.line_no, l.qty, l.unit, l.factor, l.unit_price, l.tax_included, l.tax_rate_pct,
    l.discount_pct, l.price_source FROM sales_order_line l JOIN sales_order h USING (order_no)
WHERE h.customer = $customer AND l.sku = $sku AND l.unit_price > 0 AND l.kind = 'normal'
    AND h.status IN ('confirmed', 'closed') ORDER BY h.ordered_on DESC, h.order_no DESC, l.line_no DESC
"""


def last_deals(con: Connection, customer: str, sku: str) -> list[dict[str, Any]]:
    """The last deals of a customer in an item, newest first."""
    return rows(con, f"{DEALS} LIMIT {LAST_DEALS}", {"customer": customer, "sku": sku})


def paid(con: Connection, number: str) -> Decimal:
    """What came in for an order, less what was paid back."""
    found = rows(
        con,
        "SELECT coalesce(sum(CASE WHEN direction = 'in' THEN amount ELSE -amount END), 0)::DECIMAL(18,2) AS amount "
        "FROM payment WHERE document_no = ?",
        [number],
    )
    return Decimal(found[0]["amount"])


def order_lines(con: Connection, customer: str, but: str | None = None) -> list[dict[str, Any]]:
    """What a customer has open on confirmed orders, per line."""
    return rows(
        con,
        "SELECT order_no, open_qty AS qty, factor, unit_price, tax_included, tax_rate_pct FROM order_line "
        "WHERE customer = ? AND open_qty > 0 AND order_no IS DISTINCT FROM ?",
        [customer, but],
    )


def stored_lines(con: Connection, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Lines of orders as they are stored."""
    return rows(
        con,
        "SELECT * EXCLUDE (entry) FROM sales_order_line WHERE order_no IN (SELECT unnest(?::VARCHAR[])) "
        "ORDER BY order_no, line_no",
        [list(numbers)],
    )
