"""Dated available-to-promise: what is free, when, and how surely.

ATP(t) = min over t' ≥ t of (usable on hand + firm inbound by t' − committed by t'). Inbound days
are uncertain, so the answer is a distribution: who is served before is set aside first, then
the day counts on which enough has come for them and for the line that asks. Commitments that
are due later keep what they need: each is set against the latest supply that comes for it in
time at 90 %, and only what is left over serves earlier lines (a test holds this to the formula).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.core.order.lateness import normed, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from scm_cli.core.order.lateness import Chances

ZERO = Decimal(0)
SURE = 0.9
MOST_UNCERTAIN = 10  # inbound lines kept uncertain at once; further ones come on their P90 day


class Coming(NamedTuple):
    """Firm supply still to come: `qty` [stock units] of a document's line, days from today."""

    document: str
    qty: Decimal
    days: Chances

    @property
    def p50_days(self) -> int:
        return quantile(self.days, 0.5) or 0

    @property
    def p90_days(self) -> int:
        return quantile(self.days, SURE) or 0


class Commitment(NamedTuple):
    """What another order still needs; `need_days` from today is when it must leave, None: now."""

    qty: Decimal
    need_days: int | None = None


class Stand(NamedTuple):
    """One item in one warehouse: free of what is pinned, with all that others need of it."""

    usable_qty: Decimal
    coming: tuple[Coming, ...] = ()
    committed: tuple[Commitment, ...] = ()


class Found(NamedTuple):
    """When a quantity is there: days from today → chance (empty: never), and what it waits for."""

    days: Chances
    limited_by: str | None


def available(stand: Stand, qty: Decimal) -> Found:
    """When `qty` [stock units] more can be promised.

    Lines that are due no later than the answer are served first, later ones keep their supply;
    which is which depends on the answer, so it is asked again until it stands.

    >>> come = Coming("PO-1/1", Decimal(60), {10: 1.0})
    >>> later = Commitment(Decimal(80), 30)
    >>> available(Stand(Decimal(100), (come,), (later,)), Decimal(50)).days
    {0: 1.0}
    >>> available(Stand(Decimal(100), (come,), (later,)), Decimal(90))
    Found(days={}, limited_by=None)
    """
    due, found = 0, Found({}, None)
    for _ in range(len({c.need_days for c in stand.committed}) + 2):
        before = [c for c in stand.committed if (c.need_days or 0) <= due]
        later = [c for c in stand.committed if (c.need_days or 0) > due]
        ahead = sum((c.qty for c in before), ZERO)
        usable, coming = _kept(stand, later)
        found = _found(usable - ahead, coming, qty)
        wanted = quantile(found.days, SURE)
        if wanted is None or wanted <= due:
            break
        due = wanted
    return found


def in_turn(
    stand: Stand, asked: Sequence[Decimal], needed: Callable[[int, Found], int | None]
) -> list[Found]:
    """What `available` answers for many lines of one item, each after the ones before it.

    Commitments of one day are kept as one sum, and where stock covers all that is committed, or
    all that comes does not, nothing else is looked at: the work grows with the lines, not with
    their square.

    Args:
        stand: the item in one warehouse before any of the lines.
        asked: quantities [stock units], the first in rank first.
        needed: days until the line must leave once it is promised (its place in `asked`, what
            was found); None: as soon as it can.

    >>> [each.days for each in in_turn(Stand(Decimal(8)), [Decimal(5), Decimal(5), Decimal(3)], lambda *_: None)]
    [{0: 1.0}, {}, {}]
    """
    by_day: dict[int, Decimal] = {}
    for line in stand.committed:
        by_day[line.need_days or 0] = by_day.get(line.need_days or 0, ZERO) + line.qty
    left = stand.usable_qty - sum(by_day.values(), ZERO)
    inbound = sum((each.qty for each in stand.coming), ZERO)
    answers = []
    for place, qty in enumerate(asked):
        if qty <= left:
            found = Found({0: 1.0}, "stock")
        elif qty > left + inbound:
            found = Found({}, None)
        else:
            sums = tuple(Commitment(*each) for each in zip(by_day.values(), by_day, strict=True))
            found = available(stand._replace(committed=sums), qty)
        day = needed(place, found) or 0
        by_day[day] = by_day.get(day, ZERO) + qty
        left -= qty
        answers.append(found)
    return answers


