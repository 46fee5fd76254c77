"""An order changed or cancelled: exactly what it held and no longer needs is free again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.order import changing, pricing, surplus, terms
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import allocate, documents, order, ordering, promise
from scm_cli.jobs.ordering import Ordered
from scm_cli.store import deals, lookup, orders
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.entry import Wanted
    from scm_cli.run import Run

ZERO = Decimal(0)
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
        lines = _lines(con, number)
        chosen = _chosen(lines, number, line_no) if of_line else []
        if line_no is None:  # a discount of the whole order is no matter of gifts and samples
            chosen = [line for line in chosen if line["kind"] == "normal" and _open(line)]
        fresh = {line["line_no"]: changing.changed(line, of_line) for line in chosen}
        after = [{**line, **fresh.get(line["line_no"], {})} for line in lines]
        more, odd = _more(con, run, head, added, len(lines)) if added else ([], [])
        hold = _hold(con, run, head, lines, [*after, *more])
        whole = {**head, **told, **hold}
        made = Ordered(number, whole["status"], whole["waits_for"])
        if whole["waits_for"] and _waits(con, run, whole, [*after, *more]) is None:
            told_so = Say("it need not wait any more")
            mend = Say("Confirm it: scm order approve {number}", number=number)
            made.warnings.append(Problem(number, told_so, mend))
        changes, touched = Changes(), lines if told or hold else []
        if told or hold:
            changes.update("sales_order", [{"order_no": number, **told, **hold}])
        for before, line in zip(lines, after, strict=True):
            row = fresh.get(line["line_no"], {})
            anew = line["qty"] > before["qty"] or "requested_on" in told
            anew = anew or (line["qty"] < before["qty"] and line["promised_on"] is None)
            if not _open(line) or not (row or anew):
                continue
            if anew:
                row = row | _promised(con, run, whole, line, made)
            key = {"order_no": number, "line_no": line["line_no"]}
            changes.update("sales_order_line", [{**key, **row}] if row else [])
            touched = touched if line in touched else [*touched, line]
        made.warnings += _odd(con, run, [n for n in after if n["line_no"] in fresh], of_line)
        made.warnings += odd
        more = [{**n, **_promised(con, run, whole, {**n, "shipped_qty": ZERO}, made)} for n in more]
        changes.insert("sales_order_line", more)
        return _committed(con, run, changes, made, [*touched, *more])


def _hold(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
) -> dict[str, Any]:
    """What the head of an order becomes that is worth more than before and has to wait for it.

    A signature was for the amount it saw. What is shipped is owed already: credit counts the rest.

    Raises:
        ScmError: goods of it have been shipped, so that it cannot be a draft again.
    """
    worth = terms.amount(after)
    waited = head["status"] == "confirmed" or head["waits_for"] is not None
    if not waited or worth <= terms.amount(before):
        return {}
    waits = _waits(con, run, head, after)
    if waits is None:
        return {}
    terms.require_unshipped(head["order_no"], waits, before)
    return {**UNSIGNED, "status": "draft", "waits_for": waits}


UNSIGNED = {"approved_by": None, "approved_on": None}


def _waits(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    lines: list[dict[str, Any]],
) -> str | None:
    """What an order with these lines would wait for, had nobody signed it."""
    unsigned = {**head, **UNSIGNED}
    paid = deals.paid(con, head["order_no"])
    left = [{**n, "qty": n["qty"] - n.get("shipped_qty", ZERO)} for n in lines]
    over = ordering.over_credit(con, run, unsigned, terms.amount(left))
    limit = run.setting("approval.sales_amount")
    return terms.waits_for({**unsigned, "paid_amount": paid}, terms.amount(lines), limit, over)


def _odd(
    con: Any,  # noqa: ANN401
    run: Run,
    lines: list[dict[str, Any]],
    of_line: dict[str, Any],
) -> list[Problem]:
    """What looks wrong with lines as they become: their price, or a part of a piece."""
    lines = [{**line, "item": lookup.item(con, line["sku"])} for line in lines if _open(line)]
    priced = lines if of_line.keys() - {"qty"} else []
    found = [doubt for line in priced for doubt in pricing.doubts(line, line["item"])]
    return [*found, *documents.broken(run, lines if "qty" in of_line else [])]


def _promised(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    line: dict[str, Any],
    made: Ordered,
) -> dict[str, Any]:
    """The promise of a line that wants more, or another day, than was promised; a draft has none."""
    if head["status"] != "confirmed":
        return {"promised_on": None} if line["promised_on"] is not None else {}
    customer = lookup.one(con, "customer", "customer", head["customer"])
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
    made.warnings += promise.doubts(own, row, found.p90_on)
    return {"promised_on": promise.day_of(row, found.p90_on)}


def _more(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    added: Sequence[Wanted],
    last: int,
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Lines that are added to an order, not promised yet; and what looks wrong with them."""
    customer = lookup.one(con, "customer", "customer", head["customer"])
    lines, items = ordering.priced(con, run, customer, ordering.Asked(head["customer"], added))
    kept = {"order_no": head["order_no"], "promised_on": None}
    stored = [{**line, **kept, "line_no": n} for n, line in enumerate(lines, last + 1)]
    odd = [doubt for line in lines for doubt in pricing.doubts(line, items[line["sku"]])]
    return stored, [*odd, *documents.broken(run, [{**n, "item": items[n["sku"]]} for n in lines])]


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
