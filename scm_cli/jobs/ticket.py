"""Tickets one by one: opened beside the customer's history, answered, solved, opened again, rated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice
from scm_cli.core.changes import Changes
from scm_cli.core.customer import tickets
from scm_cli.core.customer.ticket_clock import Targets, pressing, timed
from scm_cli.core.customer.tickets import Step, stepped
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs import documents, hours, ticket_goods
from scm_cli.store import crm, lookup, service
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scm_cli.run import Run

RECENT = 10
CAME = "SELECT 1 FROM receipt_line WHERE sku = ? AND lot = ? LIMIT 1"
#: What of a ticket that waits is late or soon due → how that is told.
PRESSING = {
    ("answer", "late"): "{subject}: the first answer was due at {due} ({owner})",
    ("answer", "soon"): "{subject}: the first answer is due at {due} ({owner})",
    ("solution", "late"): "{subject}: the solution was due at {due} ({owner})",
    ("solution", "soon"): "{subject}: the solution is due at {due} ({owner})",
}
ON_ORDER = "SELECT DISTINCT sku FROM sales_order_line WHERE order_no = ? ORDER BY sku"


def targets(con: Any, run: Run, opened: Iterable[Mapping[str, Any]]) -> Targets:  # noqa: ANN401
    """The firm's targets, in its working hours since the oldest of these tickets."""
    told = run.settings.tickets
    return Targets(
        told.first_response_hours.model_dump(),
        told.resolution_hours.model_dump(),
        told.warn_pct / 100,
        hours.of_firm(con, run, (row["opened_on"] for row in opened)),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets are listed."""

    status: str | None = None
    owner: str | None = None
    customer: str | None = None
    late: bool = False
    waiting: bool = False


def listed(run: Run, wanted: Wanted) -> list[dict[str, Any]]:
    """Tickets, newest first, with how long they waited and what is promised; or only the late ones.

    Raises:
        ScmError: there is no such status or customer.
    """
    from scm_cli.core.records.service import TICKET_STATES

    tickets.require_status(wanted.status, TICKET_STATES)
    with reading(run) as con:
        if wanted.customer is not None:
            lookup.one(con, "customer", "customer", wanted.customer)
        found = service.tickets(con, wanted.status, wanted.owner, wanted.customer)
        promised = targets(con, run, found)
        steps = service.clocked(con)
    now = hours.now(run, promised.hours)
    told = [{**row, **timed(row, steps.get(row["ticket"], ()), now, promised)} for row in found]
    if wanted.waiting:
        told = [row for row in told if row["waiting_since"]]
    return [row for row in told if not wanted.late or pressing(row)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket, its steps, and what else is known of its customer."""

    record: dict[str, Any]
    steps: list[dict[str, Any]]
    history: dict[str, list[dict[str, Any]]]


def shown(run: Run, number: str) -> Shown:
    """One ticket with its steps and the history of its customer."""
    with reading(run) as con:
        record = lookup.one(con, "ticket", "ticket_no", number)
        promised = targets(con, run, [record])
        steps = service.steps(con, number)
        record |= timed(record, steps, hours.now(run, promised.hours), promised)
        record = {"ticket": record.pop("ticket_no"), **record}
        return Shown(record, steps, _history(con, record["customer"], number))


def _history(con: Any, customer: str, without: str | None) -> dict[str, list[dict[str, Any]]]:  # noqa: ANN401
    """The customer's other tickets, orders, deliveries, returns, and what was said."""
    names = ("ticket", "opened_on", "category", "sku", "subject", "status", "rating")
    others = [
        {n: row[n] for n in names}
        for row in service.tickets(con, None, None, customer)
        if row["ticket"] != without
    ]
    said = crm.interactions(con, "customer", customer, RECENT)
    return {"tickets": others[:RECENT], **service.history(con, customer, RECENT), "interactions": said}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket as it was entered, what is promised, and what was known of its customer before."""

    entered: documents.Entered
    owner: str | None
    promised: dict[str, Any]
    history: dict[str, list[dict[str, Any]]]

    def as_json(self) -> dict[str, Any]:
        due = {n: self.promised[n] for n in ("answer_due_at", "solution_due_at")}
        return {**self.entered.as_json("ticket"), "owner": self.owner, **due, "history": self.history}  # fmt: skip


def add(run: Run, texts: Mapping[str, str]) -> Opened:
    """Open a ticket; without an owner it goes to the customer's, without a moment it is now.

    Raises:
        ScmError: a value does not fit, what it names is not there, or its order is not of this
            customer or has not that item.
    """
    from scm_cli.core import master
    from scm_cli.core.calendar import require_past
    from scm_cli.core.customer.leads import require_clock

    given, changes = master.values("ticket", texts), Changes()
    given["opened_clock"] = require_clock(given.get("opened_clock"), "--at")
    if given.get("opened_on") is None:
        given["opened_on"] = run.today
        given["opened_clock"] = given["opened_clock"] or run.clock
    require_past(given["opened_on"], run.today)
    with writing(run, small=True) as con:
        customer = lookup.one(con, "customer", "customer", given["customer"])
        warned = _require_goods(con, given)
        number = given.get("ticket_no") or documents.number(con, run, changes, "ticket")
        if rows(con, "SELECT 1 FROM ticket WHERE ticket_no = ?", [number]):
            raise ScmError("there is a ticket {number} already", number=number)
        given["owner"] = given.get("owner") or customer["owner"]
        row = master.row("ticket", {**given, "ticket_no": number})
        changes.insert("ticket", [row])
        step = Step("opened", row["opened_on"], row["opened_clock"], run.who or None)
        changes.insert("ticket_event", [stepped(row, step, [])[1]])
        week = targets(con, run, [row])
        promised = timed(row, (), hours.now(run, week.hours), week)
        known = _history(con, row["customer"], None)
        done = documents.Entered(number, commit(con, run, changes), warned)
        return Opened(done, row["owner"], promised, known)


def _require_goods(con: Any, given: dict[str, Any]) -> tuple[Problem, ...]:  # noqa: ANN401
    """The order is the customer's and has the item; the only item of an order is meant without one."""
    order, sku, lot = (given.get(n) for n in ("order_no", "sku", "lot"))
    if given.get("supplier"):
        lookup.one(con, "supplier", "supplier", given["supplier"])
    if sku:
        lookup.item(con, sku)
    if order:
        head = lookup.one(con, "sales_order", "order_no", order)
        skus = [row["sku"] for row in rows(con, ON_ORDER, [order])]
        if head["customer"] != given["customer"]:
            told = "order {order} is of customer {other}, not of {customer}"
            raise ScmError(
                told, hint="See `scm order list --customer {customer}`.",
                order=order, other=head["customer"], customer=given["customer"],
            )  # fmt: skip
        if sku and sku not in skus:
            raise ScmError(
                "order {order} has no {sku}", hint="It has: {skus}.",
                order=order, sku=sku, skus=", ".join(skus),
            )  # fmt: skip
        if sku is None and len(skus) == 1:
            given["sku"] = sku = skus[0]
    if lot and sku and not rows(con, CAME, [sku, lot]):
        return (Problem(lot, Say("no receipt brought lot {lot} of {sku}", lot=lot, sku=sku)),)
    return ticket_goods.beyond(con, given)


def step(run: Run, number: str, asked: Step, more: Mapping[str, Any] | None = None) -> Committed:
    """Take a step of a ticket; `more` are fields that go with it.

    Raises:
        ScmError: there is no such ticket, or the step cannot be.
    """
    with writing(run, small=True) as con:
        ticket = lookup.one(con, "ticket", "ticket_no", number)
        if asked.step == "rated":
            tickets.require_rateable(ticket)
        new, event = stepped(ticket, asked, service.steps(con, number))
        new |= {n: v for n, v in (more or {}).items() if ticket[n] != v}
        changes = Changes()
        silent = asked.step in ("assigned", "rated") and not new
        if new:
            changes.update("ticket", [{"ticket_no": number, **new}])
        if not silent:
            changes.insert("ticket_event", [event])
        return commit(con, run, changes)


def edit(run: Run, number: str, texts: Mapping[str, str]) -> Committed:
    """Change what a ticket says: category, priority, order, item, lot, quantity, supplier, claim.

    Raises:
        ScmError: there is no such ticket, a value does not fit, or a step of its own changes it.
    """
    from scm_cli.core import master

    steps = ("ticket_no", "customer", "status", "replied_on", "replied_clock", "resolved_on", "resolved_clock",
             "reopened", "surveyed_on", "rating", "rated_on")  # fmt: skip
    for name in steps:
        if name in texts:
            raise ScmError(
                "{field} of a ticket is not edited",
                hint="It follows from reply, resolve, close, reopen, rate and survey.",
                exit_code=Exit.USAGE,
                field=name,
            )
    with writing(run, small=True) as con:
        old = lookup.one(con, "ticket", "ticket_no", number)
        new = master.changed("ticket", old, master.values("ticket", texts))
        _require_goods(con, {**old, **new})
        changes = Changes()
        if new:
            changes.update("ticket", [{"ticket_no": number, **new}])
        return commit(con, run, changes)


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401 -- the store's connection
    """Tickets whose answer or solution is late or will be soon, the latest first."""
    found: Sequence[dict[str, Any]] = service.waiting(con)
    if not found:
        return []
    promised = targets(con, run, found)
    steps, now = service.clocked(con), hours.now(run, promised.hours)
    told = [(row, timed(row, steps.get(row["ticket_no"], ()), now, promised)) for row in found]
    pressed = [(row, timing, pressing(timing)) for row, timing in told]
    late = [(r, t, p) for r, t, p in pressed if p is not None]
    late.sort(key=lambda each: (each[2][1] != "late", each[1][f"{each[2][0]}_due_at"]))
    return [_notice(*each) for each in late]


def _notice(row: Mapping[str, Any], timing: Mapping[str, Any], what: tuple[str, str]) -> Notice:
    name, state = what
    due = timing[f"{name}_due_at"]
    say = Say(
        PRESSING[what],
        subject=row["subject"],
        due=f"{due:%Y-%m-%d %H:%M}",
        owner=row["owner"] or "-",
    )
    kind = "ticket late" if state == "late" else "ticket due soon"
    return Notice(kind, row["customer"], row["ticket_no"], say, due.date())
