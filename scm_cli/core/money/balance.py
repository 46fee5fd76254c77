"""What a partner still owes, document by document, after what was paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Debt:
    """An amount owed for one document [currency, > 0], since when and until when to pay."""

    document_no: str
    dated_on: date
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Credit:
    """An amount that lessens what is owed [currency]: a payment, a return, an advance.

    `document_no` is the debt that it was meant for, if any was named.
    """

    amount: Decimal
    document_no: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """The debts that are still open, oldest due first, and what was paid beyond them."""

    debts: tuple[Debt, ...]
    advance_amount: Decimal

    @property
    def amount(self) -> Decimal:
        """What is owed net of advances; below zero the other side owes."""
        return sum((d.amount for d in self.debts), ZERO) - self.advance_amount

    @property
    def oldest_due_on(self) -> date | None:
        return self.debts[0].due_on if self.debts else None

    def overdue_amount(self, today: date) -> Decimal:
        """What should have been paid before today."""
        return sum((d.amount for d in self.debts if d.due_on < today), ZERO)


def balance(debts: Iterable[Debt], credits_: Iterable[Credit]) -> Balance:
    """Set credits against debts: first the named document, then the oldest due.

    PRC Civil Code art. 560: a payment counts for the debt that the payer names, else for
    what is due first. What is left over is an advance.

    >>> from datetime import date
    >>> a = Debt("D1", date(2026, 1, 1), date(2026, 1, 31), Decimal(100))
    >>> b = Debt("D2", date(2026, 1, 5), date(2026, 2, 4), Decimal(50))
    >>> found = balance([b, a], [Credit(Decimal(30), "D2"), Credit(Decimal(60))])
    >>> [(d.document_no, d.amount) for d in found.debts], found.advance_amount
    ([('D1', Decimal('40')), ('D2', Decimal('20'))], Decimal('0'))
    """
    left = sorted(debts, key=lambda d: (d.due_on, d.dated_on, d.document_no))
    loose = ZERO
    for credit in credits_:
        rest = credit.amount
        if credit.document_no is not None:
            left, rest = _settled(left, rest, credit.document_no)
        loose += rest
    left, loose = _settled(left, loose)
    return Balance(tuple(left), loose)


def _settled(
    debts: list[Debt], amount: Decimal, document_no: str | None = None
) -> tuple[list[Debt], Decimal]:
    """The debts after paying them in order, or only those of one document; what is left."""
    after = []
    for debt in debts:
        paid = min(debt.amount, amount) if document_no in (None, debt.document_no) else ZERO
        amount -= paid
        if debt.amount > paid:
            after.append(replace(debt, amount=debt.amount - paid) if paid else debt)
    return after, amount
