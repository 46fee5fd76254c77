"""The break around the Spring Festival: when a supplier or its maker closes, and the last order day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scm_cli.core.calendar import SPRING_FESTIVAL, spring_festival_closures

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

NEAR_DAYS = 21  # a closure that begins or ends so near the festival is its break


@dataclass(frozen=True, slots=True)
class Break:
    """The next break of a supplier: who closes, when, and by when to order.

    `assumed` says that nobody entered the days and the usual ones were taken.
    """

    closes: str
    from_on: date
    until_on: date
    order_by_on: date
    assumed: bool = False


def next_break(
    parties: Iterable[str],
    closures: Iterable[tuple[str, date, date]],
    lead_days: int,
    today: date,
) -> Break | None:
    """The break of the next Spring Festival that has not ended; None off the calendar's table.

    Args:
        parties: the supplier and who makes its goods.
        closures: (party, first, last closed day) of all of them.
        lead_days: quoted lead time of the supplier [days], so that goods leave before the break.
        today: breaks that ended before are over.

    The first of the parties to close decides; it opens again when the last one does. Where no
    closure was entered, factories are taken to stop from ten days before to fifteen after.

    >>> from datetime import date
    >>> found = next_break(["S1", "M9"], [("M9", date(2026, 2, 4), date(2026, 3, 1))], 10, date(2026, 1, 5))
    >>> found.closes, found.order_by_on.isoformat(), found.assumed
    ('M9', '2026-01-25', False)
    """
    wanted = set(parties)
    mine = [c for c in closures if c[0] in wanted]
    for festival in sorted(SPRING_FESTIVAL.values()):
        near = [c for c in mine if _is_near(c[1], c[2], festival)]
        if near:
            closes, first, _ = min(near, key=lambda c: c[1])
            last = max(c[2] for c in near)
        else:
            ((first, last),) = spring_festival_closures([festival.year]).periods
            closes = next(iter(parties))
        if last >= today:
            order_by = first - timedelta(days=lead_days)
            return Break(closes, first, last, order_by, assumed=not near)
    return None


def _is_near(first: date, last: date, festival: date) -> bool:
    margin = timedelta(days=NEAR_DAYS)
    return first - margin <= festival <= last + margin
