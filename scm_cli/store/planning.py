"""Frames for planning, gathered by joins and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.store.currency import own_rate
from scm_cli.store.gateway import frame
from scm_cli.store.lookup import LEVELS
from scm_cli.store.price_lists import NET, OFFERED, VALID

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection

OWN_RATE = own_rate("s.currency", "$today")


def demand(con: Connection, today: date, place: str, *, dealers: bool = True) -> pl.DataFrame:
    """What customers asked for, per item, warehouse and day before `today`.

    Orders as requested, less what was cancelled; returns that a cancellation nets count on the
    day of the line that they take back; deliveries without an order count on their own day.
    With `dealers`, what a dealer sold on stands in place of what it ordered from us, on the days
    that its sheets speak of. `line_qty` is the largest line of the day.
    """
    from scm_cli.core.series import daily

    lines = frame(
        con,
        "WITH asked AS ("
        '  SELECT h.customer, l.sku, coalesce(h.warehouse, $place) AS warehouse, h.ordered_on AS "on", '
        "    (l.qty - l.cancelled_qty)::DOUBLE AS qty "
        "  FROM sales_order_line l JOIN sales_order h USING (order_no) "
        "  WHERE h.status IN ('confirmed', 'closed') AND l.kind IN ('normal', 'replacement') "
        "  UNION ALL "
        "  SELECT o.customer, r.sku, coalesce(o.warehouse, $place), o.ordered_on, -r.qty::DOUBLE "
        "  FROM sales_return_line r JOIN sales_return h USING (return_no) JOIN sales_order o USING (order_no) "
        "  WHERE r.order_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stock_move m "
        "      WHERE m.document_kind = 'sales_return' "
        "      AND m.document_no = r.return_no AND m.line_no = r.line_no) "
        "  UNION ALL "
        "  SELECT h.customer, s.sku, h.warehouse, h.shipped_on, s.qty::DOUBLE FROM shipment_line s "
        f"  JOIN shipment h USING (shipment_no) WHERE s.order_no IS NULL){_SOLD_ON if dealers else _ASKED} "
        'SELECT sku, warehouse, "on", qty FROM told WHERE "on" < $today',
        {"place": place, "today": today},
    )
    return daily(lines)


def levels(con: Connection, today: date, place: str) -> pl.DataFrame:
    """Sums per item and warehouse: on hand, usable, reserved, inbound, open demand."""
    names = ("on_hand_qty", "usable_qty", "reserved_qty", "inbound_qty", "demand_qty")
    told = ", ".join(f"{name}::DOUBLE AS {name}" for name in names)
    asked = {"today": today, "place": place}
    return frame(con, f"SELECT sku, warehouse, {told} FROM ({LEVELS})", asked)


_ASKED = ", told AS (SELECT * FROM asked)"
_SOLD_ON = (
    ", told AS (SELECT a.* FROM asked a ANTI JOIN dealer_sale d ON d.customer = a.customer AND d.sku = a.sku "
    '  AND a."on" BETWEEN d.from_on AND d.until_on UNION ALL '
    "  SELECT customer, sku, coalesce(warehouse, $place), "
    "  unnest(generate_series(from_on, until_on, INTERVAL 1 DAY))::DATE, daily_qty FROM dealer_sale)"
)


def ledger_days(con: Connection) -> pl.DataFrame:
    """Net moves per item, warehouse and day."""
    return frame(
        con,
        'SELECT sku, place AS warehouse, moved_on AS "on", sum(qty)::DOUBLE AS qty FROM stock_entry '
        "WHERE place NOT LIKE '@%' GROUP BY ALL ORDER BY ALL",
    )


def committed(con: Connection, place: str) -> pl.DataFrame:
    """Open confirmed demand: what is still owed to customers, and when they want it."""
    return frame(
        con,
        "SELECT sku, coalesce(warehouse, $place) AS warehouse, "
        'coalesce(promised_on, requested_on, ordered_on) AS "on", open_qty::DOUBLE AS qty, order_no, line_no '
        "FROM order_line WHERE open_qty > 0 ORDER BY ALL",
        {"place": place},
    )


def wanted(con: Connection, place: str) -> pl.DataFrame:
    """Open confirmed demand on the days that customers asked for, whatever we promised them."""
    return frame(
        con,
        "SELECT sku, coalesce(warehouse, $place) AS warehouse, "
        'coalesce(requested_on, ordered_on) AS "on", open_qty::DOUBLE AS qty, order_no, line_no '
        "FROM order_line WHERE open_qty > 0 ORDER BY ALL",
        {"place": place},
    )


def reserved(con: Connection) -> pl.DataFrame:
    """What open order lines hold of the stock of a warehouse."""
    return frame(
        con,
        "SELECT sku, warehouse, order_no, line_no, sum(qty)::DOUBLE AS held_qty FROM reservation "
        "WHERE source = 'stock' GROUP BY ALL ORDER BY ALL",
    )


def purchase_history(con: Connection) -> pl.DataFrame:
    """Every purchase line with the days of its receipts: what lead times are learnt from."""
    return frame(
        con,
        "WITH daily AS (SELECT l.purchase_no, l.purchase_line_no AS line_no, r.received_on, "
        "    sum(l.accepted_qty) AS accepted_qty FROM receipt_line l JOIN receipt r USING (receipt_no) "
        "  WHERE l.purchase_no IS NOT NULL GROUP BY ALL), "
        "came AS (SELECT purchase_no, line_no, received_on, sum(accepted_qty) OVER (PARTITION BY "
        "    purchase_no, line_no ORDER BY received_on) AS so_far FROM daily), "
        "usable AS (SELECT c.purchase_no, c.line_no, min(c.received_on) AS usable_on FROM came c "
        "  JOIN purchase_order_line p ON p.purchase_no = c.purchase_no AND p.line_no = c.line_no "
        "  WHERE c.so_far >= 0.95 * (p.qty - p.cancelled_qty) GROUP BY ALL) "
        "SELECT v.purchase_no, v.line_no, v.supplier, v.sku, coalesce(v.warehouse, '') AS warehouse, v.ordered_on, "
        "  v.requested_on, v.first_promised_on, v.promised_on, u.usable_on, v.open_qty > 0 AS open, "
        "  v.changed_by_us, v.open_qty::DOUBLE AS open_qty, v.qty::DOUBLE AS qty, v.status, v.cancelled_by, "
        "  v.in_transit_qty::DOUBLE AS in_transit_qty, v.transit_on "
        "FROM purchase_line v LEFT JOIN usable u USING (purchase_no, line_no) "
        "WHERE v.status <> 'draft' ORDER BY v.purchase_no, v.line_no",
    )


def offers(con: Connection, today: date) -> pl.DataFrame:
    """Valid supplier prices at the first break, ex tax per stock unit; and the items' main suppliers."""
    return frame(
        con,
        f"WITH priced AS (SELECT p.supplier, p.sku, {NET} AS unit_price, p.moq_qty, p.order_multiple_qty, "
        "    p.lead_time_days, p.valid_until_on, p.rank "
        f"  FROM {OFFERED} p JOIN item i USING (sku) WHERE {VALID} "
        "  QUALIFY row_number() OVER (PARTITION BY p.supplier, p.sku ORDER BY p.from_qty) = 1), "
        "main AS (SELECT i.supplier, i.sku, i.purchase_price / (1 + coalesce(i.tax_rate_pct, 0) / 100), "
        "    NULL, NULL, NULL, NULL, 1 FROM item i ANTI JOIN priced p ON p.sku = i.sku "
        "  WHERE i.supplier IS NOT NULL) "
        "SELECT o.supplier, o.sku, o.unit_price::DOUBLE AS unit_price, o.moq_qty::DOUBLE AS moq_qty, "
        "  o.order_multiple_qty::DOUBLE AS order_multiple_qty, "
        "  coalesce(o.lead_time_days, s.lead_time_days)::BIGINT AS quoted_days, o.valid_until_on, "
        "  o.rank::BIGINT AS rank, s.state = 'approved' AS approved, "
        f"  (s.min_order_amount * {OWN_RATE})::DOUBLE AS min_order_amount, "
        f"  (s.free_freight_amount * {OWN_RATE})::DOUBLE AS free_freight_amount, "
        f"  (s.freight_amount * {OWN_RATE})::DOUBLE AS freight_amount, s.name AS supplier_name "
        "FROM (SELECT * FROM priced UNION ALL SELECT * FROM main) o JOIN supplier s USING (supplier) "
        "ORDER BY o.sku, o.rank, o.supplier",
        {"today": today},
    )


