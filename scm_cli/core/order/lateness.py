"""When one inbound line will come, in plain Python: the learnt lateness of its supplier.

The rules are those of `core.replenish.lead_time.delays` and `arrival.remaining_days` (Kaplan and
Meier 1958, Efron 1967; own weight n / (n + `SHRINK`)), which learn for every supplier at once
in frames; a test holds both to the same answers. One document asks about one item, and starts
without a frame library.

A distribution is a dict: days → chance.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Chances = dict[int, float]

SHRINK = 4.0  # lines of others that weigh as much as one's own
POINTS = 10  # of equal chance that stand for a supplier's or the shop's distribution
TIE = 1e-9  # sums of chances that differ by less are the same
LATER_SHARES = ((0.1, 0.6), (0.5, 0.4))  # beyond all experience: late again by this share of so far


class Seen(NamedTuple):
    """Lines that came (or, open, did not come yet) so many days past their anchor day."""

    days: int
    came: bool
    lines: int


def kaplan_meier(seen: Iterable[Seen]) -> Chances:
    """Chance of each delay [days]; what is left after the last one is put on it.

    Empty when nothing came.

    >>> kaplan_meier([Seen(0, True, 3), Seen(2, False, 1), Seen(5, True, 1)])
    {0: 0.6, 5: 0.4}
    """
    came: dict[int, int] = {}
    total: dict[int, int] = {}
    for each in seen:
        total[each.days] = total.get(each.days, 0) + each.lines
        came[each.days] = came.get(each.days, 0) + (each.lines if each.came else 0)
    if not any(came.values()):
        return {}
    at_risk, alive, found = sum(total.values()), 1.0, {}
    last = max(total)
    for days in sorted(total):
        stays = 0.0 if days == last else alive * (1 - came[days] / at_risk)
        if alive > stays:
            found[days] = alive - stays
        alive = stays
        at_risk -= total[days]
    return {days: round(chance, 12) for days, chance in found.items()}


def points(chances: Chances) -> Chances:
    """A distribution told by `POINTS` days of equal chance.

    >>> points({0: 0.75, 6: 0.25})
    {0: 0.8, 6: 0.2}
    """
    found: Chances = {}
    days = sorted(chances)
    for k in range(POINTS):
        mark, upto = (k + 0.5) / POINTS, 0.0
        for day in days:
            upto += chances[day]
            if mark <= upto + TIE:
                found[day] = found.get(day, 0.0) + 1 / POINTS
                break
    return {day: round(chance, 12) for day, chance in found.items()}


def delays(pool: Mapping[str, Sequence[Seen]], supplier: str, unknown_days: int) -> Chances:
    """By how many days a supplier misses the day that a line was expected on.

    Args:
        pool: what each supplier's lines did, the supplier's own among them.
        supplier: whose delay is asked for.
        unknown_days: where nobody has delivered anything yet, one line in five is taken to come
            so many days late.

    >>> delays({}, "S", 5)
    {0: 0.8, 5: 0.2}
    """
    own = kaplan_meier(pool.get(supplier, ()))
    everyone = kaplan_meier(each for lines in pool.values() for each in lines)
    if not everyone:
        return {0: 0.8, unknown_days: 0.2} if unknown_days else {0: 1.0}
    n = sum(each.lines for each in pool.get(supplier, ()) if each.came)
    weight = 1.0 if own and len(pool) == 1 else n / (n + SHRINK) if own else 0.0
    mixed = {day: chance * weight for day, chance in own.items()}
    for day, chance in points(everyone).items():
        mixed[day] = mixed.get(day, 0.0) + chance * (1 - weight)
    return normed({day: chance for day, chance in mixed.items() if chance > 1e-4})


def remaining(chances: Chances, passed_days: int) -> Chances:
    """Days from today until it comes, given that it has not come `passed_days` past its day.

    At least one day. What is later than any line ever was is expected after another tenth of
    the days passed (P90: half of them).

    >>> remaining({0: 0.5, 4: 0.3, 10: 0.2}, 2)
    {2: 0.6, 8: 0.4}
    >>> remaining({0: 1.0}, 20)
    {2: 0.6, 10: 0.4}
    """
    found: Chances = {}
    for day, chance in sorted(chances.items()):
        if day > passed_days:
            left = max(day - passed_days, 1)
            found[left] = found.get(left, 0.0) + chance
    if not found:
        for share, chance in LATER_SHARES:
            left = max(ceil(passed_days * share), 1)
            found[left] = found.get(left, 0.0) + chance
    return normed(found)


def arrival(
    line: Mapping[str, Any],
    pools: Mapping[str, Mapping[str, Sequence[Seen]]],
    today: date,
    unknown_days: int,
) -> Chances:
    """Days from today until an open purchase line is usable.

    Args:
        line: `supplier`, `ordered_on`, `expected_on` (the supplier's latest word, else the day we
            asked for, else null), `quoted_days` and, where all of it is on its way, `shipped`:
            then that word is the shipment notice's, and delays of promises say nothing of it.
        pools: "promise", "notice" and "quoted": what lines did against their first promise, the
            day of their shipment notice, and order day + quoted lead time.
        today: the day of asking.
        unknown_days: see `delays`.

    >>> line = {"supplier": "S", "ordered_on": date(2026, 1, 1), "expected_on": date(2026, 1, 9),
    ...     "quoted_days": 7}
    >>> arrival(line, {}, date(2026, 1, 5), 5)
    {4: 0.8, 9: 0.2}
    >>> late = {"promise": {"S": [Seen(20, True, 50)]}}
    >>> max(arrival(line, late, date(2026, 1, 5), 5))
    24
    >>> max(arrival({**line, "shipped": True}, late, date(2026, 1, 5), 5))
    9
    """
    anchor = line["expected_on"]
    kind = "notice" if line.get("shipped") else "promise"
    if anchor is None:
        kind, anchor = "quoted", line["ordered_on"] + timedelta(days=int(line["quoted_days"] or 0))
    learnt = delays(pools.get(kind, {}), line["supplier"], unknown_days)
    return remaining(learnt, (today - anchor).days)


def quantile(chances: Chances, share: float) -> int | None:
    """The smallest number of days that is enough with the given chance; None if none is.

    >>> quantile({2: 0.6, 8: 0.4}, 0.9), quantile({}, 0.5)
    (8, None)
    """
    upto = 0.0
    for day in sorted(chances):
        upto += chances[day]
        if upto >= share - 1e-9:
            return day
    return None


def normed(chances: Chances) -> Chances:
    """The same shares, adding to one, by day.

    >>> normed({5: 1.0, 1: 3.0})
    {1: 0.75, 5: 0.25}
    """
    total = sum(chances.values())
    return {day: round(chances[day] / total, 12) for day in sorted(chances)}
