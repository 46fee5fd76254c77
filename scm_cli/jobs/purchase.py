"""Purchase orders: made, changed, cancelled, approved, confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.purchase import order as rules
from scm_cli.core.stock.position import entered
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import allocate, buying, documents, grades, order_prices, qualify
from scm_cli.jobs.documents import Entered
from scm_cli.store import lookup
from scm_cli.store.currency import code_of
from scm_cli.store.gateway import reading, rows, writing

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
            "SELECT p.purchase_no AS purchase, p.supplier, p.ordered_on, p.status, count(*) AS lines, "
            "sum(round((p.qty - p.cancelled_qty) / p.factor * p.unit_price, 2))::DECIMAL(18, 2) AS amount, "
            f"{code_of('h.currency', 's.currency')} AS currency, "
            "sum(p.open_qty) AS open_qty, min(p.expected_on) FILTER (p.open_qty > 0) AS next_on "
            "FROM purchase_line p JOIN purchase_order h USING (purchase_no) "
            "LEFT JOIN supplier s ON s.supplier = p.supplier GROUP BY ALL ORDER BY p.ordered_on DESC, purchase DESC",
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
        con,
        f"SELECT p.*, {code_of('h.currency', 's.currency')} AS currency "
        "FROM purchase_line p JOIN purchase_order h USING (purchase_no) "
        "LEFT JOIN supplier s ON s.supplier = p.supplier WHERE p.purchase_no = ? ORDER BY p.line_no",
        [number],
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
        number = buying.add(con, run, changes, seller, place, wanted, draft=draft, note=note)
        broken = documents.broken(run, lines)
        warned = [*_trial(seller), *despite(supplier, note), *graded, *broken]

        def verify() -> None:
            warned.extend(order_prices.doubts(con, run, number))
            warned.extend([] if draft else buying.unapproved(con, run, [number]))

        done = allocate.committed(con, run, changes, verify=verify)
        return Entered(number, done, tuple(warned))


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
