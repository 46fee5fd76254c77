"""Gather, by joins and sums, whatever breaks an invariant; the words are in `core.checks`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scm_cli.core.checks import Finding, finding
from scm_cli.core.records.keys import REFERENCES, UNINDEXED
from scm_cli.core.records.naming import record_word
from scm_cli.store import facts, journal, mark
from scm_cli.store.commit import columns_of
from scm_cli.store.gateway import last_entry, rows
from scm_cli.store.references import dangling
from scm_cli.store.unique import twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from scm_cli.run import Run

    Connection = duckdb.DuckDBPyConnection

TRIGGERS = (
    "stock_move_no_update",
    "stock_move_no_delete",
    "journal_no_update",
    "journal_no_delete",
)

#: document kind → its posted lines: document, line, day, quantity moved.
POSTED: dict[str, str] = {
    "receipt": "SELECT receipt_no AS no, line_no, received_on AS on_day, accepted_qty AS qty "
    "FROM receipt_line JOIN receipt USING (receipt_no)",
    "shipment": "SELECT shipment_no AS no, line_no, shipped_on AS on_day, qty "
    "FROM shipment_line JOIN shipment USING (shipment_no)",
    "sales_return": "SELECT return_no AS no, line_no, returned_on AS on_day, qty "
    "FROM sales_return_line JOIN sales_return USING (return_no)",
    "purchase_return": "SELECT return_no AS no, line_no, returned_on AS on_day, qty "
    "FROM purchase_return_line JOIN purchase_return USING (return_no)",
    "transfer": "SELECT transfer_no AS no, line_no, moved_on AS on_day, qty "
    "FROM transfer_line JOIN transfer USING (transfer_no)",
}

#: Moves of one document kind: a reversal takes off what it reverses, its own reversal adds it again.
SIGNED = (
    "WITH RECURSIVE back AS (SELECT m.move_no, -1 AS sign FROM stock_move m JOIN stock_move o "
    "ON o.move_no = m.reverses WHERE o.reverses IS NULL UNION ALL SELECT m.move_no, -b.sign "
    "FROM stock_move m JOIN back b ON m.reverses = b.move_no) "
    "SELECT document_no AS no, line_no, qty * coalesce(b.sign, 1) AS signed "
    "FROM stock_move LEFT JOIN back b USING (move_no) WHERE document_kind = ?"
)


def findings(con: Connection, run: Run, *, deep: bool) -> list[Finding]:
    """Everything that does not add up; `deep` also reads every block and every digest."""
    found = [
        *_references(con),
        *_ledger(con),
        *_orders(con),
        *_reservations(con, run),
        *_stock(con, run),
        *_file(con, run),
    ]
    return [*found, *_deep(con)] if deep else found


def _references(con: Connection) -> Iterator[Finding]:
    for child, column, parent in REFERENCES:
        for code in dangling(con, child, column, parent)[:50]:
            told = {"child": record_word(child), "parent": record_word(parent)}
            yield finding("reference", f"{child}.{column} {code}", **told)
    for table in UNINDEXED:
        for number, line in twice(con, table):
            yield finding("twice", f"{record_word(table)} {number}/{line}")


def _ledger(con: Connection) -> Iterator[Finding]:
    start = facts.shop_facts(con).get("start_on", "0001-01-01")
    for kind, lines in POSTED.items():
        for r in rows(
            con,
            f"WITH moved AS (SELECT no, line_no, sum(signed) AS moved FROM ({SIGNED}) GROUP BY ALL) "
            f"SELECT no, line_no, coalesce(l.qty, 0) AS want, coalesce(moved, 0) AS have "
            f"FROM (SELECT * FROM ({lines}) WHERE on_day >= ?::DATE) l FULL JOIN moved m USING (no, line_no) "
            "WHERE coalesce(l.qty, 0) <> coalesce(moved, 0) ORDER BY 1, 2 LIMIT 50",
            [kind, start],
        ):
            yield finding(
                "ledger", f"{kind} {r['no']}/{r['line_no']}", want=r["want"], have=r["have"]
            )
    for r in rows(
        con,
        "SELECT DISTINCT place FROM stock_entry e ANTI JOIN warehouse w ON w.warehouse = e.place "
        "WHERE place NOT LIKE '@%' GROUP BY place, sku, lot HAVING sum(qty) <> 0",
    ):
        yield finding("place", f"stock_move {r['place']}", other=r["place"])


def _orders(con: Connection) -> Iterator[Finding]:
    for r in rows(
        con,
        "SELECT purchase_no, line_no, qty - cancelled_qty AS want, received_before_qty + accepted_qty AS have "
        "FROM purchase_line WHERE received_before_qty + accepted_qty > (qty - cancelled_qty) * 1.1 "
        "AND cancelled_qty = 0 LIMIT 50",
    ):
        yield finding(
            "received", f"{r['purchase_no']}/{r['line_no']}", want=r["want"], have=r["have"]
        )
    for r in rows(
        con,
        "SELECT order_no, line_no, qty AS want, shipped_before_qty + shipped_qty AS have FROM order_line "
        "WHERE shipped_before_qty + shipped_qty > qty LIMIT 50",
    ):
        yield finding("shipped", f"{r['order_no']}/{r['line_no']}", want=r["want"], have=r["have"])


def _reservations(con: Connection, run: Run) -> Iterator[Finding]:
    for r in rows(
        con,
        "SELECT r.sku, r.warehouse, r.have, coalesce(h.want, 0) AS want FROM (SELECT sku, warehouse, "
        "sum(qty) AS have FROM reservation WHERE source = 'stock' GROUP BY ALL) r LEFT JOIN (SELECT sku, "
        "warehouse, sum(qty) AS want FROM on_hand_lot WHERE expiry_on IS NULL OR expiry_on >= ? GROUP BY ALL) h "
        "USING (sku, warehouse) WHERE r.have > coalesce(h.want, 0) ORDER BY 1, 2",
        [run.today],
    ):
        yield finding("reserved", f"{r['sku']} @ {r['warehouse']}", have=r["have"], want=r["want"])
    for r in rows(
        con,
        "SELECT r.purchase_no, r.purchase_line_no AS line_no, r.have, coalesce(p.open_qty, 0) AS want FROM "
        "(SELECT purchase_no, purchase_line_no, sum(qty) AS have FROM reservation WHERE source = 'inbound' "
        "GROUP BY ALL) r LEFT JOIN purchase_line p ON p.purchase_no = r.purchase_no "
        "AND p.line_no = r.purchase_line_no WHERE r.have > coalesce(p.open_qty, 0) ORDER BY 1, 2",
    ):
        yield finding(
            "pegged", f"{r['purchase_no']}/{r['line_no']}", have=r["have"], want=r["want"]
        )
    for r in rows(
        con,
        "SELECT r.order_no, r.line_no, r.have, coalesce(o.open_qty, 0) AS want FROM (SELECT order_no, line_no, "
        "sum(qty) AS have FROM reservation GROUP BY ALL) r LEFT JOIN order_line o USING (order_no, line_no) "
        "WHERE r.have > coalesce(o.open_qty, 0) ORDER BY 1, 2",
    ):
        yield finding("held", f"{r['order_no']}/{r['line_no']}", have=r["have"], want=r["want"])


def _stock(con: Connection, run: Run) -> Iterator[Finding]:
    """Below zero where that is refused; elsewhere it is a warning of `scm today`."""
    policy = run.settings.stock.negative
    counted = facts.counted_warehouses(con)
    for (sku, warehouse), qty in facts.negatives(con).items():
        if policy == "refuse" or (policy == "auto" and warehouse in counted):
            yield finding("stock", f"{sku} @ {warehouse}", have=qty)


def _file(con: Connection, run: Run) -> Iterator[Finding]:
    for entry in journal.broken_links(con):
        yield finding("journal", f"entry {entry}")
    entry, digest = last_entry(con)
    marked, marked_hash = mark.read(run.database)
    if marked > entry or (marked == entry and marked_hash != digest):
        yield finding("mark", "shop.duckdb.mark", have=entry, want=marked)
    have = {r[0] for r in con.execute("SELECT trigger_name FROM duckdb_triggers()").fetchall()}
    for name in TRIGGERS:
        if name not in have:
            yield finding("trigger", name, other=name)


def _deep(con: Connection) -> Iterator[Finding]:
    """Read every column of every table, and hold the ledger to the digests of its entries."""
    for (table,) in con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
    ).fetchall():
        con.execute(f"SELECT bit_xor(hash(t)) FROM {table} t").fetchall()
    names = ", ".join(
        sorted(n for n in columns_of(con, "stock_move") if n not in ("move_no", "entry"))
    )
    sums = dict(
        con.execute(
            f"SELECT entry, bit_xor(hash({names})) FROM stock_move GROUP BY entry"
        ).fetchall()
    )
    for row in rows(con, "SELECT entry, digest FROM journal ORDER BY entry"):
        said = json.loads(row["digest"]).get("+stock_move", f"{0:016x}")
        if f"{sums.get(row['entry'], 0):016x}" != said:
            yield finding("digest", f"entry {row['entry']}")
