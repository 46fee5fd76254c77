"""What promises and allocation are decided from, gathered by joins and sums, as plain rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import rows
from scm_cli.store.price_lists import NET, OFFERED, VALID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

    Connection = duckdb.DuckDBPyConnection
    Rows = list[dict[str, Any]]

FEW = 20  # items that are named one by one; more are joined


def _asked(sql: str, skus: Sequence[str] | None, **params: object) -> tuple[str, dict[str, Any]]:
    """The question with `{mine:COLUMN}` as a condition on the item, and its parameters."""
    if skus is None:
        return _MINE.sub("true", sql), params
    if len(skus) <= FEW:
        named = {f"sku_{n}": sku for n, sku in enumerate(skus)}
        marks = ", ".join(f"${name}" for name in named) or "NULL"
        return _MINE.sub(rf"\1 IN ({marks})", sql), {**params, **named}
    return _MINE.sub(r"\1 IN (SELECT unnest($skus::VARCHAR[]))", sql), {
        **params,
        "skus": list(skus),
    }


_MINE = re.compile(r"\{mine:([a-z.]+)\}")


def open_lines(con: Connection, place: str, skus: Sequence[str] | None) -> Rows:
    """Open lines of confirmed orders with all that ranks them; `place` stands for no warehouse.

    What is open is as in the view `order_line`, asked of these items alone.
    """
    return rows(con, *_asked(_OPEN_LINES, skus, place=place))


#: What left before the books began has no day and no lot that they know.
LEFT = """
SELECT x.order_no, x.order_line_no AS line_no, any_value(x.sku) AS sku, max(x.lot) AS lot,
    CASE WHEN any_value(o.shipped_before_qty) > 0 THEN NULL ELSE min(h.shipped_on) END AS left_on,
    list_sort(list(DISTINCT x.lot) FILTER (x.lot IS NOT NULL)) AS lots
FROM shipment_line x JOIN shipment h USING (shipment_no)
JOIN sales_order_line o ON o.order_no = x.order_no AND o.line_no = x.order_line_no
GROUP BY x.order_no, x.order_line_no
"""


def left(con: Connection, numbers: Sequence[str]) -> dict[tuple[str, int], dict[str, Any]]:
    """Of each line of these orders of which something was shipped: the first day, and the lots."""
    found = rows(con, f"SELECT * FROM ({LEFT}) WHERE order_no IN (SELECT unnest(?))", [numbers])
    return {(row["order_no"], row["line_no"]): row for row in found}


_OPEN_LINES = """
SELECT l.order_no, l.line_no, h.customer, l.sku, coalesce(h.warehouse, $place) AS warehouse,
    (l.qty - l.cancelled_qty - l.shipped_before_qty - coalesce(s.qty, 0))::DECIMAL(18,4) AS open_qty,
    h.priority, l.promised_on, h.requested_on, h.ordered_on, h.is_pinned, c.customer_class,
    coalesce(h.city, c.city) AS city
FROM sales_order_line l JOIN sales_order h ON h.order_no = l.order_no
LEFT JOIN customer c ON c.customer = h.customer
LEFT JOIN (SELECT order_no, order_line_no AS line_no, sum(qty) AS qty FROM shipment_line
    WHERE order_no IS NOT NULL AND {mine:sku} GROUP BY ALL) s
    ON s.order_no = l.order_no AND s.line_no = l.line_no
WHERE h.status = 'confirmed' AND {mine:l.sku}
    AND l.qty - l.cancelled_qty - l.shipped_before_qty - coalesce(s.qty, 0) > 0
