"""What is owed, either way: loaded from documents, balances and payments; paying."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.money import ageing as ages
from scm_cli.core.money.balance import Balance, Credit, Debt, balance
from scm_cli.core.money.terms import due_on, line_amount
from scm_cli.core.search import unknown
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs.master import Saved
from scm_cli.store import numbers
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.run import Run

    Partner = tuple[str, str]  # (customer or supplier, code)

#: Delivered and returned lines; `{own}` is the line's own price, else that of what it came from.
SOLD = """
SELECT h.shipment_no AS number, h.customer AS partner, h.shipped_on AS day, l.qty, 1 AS sign,
    coalesce(o.kind, 'normal') AS kind, {own}
FROM shipment h JOIN shipment_line l USING (shipment_no)
LEFT JOIN sales_order_line o ON o.order_no = l.order_no AND o.line_no = l.order_line_no
UNION ALL
SELECT h.return_no, h.customer, h.returned_on, l.qty, -1, coalesce(o.kind, 'normal'), {own_return}
FROM sales_return h JOIN sales_return_line l USING (return_no)
LEFT JOIN sales_order_line o ON o.order_no = l.order_no AND o.line_no = l.order_line_no
"""
BOUGHT = """
SELECT h.receipt_no AS number, h.supplier AS partner, h.received_on AS day, l.accepted_qty AS qty,
    1 AS sign, 'normal' AS kind, {own}
FROM receipt h JOIN receipt_line l USING (receipt_no)
LEFT JOIN purchase_order_line o
    ON o.purchase_no = l.purchase_no AND o.line_no = l.purchase_line_no