def _kept(stand: Stand, later: list[Commitment]) -> tuple[Decimal, tuple[Coming, ...]]:
    """Stock and inbound less what later lines take from the latest supply in time for them."""
    usable = stand.usable_qty
    by_day = sorted(stand.coming, key=lambda c: (c.p90_days, c.document))
    left = [c.qty for c in by_day]
    for line in sorted(later, key=lambda c: c.need_days or 0):
        need = line.qty
        for at in reversed(range(len(by_day))):
            if by_day[at].p90_days <= (line.need_days or 0) and need > 0:
                taken = min(need, left[at])
                left[at] -= taken
                need -= taken
        taken = min(need, max(usable, ZERO))
        usable -= taken
        need -= taken
        for at in range(len(by_day)):  # what comes too late for it is still its own
            taken = min(need, left[at])
            left[at] -= taken
            need -= taken
        usable -= need
    return usable, tuple(c._replace(qty=q) for c, q in zip(by_day, left, strict=True) if q > 0)


def _found(usable: Decimal, coming: Sequence[Coming], qty: Decimal) -> Found:
    short = qty - usable
    if short <= 0:
        return Found({0: 1.0}, "stock")
    if sum((c.qty for c in coming), ZERO) < short:
        return Found({}, None)
    so_far = ZERO
    limiting = ""
    for each in sorted(coming, key=lambda c: (c.p50_days, c.document)):
        limiting, so_far = each.document, so_far + each.qty
        if so_far >= short:
            break
    return Found(covered(coming, [short])[0], limiting)


def covered(coming: Sequence[Coming], needs: Sequence[Decimal]) -> list[Chances]:
    """For each need [stock units]: days until so much has come, all inbound added up.

    Arrivals are taken as independent. A need beyond all inbound has no day.

    >>> two = [Coming("A", Decimal(5), {1: 0.5, 3: 0.5}), Coming("B", Decimal(5), {2: 1.0})]
    >>> covered(two, [Decimal(5), Decimal(10), Decimal(11)])
    [{1: 0.5, 2: 0.5}, {2: 0.5, 3: 0.5}, {}]
    """
    found: list[Chances] = [{} for _ in needs]
    upto = [0.0] * len(needs)
    ordered = sorted(coming, key=lambda c: (c.p50_days, c.document))
    told = [
        *ordered[:MOST_UNCERTAIN],
        *(c._replace(days={c.p90_days: 1.0}) for c in ordered[MOST_UNCERTAIN:]),
    ]
    most = sum((c.qty for c in told), ZERO)
    for day in sorted({d for c in told for d in c.days}):
        sums, tails = _tails(told, day)
        for at, need in enumerate(needs):
            if need > most:
                continue
            here = bisect_left(sums, need)
            chance = tails[here] if here < len(sums) else 0.0
            if chance - upto[at] > 1e-9:
                found[at][day] = chance - upto[at]
                upto[at] = chance
    return [normed(chances) if chances else {} for chances in found]


def _tails(coming: Sequence[Coming], day: int) -> tuple[list[Decimal], list[float]]:
    """Sums that may have come by a day, ascending, and the chance of at least each."""
    chances: dict[Decimal, float] = {ZERO: 1.0}
    for each in coming:
        came = min(sum(p for d, p in each.days.items() if d <= day), 1.0)
        if came <= 0:
            continue
        after: dict[Decimal, float] = {}
        for total, chance in chances.items():
            if came < 1:
                after[total] = after.get(total, 0.0) + chance * (1 - came)
            after[total + each.qty] = after.get(total + each.qty, 0.0) + chance * came
        chances = after
    sums = sorted(chances)
    tails, so_far = [0.0] * len(sums), 0.0
    for at in reversed(range(len(sums))):
        so_far += chances[sums[at]]
        tails[at] = min(so_far, 1.0)
    return sums, tails


def days_after(today: date, day: date | None) -> int | None:
    """Days from today; None stays None.

    >>> days_after(date(2026, 1, 1), date(2026, 1, 4))
    3
    """
    return None if day is None else (day - today) // timedelta(days=1)