"""


def lots(con: Connection, today: date, skus: Sequence[str] | None) -> Rows:
    """Lots that may be promised: in warehouses of the normal kind, not expired; also below zero."""
    found = rows(con, *_asked(_LOTS, skus))
    ends: dict[tuple[str, str | None], date] = {}
    for row in found:  # a lot expires everywhere on the day that any of its moves tells
        if row["expiry_on"] is not None:
            key = (row["sku"], row["lot"])
            ends[key] = max(row["expiry_on"], ends.get(key, row["expiry_on"]))
    kept = []
    for row in found:
        row["expiry_on"] = ends.get((row["sku"], row["lot"]))
        good = row["expiry_on"] is None or row["expiry_on"] >= today
        if row.pop("kind") == "normal" and row["qty"] and good:
            kept.append(row)
    return kept


_LOTS = """
SELECT e.sku, e.place AS warehouse, e.lot, max(e.expiry_on) AS expiry_on, sum(e.qty)::DECIMAL(18,4) AS qty, w.kind
FROM stock_entry e LEFT JOIN warehouse w ON w.warehouse = e.place WHERE {mine:e.sku} GROUP BY ALL
"""


def inbound(con: Connection, place: str, skus: Sequence[str] | None) -> Rows:
    """Open lines of confirmed purchase orders: when they are expected, by the supplier's last word."""
    if not con.execute(*_asked(_ANY_INBOUND, skus)).fetchall():
        return []
    return rows(con, *_asked(_INBOUND, skus, place=place))


_ANY_INBOUND = """
SELECT 1 FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
WHERE h.status IN ('approved', 'confirmed') AND {mine:l.sku} LIMIT 1
"""
_INBOUND = """
SELECT p.purchase_no, p.line_no, p.supplier, p.sku, coalesce(p.warehouse, $place) AS warehouse,
    p.open_qty, p.in_transit_qty, p.in_transit_qty >= p.open_qty AS shipped, p.status, p.ordered_on, p.expected_on,
    coalesce(o.days, s.lead_time_days) AS quoted_days
FROM purchase_line p JOIN supplier s USING (supplier)
LEFT JOIN (SELECT supplier, sku, min(lead_time_days) AS days FROM supplier_item GROUP BY ALL) o
    ON o.supplier = p.supplier AND o.sku = p.sku
WHERE p.open_qty > 0 AND {mine:p.sku}
"""


def reservations(con: Connection, skus: Sequence[str] | None) -> Rows:
    """What is held of these items."""
    sql = "SELECT * EXCLUDE (entry) FROM reservation WHERE {mine:sku} ORDER BY reservation_no"
    return rows(con, *_asked(sql, skus))


def lost_to_counts(con: Connection) -> dict[tuple[str, int], str]:
    """Order lines whose held goods a stock count did not find, and the last such count."""
    return {(row["order_no"], row["line_no"]): row["count_no"] for row in rows(con, _LOST)}


_LOST = """
SELECT j.before ->> 'order_no' AS order_no, (j.before ->> 'line_no')::INTEGER AS line_no,
    arg_max(c.count_no, c.entry) AS count_no
FROM stock_count c JOIN stock_count_line l USING (count_no) JOIN journal_row j ON j.entry = c.entry
WHERE l.counted_qty < l.book_qty AND j.table_name = 'reservation' AND j.op IN ('update', 'delete')
    AND j.before ->> 'sku' = l.sku AND j.before ->> 'source' = 'stock'
GROUP BY ALL
"""


def last_reservation(con: Connection) -> int:
    """The highest number ever given to a reservation; a number is not used twice."""
    found = con.execute(
        "SELECT greatest((SELECT coalesce(max(reservation_no), 0) FROM reservation), "
        "(SELECT coalesce(max(last_no), 0) FROM number_series WHERE series = 'reservation'))"
    )
    return int(found.fetchall()[0][0])


def delay_pools(con: Connection, today: date) -> dict[str, dict[str, list[tuple[int, bool, int]]]]:
    """Days past their anchor day of purchase lines, by anchor and supplier.

    Anchors are "promise", "notice" (the shipment notice's day, of lines wholly announced) and
    "quoted".

    (days, came, lines): open lines are past it by at least the days until today. Lines that we
    changed are left out.
    """
    found: dict[str, dict[str, list[tuple[int, bool, int]]]] = {
        kind: {} for kind in ("promise", "notice", "quoted")
    }
    for kind, supplier, days, came, n in con.execute(_DELAYS, {"today": today}).fetchall():
        found[kind].setdefault(supplier, []).append((int(days), bool(came), int(n)))
    return found