UNION ALL
SELECT h.return_no, h.supplier, h.returned_on, l.qty, -1, 'normal', {own_return}
FROM purchase_return h JOIN purchase_return_line l USING (return_no)
LEFT JOIN (
    SELECT receipt_no, sku, any_value(factor) AS factor, any_value(unit_price) AS unit_price,
        any_value(tax_included) AS tax_included, any_value(tax_rate_pct) AS tax_rate_pct
    FROM receipt_line GROUP BY ALL
) o ON o.receipt_no = l.receipt_no AND o.sku = l.sku
"""
_OWN = "if(l.unit_price IS NULL, o.{0}, l.{0}) AS {0}"
_PRICE = {
    "own": ", ".join(
        _OWN.format(n) for n in ("factor", "unit_price", "tax_included", "tax_rate_pct")
    ),
    "own_return": ", ".join(
        (
            _OWN.format("factor"),
            _OWN.format("unit_price"),
            "coalesce(o.tax_included, true) AS tax_included",
            "o.tax_rate_pct",
        )
    ),
}
LINES = {"customer": SOLD.format(**_PRICE), "supplier": BOUGHT.format(**_PRICE)}
SIDES = {"receivable": "customer", "payable": "supplier"}


@dataclass(slots=True)
class Books:
    """Debts and credits per partner, the partners' names, and how many lines have no price."""

    names: dict[Partner, str] = field(default_factory=dict)
    payment_days: dict[Partner, int | None] = field(default_factory=dict)
    debts: dict[Partner, list[Debt]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[Partner, list[Credit]] = field(default_factory=lambda: defaultdict(list))
    unpriced: int = 0

    def balances(self) -> dict[Partner, Balance]:
        """Every partner's balance that is not nothing, customers first, by code."""
        found = {
            p: balance(self.debts[p], self.credits[p]) for p in sorted({*self.debts, *self.credits})
        }
        return {p: b for p, b in found.items() if b.debts or b.advance_amount}


def due(run: Run) -> tuple[list[dict[str, Any]], int]:
    """What each partner owes or is owed, the most overdue first; lines without a price."""
    with reading(run) as con:
        books = loaded(con, run.today)
    found: list[dict[str, Any]] = [
        {
            "partner_kind": kind,
            "partner": code,
            "name": books.names.get((kind, code)),
            "amount": each.amount,
            "overdue_amount": each.overdue_amount(run.today),
            "oldest_due_on": each.oldest_due_on,
        }
        for (kind, code), each in books.balances().items()
    ]
    found.sort(key=lambda r: (r["partner_kind"], -r["overdue_amount"], -r["amount"], r["partner"]))
    return found, books.unpriced


def ageing(run: Run, direction: str | None) -> tuple[list[dict[str, Any]], int]:
    """Open debts by age, and advances beside them; lines without a price."""
    with reading(run) as con:
        books = loaded(con, run.today)
    of = {kind: way for way, kind in SIDES.items()}
    found: list[dict[str, Any]] = [
        {
            "direction": of[kind],
            "partner": code,
            "name": books.names.get((kind, code)),
            "amount": each.amount,
            **ages.aged(each.debts, run.today),
            "advance_amount": each.advance_amount,
        }
        for (kind, code), each in books.balances().items()
        if direction in (None, of[kind])
    ]
    found.sort(key=lambda r: (r["direction"] != "receivable", -r["amount"], r["partner"]))
    return found, books.unpriced


def loaded(con: Any, today: date) -> Books:  # noqa: ANN401 -- the store's connection
    """The books from their opening up to `today`; older history is in the opening balances."""
    books = Books()
    for kind in SIDES.values():
        for r in rows(con, f"SELECT {kind} AS code, name, payment_days FROM {kind}"):
            books.names[kind, r["code"]] = r["name"]
            books.payment_days[kind, r["code"]] = r["payment_days"]
    told = rows(con, "SELECT value FROM shop_fact WHERE name = 'start_on'")
    start = date.fromisoformat(told[0]["value"]) if told else date.min
    _opening(con, books, start)
    for kind in SIDES.values():
        _documents(con, books, kind, (start, today))
    _payments(con, books, (start, today))
    return books


def _opening(con: Any, books: Books, start: date) -> None:  # noqa: ANN401
    for r in rows(con, "SELECT * FROM opening_balance ORDER BY kind, partner, document_no"):
        kind = "customer" if r["kind"] in ("receivable", "advance_received") else "supplier"
        partner = (kind, r["partner"])
        if r["kind"] in ("advance_received", "advance_paid"):
            books.credits[partner].append(Credit(r["amount"]))
            continue
        since = r["balance_on"] or start
        last = r["due_on"] or due_on(since, books.payment_days.get(partner))
        books.debts[partner].append(Debt(r["document_no"], since, last, r["amount"]))


def _documents(con: Any, books: Books, kind: str, period: tuple[date, date]) -> None:  # noqa: ANN401
    """Deliveries or receipts become debts, returns become credits."""
    worth: dict[tuple[str, str, date, int], Decimal] = defaultdict(Decimal)
    for r in rows(con, f"SELECT * FROM ({LINES[kind]}) WHERE day BETWEEN ? AND ?", list(period)):
        if r["unit_price"] is None:
            books.unpriced += r["kind"] == "normal" and r["qty"] > 0
            continue
        added = None if r["tax_included"] else r["tax_rate_pct"]
        amount = line_amount(r["qty"], r["factor"], r["unit_price"], added)
        worth[r["number"], r["partner"], r["day"], r["sign"]] += amount
    for (number, code, day, sign), amount in sorted(worth.items()):
        partner = (kind, code)
        if sign < 0 and amount:
            books.credits[partner].append(Credit(amount))
        elif amount:
            last = due_on(day, books.payment_days.get(partner))
            books.debts[partner].append(Debt(number, day, last, amount))


def _payments(con: Any, books: Books, period: tuple[date, date]) -> None:  # noqa: ANN401
    """Money from a customer or to a supplier is a credit; the other way it is a refund."""
    for r in rows(
        con, "SELECT * FROM payment WHERE paid_on BETWEEN ? AND ? ORDER BY payment_no", list(period)
    ):
        natural, other = (
            ("customer", "supplier") if r["direction"] == "in" else ("supplier", "customer")
        )
        if (natural, r["partner"]) in books.names or (other, r["partner"]) not in books.names:
            books.credits[natural, r["partner"]].append(Credit(r["amount"], r["document_no"]))
        else:
            refund = Debt(r["payment_no"], r["paid_on"], r["paid_on"], r["amount"])
            books.debts[other, r["partner"]].append(refund)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was entered, what is still owed after it, and what order it confirmed."""

    saved: Saved
    number: str
    partner: str
    kind: str
    direction: str
    open_amount: Decimal
    confirmed: list[str]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.saved.as_json(),
            "payment": self.number,
            "partner": self.partner,
            "partner_kind": self.kind,
            "direction": self.direction,
            "open_amount": self.open_amount,
            "confirmed": self.confirmed,
        }


def pay(run: Run, code: str, direction: str | None, texts: dict[str, str]) -> Paid:
    """Enter money that came in or went out. A customer pays in, a supplier is paid.

    A deposit that an order waits for confirms it in the same entry.

    Raises:
        ScmError: the partner is unknown, or both a customer and a supplier and no way is given.
    """
    from scm_cli.core import master
    from scm_cli.jobs.following import Followed, released

    values = master.values("payment", {"partner": code, **texts})
    with writing(run) as con:
        books = loaded(con, run.today)
        kind = _kind(books, code, direction)
        way = direction or ("in" if kind == "customer" else "out")
        changes = Changes()
        number = numbers.next_numbers(con, changes, "payment", run.settings.numbers.payment)[0]
        given = {"paid_on": run.today, **values, "payment_no": number, "direction": way}
        changes.insert("payment", [master.row("payment", given)])
        owed = balance(books.debts[kind, code], books.credits[kind, code])
        left = owed.amount + (given["amount"] if way != _natural(kind) else -given["amount"])
        warned = _doubts(owed, given, left, _orders(con, code) if kind == "customer" else {})
        pending, followed = Pending(con), Followed()
        pending.apply(changes)
        released(con, run, pending, followed)
        saved = Saved(commit(con, run, Changes(), pending=pending), [*warned, *followed.warnings])
        return Paid(saved, number, code, kind, way, left, followed.confirmed)


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
