"""Goods of an order leave: what it holds, by lot, first expiry first."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from scm_cli.core.changes import Changes
from scm_cli.core.order import fulfilment, terms
from scm_cli.core.stock import moves
from scm_cli.errors import Problem, ScmError
from scm_cli.jobs import documents, order, twin_parcels
from scm_cli.store import deals, lookup
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.allocate import Used
    from scm_cli.jobs.documents import Entered
    from scm_cli.jobs.ordering import Ordered
    from scm_cli.run import Run

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sent:
    """How a shipment leaves."""

    on: date
    carrier: str | None = None
    tracking_no: str | None = None
    lot: str | None = None
    note: str | None = None


@dataclass(slots=True)
class _Leaving:
    """A shipment in the making: its lines, and what it uses of holds."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    used: Used = field(default_factory=dict)

    def add(self, line: dict[str, Any], lot: str | None, qty: Decimal) -> None:
        self.lines.append({**line, "lot": lot, "qty": qty})
        key = (line["order_no"], line["order_line_no"], lot)
        self.used[key] = self.used.get(key, ZERO) + qty


def ship(run: Run, number: str, typed: Sequence[Typed], sent: Sent) -> Entered:
    """Ship what an order holds from stock: all of it, or the lines that are given.

    Raises:
        ScmError: the order is not confirmed, waits for money, or holds less than is asked for.
    """
    with writing(run) as con:
        order.head_of(con, number)
        head = lookup.one(con, "sales_order", "order_no", number)
        terms.require_state(head, "shipped")
        if head["city"] is None:
            head["city"] = lookup.one(con, "customer", "customer", head["customer"])["city"]
        lines = deals.stored_lines(con, [number])
        paid = {**head, "paid_amount": deals.paid(con, number)}
        terms.require_paid(paid, terms.amount(lines))
        open_lines = rows(con, _OPEN, [number])
        leaving = _Leaving()
        asked = documents.resolved(con, typed)
        place = head["warehouse"] or documents.warehouse(con, run, None)
        for line, qty in _asked(number, open_lines, asked):
            _pick(con, leaving, line, qty, (place, sent))
        if not leaving.lines:
            raise ScmError(
                "nothing is allocated to order {number}",
                hint="See what it waits for: scm order show {number}",
                number=number,
            )
        changes = Changes()
        no = shipment(con, run, changes, head, place, sent, leaving.lines)
        skus = sorted({line["sku"] for line in leaving.lines})
        twins: list[Problem] = []
        return documents.post(
            con, run, changes, skus, no, leaving.used,
            lambda: twins.extend(twin_parcels.doubts(con, [no])),
        ).also(twins)  # fmt: skip


_OPEN = """
SELECT l.order_no, l.line_no, l.sku, l.unit, l.factor, l.open_qty FROM order_line l
WHERE l.order_no = ? ORDER BY l.line_no
"""
_HOLDS = """
SELECT r.lot, r.qty, r.warehouse, x.expiry_on FROM reservation r LEFT JOIN on_hand_lot x
    ON x.sku = r.sku AND x.warehouse = r.warehouse AND x.lot IS NOT DISTINCT FROM r.lot
WHERE r.order_no = ? AND r.line_no = ? AND r.source = 'stock'
"""


def _asked(
    number: str, lines: list[dict[str, Any]], asked: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], Decimal | None]]:
    """Order lines and how much of each; None: all that it holds."""
    if not asked:
        return [(line, None) for line in lines if line["open_qty"] > 0]
    found: list[tuple[dict[str, Any], Decimal | None]] = []
    for want in asked:
        mine = [line for line in lines if line["sku"] == want["sku"]]
        if not mine:
            raise ScmError("order {number} has no line for {sku}", number=number, sku=want["sku"])
        left = want["qty"]
        for line in mine[:-1]:
            part = min(left, line["open_qty"])
            found += [(line, part)] if part > 0 else []
            left -= part
        found += [(mine[-1], left)] if left > 0 else []
    return found


