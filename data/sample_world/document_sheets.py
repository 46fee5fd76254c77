"""The documents as sheets: head and line side by side, columns named as the records' fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_world.cells import CARRIERS, CARTON, Row, money
from sample_world.items import items
from sample_world.money import opening_balances, payments
from sample_world.seasons import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sample_world.buying import Purchase, PurchaseLine
    from sample_world.orders import Order, OrderLine
    from sample_world.papers import Books

COUNTERS = {"MAIN": "赵芳", "EAST": "孙磊"}


def document_sheets(books: Books) -> dict[str, list[Row]]:
    """Opening stock to payments, by kind of sheet."""
    return {
        "opening_stock": list(_opening_stock(books)),
        "opening_balances": list(_opening_balances()),
        "purchase_orders": [_purchase(p, x) for p in books.purchases for x in p.lines],
        "sales_orders": [_order(order, x) for order in books.orders for x in order.lines],
        "receipts": list(_receipts(books)),
        "deliveries": list(_deliveries(books)),
        "sales_returns": list(_sales_returns(books)),
        "purchase_returns": list(_purchase_returns(books)),
        "transfers": list(_transfers(books)),
        "stock_counts": list(_stock_counts(books)),
        "payments": list(_payments(books)),
    }


def _opening_stock(books: Books) -> Iterator[Row]:
    for o in books.opening:
        yield {
            "warehouse": o.warehouse,
            "sku": o.sku,
            "lot": o.lot,
            "qty": o.qty,
            "unit": items()[o.sku].unit,
            "unit_cost": money(o.cost_fen),
            "expiry_on": o.expiry_on,
        }


def _opening_balances() -> Iterator[Row]:
    for b in opening_balances():
        yield {
            "kind": b.kind,
            "partner": b.partner,
            "document_no": b.document_no,
            "balance_on": FIRST,
            "due_on": b.due_on,
            "amount": money(b.fen),
        }


def _purchase(purchase: Purchase, line: PurchaseLine) -> Row:
    return {
        "purchase_no": purchase.purchase_no,
        "supplier": purchase.supplier.code,
        "ordered_on": purchase.ordered_on,
        "warehouse": "MAIN",
        "status": "confirmed" if purchase.open_lines else "closed",
        "line_no": line.line_no,
        "sku": line.item.sku,
        "qty": line.qty // line.factor,
        "unit": CARTON if line.factor > 1 else line.item.unit,
        "unit_price": money(line.price_fen * line.factor),
        "requested_on": line.requested_on,
        "promised_on": line.promised_on,
        "first_promised_on": line.first_promised_on,
        "cancelled_qty": line.cancelled_qty // line.factor or "",
        "cancelled_by": "supplier" if line.cancelled_qty else "",
        "line_note": line.note,
    }


def _order(order: Order, line: OrderLine) -> Row:
    return {
        "order_no": order.order_no,
        "customer": order.customer.code,
        "ordered_on": order.ordered_on,
        "requested_on": order.requested_on,
        "warehouse": order.warehouse,
        "status": "confirmed" if any(x.open_qty for x in order.lines) else "closed",
        "channel": order.channel,
        "line_no": line.line_no,
        "sku": line.item.sku,
        "qty": line.qty // line.factor,
        "unit": CARTON if line.factor > 1 else line.item.unit,
        "unit_price": money(line.price_fen * line.factor),
        "kind": line.kind,
        "promised_on": line.promised_on,
        "cancelled_qty": line.cancelled_qty // line.factor or "",
    }


def _receipts(books: Books) -> Iterator[Row]:
    for g in books.received:
        supplier = g.line.order.supplier
        yield {
            "receipt_no": g.paper.number,
            "supplier": g.paper.party,
            "warehouse": g.paper.warehouse,
            "received_on": g.paper.day,
            "line_no": g.line_no,
            "purchase_no": g.line.order.purchase_no,
            "purchase_line_no": g.line.line_no,
            "sku": g.line.item.sku,
            "accepted_qty": g.accepted.qty,
            "rejected_qty": g.rejected_qty or "",
            "reject_reason": supplier.reject_reason if g.rejected_qty else "",
            "unit": g.line.item.unit,
            "unit_price": money(g.line.price_fen),
            "lot": g.accepted.lot,
            "expiry_on": g.accepted.expiry_on,
        }


def _deliveries(books: Books) -> Iterator[Row]:
    for d in books.delivered:
        factor = d.line.factor
        yield {
            "shipment_no": d.paper.number,
            "customer": d.paper.party,
            "warehouse": d.paper.warehouse,
            "shipped_on": d.paper.day,
            "carrier": CARRIERS[int(d.paper.party[1:]) % len(CARRIERS)],
            "line_no": d.line_no,
            "order_no": d.line.order.order_no,
            "order_line_no": d.line.line_no,
            "sku": d.line.item.sku,
            "qty": d.batch.qty // factor,
            "unit": CARTON if factor > 1 else d.line.item.unit,
            "unit_price": money(d.line.price_fen * factor),
            "lot": d.batch.lot,
        }


def _sales_returns(books: Books) -> Iterator[Row]:
    for r in books.returned:
        line = r.delivered.line
        yield {
            "return_no": r.paper.number,
            "customer": r.paper.party,
            "warehouse": r.paper.warehouse,
            "returned_on": r.paper.day,
            "reason": r.paper.reason,
            "line_no": 1,
            "order_no": line.order.order_no,
            "order_line_no": line.line_no,
            "sku": line.item.sku,
            "qty": r.qty,
            "unit": line.item.unit,
            "unit_price": money(line.price_fen),
            "disposition": r.disposition,
            "lot": r.delivered.batch.lot,
        }


def _purchase_returns(books: Books) -> Iterator[Row]:
    for b in books.sent_back:
        line = b.received.line
        yield {
            "return_no": b.paper.number,
            "supplier": b.paper.party,
            "warehouse": b.paper.warehouse,
            "returned_on": b.paper.day,
            "reason": b.paper.reason,
            "line_no": 1,
            "receipt_no": b.received.paper.number,
            "sku": line.item.sku,
            "qty": b.qty,
            "unit": line.item.unit,
            "unit_price": money(line.price_fen),
            "lot": b.received.accepted.lot,
        }


def _transfers(books: Books) -> Iterator[Row]:
    for m in books.moved:
        yield {
            "transfer_no": m.paper.number,
            "from_warehouse": m.paper.warehouse,
            "to_warehouse": m.paper.party,
            "moved_on": m.paper.day,
            "line_no": m.line_no,
            "sku": m.sku,
            "qty": m.batch.qty,
            "unit": items()[m.sku].unit,
            "lot": m.batch.lot,
        }


def _stock_counts(books: Books) -> Iterator[Row]:
    for c in books.counted:
        yield {
            "count_no": c.paper.number,
            "warehouse": c.paper.warehouse,
            "counted_on": c.paper.day,
            "is_full": "true",
            "person": COUNTERS[c.paper.warehouse],
            "line_no": c.line_no,
            "sku": c.sku,
            "lot": c.lot,
            "counted_qty": c.counted_qty,
            "unit": items()[c.sku].unit,
            "reason": c.reason,
        }


def _payments(books: Books) -> Iterator[Row]:
    for number, p in enumerate(payments(books), start=1):
        yield {
            "payment_no": f"PY-{number:06d}",
            "direction": p.direction,
            "partner": p.partner,
            "paid_on": p.day,
            "amount": money(p.fen),
            "document_no": p.document_no,
            "method": p.method,
        }
