"""What becomes of goods that left: delivered to the door, or given back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.order import returns
from scm_cli.core.stock import moves
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents, order
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing
from scm_cli.store.orders import LEFT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.documents import Entered
    from scm_cli.run import Run


def deliver(run: Run, number: str, on: date) -> tuple[Committed, list[str]]:
    """Mark a shipment, or all of an order that are on their way, as delivered.

    Raises:
        ScmError: there is no such shipment or order, or nothing of it is on its way.
    """
    with writing(run) as con:
        found = rows(con, _ON_WAY, [number, number])
        if not found:
            if not rows(con, "SELECT 1 FROM shipment WHERE shipment_no = ?", [number]):
                _order_or_delivery(con, number)
            raise ScmError(
                "nothing of {number} is on its way", hint="See `scm order show`.", number=number
            )
        for row in found:
            if on < row["shipped_on"]:
                raise ScmError(
                    "{number} left on {left}; it cannot arrive on {day}",
                    exit_code=Exit.REFUSED,
                    number=row["shipment_no"],
                    left=row["shipped_on"].isoformat(),
                    day=on.isoformat(),
                )
        changes = Changes()
        numbers = [row["shipment_no"] for row in found]
        changes.update("shipment", [{"shipment_no": n, "delivered_on": on} for n in numbers])
        return commit(con, run, changes), numbers


def _order_or_delivery(con: Any, number: str) -> None:  # noqa: ANN401 -- the store's connection
    """What was named is an order; if it is neither that nor a delivery, the nearest one is told."""
    if rows(con, "SELECT 1 FROM sales_order WHERE order_no = ?", [number]):
        return
    from scm_cli.core.search import unknown

    known = rows(
        con, "SELECT shipment_no AS no FROM shipment UNION ALL SELECT order_no FROM sales_order"
    )
    raise unknown("delivery or order", number, [r["no"] for r in known], "See `scm order list`.")


_ON_WAY = """
SELECT DISTINCT h.shipment_no, h.shipped_on FROM shipment h JOIN shipment_line l USING (shipment_no)
WHERE (h.shipment_no = ? OR l.order_no = ?) AND h.delivered_on IS NULL ORDER BY h.shipment_no
"""


@dataclass(frozen=True, slots=True)
class Back:
    """How goods come back."""

    on: date
    reason: str | None
    disposition: str
    warehouse: str | None = None
    lot: str | None = None
    note: str | None = None


def take_back(run: Run, number: str, typed: Sequence[Typed], back: Back) -> Entered:
    """Goods of an order that a customer returned; what is restocked is offered to waiting orders.

    Raises:
        ScmError: they come back before they left, more than left, or in a lot that
            was not shipped on the order.
    """
    with writing(run) as con:
        head = order.head_of(con, number)
        shipped = rows(con, _SHIPPED, [number])
        place = documents.warehouse(con, run, back.warehouse or head["warehouse"])
        changes = Changes()
        no = documents.number(con, run, changes, "sales_return")
        made = {
            "return_no": no, "customer": head["customer"], "warehouse": place,
            "returned_on": back.on, "reason": back.reason, "note": back.note,
        }  # fmt: skip
        stored: list[dict[str, Any]] = []
        for line in documents.resolved(con, typed):
            for of, qty in returns.taken_back(line, shipped):
                returns.require_shipped(of, back.lot, back.on)
                of["returned_qty"] += qty  # type: ignore[index]
                stored.append(
                    {"return_no": no, "line_no": len(stored) + 1, "order_no": number,
                     "order_line_no": of["line_no"], "sku": line["sku"], "qty": qty,
                     "unit": line["unit"], "factor": line["factor"], "unit_price": None,
                     "disposition": back.disposition, "lot": back.lot or of["lot"]}
                )  # fmt: skip
        changes.insert("sales_return", [made])
        changes.insert("sales_return_line", stored)
        posted = [moves.move("sales_return", {**made, **line}, "returned_on") for line in stored]
        changes.insert("stock_move", [row for row in posted if row is not None])
        return documents.post(con, run, changes, [line["sku"] for line in stored], no)


_SHIPPED = f"""
SELECT l.order_no, l.line_no, l.sku, l.shipped_before_qty + l.shipped_qty AS shipped_qty,
    coalesce(b.qty, 0)::DECIMAL(18,4) AS returned_qty, s.lot,
    s.left_on, coalesce(s.lots, []) AS lots
FROM order_line l LEFT JOIN (SELECT order_no, order_line_no AS line_no, sum(qty) AS qty
    FROM sales_return_line GROUP BY ALL) b USING (order_no, line_no)
LEFT JOIN ({LEFT}) s USING (order_no, line_no)
WHERE l.order_no = ? ORDER BY l.line_no
"""
