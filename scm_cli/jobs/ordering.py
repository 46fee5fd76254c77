"""A customer's order, entered: priced, checked, confirmed, allocated and promised in one entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.changes import Changes
from scm_cli.core.order import entry, pricing, terms
from scm_cli.core.order.entry import Taxed, Wanted
from scm_cli.errors import Problem
from scm_cli.jobs import allocate, documents, order, promise
from scm_cli.store import deals, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scm_cli.run import Run

ZERO = Decimal(0)


class Asked(NamedTuple):
    """A new order as it was typed; `head` holds what was stated of the record's fields."""

    customer: str | None
    lines: Sequence[Wanted]
    head: Mapping[str, Any] = MappingProxyType({})
    tax: Taxed = Taxed()
    draft: bool = False
    hold: bool = True


@dataclass(slots=True)
class Ordered:
    """An order that was entered or changed, with its lines as `order show` tells them."""

    number: str
    status: str
    waits_for: str | None
    committed: Committed = field(default_factory=lambda: Committed(None))
    rows: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = [f"{w.where}: {w.what.english}" for w in self.warnings]
        return {
            "order": self.number, **self.more, "status": self.status, "waits_for": self.waits_for,
            **self.committed.as_json(), "rows": self.rows, "warnings": told,
        }  # fmt: skip


def new(run: Run, asked: Asked) -> Ordered:
    """Enter an order; unless it is a draft or waits for something, it is confirmed and allocated."""
    with writing(run, small=True) as con:
        changes = Changes()
        made = added(con, run, changes, asked)
        show = None if made.rows else partial(_show, con, run, made)
        made.committed = commit(con, run, changes, verify=show)
        return made


def _show(con: Any, run: Run, made: Ordered) -> None:  # noqa: ANN401
    """The lines as they stand before the commit, so that a dry run shows them too."""
    made.rows = order.lines_of(con, run, order.head_of(con, made.number))


def added(con: Any, run: Run, changes: Changes, asked: Asked) -> Ordered:  # noqa: ANN401
    """Add an order to `changes`, with what it holds."""
    entry.require_future(asked.head.get("requested_on"), run.today)
    customer = _customer(con, run, changes, asked.customer)
    lines, items = priced(con, run, customer, asked)
    number = documents.number(con, run, changes, "sales_order")
    head = entry.head(
        {
            "order_no": number, "customer": customer["customer"], "ordered_on": run.today,
            "person": run.who, **asked.head, **terms.agreed(customer, asked.head),
            "warehouse": documents.warehouse(con, run, asked.head.get("warehouse")),
        }
    )  # fmt: skip
    worth = terms.amount(lines)
    waits = None if asked.draft else waiting(con, run, {**head, "paid_amount": ZERO}, worth)
    head |= {"status": "draft" if asked.draft or waits else "confirmed", "waits_for": waits}
    made = Ordered(number, head["status"], waits, more={"amount": worth})
    made.warnings += [d for line in lines for d in pricing.doubts(line, items[line["sku"]])]
    made.warnings += documents.broken(run, [{**n, "item": items[n["sku"]]} for n in lines])
    kept = {"order_no": number, "promised_on": None}
    stored = [{**line, **kept, "line_no": n} for n, line in enumerate(lines, 1)]
    if head["status"] == "confirmed" and asked.hold:
        changes.add(held(con, run, head, stored, customer, made))
    if len(made.rows) == len(stored):
        made.rows = [
            order.told(line, items[line["sku"]], days)
            for line, days in zip(stored, made.rows, strict=True)
        ]
    changes.insert("sales_order", [head])
    changes.insert("sales_order_line", stored)
    return made


def _customer(con: Any, run: Run, changes: Changes, asked: str | None) -> dict[str, Any]:  # noqa: ANN401
    """The customer that was named; without one the walk-in customer, made when first needed."""
    walk_in = run.setting("walk_in_customer")
    if asked not in (None, walk_in):
        return lookup.one(con, "customer", "customer", str(asked))
    found = rows(con, "SELECT * EXCLUDE (entry) FROM customer WHERE customer = ?", [walk_in])
    if found:
        return found[0]
    row = {"customer": walk_in, "name": walk_in, "opted_out": False}
    changes.insert("customer", [row])
    names = ("customer_class", "payment_terms", "deposit_pct", "credit_limit_amount", "city")
    return {**row, **dict.fromkeys(names)}


