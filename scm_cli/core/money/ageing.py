"""How old what is owed is (账龄)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from scm_cli.core.money.balance import Debt

#: Field of each bucket and the last day of age that it takes.
BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("days_0_30_amount", 30),
    ("days_31_60_amount", 60),
    ("days_61_90_amount", 90),
    ("days_over_90_amount", None),
)


def aged(debts: Iterable[Debt], today: date) -> dict[str, Decimal]:
    """Open debts by the days since their document [currency per bucket].

    The ageing schedule of the textbooks (Weygandt, Kimmel and Kieso, *Accounting Principles*,
    ch. 9), counted from the document's date, as 账龄 is; whether an amount is overdue is the
    other question, see `Balance.overdue_amount`.

    >>> from datetime import date
    >>> from scm_cli.core.money.balance import Debt
    >>> old = Debt("D1", date(2026, 1, 1), date(2026, 1, 1), Decimal(10))
    >>> aged([old], date(2026, 1, 31))["days_0_30_amount"]
    Decimal('10')
    >>> aged([old], date(2026, 2, 1))["days_31_60_amount"]
    Decimal('10')
    """
    found = {name: Decimal(0) for name, _ in BUCKETS}
    for debt in debts:
        days = (today - debt.dated_on).days
        name = next(n for n, last in BUCKETS if last is None or days <= last)
        found[name] += debt.amount
    return found
