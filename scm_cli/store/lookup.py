"""One document's questions: an item, a supplier, a warehouse, an order; as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    Connection = duckdb.DuckDBPyConnection

LEVELS = """
WITH held AS (
    SELECT sku, warehouse, sum(qty) AS on_hand_qty,
        sum(qty) FILTER ((expiry_on IS NULL OR expiry_on >= $today) AND warehouse NOT IN
            (SELECT warehouse FROM warehouse WHERE kind <> 'normal')) AS usable_qty
    FROM on_hand_lot GROUP BY ALL
), coming AS (
    SELECT sku, coalesce(warehouse, $place) AS warehouse, sum(open_qty) AS inbound_qty
    FROM purchase_line WHERE open_qty > 0 GROUP BY ALL
), kept AS (
    SELECT sku, warehouse, sum(qty) AS reserved_qty FROM reservation
    WHERE source = 'stock' GROUP BY ALL
), asked AS (
    SELECT sku, coalesce(warehouse, $place) AS warehouse, sum(open_qty) AS demand_qty
    FROM order_line WHERE open_qty > 0 GROUP BY ALL
)
SELECT sku, warehouse, coalesce(on_hand_qty, 0)::DECIMAL(18,4) AS on_hand_qty,
    coalesce(usable_qty, 0)::DECIMAL(18,4) AS usable_qty,
    coalesce(reserved_qty, 0)::DECIMAL(18,4) AS reserved_qty,
    coalesce(inbound_qty, 0)::DECIMAL(18,4) AS inbound_qty,
    coalesce(demand_qty, 0)::DECIMAL(18,4) AS demand_qty
FROM held FULL JOIN coming USING (sku, warehouse) FULL JOIN kept USING (sku, warehouse)
    FULL JOIN asked USING (sku, warehouse)
ORDER BY sku, warehouse
"""

#: Lots in a warehouse, and what no other order line holds of each.
FREE_LOTS = """
SELECT s.lot, s.expiry_on, (s.qty - coalesce(r.qty, 0))::DECIMAL(18,4) AS free_qty
FROM on_hand_lot s LEFT JOIN (SELECT sku, warehouse, lot, sum(qty) AS qty FROM reservation
    WHERE source = 'stock' AND (order_no <> $number OR line_no <> $line) GROUP BY ALL) r
    ON r.sku = s.sku AND r.warehouse = s.warehouse AND r.lot IS NOT DISTINCT FROM s.lot
WHERE s.sku = $sku AND s.warehouse = $place AND s.qty > 0
"""


def levels(con: Connection, today: date, place: str | None) -> list[dict[str, Any]]:
    """Sums per item and warehouse: on hand, usable, reserved, inbound, open demand."""
    return rows(con, LEVELS, {"today": today, "place": place})


def items(con: Connection, skus: list[str]) -> dict[str, dict[str, Any]]:
    """The items of these codes that there are, by code."""
    marks = ", ".join("?" * len(skus)) or "NULL"
    found = rows(con, f"SELECT * EXCLUDE (entry) FROM item WHERE sku IN ({marks})", skus)
    return {row["sku"]: row for row in found}


def item(con: Connection, sku: str) -> dict[str, Any]:
    """The item with that code.

    Raises:
        ScmError: there is none (exit 4), with the nearest code.
    """
    return one(con, "item", "sku", sku)


def one(con: Connection, table: str, key: str, code: str) -> dict[str, Any]:
    """The row of `table` with that code.

    Raises:
        ScmError: there is none (exit 4), with the nearest code.
    """
    found = rows(con, f"SELECT * EXCLUDE (entry) FROM {table} WHERE {key} = ?", [code])
    if not found:
        from scm_cli.core.search import unknown

        known = [str(r[0]) for r in con.execute(f"SELECT {key} FROM {table}").fetchall()]
        raise unknown(table.replace("_", " "), code, known)
    return found[0]


def known_warehouse(con: Connection, code: str | None) -> None:
    """Nothing, where there is that warehouse or none was named.

    Raises:
        ScmError: there is none (exit 4), with the nearest code, else with all that there are.
    """
    if code is None:
        return
    found = con.execute("SELECT warehouse FROM warehouse ORDER BY warehouse").fetchall()
    known = [str(row[0]) for row in found]
    if code not in known:
        from scm_cli.core.search import unknown

        raise unknown("warehouse", code, known, "There are: {names}.", names=", ".join(known))


def packs(con: Connection, sku: str) -> list[tuple[str, Any]]:
    """Pack units of an item and how many of its own unit they hold."""
    found = con.execute("SELECT unit, factor FROM item_unit WHERE sku = ? ORDER BY factor", [sku])
    return [(unit, factor) for unit, factor in found.fetchall()]


def negative_of(con: Connection, skus: list[str]) -> dict[tuple[str, str], Any]:
    """(item, warehouse) → quantity below zero, for these items."""
    marks = ", ".join("?" * len(skus))
    found = con.execute(
        f"SELECT sku, place, sum(qty) FROM stock_entry WHERE sku IN ({marks}) "
        "AND place NOT LIKE '@%' GROUP BY ALL HAVING sum(qty) < 0",
        skus,
    ).fetchall()
    return {(sku, place): qty for sku, place, qty in found}
