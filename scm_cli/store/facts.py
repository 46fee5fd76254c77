"""What the core asks of the shop's file, gathered by joins and sums. No rule stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.records.keys import KEYS
from scm_cli.store.gateway import Stream, frame, rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import polars as pl

    Connection = duckdb.DuckDBPyConnection


def shop_facts(con: Connection) -> dict[str, str]:
    """The shop's own facts: start day, whether the opening is closed."""
    return {r["name"]: r["value"] for r in rows(con, "SELECT name, value FROM shop_fact")}


def default_warehouse(con: Connection, preferred: str) -> str | None:
    """The warehouse of documents that name none: the preferred one, unless only others are used."""
    usual = "SELECT 1 FROM warehouse JOIN stock_move ON to_place = warehouse WHERE warehouse = ? LIMIT 1"
    if rows(con, usual, [preferred]):
        return preferred
    found = rows(
        con,
        "SELECT w.warehouse, count(m.place) AS used FROM warehouse w LEFT JOIN "
        "(SELECT DISTINCT place FROM stock_entry) m ON m.place = w.warehouse "
        "GROUP BY w.warehouse, w.priority ORDER BY used DESC, w.priority, w.warehouse",
    )
    names = [r["warehouse"] for r in found]
    used = [r["warehouse"] for r in found if r["used"]]
    if preferred in names and (preferred in used or not used):
        return preferred
    return names[0] if names else None


def masters(con: Connection) -> dict[str, pl.DataFrame]:
    """Codes and names of every master record, and the units of items."""
    return {
        "item": frame(con, "SELECT sku, name, unit FROM item ORDER BY sku"),
        "item_unit": frame(con, "SELECT sku, unit, factor FROM item_unit ORDER BY sku, unit"),
        "customer": frame(con, "SELECT customer, name FROM customer ORDER BY customer"),
        "supplier": frame(con, "SELECT supplier, name FROM supplier ORDER BY supplier"),
        "warehouse": frame(con, "SELECT warehouse, name FROM warehouse ORDER BY warehouse"),
    }


def categories(con: Connection) -> list[str]:
    """The categories that items have."""
    asked = "SELECT DISTINCT category FROM item WHERE category IS NOT NULL ORDER BY 1"
    return [row["category"] for row in rows(con, asked)]


def _asked(con: Connection, asked: pl.DataFrame, sql: str) -> pl.DataFrame:
    """The answer to a query that joins the rows that are asked for, as `asked`."""
    con.register("asked", Stream(asked))
    try:
        return frame(con, sql)
    finally:
        con.unregister("asked")


def existing(con: Connection, table: str, given: pl.DataFrame) -> pl.DataFrame:
    """The stored rows of `table` whose keys stand in `given`."""
    key = KEYS[table]
    if is_empty(con, table):
        return frame(con, f"SELECT * EXCLUDE (entry) FROM {table}")
    on = " AND ".join(f"t.{k} = a.{k}" for k in key)
    sql = f"SELECT t.* EXCLUDE (entry) FROM {table} t SEMI JOIN asked a ON {on}"
    return _asked(con, given.select(key).unique(), sql)


def is_empty(con: Connection, table: str) -> bool:
    """Whether a table has no row."""
    return not con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()


def never_stocked(con: Connection) -> set[str]:
    """Items that are asked for and of which no stock was ever entered, while the books are open.

    Once the opening is closed, an item that nobody entered is one of which there is none; only
    where no stock was entered at all it is still unknown.
    """
    closed = shop_facts(con).get("opening_finished")
    if closed and not is_empty(con, "stock_move"):
        return set()
    found = con.execute(
        "SELECT DISTINCT sku FROM order_line WHERE sku NOT IN (SELECT sku FROM stock_move)"
    ).fetchall()
    return {row[0] for row in found}


def sold_to(con: Connection, customers: pl.Series) -> pl.DataFrame:
    """Order lines of these customers, for netting returns."""
    return _asked(
        con,
        customers.to_frame("customer"),
        "SELECT h.customer, l.sku, l.order_no, l.line_no, l.qty, h.ordered_on FROM sales_order_line l "
        "JOIN sales_order h USING (order_no) SEMI JOIN asked a ON a.customer = h.customer",
    )


