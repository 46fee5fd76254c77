"""Stock: receiving, issuing and moving, with or without an order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.stock import moves
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import documents
from scm_cli.store import lookup
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.allocate import Used
    from scm_cli.jobs.documents import Entered
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Movement:
    """What a stock command says beside its lines; rejects without a unit are in that of the line."""

    on: date
    warehouse: str | None = None
    partner: str | None = None
    order: str | None = None
    lot: str | None = None
    expiry_on: date | None = None
    rejected_qty: Decimal = Decimal(0)
    rejected_unit: str | None = None
    reason: str | None = None
    note: str | None = None


def receive(run: Run, typed: Sequence[Typed], said: Movement) -> Entered:
    """Goods that came in, on a purchase order or without one; rejects do not enter stock."""
    from scm_cli.core.purchase import receiving
    from scm_cli.core.records.purchases import Receipt, ReceiptLine

    with writing(run) as con:
        changes = Changes()
        lines = documents.resolved(con, typed)
        place = documents.warehouse(con, run, said.warehouse)
        order = _purchase_lines(con, said.order) if said.order else []
        supplier = order[0]["supplier"] if order else _supplier(con, said.partner, lines)
        no = documents.number(con, run, changes, "receipt")
        head = Receipt(
            receipt_no=no, supplier=supplier, warehouse=place, received_on=said.on,
            person=run.who, note=said.note,
        )  # fmt: skip
        changes.insert("receipt", [head.model_dump()])
        made = []
        for line in lines:
            linked = receiving.answered(line, order) if order else {}
            each = documents.factor_of(con, line["item"], said.rejected_unit or line["unit"])
            one = ReceiptLine(
                receipt_no=no, line_no=line["line_no"], sku=line["sku"],
                accepted_qty=line["qty"], rejected_qty=said.rejected_qty * each,
                reject_reason=said.reason, unit=line["unit"], factor=line["factor"],
                unit_price=line["unit_price"] if line["unit_price"] is not None else linked.get("unit_price"),
                tax_included=linked.get("tax_included", True), tax_rate_pct=linked.get("tax_rate_pct"),
                purchase_no=said.order, purchase_line_no=linked.get("line_no"),
                lot=said.lot, expiry_on=said.expiry_on or receiving.expiry(line["item"], said.on, said.lot),
            )  # fmt: skip
            made.append(one.model_dump())
        changes.insert("receipt_line", made)
        _post_moves(changes, "receipt", made, head.model_dump(), "received_on")
        done = documents.post(con, run, changes, [line["sku"] for line in lines], no)
        return done.also(documents.broken(run, lines))


def _purchase_lines(con: Any, number: str) -> list[dict[str, Any]]:  # noqa: ANN401
    found = rows(
        con, "SELECT * FROM purchase_line WHERE purchase_no = ? ORDER BY line_no", [number]
    )
    if not found:
        lookup.one(con, "purchase_order", "purchase_no", number)
    return found


def _supplier(con: Any, asked: str | None, lines: list[dict[str, Any]]) -> str:  # noqa: ANN401
    code = asked or lines[0]["item"]["supplier"]
    if code is None:
        raise ScmError(
            "from whom did {sku} come?",
            hint="Name the supplier with --supplier, or the order with --order.",
            sku=lines[0]["sku"],
        )
    return str(lookup.one(con, "supplier", "supplier", code)["supplier"])


def issue(run: Run, typed: Sequence[Typed], said: Movement) -> Entered:
    """Goods that left for a customer, on an order or without one; first expiry goes first."""
    from scm_cli.core.order import fulfilment
    from scm_cli.core.records.sales import Shipment, ShipmentLine

    with writing(run) as con:
        changes = Changes()
        lines = documents.resolved(con, typed)
        place = documents.warehouse(con, run, said.warehouse)
        order = _order_lines(con, said.order) if said.order else []
        customer = order[0]["customer"] if order else said.partner
        customer = _customer(con, run, changes, customer)
        no = documents.number(con, run, changes, "shipment")
        head = Shipment(
            shipment_no=no, customer=customer, warehouse=place, shipped_on=said.on,
            person=run.who, note=said.note,
        )  # fmt: skip
        changes.insert("shipment", [head.model_dump()])
        made: list[dict[str, Any]] = []
        used: Used = {}
        doubts: list[Problem] = []
        for line in lines:
            linked = fulfilment.answered(line, order) if order else {}
            lots = _free_lots(con, line, (place, said.on), linked) if said.lot is None else []
            doubts += _lot_doubts(con, line["sku"], place, said) if said.lot is not None else []
            for lot, qty in fulfilment.picked(line["qty"], lots, said.on, said.lot):
                used[said.order or "", linked.get("line_no", 0), lot] = qty
                one = ShipmentLine(
                    shipment_no=no, line_no=len(made) + 1, sku=line["sku"], qty=qty,
                    unit=line["unit"], factor=line["factor"], lot=lot,
                    unit_price=line["unit_price"] if line["unit_price"] is not None else linked.get("unit_price"),
                    order_no=said.order, order_line_no=linked.get("line_no"),
                )  # fmt: skip
                made.append(one.model_dump())
        changes.insert("shipment_line", made)
        _post_moves(changes, "shipment", made, head.model_dump(), "shipped_on")
        done = documents.post(con, run, changes, [line["sku"] for line in lines], no, used)
        return done.also([*documents.broken(run, lines), *doubts])


def _lot_doubts(con: Any, sku: str, place: str, said: Movement) -> list[Problem]:  # noqa: ANN401
    """A stated lot that has expired does not leave; one of which nothing is there is told."""
    from scm_cli.core.order.fulfilment import require_unexpired

    mine = [lot for lot in _lots(con, sku, place) if lot["lot"] == said.lot]
    for lot in mine:
        require_unexpired(sku, lot, said.on)
    told = Say("there is no lot {lot} of {sku} here", lot=said.lot, sku=sku)
    return [] if mine else [Problem(sku, told)]


def _free_lots(
    con: Any,  # noqa: ANN401
    line: dict[str, Any],
    at: tuple[str, date],
    linked: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Lots less what other orders hold of them, then what they hold: it goes last, and is told."""
    from scm_cli.core.order.fulfilment import unexpired

    place, on = at
    asked = {"number": linked.get("order_no", ""), "line": linked.get("line_no", 0)}
    found = rows(con, lookup.FREE_LOTS, {**asked, "sku": line["sku"], "place": place})
    free = [{**lot, "qty": lot["free_qty"]} for lot in found if lot["free_qty"] > 0]
    free = unexpired(free, on)
    return (
        free if sum(lot["qty"] for lot in free) >= line["qty"] else _lots(con, line["sku"], place)
    )


