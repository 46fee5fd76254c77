"""Purchase orders: made, changed, cancelled, approved, confirmed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.purchase import order as rules
from scm_cli.core.stock.position import entered
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import allocate, contract, documents, grades, order_prices, qualify
from scm_cli.jobs.documents import Entered
from scm_cli.store import lookup
from scm_cli.store.gateway import reading, rows, writing
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.run import Run
    from scm_cli.store.commit import Committed


def listed(run: Run, supplier: str | None, *, open_only: bool) -> list[dict[str, Any]]:
    """Orders with what they are worth and what is still to come, newest first."""
    with reading(run) as con:
        found = rows(
            con,
            "SELECT purchase_no AS purchase, supplier, ordered_on, status, count(*) AS lines, "
            "sum(round((qty - cancelled_qty) / factor * unit_price, 2))::DECIMAL(18, 2) AS amount, "
            "sum(open_qty) AS open_qty, min(expected_on) FILTER (open_qty > 0) AS next_on "
            "FROM purchase_line GROUP BY ALL ORDER BY ordered_on DESC, purchase DESC",
        )
    return [
        row
        for row in found
        if supplier in (None, row["supplier"]) and (not open_only or row["open_qty"] > 0)
    ]


def card(run: Run, number: str) -> list[dict[str, Any]]:
    """The lines of an order with what became of them."""
    with reading(run) as con:
        return _lines(con, number)


def _lines(con: Any, number: str) -> list[dict[str, Any]]:  # noqa: ANN401
    found = rows(
        con, "SELECT * FROM purchase_line WHERE purchase_no = ? ORDER BY line_no", [number]
    )
    if not found:
        lookup.one(con, "purchase_order", "purchase_no", number)
    for line in found:
        line["shown"] = entered(line["qty"], line["unit"], line["factor"])
    return found


def arriving(run: Run, number: str, typed: Sequence[Typed]) -> tuple[list[Typed], str | None]:
    """What comes on an order (all that is open unless lines are given), and its warehouse.

    Raises:
        ScmError: nothing is open on the order.
    """
    from scm_cli.core.stock.entry import Typed as Line

    order = card(run, number)
    came = list(typed) or [Line(r["sku"], r["open_qty"]) for r in order if r["open_qty"] > 0]
    if not came:
        raise ScmError(
            "nothing is open on order {number}; it is {status}",
            hint="See `scm purchase show {number}`.",
            number=number,
            status=Say(order[0]["status"]),
        )
    return came, order[0]["warehouse"]


def new(
    run: Run,
    supplier: str,
    typed: Sequence[Typed],
    need_by: date | None,
    place: str | None,
    *,
    draft: bool,
    override: bool = False,
) -> Entered:
    """A purchase order; prices are those of the contract, else the supplier's valid ones, unless typed.

    Raises:
        ScmError: the supplier is suspended, a required paper of it has expired, its grade is blocked.
    """
    with writing(run) as con:
        changes = Changes()
        seller = lookup.one(con, "supplier", "supplier", supplier)
        _require_active(seller)
        note = qualify.overridden(con, run, supplier, override=override)
        graded = grades.require_grade(con, run, supplier, override=override)
        lines = documents.resolved(con, typed)
        wanted = [{**line, "requested_on": need_by} for line in lines]
        place = documents.warehouse(con, run, place)
        number = add(con, run, changes, seller, place, wanted, draft=draft, note=note)
        broken = documents.broken(run, lines)
        warned = [*_trial(seller), *despite(supplier, note), *graded, *broken]

        def verify() -> None:
            warned.extend(order_prices.doubts(con, run, number))
            warned.extend([] if draft else unapproved(con, run, [number]))

        done = allocate.committed(con, run, changes, verify=verify)
        return Entered(number, done, tuple(warned))


def unapproved(con: Any, run: Run, numbers: Sequence[str]) -> list[Problem]:  # noqa: ANN401
    """New orders that pass the approval limit and therefore wait, each named."""
    limit = run.settings.approval.purchase_amount
    if limit is None:
        return []
    asked = (
        "SELECT purchase_no FROM purchase_order WHERE status = 'draft' "
        "AND purchase_no IN (SELECT unnest($numbers::VARCHAR[])) ORDER BY purchase_no"
    )
    mend = Say("It becomes an order with `scm purchase approve`.")
    told = Say(
        "its amount is above the limit of {limit}: it waits for approval", limit=f"{limit:,.2f}"
    )
    found = rows(con, asked, {"numbers": list(numbers)})
    return [Problem(row["purchase_no"], told, mend) for row in found]


def _trial(seller: dict[str, Any]) -> list[Problem]:
    if seller["state"] != "candidate":
        return []
    told = Say("it is not approved yet: this is a trial order")
    return [Problem(seller["supplier"], told)]


def despite(supplier: str, note: str | None) -> list[Problem]:
    """What an order overrides, as a warning."""
    if note is None:
        return []
    return [Problem(supplier, Say("ordered all the same: {what}", what=note))]


def _require_active(supplier: dict[str, Any]) -> None:
    if supplier["state"] in ("suspended", "ended"):
        raise ScmError(
            "supplier {supplier} is {state}; nothing is ordered there",
            hint="Take it back with `scm supplier reinstate {supplier}`, or choose another.",
            supplier=supplier["supplier"],
            state=Say(supplier["state"]),
        )


def add(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    seller: dict[str, Any],
    place: str,
    lines: Sequence[dict[str, Any]],
    *,
    draft: bool = False,
    note: str | None = None,
) -> str:
    """Add one order to `changes`; its number. Lines: sku, qty, unit, factor, unit_price, requested_on, item."""
    from scm_cli.core.records.purchases import PurchaseOrder, PurchaseOrderLine

    number = documents.number(con, run, changes, "purchase_order")
    made, amount = [], Decimal(0)
    for n, line in enumerate(lines, 1):
        offers = rows(
            con,
            f"SELECT * FROM {OFFERED} WHERE supplier = ? AND sku = ?",
            [seller["supplier"], line["sku"]],
        )
        offer = dict(rules.price_of(offers, line["qty"], run.today) or {})
        held = contract.agreed(con, run, seller["supplier"], line["sku"])
        offer |= contract.offered(held) if held is not None else {}
        price = line["unit_price"]
        if price is None:
            price = rules.price_per(offer or line["item"], line["factor"])
        lead = (
            offer.get("lead_time_days")
            or seller["lead_time_days"]
            or run.settings.planning.default_lead_time_days
        )
        one = PurchaseOrderLine(
            purchase_no=number, line_no=n, sku=line["sku"], qty=line["qty"], unit=line["unit"],
            factor=line["factor"], unit_price=price, tax_included=offer.get("tax_included", True),
            tax_rate_pct=offer.get("tax_rate_pct"),
            requested_on=rules.requested(run.today, line["requested_on"], lead, firm="planned" not in line),
        )  # fmt: skip
        made.append(one.model_dump())
        amount += line["qty"] / line["factor"] * (price or 0)
    status = "draft" if draft else rules.first_status(amount, run.settings.approval.purchase_amount)
    head = PurchaseOrder(
        purchase_no=number, supplier=seller["supplier"], ordered_on=run.today, warehouse=place,
        status=status, currency=seller["currency"], person=run.who, note=note,
    )  # fmt: skip
    changes.insert("purchase_order", [head.model_dump()])
    changes.insert("purchase_order_line", made)
    return number


def planned_line(con: Any, row: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """A buy-list row as an order line, in stock units."""
    item = lookup.item(con, row["sku"])
    return {
        "sku": row["sku"],
        "qty": row["order_qty"],
        "unit": item["unit"],
        "factor": Decimal(1),
        "unit_price": None,
        "requested_on": row["need_by_on"],
        "planned": True,
        "item": item,
    }


def act(run: Run, number: str, action: str) -> Committed:
    """Approve a draft."""
    with writing(run) as con:
        order = _lines(con, number)[0]
        changes = Changes()
        status = rules.next_status(order, action)
        changes.update("purchase_order", [{"purchase_no": number, "status": status}])
        return allocate.committed(con, run, changes)


def confirm(run: Run, number: str, day: date, line_no: int | None) -> Committed:
    """The supplier's promise; the first one is frozen."""
    with writing(run) as con:
        lines = _chosen(_lines(con, number), number, line_no)
        changes = Changes()
        status = rules.next_status(lines[0], "confirm")
        if status != lines[0]["status"]:
            changes.update("purchase_order", [{"purchase_no": number, "status": status}])
        changes.update("purchase_order_line", [rules.promised(line, day) for line in lines])
        return allocate.committed(con, run, changes)