def priced(
    con: Any,  # noqa: ANN401
    run: Run,
    customer: dict[str, Any],
    asked: Asked,
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The lines in stock units, priced; and their items."""
    resolved = documents.resolved(con, [w.typed for w in asked.lines])
    items = {line["sku"]: line["item"] for line in resolved}
    bare = {w.typed.sku for w in asked.lines if w.kind == "normal" and w.typed.price is None}
    offers = deals.prices(con, customer, [items[sku] for sku in sorted(bare)]) if bare else {}
    found = []
    for line, want in zip(resolved, asked.lines, strict=True):
        price = pricing.Priced(None, None)
        if line["sku"] in offers:
            price = pricing.filled(offers[line["sku"]], line["qty"], line["factor"], run.today)
        found.append(entry.line(line, want, price, asked.tax))
    return found, items


def waiting(con: Any, run: Run, head: dict[str, Any], worth: Decimal) -> str | None:  # noqa: ANN401
    """What an order waits for before it is confirmed."""
    limit = run.setting("approval.sales_amount")
    return terms.waits_for(head, worth, limit, over_credit(con, run, head, worth))


def over_credit(con: Any, run: Run, head: dict[str, Any], worth: Decimal) -> Decimal:  # noqa: ANN401
    """By how much the customer would be over the credit limit: owed, open orders, and this one."""
    found = rows(
        con, "SELECT credit_limit_amount FROM customer WHERE customer = ?", [head["customer"]]
    )
    limit = found[0]["credit_limit_amount"] if found else None
    if limit is None or head["payment_terms"] in ("cash", "before_shipping"):
        return ZERO
    from scm_cli.core.money.balance import balance
    from scm_cli.jobs.books import loaded

    books = loaded(con, run)
    partner = ("customer", head["customer"])
    owed = balance(books.debts[partner], books.credits[partner]).amount
    others = terms.amount(deals.order_lines(con, head["customer"], head["order_no"]))
    over: Decimal = owed + others + worth - limit
    return max(over, ZERO)


def held(
    con: Any,  # noqa: ANN401
    run: Run,
    head: dict[str, Any],
    lines: list[dict[str, Any]],
    customer: dict[str, Any],
    made: Ordered,
) -> Changes:
    """Promise and allocate the lines of an order that is being confirmed; sets their promise.

    Where free stock serves them all, `made.rows` gets the days at the door of each line.
    """
    waiting = [_waiting(head, line, customer) for line in lines]
    wanted: dict[str, Decimal] = {}
    for row in waiting:
        wanted[row["sku"]] = wanted.get(row["sku"], ZERO) + row["open_qty"]
    place = head["warehouse"] or documents.warehouse(con, run, None)
    here = allocate.in_stock(con, run, wanted, place)
    desk = here or allocate.desk(con, run, sorted(wanted))
    known = promise.roads(con, run)
    for line, row in zip(lines, waiting, strict=True):
        row["warehouse"] = row["warehouse"] or desk.place
        if row["open_qty"] <= 0:
            continue
        found = promise.for_line(desk, known, row)
        if here is not None:
            made.rows.append({"expected_p50_on": found.p50_on, "expected_p90_on": found.p90_on})
        if line["promised_on"] is None:
            line["promised_on"] = row["promised_on"] = promise.day_of(row, found.p90_on)
            made.warnings += promise.doubts(desk, row, found.p90_on)
        desk.lines[line["sku"]].append(row)
    return allocate.decided(con, desk)


def _waiting(
    head: dict[str, Any], line: dict[str, Any], customer: dict[str, Any]
) -> dict[str, Any]:
    """A line as it stands on the desk among those of others."""
    return {
        "order_no": head["order_no"], "line_no": line["line_no"], "customer": head["customer"],
        "sku": line["sku"], "warehouse": head["warehouse"],
        "open_qty": line["qty"] - line["cancelled_qty"] - line["shipped_before_qty"],
        "priority": head["priority"], "promised_on": line["promised_on"],
        "requested_on": head["requested_on"], "ordered_on": head["ordered_on"],
        "is_pinned": head["is_pinned"], "customer_class": customer["customer_class"],
        "city": head["city"] or customer["city"],
    }  # fmt: skip


def approve(run: Run, number: str) -> Ordered:
    """Confirm a draft: what waited for credit or approval goes on, with who and when.

    Raises:
        ScmError: it is no draft, or it waits for its deposit alone.
    """
    with writing(run) as con:
        head = lookup.one(con, "sales_order", "order_no", order.head_of(con, number)["order"])
        terms.require_state(head, "approved")
        worth = terms.amount(deals.stored_lines(con, [head["order_no"]]))
        paid = deals.paid(con, head["order_no"])
        terms.require_deposit({**head, "paid_amount": paid}, worth)
        changes = Changes()
        made = confirmed(con, run, changes, head, approved=True)
        made.committed = commit(con, run, changes, verify=lambda: _show(con, run, made))
        return made


def confirmed(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    head: dict[str, Any],
    *,
    approved: bool,
) -> Ordered:
    """Confirm a draft in `changes`; where its deposit is missing, it goes on waiting for that."""
    number = head["order_no"]
    lines = deals.stored_lines(con, [number])
    worth = terms.amount(lines)
    signed = {"approved_by": run.who, "approved_on": run.today} if approved else {}
    told = {**head, **signed, "paid_amount": deals.paid(con, number)}
    waits = waiting(con, run, told, worth)
    made = Ordered(number, "draft" if waits else "confirmed", waits, more={"amount": worth})
    row = {"order_no": number, **signed, "status": made.status, "waits_for": waits}
    if any(head[name] != value for name, value in row.items()):
        changes.update("sales_order", [row])
    if waits is None:
        customer = lookup.one(con, "customer", "customer", head["customer"])
        before = {line["line_no"]: line["promised_on"] for line in lines}
        changes.add(held(con, run, head, lines, customer, made))
        made.rows = []
        told_anew = [line for line in lines if line["promised_on"] != before[line["line_no"]]]
        changes.update(
            "sales_order_line",
            [{n: line[n] for n in ("order_no", "line_no", "promised_on")} for line in told_anew],
        )
    return made


def sell(run: Run, asked: Asked, method: str | None) -> Ordered:
    """Order, delivery and cash in one entry (现销)."""
    from scm_cli.jobs import ship

    cash = asked._replace(head={**asked.head, "payment_terms": "cash"}, hold=False)
    with writing(run) as con:
        changes = Changes()
        made = added(con, run, changes, cash)
        terms.require_free_to_go(made.number, made.waits_for)
        ship.sold(con, run, changes, made, method)
        skus = sorted({w.typed.sku for w in asked.lines})
        told = partial(_show, con, run, made)
        entered = documents.post(con, run, changes, skus, made.number, told=told)
        made.committed = entered.committed
        made.warnings += entered.warnings
        return made