def _pick(
    con: Any,  # noqa: ANN401
    leaving: _Leaving,
    line: dict[str, Any],
    qty: Decimal | None,
    way: tuple[str, Sent],
) -> None:
    """The lots that leave for a line: those it holds, or the lot that was named."""
    place, sent = way
    holds = rows(con, _HOLDS, [line["order_no"], line["line_no"]])
    picks = fulfilment.shippable(line, qty, holds, sent.lot)
    row = {
        "order_no": line["order_no"], "order_line_no": line["line_no"], "sku": line["sku"],
        "unit": line["unit"], "factor": line["factor"],
    }  # fmt: skip
    if sent.lot is None:
        for lot, part in picks:
            leaving.add(row, lot, part)
        return
    total = sum((part for _, part in picks), ZERO)
    asked = {
        "number": line["order_no"],
        "line": line["line_no"],
        "sku": line["sku"],
        "place": place,
    }
    fulfilment.require_lot(
        sent.lot, total, rows(con, lookup.FREE_LOTS, asked), sent.on, line["sku"]
    )
    leaving.lines.append({**row, "lot": sent.lot, "qty": total})
    for lot, part in picks:  # what it held of other lots is free again
        key = (line["order_no"], line["line_no"], lot)
        leaving.used[key] = leaving.used.get(key, ZERO) + part


def shipment(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    head: dict[str, Any],
    place: str,
    sent: Sent,
    lines: list[dict[str, Any]],
) -> str:
    """Add a delivery with its moves to `changes`; its number. Prices stay those of the order."""
    no = documents.number(con, run, changes, "shipment")
    made = {
        "shipment_no": no, "customer": head["customer"], "warehouse": place, "shipped_on": sent.on,
        "carrier": sent.carrier, "tracking_no": sent.tracking_no, "city": head["city"],
        "delivered_on": None, "person": run.who, "note": sent.note,
    }  # fmt: skip
    changes.insert("shipment", [made])
    stored = [
        {
            "shipment_no": no, "line_no": n, **line, "unit_price": None, "tax_included": True,
            "tax_rate_pct": None,
        }
        for n, line in enumerate(lines, 1)
    ]  # fmt: skip
    changes.insert("shipment_line", stored)
    posted = [moves.move("shipment", {**made, **line}, "shipped_on") for line in stored]
    changes.insert("stock_move", [row for row in posted if row is not None])
    return no


def sold(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    made: Ordered,
    method: str | None,
) -> None:
    """Delivery and payment of an order that is paid at the counter, added to `changes`."""
    head = cast("dict[str, Any]", changes.inserts["sales_order"][-1][0])
    lines = cast("list[dict[str, Any]]", changes.inserts["sales_order_line"][-1])
    leaving: list[dict[str, Any]] = []
    for line in lines:
        line["promised_on"] = run.today
        free = rows(
            con,
            lookup.FREE_LOTS,
            {"number": "", "line": 0, "sku": line["sku"], "place": head["warehouse"]},
        )
        row = {
            "order_no": line["order_no"], "order_line_no": line["line_no"], "sku": line["sku"],
            "unit": line["unit"], "factor": line["factor"],
        }  # fmt: skip
        lots = fulfilment.unexpired([{**lot, "qty": lot["free_qty"]} for lot in free], run.today)
        _require_free(con, line, lots)
        for lot, qty in fulfilment.picked(line["qty"], lots, run.today, None):
            leaving.append({**row, "lot": lot, "qty": qty})
    no = shipment(con, run, changes, head, head["warehouse"], Sent(run.today), leaving)
    cast("dict[str, Any]", changes.inserts["shipment"][-1][0])["delivered_on"] = run.today
    made.more |= {"shipment": no, "payment": None}
    if made.more["amount"] > 0:
        pay = documents.number(con, run, changes, "payment")
        made.more["payment"] = pay
        changes.insert(
            "payment",
            [{"payment_no": pay, "direction": "in", "partner": head["customer"], "paid_on": run.today,
              "amount": made.more["amount"], "document_no": no, "method": method, "person": run.who,
              "note": None}],
        )  # fmt: skip


def _require_free(con: Any, line: dict[str, Any], lots: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Goods that others hold are not sold over the counter; what the books lack is their matter."""
    free = sum((lot["qty"] for lot in lots), ZERO)
    held = rows(
        con,
        "SELECT coalesce(sum(qty), 0) AS qty FROM reservation WHERE sku = ? AND source = 'stock'",
        [line["sku"]],
    )[0]["qty"]
    if held and free < line["qty"]:
        raise ScmError(
            "{sku}: {free} are free, {held} are held for other orders",
            hint="See who holds them: scm stock show {sku}; free them: scm order cancel, or change.",
            sku=line["sku"],
            free=f"{max(free, ZERO).normalize():f}",
            held=f"{held.normalize():f}",
        )
