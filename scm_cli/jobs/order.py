"""Customers' orders, read: the list, one with its lines, what was paid before, what will be late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.money.terms import cents
from scm_cli.core.order import view
from scm_cli.core.order.expected import lateness_cause
from scm_cli.core.order.pricing import filled
from scm_cli.core.stock.position import entered
from scm_cli.jobs import allocate, promise
from scm_cli.store import deals, facts, lookup, orders
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.jobs.allocate import Desk
    from scm_cli.jobs.promise import Roads
    from scm_cli.run import Run

ZERO, ONE = Decimal(0), Decimal(1)

HEADS = """
SELECT h.order_no AS "order", h.customer, c.name AS customer_name, h.ordered_on, h.requested_on,
    h.status, sum(round((l.qty - l.cancelled_qty) / l.factor * l.unit_price, 2)) AS amount,
    coalesce(sum(l.open_qty), 0) AS open_qty, count(l.line_no) AS lines, h.warehouse, h.channel,
    h.person, h.waits_for
FROM sales_order h LEFT JOIN order_line l USING (order_no)
LEFT JOIN customer c ON c.customer = h.customer
WHERE ? IS NULL OR h.customer = ?
GROUP BY ALL ORDER BY h.ordered_on DESC, h.order_no DESC
"""
HEAD = """
SELECT h.order_no AS "order", h.customer, c.name AS customer_name, h.ordered_on, h.requested_on,
    h.status, h.waits_for, h.warehouse, h.channel, h.priority, h.ship_to, h.city, h.is_pinned,
    h.payment_terms, h.deposit_pct, h.approved_by, h.approved_on, h.person, h.note
FROM sales_order h LEFT JOIN customer c ON c.customer = h.customer WHERE h.order_no = ?
"""
LINES = """
SELECT l.line_no, l.sku, i.name, l.qty, l.unit, l.factor, l.unit_price, l.discount_pct, l.price_source, l.kind,
    l.cancelled_qty, round((l.qty - l.cancelled_qty) / l.factor * l.unit_price, 2) AS amount,
    (l.shipped_before_qty + coalesce(s.qty, 0))::DECIMAL(18,4) AS shipped_qty,
    coalesce(r.stock_qty, 0)::DECIMAL(18,4) AS allocated_qty,
    coalesce(r.inbound_qty, 0)::DECIMAL(18,4) AS pegged_qty, l.promised_on
FROM sales_order_line l LEFT JOIN item i USING (sku)
LEFT JOIN (SELECT order_no, line_no, sum(qty) FILTER (source = 'stock') AS stock_qty,
    sum(qty) FILTER (source = 'inbound') AS inbound_qty FROM reservation GROUP BY ALL) r
    ON r.order_no = l.order_no AND r.line_no = l.line_no
LEFT JOIN (SELECT order_no, order_line_no AS line_no, sum(qty) AS qty FROM shipment_line GROUP BY ALL) s
    ON s.order_no = l.order_no AND s.line_no = l.line_no
WHERE l.order_no = ? ORDER BY l.line_no
"""


def listed(
    run: Run, customer: str | None, status: str | None, *, only_open: bool
) -> list[dict[str, Any]]:
    """Orders, newest first; `only_open` leaves those with something still to ship."""
    with reading(run) as con:
        if customer is not None:
            lookup.one(con, "customer", "customer", customer)
        found = heads(con, customer)
    wanted = (r for r in found if status is None or r["status"] == status)
    return [r for r in wanted if r["open_qty"] > 0 or not only_open]


def heads(con: Any, customer: str | None = None) -> list[dict[str, Any]]:  # noqa: ANN401
    """Orders with their worth as priced and what is still to ship, newest first."""
    return rows(con, HEADS, [customer, customer])


def shown(run: Run, number: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One order: its head, and its lines with what is allocated, shipped, promised and expected.

    Raises:
        ScmError: there is no such order; the nearest number is named.
    """
    with reading(run) as con:
        head = head_of(con, number)
        return head, lines_of(con, run, head)


def head_of(con: Any, number: str) -> dict[str, Any]:  # noqa: ANN401
    """The head of an order.

    Raises:
        ScmError: there is no such order; the nearest number is named.
    """
    found = rows(con, HEAD, [number])
    if not found:
        from scm_cli.core.search import unknown

        known = [r["order_no"] for r in rows(con, "SELECT order_no FROM sales_order")]
        raise unknown("order", number, known)
    return found[0]


