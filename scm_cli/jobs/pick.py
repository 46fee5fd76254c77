"""Pick lists and delivery notes: what goes out today, and the paper that goes with it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from scm_cli.core.order import picking, terms
from scm_cli.core.order.lateness import quantile
from scm_cli.errors import Exit, Problem, ScmError
from scm_cli.jobs import documents, promise
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.store import deals, lookup
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scm_cli.run import Run

HALF = 0.5

_HOLDS = """
WITH usual AS (
    SELECT customer, arg_max(carrier, (shipped_on, shipment_no)) AS carrier FROM shipment
    WHERE carrier IS NOT NULL GROUP BY customer
)
SELECT r.order_no, r.line_no, h.customer, c.name AS customer_name, coalesce(h.city, c.city) AS city,
    r.warehouse, r.sku, i.name, i.spec, r.lot, x.expiry_on, r.qty, i.unit, l.promised_on, h.requested_on,
    h.priority, u.carrier, l.line_note AS note
FROM reservation r
JOIN sales_order h ON h.order_no = r.order_no
JOIN sales_order_line l ON l.order_no = r.order_no AND l.line_no = r.line_no
JOIN item i ON i.sku = r.sku
LEFT JOIN customer c ON c.customer = h.customer
LEFT JOIN usual u ON u.customer = h.customer
LEFT JOIN (SELECT sku, lot, max(expiry_on) AS expiry_on FROM stock_move WHERE expiry_on IS NOT NULL
    GROUP BY ALL) x ON x.sku = r.sku AND x.lot IS NOT DISTINCT FROM r.lot
WHERE r.source = 'stock' AND h.status = 'confirmed' AND ($place IS NULL OR r.warehouse = $place)
"""


def holds(con: Any, run: Run, place: str | None = None) -> list[dict[str, Any]]:  # noqa: ANN401
    """What orders hold from stock, with the days of their way, their carrier and its cut-off."""
    found = rows(con, _HOLDS, {"place": place})
    roads = promise.roads(con, run)
    common: str = run.setting("orders.cutoff")
    # carriers' own cut-offs are looked for only where some are set
    own = run.settings.carriers.cutoffs if found else {}
    for row in found:
        way = roads.way(row["warehouse"], row["city"])
        row["way_days"] = quantile(way.lane, HALF) or 0
        row["cutoff"] = own.get(row["carrier"] or "", common)
    return found


def listed(run: Run, warehouse: str | None, on: date) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The pick list of a day, and the orders that wait for money and stay on the shelf.

    Raises:
        ScmError: there is no such warehouse.
    """
    with reading(run) as con:
        place = documents.warehouse(con, run, warehouse) if warehouse else None
        held = holds(con, run, place)
        unpaid = _unpaid(con, sorted({row["order_no"] for row in held}))
    picks = picking.to_pick([row for row in held if row["order_no"] not in unpaid], on)
    return picks, [Problem(number, error.say) for number, error in unpaid.items()]


def _unpaid(con: Any, numbers: list[str]) -> dict[str, ScmError]:  # noqa: ANN401
    """Orders that may not leave before money has come."""
    marks = ", ".join("?" * len(numbers)) or "NULL"
    found: dict[str, ScmError] = {}
    for head in rows(
        con,
        "SELECT order_no, customer, payment_terms, deposit_pct FROM sales_order "
        f"WHERE payment_terms IN ('before_shipping', 'deposit') AND order_no IN ({marks})",
        numbers,
    ):
        number = head["order_no"]
        head["paid_amount"] = deals.paid(con, number)
        try:
            terms.require_paid(head, terms.amount(deals.stored_lines(con, [number])))
        except ScmError as error:
            found[number] = error
    return found


def book(run: Run, picks: list[dict[str, Any]], on: date) -> list[Path]:
    """Write the pick list as a workbook for each warehouse; where they lie."""
    from scm_cli.excel.delivery_book import PickList, write_pick_list

    written = []
    for place in sorted({row["warehouse"] for row in picks}):
        mine = [row for row in picks if row["warehouse"] == place]
        told = PickList(run.settings.company, place, on, tuple(mine), tuple(picking.by_lot(mine)))
        path = folder(run) / "pick" / f"{on.isoformat()} {safe(place)}.xlsx"
        if _is_book(run) and len({row["warehouse"] for row in picks}) == 1:
            path = run.output or path
        written.append(write_pick_list(path, told, run.lang))
    return written


