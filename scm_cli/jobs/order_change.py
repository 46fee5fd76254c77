"""An order changed or cancelled: exactly what it held and no longer needs is free again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.order import changing, surplus, terms
from scm_cli.errors import ScmError
from scm_cli.jobs import allocate, documents, order, ordering, promise
from scm_cli.jobs.ordering import Ordered
from scm_cli.store import lookup, orders
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.entry import Wanted
    from scm_cli.run import Run

#: Fields of an order that may be changed while it is open.
HEAD_FIELDS = ("requested_on", "priority", "ship_to", "city", "is_pinned", "note")


def cancel(run: Run, number: str, line_no: int | None) -> Ordered:
    """Cancel what is not shipped of an order, or of one line.

    Raises:
        ScmError: the order is closed or cancelled, or nothing of it is open.
    """
    with writing(run) as con:
        head = _head(con, number, "cancelled")
        lines = _lines(con, number)
        chosen = [line for line in _chosen(lines, number, line_no) if _open(line)]
        if not chosen:
            raise ScmError("nothing of order {number} is left to cancel", number=number)
        changes = Changes()
        changes.update("sales_order_line", [changing.cancelled(line) for line in chosen])
        rest = [line for line in lines if _open(line) and line not in chosen]
        status = head["status"]
        if not rest:
            status = "closed" if any(line["shipped_qty"] > 0 for line in lines) else "cancelled"
            changes.update(
                "sales_order", [{"order_no": number, "status": status, "waits_for": None}]
            )
        return _committed(con, run, changes, Ordered(number, status, None), chosen)


def change(
    run: Run,
    number: str,
    line_no: int | None,
    values: dict[str, Any],
    added: Sequence[Wanted] = (),
) -> Ordered:
    """Change an order's head, one of its lines, or add lines; promises are made anew where needed.

    Raises:
        ScmError: the order is closed, the line has more shipped than it would be for.
    """
    with writing(run) as con:
        head = _head(con, number, "changed")
        told = {n: values[n] for n in HEAD_FIELDS if n in values}
        of_line = {n: v for n, v in values.items() if n not in HEAD_FIELDS}
        changes, touched = Changes(), []
        made = Ordered(number, head["status"], head["waits_for"])
        if told:
            changes.update("sales_order", [{"order_no": number, **told}])
        lines = _lines(con, number)
        whole = {**head, **told}
        for line in lines:
            mine = of_line and line_no in (None, line["line_no"])
            row = changing.changed(line, of_line) if mine else {}
            anew = row.get("qty", line["qty"]) > line["qty"] or "requested_on" in told
            if not _open({**line, **row}) or not (mine or anew):
                continue
            if anew and head["status"] == "confirmed":
                row |= _promised(con, run, whole, {**line, **row}, made)
            key = {"order_no": number, "line_no": line["line_no"]}
            changes.update("sales_order_line", [{**key, **row}] if row else [])
            touched.append(line)
        if of_line:
            chosen = _chosen(lines, number, line_no)
            asked = [{**each, **of_line} for each in chosen] if "qty" in of_line else []
            made.warnings += documents.broken(run, [_with_item(con, each) for each in asked])
        touched = lines if "is_pinned" in told or "priority" in told or told else touched
        if added:
            touched = [*touched, *_more(con, run, changes, whole, added, len(lines), made)]
        return _committed(con, run, changes, made, touched)


def _with_item(con: Any, line: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    return {**line, "item": lookup.item(con, line["sku"])}


def _promised(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    line: dict[str, Any],
    made: Ordered,
) -> dict[str, Any]:
    """The promise of a line that wants more, or another day, than was promised."""
    customer = lookup.one(con, "customer", "customer", head["customer"])
    asked = {**line, "promised_on": None}
    asked["shipped_before_qty"] = line["shipped_qty"]
    own = allocate.desk(con, run, [line["sku"]])
    key = (line["order_no"], line["line_no"])
    rows_ = [r for r in own.lines[line["sku"]] if (r["order_no"], r["line_no"]) == key]
    place = rows_[0]["warehouse"] if rows_ else head["warehouse"] or own.place
    row = {
        **(rows_[0] if rows_ else {}), "order_no": key[0], "line_no": key[1], "sku": line["sku"],
        "warehouse": place, "open_qty": line["qty"] - line["cancelled_qty"] - line["shipped_qty"],
        "requested_on": head["requested_on"], "city": head["city"] or customer["city"],
    }  # fmt: skip
    found = promise.for_line(own, promise.roads(con, run), row)
    made.warnings += ordering.doubts(row, found.p90_on)
    return {"promised_on": promise.day_of(row, found.p90_on)}


def _more(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    head: dict[str, Any],
    added: Sequence[Wanted],
    last: int,
    made: Ordered,
) -> list[dict[str, Any]]:
    """Lines that are added to an order; what they hold is decided with the rest."""
    customer = lookup.one(con, "customer", "customer", head["customer"])
    asked = ordering.Asked(head["customer"], added)
    lines, items = ordering.priced(con, run, customer, asked)
    made.warnings += documents.broken(run, [{**n, "item": items[n["sku"]]} for n in lines])
    stored = []
    for n, line in enumerate(lines, last + 1):
        row = {"order_no": head["order_no"], "line_no": n, **line, "promised_on": None}
        if head["status"] == "confirmed":
            row |= _promised(con, run, head, {**row, "shipped_qty": 0}, made)
        stored.append(row)
    changes.insert("sales_order_line", stored)
    return stored


def _committed(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    made: Ordered,
    lines: Sequence[dict[str, Any]],
) -> Ordered:
    """Commit with the reservations that follow, and tell what supply became free."""
    skus = sorted({line["sku"] for line in lines})
    before = orders.reservations(con, skus)
    pending = Pending(con)
    if changes:
        pending.apply(changes)
    follow = allocate.decided(con, allocate.desk(con, run, skus))
    if follow:
        pending.apply(follow)

    def told() -> None:
        made.rows = order.lines_of(con, run, order.head_of(con, made.number))
        made.more["surplus"] = _surplus(con, run, before, made.number, skus)

    made.committed = commit(con, run, Changes(), pending=pending, verify=told)
    return made


def _surplus(
    con: Any,  # noqa: ANN401
    run: Run,
    before: list[dict[str, Any]],
    number: str,
    skus: list[str],
) -> list[dict[str, Any]]:
    found = surplus.freed(before, orders.reservations(con, skus), number)
    place = documents.warehouse(con, run, None)
    bought = {(r["purchase_no"], r["line_no"]): r for r in orders.inbound(con, place, skus)}
    for row in found:
        row["cancellable"] = surplus.cancellable(
            bought.get((row["purchase_no"], row["purchase_line_no"]))
        )
        daily = rows(con, _DAILY, [row["sku"], row["warehouse"], run.today])[0]["qty"]
        row["sells_in_days"] = surplus.sells_in_days(row["surplus_qty"], daily)
    return found


_DAILY = """
SELECT (sum(mean_qty) / sum(bucket_days))::DOUBLE AS qty FROM forecast
WHERE sku = ? AND warehouse = ? AND bucket_on >= ?
"""
_LINES = """
SELECT l.* EXCLUDE (entry), (l.shipped_before_qty + o.shipped_qty)::DECIMAL(18,4) AS shipped_qty
FROM sales_order_line l JOIN order_line o USING (order_no, line_no) WHERE l.order_no = ? ORDER BY l.line_no
"""


def _head(con: Any, number: str, action: str) -> dict[str, Any]:  # noqa: ANN401
    order.head_of(con, number)
    head = lookup.one(con, "sales_order", "order_no", number)
    terms.require_state(head, action)
    return head


def _lines(con: Any, number: str) -> list[dict[str, Any]]:  # noqa: ANN401
    return rows(con, _LINES, [number])


def _open(line: dict[str, Any]) -> bool:
    return bool(line["qty"] - line["cancelled_qty"] - line["shipped_qty"] > 0)


def _chosen(lines: list[dict[str, Any]], number: str, line_no: int | None) -> list[dict[str, Any]]:
    found = [line for line in lines if line_no in (None, line["line_no"])]
    if not found:
        raise ScmError("order {number} has no line {n}", number=number, n=line_no)
    return found