def lines_of(con: Any, run: Run, head: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401
    """The lines of an order as they stand in the open transaction."""
    lines = rows(con, LINES, [head["order"]])
    status = head["status"]
    for line in lines:
        line["open_qty"] = view.open_qty(status, line)
        line["shown"] = entered(line["qty"], line["unit"], line["factor"])
        line["expected_p50_on"] = line["expected_p90_on"] = None
        line["status"] = view.line_status(status, line)
    waiting = [line for line in lines if line["open_qty"] > 0]
    if waiting:
        desk = allocate.desk(con, run, sorted({line["sku"] for line in waiting}))
        known = promise.roads(con, run)
        mine = {
            (r["sku"], r["line_no"]): r
            for sku in desk.skus() for r in desk.lines[sku] if r["order_no"] == head["order"]
        }  # fmt: skip
        for line in waiting:
            row = mine[line["sku"], line["line_no"]]
            found = promise.expected_days(desk, line["sku"], row["warehouse"])
            days = found[row["order_no"], row["line_no"]]
            way = known.way(row["warehouse"], row["city"])
            line["expected_p50_on"], line["expected_p90_on"] = promise.expected_on(days, way)
    return lines


def told(line: dict[str, Any], item: dict[str, Any], days: dict[str, Any]) -> dict[str, Any]:
    """A line that free stock serves, as `lines_of` would read it back."""
    left = line["qty"] - line["cancelled_qty"]
    price = line["unit_price"]
    row = {
        "line_no": line["line_no"], "sku": line["sku"], "name": item["name"],
        "shown": entered(line["qty"], line["unit"], line["factor"]),
        **{n: line[n] for n in _AS_ENTERED},
        "amount": None if price is None else cents(left / line["factor"] * price),
        "shipped_qty": line["shipped_before_qty"], "allocated_qty": left, "pegged_qty": ZERO,
        "promised_on": line["promised_on"],
    }  # fmt: skip
    return {**row, "open_qty": left, **days, "status": view.line_status("confirmed", row)}


_AS_ENTERED = (
    "qty", "unit", "factor", "unit_price", "discount_pct", "price_source", "kind", "cancelled_qty",
)  # fmt: skip


def prices(run: Run, customer: str, sku: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a customer would pay for an item today and why, and its last five deals."""
    with reading(run) as con:
        who = lookup.one(con, "customer", "customer", customer)
        item = lookup.item(con, sku)
        offers = deals.prices(con, who, [item])[item["sku"]]
        most = max((o["from_qty"] for o in offers), default=ZERO)
        first = filled(offers, ONE, ONE, run.today)
        least = filled(offers, max(most, ONE), ONE, run.today)
        found = deals.last_deals(con, who["customer"], item["sku"])
    head = {
        "customer": who["customer"], "sku": item["sku"], "unit": item["unit"],
        "unit_price": first.unit_price, "price_source": first.source, "document": first.document,
        "tax_included": first.tax_included, "lowest_price": least.unit_price,
    }  # fmt: skip
    return head, [{"order": r.pop("order_no"), **r} for r in found]


def late(run: Run) -> list[dict[str, Any]]:
    """Open lines whose promise (else requested day) will not be kept at 50 %, the latest first."""
    with reading(run) as con:
        return lates(con, run)


def lates(con: Any, run: Run) -> list[dict[str, Any]]:  # noqa: ANN401
    """Promises at risk with their cause and the document that causes it."""
    place = facts.default_warehouse(con, run.setting("default_warehouse")) or ""
    due = [r for r in orders.open_lines(con, place, None) if r["promised_on"] or r["requested_on"]]
    if not due:
        return []
    desk = allocate.desk(con, run, sorted({r["sku"] for r in due}))
    known = promise.roads(con, run)
    found: list[dict[str, Any]] = []
    for sku in desk.skus():
        for warehouse in sorted({r["warehouse"] for r in desk.lines[sku]}):
            found += _late_of(desk, known, sku, warehouse)
    lost = orders.lost_to_counts(con) if found else {}
    for row in found:
        number = lost.get((row["order"], row["line"]))
        if number is not None and row["cause"] != "not shipped":
            row |= {"cause": "lost in a count", "document": number}
    return sorted(found, key=lambda r: (r["promised_on"], r["order"], r["line"]))


def _late_of(desk: Desk, known: Roads, sku: str, warehouse: str) -> list[dict[str, Any]]:
    days = promise.expected_days(desk, sku, warehouse)
    documents = {f"{r['purchase_no']}/{r['line_no']}": r for r in desk.inbound[sku]}
    found = []
    for row in desk.lines[sku]:
        wanted = row["promised_on"] or row["requested_on"]
        if row["warehouse"] != warehouse or wanted is None:
            continue
        when = days[row["order_no"], row["line_no"]]
        p50, p90 = promise.expected_on(when, known.way(warehouse, row["city"]))
        if p50 is not None and p50 <= wanted:
            continue
        limit = documents.get(when.limited_by or "")
        found.append(
            {
                "order": row["order_no"], "customer": row["customer"], "line": row["line_no"],
                "sku": sku, "open_qty": row["open_qty"], "promised_on": wanted, "expected_on": p50,
                "expected_p90_on": p90,
                "late_days": None if p50 is None else (p50 - wanted) // timedelta(days=1),
                "cause": lateness_cause(when, documents, desk.today),
                "document": when.limited_by if limit else None,
                "supplier": limit["supplier"] if limit else None,
            }
        )  # fmt: skip
    return found