_DELAYS = """
WITH line AS (
    SELECT l.purchase_no, l.line_no, h.supplier, h.ordered_on, l.first_promised_on, u.usable_on,
        h.ordered_on + coalesce(o.days, s.lead_time_days)::INTEGER AS quoted_on,
        l.requested_on, h.status IN ('approved', 'confirmed') AND u.usable_on IS NULL AS open,
        CASE WHEN t.qty >= l.qty - l.cancelled_qty THEN t.expected_on END AS announced_on
    FROM purchase_order_line l JOIN purchase_order h USING (purchase_no)
    JOIN supplier s ON s.supplier = h.supplier
    LEFT JOIN purchase_usable u USING (purchase_no, line_no)
    LEFT JOIN (
        SELECT purchase_no, purchase_line_no AS line_no, sum(qty) AS qty, max(expected_on) AS expected_on
        FROM supplier_shipment_line JOIN supplier_shipment USING (notice_no) GROUP BY ALL
    ) t USING (purchase_no, line_no)
    LEFT JOIN (SELECT supplier, sku, min(lead_time_days) AS days FROM supplier_item GROUP BY ALL) o
        ON o.supplier = h.supplier AND o.sku = l.sku
    WHERE NOT l.changed_by_us AND h.status <> 'draft'
), told AS (
    SELECT 'promise' AS kind, supplier, first_promised_on AS anchor_on, ordered_on, usable_on, open FROM line
    UNION ALL
    SELECT 'notice', supplier, announced_on, ordered_on, usable_on, open FROM line
    UNION ALL
    SELECT 'quoted', supplier, quoted_on, ordered_on, usable_on, open FROM line
    WHERE requested_on IS NULL OR quoted_on IS NULL OR requested_on <= quoted_on
)
SELECT kind, supplier, coalesce(usable_on, $today) - anchor_on AS days, NOT open AS came, count(*) AS n
FROM told WHERE anchor_on IS NOT NULL AND (open OR usable_on IS NOT NULL)
    AND coalesce(usable_on, $today) >= ordered_on
GROUP BY ALL ORDER BY ALL
"""


def trips(con: Connection, warehouses: Sequence[str]) -> Rows:
    """Deliveries that arrived, by warehouse, city and days on the way."""
    return rows(
        con,
        "SELECT warehouse, city, days, count(*) AS deliveries FROM lane "
        "WHERE warehouse IN (SELECT unnest($places::VARCHAR[])) GROUP BY ALL ORDER BY ALL",
        {"places": list(warehouses)},
    )


def closures(con: Connection) -> Rows:
    """Days on which the firm or its carriers do not work."""
    return rows(
        con,
        "SELECT party_kind, from_on, until_on FROM closure WHERE party_kind IN ('firm', 'carrier')",
    )


def offers(con: Connection, sku: str, today: date) -> Rows:
    """Approved suppliers of an item: valid price per stock unit ex tax, days quoted."""
    return rows(
        con,
        f"SELECT p.supplier, min({NET})::DECIMAL(18,6) AS unit_price, "
        "  min(coalesce(p.lead_time_days, s.lead_time_days)) AS quoted_days "
        f"FROM {OFFERED} p JOIN supplier s USING (supplier) JOIN item i ON i.sku = p.sku "
        f"WHERE p.sku = $sku AND s.state = 'approved' AND {VALID} GROUP BY ALL "
        "UNION ALL SELECT i.supplier, (i.purchase_price / (1 + coalesce(i.tax_rate_pct, 0) / 100))::DECIMAL(18,6), "
        "  s.lead_time_days FROM item i JOIN supplier s ON s.supplier = i.supplier "
        "WHERE i.sku = $sku AND s.state = 'approved' AND NOT EXISTS (SELECT 1 FROM supplier_item p "
        "  WHERE p.sku = i.sku AND p.supplier = i.supplier) ORDER BY 1",
        {"sku": sku, "today": today},
    )


def substitutes(con: Connection, sku: str) -> Rows:
    """What may be sent instead, the first choice first."""
    return rows(
        con,
        "SELECT b.substitute, b.factor, b.rank FROM item_substitute b WHERE b.sku = ? ORDER BY b.rank, b.substitute",
        [sku],
    )


def suggested(con: Connection, skus: Sequence[str]) -> Rows:
    """What the plan would buy, make or move for these items: not firm."""
    return rows(
        con,
        "SELECT sku, warehouse, kind, supplier, from_warehouse, order_qty, order_by_on, need_by_on FROM suggestion "
        "WHERE kind IN ('buy', 'make', 'transfer') AND sku IN (SELECT unnest($skus::VARCHAR[])) ORDER BY ALL",
        {"skus": list(skus)},
    )