def _order_lines(con: Any, number: str) -> list[dict[str, Any]]:  # noqa: ANN401
    found = rows(con, "SELECT * FROM order_line WHERE order_no = ? ORDER BY line_no", [number])
    if not found:
        lookup.one(con, "sales_order", "order_no", number)
    return found


def _customer(con: Any, run: Run, changes: Changes, asked: str | None) -> str:  # noqa: ANN401
    """The customer that was named; without one the walk-in customer, made when first needed."""
    walk_in = run.settings.walk_in_customer
    if asked not in (None, walk_in):
        return str(lookup.one(con, "customer", "customer", str(asked))["customer"])
    if not rows(con, "SELECT 1 FROM customer WHERE customer = ?", [walk_in]):
        from scm_cli.core.records.master import Customer

        changes.insert("customer", [Customer(customer=walk_in, name=walk_in).model_dump()])
    return str(walk_in)


def _lots(con: Any, sku: str, place: str) -> list[dict[str, Any]]:  # noqa: ANN401
    return rows(
        con,
        "SELECT lot, expiry_on, qty FROM on_hand_lot WHERE sku = ? AND warehouse = ? AND qty > 0",
        [sku, place],
    )


def move(run: Run, typed: Sequence[Typed], source: str, target: str, said: Movement) -> Entered:
    """Goods moved between warehouses."""
    from scm_cli.core.order import fulfilment
    from scm_cli.core.records.papers import Transfer, TransferLine

    with writing(run) as con:
        if source == target:
            raise ScmError("a transfer needs two different warehouses")
        changes = Changes()
        lines = documents.resolved(con, typed)
        ends = [documents.warehouse(con, run, code) for code in (source, target)]
        no = documents.number(con, run, changes, "transfer")
        head = Transfer(
            transfer_no=no, from_warehouse=ends[0], to_warehouse=ends[1], moved_on=said.on,
            person=run.who, note=said.note,
        )  # fmt: skip
        changes.insert("transfer", [head.model_dump()])
        made: list[dict[str, Any]] = []
        expiry: dict[str | None, Any] = {}
        for line in lines:
            lots = _lots(con, line["sku"], ends[0])
            expiry |= {lot["lot"]: lot["expiry_on"] for lot in lots}
            for lot, qty in fulfilment.picked(
                line["qty"], lots if said.lot is None else [], said.on, said.lot
            ):
                one = TransferLine(
                    transfer_no=no, line_no=len(made) + 1, sku=line["sku"], qty=qty,
                    unit=line["unit"], factor=line["factor"], lot=lot,
                )  # fmt: skip
                made.append(one.model_dump())
        changes.insert("transfer_line", made)
        kept = [{**line, "expiry_on": expiry.get(line["lot"])} for line in made]
        _post_moves(changes, "transfer", kept, head.model_dump(), "moved_on")
        done = documents.post(con, run, changes, [line["sku"] for line in lines], no)
        return done.also(documents.broken(run, lines))


def _post_moves(
    changes: Changes, kind: str, lines: list[dict[str, Any]], head: dict[str, Any], day: str
) -> None:
    found = [
        moves.move(
            kind,
            {**head, **line, "unit_cost": moves.unit_cost(line) if kind == "receipt" else None},
            day,
        )
        for line in lines
    ]
    changes.insert("stock_move", [row for row in found if row is not None])