def breaks(con: Connection, today: date) -> pl.DataFrame:
    """Valid prices of items that get cheaper from a quantity on, ex tax per stock unit."""
    return frame(
        con,
        f"SELECT p.supplier, p.sku, p.from_qty::DOUBLE AS from_qty, ({NET})::DOUBLE AS unit_price "
        f"FROM {OFFERED} p JOIN item i USING (sku) WHERE {VALID} "
        "QUALIFY count(*) OVER (PARTITION BY p.supplier, p.sku) > 1 "
        "ORDER BY p.sku, p.supplier, p.from_qty",
        {"today": today},
    )


def items(con: Connection) -> pl.DataFrame:
    """Items as planning sees them, money ex tax."""
    return frame(
        con,
        "SELECT sku, name, unit, category, status, shelf_life_days, min_qty::DOUBLE AS min_qty, "
        "max_qty::DOUBLE AS max_qty, daily_guess_qty::DOUBLE AS guess_daily_qty, "
        "(purchase_price / (1 + coalesce(tax_rate_pct, 0) / 100))::DOUBLE AS unit_cost, "
        "(sale_price / (1 + coalesce(tax_rate_pct, 0) / 100))::DOUBLE AS unit_sale FROM item ORDER BY sku",
    )


def policies(con: Connection) -> pl.DataFrame:
    """The owner's own rules per item and warehouse."""
    return frame(
        con,
        "SELECT sku, warehouse, min_qty::DOUBLE AS own_min_qty, max_qty::DOUBLE AS own_max_qty, rule, "
        "service_pct::DOUBLE AS own_service_pct, storage_qty::DOUBLE AS storage_qty, "
        "snooze_until_on FROM replenish_policy ORDER BY ALL",
    )


def sale_prices(con: Connection, today: date) -> pl.DataFrame:
    """What items really sold for in the last year, per stock unit."""
    return frame(
        con,
        "SELECT sku, (sum(qty / factor * unit_price) / sum(qty))::DOUBLE AS sold_price FROM order_line "
        "WHERE unit_price > 0 AND kind = 'normal' AND ordered_on >= $today - INTERVAL 365 DAY "
        "AND ordered_on < $today GROUP BY ALL HAVING sum(qty) > 0 ORDER BY sku",
        {"today": today},
    )


def closures(con: Connection) -> pl.DataFrame:
    """Days on which somebody does not work; whoever only resells stops with its maker."""
    return frame(
        con,
        "SELECT party_kind, party, from_on, until_on FROM closure UNION "
        "SELECT c.party_kind, s.supplier, c.from_on, c.until_on FROM closure c "
        "JOIN supplier s ON s.made_by = c.party WHERE c.party_kind = 'supplier' ORDER BY ALL",
    )


def events(con: Connection) -> pl.DataFrame:
    """Days on which demand differs."""
    return frame(
        con,
        "SELECT event, from_on, until_on, kind, category, uplift_pct::DOUBLE AS uplift_pct FROM event ORDER BY ALL",
    )