def _is_book(run: Run) -> bool:
    return run.output is not None and run.output.suffix.lower() == ".xlsx"


def services(picks: list[dict[str, Any]]) -> dict[str, int]:
    """Orders by the service they were promised, the most pressing first."""
    firsts = {row["order_no"]: row["service"] for row in reversed(picks)}
    counted = Counter(firsts.values())
    return {name: counted[name] for name in picking.SERVICES if counted[name]}


_SHIPMENTS = """
SELECT DISTINCT h.shipment_no, h.customer, c.name AS customer_name, c.contact, coalesce(c.mobile, c.phone) AS phone,
    c.address, coalesce(h.city, c.city) AS city, h.warehouse, h.shipped_on, h.carrier, h.tracking_no, h.person, h.note
FROM shipment h LEFT JOIN customer c USING (customer) LEFT JOIN shipment_line l USING (shipment_no)
WHERE h.shipment_no = ? OR l.order_no = ? ORDER BY h.shipment_no
"""
_LINES = """
WITH line AS (
    SELECT l.*, CASE WHEN l.qty % l.factor = 0 THEN l.factor ELSE 1 END AS shown_factor  -- no 0.6 boxes
    FROM shipment_line l WHERE l.shipment_no = ?
)
SELECT l.line_no, l.order_no, l.sku, i.name, i.spec, l.lot, x.expiry_on,
    (l.qty / l.shown_factor)::DECIMAL(18,4) AS qty,
    CASE WHEN l.shown_factor = l.factor THEN coalesce(l.unit, i.unit) ELSE i.unit END AS unit,
    (coalesce(l.unit_price, o.unit_price) / l.factor * l.shown_factor)::DECIMAL(18,6) AS unit_price,
    round(l.qty / l.factor * coalesce(l.unit_price, o.unit_price), 2)::DECIMAL(18,2) AS amount, h.ship_to
FROM line l JOIN item i USING (sku)
LEFT JOIN sales_order_line o ON o.order_no = l.order_no AND o.line_no = l.order_line_no
LEFT JOIN sales_order h ON h.order_no = l.order_no
LEFT JOIN (SELECT sku, lot, max(expiry_on) AS expiry_on FROM stock_move WHERE expiry_on IS NOT NULL
    GROUP BY ALL) x ON x.sku = l.sku AND x.lot IS NOT DISTINCT FROM l.lot
ORDER BY l.line_no
"""


def notes(run: Run, number: str, *, prices: bool) -> list[tuple[str, Path, Path]]:
    """Write the delivery note of a delivery, or of all of an order; number, workbook, PDF.

    Raises:
        ScmError: there is no such document, or nothing of the order has left.
    """
    from scm_cli.excel.delivery_book import Note, write_note
    from scm_cli.excel.saving import saved
    from scm_cli.paper import delivery
    from scm_cli.paper.pdf import pdf

    with reading(run) as con:
        heads = rows(con, _SHIPMENTS, [number, number])
        if not heads:
            lookup.one(con, "sales_order", "order_no", number)
            raise ScmError(
                "nothing of {number} has left yet",
                hint="Ship it: scm order ship {number}",
                exit_code=Exit.REFUSED,
                number=number,
            )
        lines = {h["shipment_no"]: rows(con, _LINES, [h["shipment_no"]]) for h in heads}
    told, made = run.settings, []
    for head in heads:
        mine = lines[head["shipment_no"]]
        ship_to = next((line["ship_to"] for line in mine if line["ship_to"]), None)
        head["address"] = ship_to or head["address"]
        note = Note(told.company, told.company_address or "", head, tuple(mine), prices)
        place = folder(run) / "notes" / f"{safe(head['shipment_no'])}.xlsx"
        firm = (note.firm, note.firm_address)
        paper = delivery.paper(head, mine, firm, run.lang, prices=prices)
        workbook = write_note(place, note, run.lang)
        write = partial(_write, content=pdf(paper, told.pdf.font))
        printed = saved(place.with_suffix(".pdf"), write)
        made.append((head["shipment_no"], workbook, printed))
    return made


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
