"""Who owed what at the start, and who paid what and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.chance import Dice, dice
from sample_world.parties import customers, suppliers
from sample_world.seasons import DAY, FIRST, LAST, next_open

if TYPE_CHECKING:
    from datetime import date

    from sample_world.papers import Books

PAY_DAYS = (10, 25)  # of the month, for who has terms
METHODS = ("银行", "银行", "微信", "支付宝")


@dataclass(frozen=True, slots=True)
class Balance:
    """What was owed, either way, on the first day."""

    kind: str
    partner: str
    document_no: str
    due_on: date | None
    fen: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid for a delivery or a receipt; returns are negative."""

    day: date
    document_no: str
    fen: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money in or out."""

    direction: str
    partner: str
    day: date
    fen: int
    document_no: str
    method: str


def opening_balances() -> list[Balance]:
    """A few customers owe us, we owe most suppliers, one customer paid in advance."""
    chance = dice("opening balances")
    found = []
    for customer in customers().values():
        is_old = customer.code == planted.OLD_DEBT[0]
        on_terms = customer.payment_days and customer.since == FIRST
        if is_old or (on_terms and chance.happens(0.3)):
            number = f"QC-2023-{int(customer.code[1:]):03d}"
            due_on = FIRST + chance.randint(3, 45) * DAY
            fen = chance.randint(8000, 900000)
            found.append(Balance("receivable", customer.code, number, due_on, fen))
    for name, supplier in suppliers().items():
        due_on = FIRST + chance.randint(3, supplier.payment_days) * DAY
        fen = chance.randint(200000, 2500000)
        found.append(Balance("payable", name, f"QG-2023-{name[1:]}", due_on, fen))
    found.append(Balance("advance_received", "C012", "QY-2023-012", None, 300000))
    return found


def payments(books: Books) -> list[Payment]:
    """Every payment of the two years, by day."""
    chance = dice("payments")
    advance = {b.partner: b.fen for b in opening_balances() if b.kind == "advance_received"}
    found = _old_debts(chance)
    for code, sold in _sales(books).items():
        customer, bills = customers()[code], sold
        if code == planted.BAD_PAYER:
            bills = [bill for bill in sold if bill.day < planted.BAD_PAYER_SINCE]
        terms = (customer.payment_days, customer.slack_days)
        found += _paid("in", code, bills, terms, -advance.get(code, 0))
    for code, bought in _purchases(books).items():
        found += _paid("out", code, bought, (suppliers()[code].payment_days, 0), 0)
    return sorted(found, key=lambda p: (p.day, p.direction, p.partner, p.document_no))


def _old_debts(chance: Dice) -> list[Payment]:
    found = []
    for balance in opening_balances():
        if balance.due_on and (balance.partner, balance.document_no) != planted.OLD_DEBT:
            late = chance.randint(0, 12) if balance.kind == "receivable" else 0
            day = next_open(balance.due_on + late * DAY)
            direction = "in" if balance.kind == "receivable" else "out"
            found.append(
                Payment(direction, balance.partner, day, balance.fen, balance.document_no, "银行")
            )
    return found


def _sales(books: Books) -> dict[str, list[Bill]]:
    found: dict[str, dict[str, Bill]] = {}
    for d in books.delivered:
        _add(found, d.paper.party, d.paper.day, d.paper.number, d.batch.qty * d.line.price_fen)
    for r in books.returned:
        worth = r.qty * r.delivered.line.price_fen
        _add(found, r.paper.party, r.paper.day, r.paper.number, -worth)
    return {code: list(bills.values()) for code, bills in found.items()}


def _purchases(books: Books) -> dict[str, list[Bill]]:
    found: dict[str, dict[str, Bill]] = {}
    for g in books.received:
        _add(found, g.paper.party, g.paper.day, g.paper.number, g.accepted.qty * g.line.price_fen)
    for b in books.sent_back:
        worth = b.qty * b.received.line.price_fen
        _add(found, b.paper.party, b.paper.day, b.paper.number, -worth)
    return {code: list(bills.values()) for code, bills in found.items()}


def _add(bills: dict[str, dict[str, Bill]], code: str, day: date, number: str, fen: int) -> None:
    papers = bills.setdefault(code, {})
    before = papers[number].fen if number in papers else 0
    papers[number] = Bill(day, number, before + fen)


def _paid(
    direction: str, code: str, bills: list[Bill], terms: tuple[int, float], owed_fen: int
) -> list[Payment]:
    """Bills paid on the party's pay days; `owed_fen` is carried in, below zero for a credit."""
    chance = dice(f"pay {code}")
    method = chance.one_of(METHODS)
    days: dict[date, list[Bill]] = {}
    for bill in bills:
        wait = terms[0] + round(chance.uniform(0, terms[1])) if bill.fen > 0 else 0
        day = bill.day + wait * DAY
        days.setdefault(_pay_day(day) if terms[0] else next_open(day), []).append(bill)
    found = []
    for day in sorted(day for day in days if day <= LAST):
        owed_fen += sum(bill.fen for bill in days[day])
        if owed_fen > 0:
            number = days[day][0].document_no if len(days[day]) == 1 else ""
            found.append(Payment(direction, code, day, owed_fen, number, method))
            owed_fen = 0
    return found


def _pay_day(day: date) -> date:
    """The first pay day that is not before that day."""
    while day.day not in PAY_DAYS:
        day += DAY
    return next_open(day)
