"""What is owed, either way: told by partner and by age; paying."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.money import ageing as ages
from scm_cli.core.money.balance import Balance, balance
from scm_cli.core.search import unknown
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs.books import ONE, SIDES, Books, loaded
from scm_cli.jobs.master import Saved
from scm_cli.store import numbers
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.run import Run

CENT = Decimal("0.01")


def due(run: Run) -> tuple[list[dict[str, Any]], int]:
    """What each partner owes or is owed, the most overdue first; lines without a price."""
    with reading(run) as con:
        books = loaded(con, run)
    ours = {p: books.rate(p, books.own, run.today) for p in books.currency}
    found: list[dict[str, Any]] = [
        {
            "partner_kind": kind,
            "partner": code,
            "name": books.names.get((kind, code)),
            "currency": books.currency.get((kind, code), books.own),
            "amount": each.amount,
            "overdue_amount": (overdue := each.overdue_amount(run.today)),
            "own_overdue_amount": _ours(overdue, ours.get((kind, code), ONE)),
            "oldest_due_on": each.oldest_due_on,
        }
        for (kind, code), each in books.balances().items()
    ]
    found.sort(key=lambda r: (r["partner_kind"], -r["overdue_amount"], -r["amount"], r["partner"]))
    return found, books.unpriced


def _ours(amount: Decimal, theirs: Decimal | None) -> Decimal | None:
    """An amount in the firm's currency; `theirs` is what a unit of that is in the partner's."""
    return None if theirs is None else (amount / theirs).quantize(CENT, ROUND_HALF_UP)


def ageing(run: Run, direction: str | None) -> tuple[list[dict[str, Any]], int]:
    """Open debts by age, and advances beside them; lines without a price."""
    with reading(run) as con:
        books = loaded(con, run)
    of = {kind: way for way, kind in SIDES.items()}
    found: list[dict[str, Any]] = [
        {
            "direction": of[kind],
            "partner": code,
            "name": books.names.get((kind, code)),
            "currency": books.currency.get((kind, code), books.own),
            "amount": each.amount,
            **ages.aged(each.debts, run.today),
            "advance_amount": each.advance_amount,
        }
        for (kind, code), each in books.balances().items()
        if direction in (None, of[kind])
    ]
    found.sort(key=lambda r: (r["direction"] != "receivable", -r["amount"], r["partner"]))
    return found, books.unpriced


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was entered, what is still owed after it, and what order it confirmed."""

    saved: Saved
    number: str
    partner: str
    kind: str
    direction: str
    open_amount: Decimal
    currency: str
    confirmed: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.saved.as_json(),
            "payment": self.number,
            "partner": self.partner,
            "partner_kind": self.kind,
            "direction": self.direction,
            "open_amount": self.open_amount,
            "currency": self.currency,
            "confirmed": self.confirmed,
        }


def pay(run: Run, code: str, direction: str | None, texts: dict[str, str]) -> Paid:
    """Enter money that came in or went out. A customer pays in, a supplier is paid.

    A deposit that an order waits for confirms it in the same entry.

    Raises:
        ScmError: the partner is unknown, or both a customer and a supplier and no way is given; or
            the day lies ahead.
    """
    from scm_cli.core import master
    from scm_cli.core.calendar import require_past
    from scm_cli.jobs.following import Followed, released

    values = {"paid_on": run.today, **master.values("payment", {"partner": code, **texts})}
    require_past(values["paid_on"], run.today)
    with writing(run) as con:
        books = loaded(con, run)
        kind = _kind(books, code, direction)
        way = direction or ("in" if kind == "customer" else "out")
        changes = Changes()
        number = numbers.next_numbers(con, changes, "payment", run.settings.numbers.payment)[0]
        given = {**values, "payment_no": number, "direction": way}
        changes.insert("payment", [master.row("payment", given)])
        owed = balance(books.debts[kind, code], books.credits[kind, code])
        left = owed.amount + (given["amount"] if way != _natural(kind) else -given["amount"])
        warned = _doubts(owed, given, left, _orders(con, code) if kind == "customer" else {})
        pending, followed = Pending(con), Followed()
        pending.apply(changes)
        released(con, run, pending, followed)
        saved = Saved(commit(con, run, Changes(), pending=pending), [*warned, *followed.warnings])
        theirs = books.currency.get((kind, code), books.own)
        return Paid(saved, number, code, kind, way, left, theirs, followed.confirmed)


def _orders(con: Any, customer: str) -> dict[str, str | None]:  # noqa: ANN401
    """A customer's orders that are not done, and what they wait for."""
    asked = (
        "SELECT order_no, waits_for FROM sales_order WHERE customer = ? "
        "AND status IN ('draft', 'confirmed') ORDER BY order_no"
    )
    return {row["order_no"]: row["waits_for"] for row in rows(con, asked, [customer])}


def _natural(kind: str) -> str:
    return "in" if kind == "customer" else "out"


def _kind(books: Books, code: str, direction: str | None) -> str:
    kinds = [kind for kind in SIDES.values() if (kind, code) in books.names]
    if not kinds:
        raise unknown("partner", code, {c: n for (_, c), n in books.names.items()})
    if len(kinds) == 1:
        return kinds[0]
    if direction is None:
        raise ScmError(
            "{partner} is both a customer and a supplier",
            hint="Say --in (the customer pays) or --out (the supplier is paid).",
            exit_code=Exit.USAGE,
            partner=code,
        )
    return "customer" if direction == "in" else "supplier"


def _doubts(
    owed: Balance, given: dict[str, Any], left: Decimal, orders: dict[str, str | None]
) -> list[Problem]:
    found = []
    named = given.get("document_no")
    waiting = [number for number, waits in orders.items() if waits == "deposit"]
    if waiting and not named and given["direction"] == "in":
        told = Say("it waits for its deposit, and this payment does not name it")
        mend = Say(
            "Take the payment back and enter it with --document {number}.", number=waiting[0]
        )
        found.append(Problem(", ".join(waiting), told, mend))
    if named and named not in orders and named not in {d.document_no for d in owed.debts}:
        what = Say(
            "{number} is no open document of this partner; the oldest due is paid first",
            number=named,
        )
        found.append(Problem("document_no", what))
    if left < 0:
        told = Say("{amount} more than is owed: it is kept as an advance", amount=f"{-left:,.2f}")
        found.append(Problem("amount", told))
    return found