def change(run: Run, number: str, line_no: int, values: dict[str, Any]) -> Entered:
    """A line as we want it now; a price outside the contract's says so."""
    with writing(run) as con:
        lines = _chosen(_lines(con, number), number, line_no)
        rules.next_status(lines[0], "change")
        changes = Changes()
        changes.update("purchase_order_line", [rules.changed(line, values) for line in lines])
        warned: list[Problem] = []
        done = allocate.committed(
            con,
            run,
            changes,
            verify=lambda: warned.extend(order_prices.doubts(con, run, number, line_no)),
        )
        if "qty" in values:
            item = lookup.item(con, lines[0]["sku"])
            warned += documents.broken(run, [{**lines[0], **values, "item": item}])
        return Entered(number, done, tuple(warned))


def cancel(run: Run, number: str, line_no: int | None, by: str) -> Committed:
    """Cancel what is open of an order, or of one line of it."""
    with writing(run) as con:
        every = _lines(con, number)
        status = rules.next_status(every[0], "cancel")
        lines = [
            line
            for line in _chosen(every, number, line_no)
            if line["open_qty"] > 0 or line["status"] == "draft"
        ]
        changes = Changes()
        changes.update(
            "purchase_order_line",
            [rules.cancelled(line, by) for line in lines if line["open_qty"] > 0],
        )
        received = any(line["accepted_qty"] + line["received_before_qty"] > 0 for line in every)
        left = [line for line in every if line["open_qty"] > 0 and line not in lines]
        if not left:
            done = "closed" if received else status
            changes.update("purchase_order", [{"purchase_no": number, "status": done}])
        return allocate.committed(con, run, changes)


def _chosen(lines: list[dict[str, Any]], number: str, line_no: int | None) -> list[dict[str, Any]]:
    found = [line for line in lines if line_no in (None, line["line_no"])]
    if not found:
        raise ScmError("order {number} has no line {n}", number=number, n=line_no)
    return found