def ordered_by(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """The customers of these orders: `order_no`, `customer`."""
    return _asked(
        con,
        numbers.to_frame("order_no"),
        "SELECT h.order_no, h.customer FROM sales_order h SEMI JOIN asked a USING (order_no)",
    )


def live_moves(con: Connection, kind: str, numbers: pl.Series) -> pl.DataFrame:
    """Moves of these documents that stand, each with the last move of its chain of reversals.

    A reversal may itself be reversed (an undo is): a move stands while an even number of
    reversals follow it.
    """
    return _asked(
        con,
        numbers.unique().to_frame("document_no"),
        "WITH RECURSIVE mine AS (SELECT m.* FROM stock_move m SEMI JOIN asked a USING (document_no) "
        f"WHERE m.document_kind = '{kind}'), chain AS (SELECT move_no AS root, move_no AS tip, 0 AS n "
        "FROM mine WHERE reverses IS NULL UNION ALL SELECT c.root, m.move_no, c.n + 1 "
        "FROM chain c JOIN mine m ON m.reverses = c.tip) "
        "SELECT m.* EXCLUDE (entry, reverses), t.tip FROM (SELECT root, max_by(tip, n) AS tip, "
        "max(n) AS n FROM chain GROUP BY root) t JOIN mine m ON m.move_no = t.root "
        "WHERE t.n % 2 = 0 ORDER BY m.move_no",
    )


def posted_lines(con: Connection, table: str, numbers: pl.Series) -> pl.DataFrame:
    """Stored lines of these documents with their heads' fields; opening stock by warehouse."""
    key = KEYS[table][0]
    head = table.removesuffix("_line")
    join = f"JOIN {head} USING ({key})" if head != table else ""
    return _asked(
        con,
        numbers.unique().to_frame(key),
        f"SELECT * EXCLUDE (entry) FROM {table} {join} SEMI JOIN asked USING ({key}) "
        f"ORDER BY {', '.join(KEYS[table])}",
    )


def books(con: Connection, warehouse: str, day: date) -> pl.DataFrame:
    """What the ledger says lay in a warehouse at the end of a day: sku, lot, qty."""
    return frame(
        con,
        "SELECT sku, lot, sum(qty)::DECIMAL(18,4) AS qty FROM stock_entry "
        "WHERE place = ? AND moved_on <= ? GROUP BY ALL HAVING sum(qty) <> 0",
        [warehouse, day],
    )


def purchase_lines(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """Order lines of these purchase orders with what was received on them."""
    return _asked(
        con,
        numbers.to_frame("purchase_no"),
        "SELECT l.purchase_no, l.line_no, l.sku, l.qty, l.cancelled_qty, l.received_before_qty, "
        "l.accepted_qty, l.open_qty, l.status, l.supplier, l.unit_price, l.factor, l.tax_included, "
        "l.tax_rate_pct, l.in_transit_qty FROM purchase_line l SEMI JOIN asked a USING (purchase_no) ORDER BY 1, 2",
    )


def order_lines(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """Order lines of these customer orders with what was shipped on them."""
    return _asked(
        con,
        numbers.to_frame("order_no"),
        "SELECT l.order_no, l.line_no, l.sku, l.qty, l.cancelled_qty, l.shipped_before_qty, "
        "l.shipped_qty, l.open_qty, l.status, l.customer FROM order_line l SEMI JOIN asked a "
        "USING (order_no) ORDER BY 1, 2",
    )


def returned(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """Lines of customer returns that name these orders."""
    return _asked(
        con,
        numbers.to_frame("order_no"),
        "SELECT l.return_no, l.line_no, l.order_no, l.order_line_no, l.sku, l.qty "
        "FROM sales_return_line l SEMI JOIN asked a USING (order_no)",
    )


def received(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """What these receipts accepted, per item."""
    return _asked(
        con,
        numbers.to_frame("receipt_no"),
        "SELECT receipt_no, sku, sum(accepted_qty)::DECIMAL(18,4) AS accepted_qty "
        "FROM receipt_line SEMI JOIN asked a USING (receipt_no) GROUP BY ALL",
    )


def given_back(con: Connection, numbers: pl.Series) -> pl.DataFrame:
    """Lines of returns to suppliers that name these receipts."""
    return _asked(
        con,
        numbers.to_frame("receipt_no"),
        "SELECT return_no, line_no, receipt_no, sku, qty FROM purchase_return_line "
        "SEMI JOIN asked a USING (receipt_no)",
    )


def negatives(con: Connection) -> dict[tuple[str, str], Any]:
    """(sku, warehouse) → quantity, where the ledger is below zero."""
    found = con.execute(
        "SELECT sku, place, sum(qty) FROM stock_entry WHERE place NOT LIKE '@%' "
        "GROUP BY ALL HAVING sum(qty) < 0 ORDER BY ALL"
    ).fetchall()
    return {(sku, place): qty for sku, place, qty in found}


def counted_warehouses(con: Connection) -> set[str]:
    """Warehouses that have had a full count: from then on they refuse to go negative."""
    return {
        r["warehouse"]
        for r in rows(con, "SELECT DISTINCT warehouse FROM stock_count WHERE is_full")
    }
