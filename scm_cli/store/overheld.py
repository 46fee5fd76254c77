"""What is held beyond what is there: lots, inbound lines, order lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import duckdb

SQL = """
WITH lot AS (
    SELECT sku, warehouse, lot, sum(qty) AS qty, max(entry) AS entry FROM reservation
    WHERE source = 'stock' GROUP BY ALL
), peg AS (
    SELECT purchase_no, purchase_line_no AS line_no, sum(qty) AS qty, max(entry) AS entry
    FROM reservation WHERE source = 'inbound' GROUP BY ALL
), line AS (
    SELECT order_no, line_no, sum(qty) AS qty, max(entry) AS entry FROM reservation GROUP BY ALL
)
SELECT concat_ws(' ', l.sku, l.warehouse, l.lot) AS what, l.entry FROM lot l
LEFT JOIN sellable_lot s ON s.sku = l.sku AND s.warehouse = l.warehouse AND s.lot IS NOT DISTINCT FROM l.lot
    AND (s.expiry_on IS NULL OR s.expiry_on >= $today)
WHERE l.qty > coalesce(s.qty, 0)
UNION ALL
SELECT concat(p.purchase_no, '/', p.line_no), p.entry FROM peg p LEFT JOIN purchase_line b USING (purchase_no, line_no)
WHERE p.qty > coalesce(b.open_qty, 0)
UNION ALL
SELECT concat(h.order_no, '/', h.line_no), h.entry FROM line h LEFT JOIN order_line o USING (order_no, line_no)
WHERE h.qty > coalesce(o.open_qty, 0)
ORDER BY ALL
"""


def found(con: duckdb.DuckDBPyConnection, today: date) -> dict[str, int]:
    """What is held beyond what is there → the last entry that holds of it."""
    return {str(what): int(entry) for what, entry in con.execute(SQL, {"today": today}).fetchall()}
