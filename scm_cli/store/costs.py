"""What units cost: the moves that came in, as `core.stock.costing` asks for them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from scm_cli.core.stock.costing import Cost, Incoming, cost_of, moving_average
from scm_cli.store.currency import own_rate, tax_pct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import duckdb

_CURRENCY = "coalesce(o.currency, s.currency)"
#: Moves that were taken back, and those that took them back, count for nothing. A receipt costs what
#: its paper says, less the tax that was not stated there, at the rate of its day.
_INCOMING = f"""
WITH paper AS (
    SELECT l.receipt_no AS document_no, l.line_no, {_CURRENCY} AS currency,
        CASE WHEN l.tax_included AND l.tax_rate_pct IS NULL THEN {tax_pct("s.tax_rate_pct", _CURRENCY)}
            ELSE 0 END AS left_tax_pct
    FROM receipt_line l JOIN receipt h USING (receipt_no) JOIN supplier s USING (supplier)
        JOIN item i ON i.sku = l.sku LEFT JOIN purchase_order o ON o.purchase_no = l.purchase_no
    WHERE {_CURRENCY} <> getvariable('own_currency') OR left_tax_pct > 0
), net AS (
    SELECT sku, moved_on, move_no,
        (unit_cost * {own_rate("f.currency", "m.moved_on")} / (1 + coalesce(left_tax_pct, 0) / 100))::DECIMAL(18,6)
            AS unit_cost,
        CASE WHEN from_place LIKE '@%' THEN qty ELSE 0 END - CASE WHEN to_place LIKE '@%' THEN qty ELSE 0 END AS qty
    FROM stock_move m LEFT JOIN paper f
        ON m.document_kind = 'receipt' AND f.document_no = m.document_no AND f.line_no = m.line_no
    WHERE moved_on <= $on AND reverses IS NULL
        AND ($skus IS NULL OR sku IN (SELECT unnest($skus::VARCHAR[])))
        AND NOT EXISTS (SELECT 1 FROM stock_move r WHERE r.reverses = m.move_no)
), summed AS (
    SELECT *, coalesce(sum(qty) OVER (PARTITION BY sku ORDER BY moved_on, move_no
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::DECIMAL(18,4) AS before_qty
    FROM net WHERE qty <> 0
)
SELECT sku, before_qty, qty::DECIMAL(18,4) AS qty, unit_cost FROM summed WHERE qty > 0 AND unit_cost IS NOT NULL
ORDER BY sku, moved_on, move_no
"""
_PRICES = (
    "SELECT sku, purchase_price, tax_rate_pct FROM item "
    "WHERE $skus IS NULL OR sku IN (SELECT unnest($skus::VARCHAR[])) ORDER BY sku"
)


def costs(
    con: duckdb.DuckDBPyConnection, on: date, skus: Sequence[str] | None = None
) -> dict[str, Cost]:
    """What a unit of each item, or of these, cost on the evening of a day."""
    came = con.execute(_INCOMING, {"on": on, "skus": skus}).fetchall()
    average = {
        sku: moving_average(Incoming(*row[1:]) for row in found)
        for sku, found in groupby(came, key=lambda row: row[0])
    }
    priced = con.execute(_PRICES, {"skus": skus}).fetchall()
    return {sku: cost_of(average.get(sku), price, rate) for sku, price, rate in priced}
