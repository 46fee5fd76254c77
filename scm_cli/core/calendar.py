"""Working days, the Spring Festival, and closures that lead times must jump over.

Spring Festival dates are those of the Purple Mountain Observatory's calendar (GB/T 33661-2017);
a test checks them against the `holidays` package. Around them many factories stop from ten days
before to fifteen days after, and couriers slow down a week to either side.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable

SPRING_FESTIVAL = {
    on.year: on
    for on in (
        date(2015, 2, 19), date(2016, 2, 8), date(2017, 1, 28), date(2018, 2, 16),
        date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1),
        date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17),
        date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3),
        date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19),
        date(2035, 2, 8), date(2036, 1, 28), date(2037, 2, 15), date(2038, 2, 4),
        date(2039, 1, 24), date(2040, 2, 12),
    )
}  # fmt: skip
FACTORY_STOPS = (-10, 15)  # days from the festival, both included
COURIERS_SLOW = (-7, 7)
ONE_DAY = timedelta(days=1)


def require_past(on: date, today: date) -> None:
    """What has happened has a day up to today: the books move with it at once.

    Raises:
        ScmError: the day lies ahead (exit 2).

    >>> require_past(date(2026, 3, 2), date(2026, 3, 2))
    """
    if on > today:
        raise ScmError(
            "{day} is still to come", hint="Give a day up to today.", exit_code=Exit.USAGE, day=on
        )


@dataclass(frozen=True, slots=True)
class Closures:
    """Periods in which nobody works, first and last day included; sorted and joined.

    >>> Closures.of([(date(2026, 2, 7), date(2026, 3, 4)), (date(2026, 3, 5), date(2026, 3, 6))])
    Closures(periods=((datetime.date(2026, 2, 7), datetime.date(2026, 3, 6)),))
    """

    periods: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, periods: Iterable[tuple[date, date]]) -> Closures:
        """Closures from periods in any order, overlapping or not; turned-round ones are empty."""
        joined: list[tuple[date, date]] = []
        for first, last in sorted(p for p in periods if p[0] <= p[1]):
            if joined and first <= joined[-1][1] + ONE_DAY:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def containing(self, day: date) -> tuple[date, date] | None:
        """The closure in which the day lies, or None."""
        at = bisect_right(self.periods, (day, date.max)) - 1
        if at >= 0 and self.periods[at][1] >= day:
            return self.periods[at]
        return None


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked: weekly rest days (Monday is 0), closures, and days worked anyway."""

    rest_weekdays: frozenset[int] = frozenset({5, 6})
    closures: Closures = Closures()
    worked: frozenset[date] = field(default_factory=frozenset)

    def is_worked(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() not in self.rest_weekdays and self.closures.containing(day) is None


def firm_calendar(
    working_days: Iterable[int],
    country: str,
    closed: Iterable[tuple[date, date]],
    years: Iterable[int],
) -> WorkCalendar:
    """The firm's working days: its week, its country's holidays, its own closures.

    Args:
        working_days: days of the week that are worked, Monday is 1.
        country: two letters; one that is not known (settings refuse it) has no holidays.
        closed: the firm's own closures.
        years: which holidays are needed for.

    >>> week = firm_calendar(range(1, 6), "CN", [], [2026])
    >>> week.is_worked(date(2026, 10, 1)), week.is_worked(date(2026, 10, 10))
    (False, True)
    """
    from holidays import country_holidays

    try:
        found = country_holidays(country, years=list(years))
    except NotImplementedError:
        return WorkCalendar(_rest(working_days), Closures.of(closed))
    days = [*closed, *((day, day) for day in found)]
    return WorkCalendar(_rest(working_days), Closures.of(days), frozenset(found.weekend_workdays))


def require_range(first: date | None, last: date | None) -> None:
    """Refuse a range of days that is turned round; an end that is None is open.

    Raises:
        ScmError: it ends before it begins (exit 2).

    >>> require_range(date(2026, 1, 1), None)
    """
    if first and last and first > last:
        raise ScmError(
            "the range ends on {last}, before it begins on {first}",
            hint="Give --from and --to the other way round.",
            exit_code=Exit.USAGE,
            first=first,
            last=last,
        )


def _rest(working_days: Iterable[int]) -> frozenset[int]:
    return frozenset(range(7)) - {day - 1 for day in working_days}


def spring_festival_closures(
    years: Iterable[int], window: tuple[int, int] = FACTORY_STOPS
) -> Closures:
    """Closures around the Spring Festival of the given years.

    Args:
        years: years to cover; those outside the table (2015-2040) are passed over.
        window: first and last day, counted from the festival [days].

    >>> spring_festival_closures([2027]).periods
    ((datetime.date(2027, 1, 27), datetime.date(2027, 2, 21)),)
    """
    first, last = (timedelta(days=days) for days in window)
    known = (SPRING_FESTIVAL[year] for year in years if year in SPRING_FESTIVAL)
    return Closures.of((on + first, on + last) for on in known)


def days_to_spring_festival(day: date) -> int | None:
    """Days from the nearest Spring Festival: negative before, positive after; None off the table.

    >>> days_to_spring_festival(date(2026, 2, 10)), days_to_spring_festival(date(2026, 3, 1))
    (-7, 12)
    """
    near = (SPRING_FESTIVAL.get(day.year + step) for step in (-1, 0, 1))
    distances = [(day - on).days for on in near if on is not None]
    return min(distances, key=abs, default=None)


def next_working_day(day: date, work: WorkCalendar) -> date:
    """The day itself if it is worked, else the next one that is.

    Raises:
        ValueError: no day within two years is worked.

    >>> next_working_day(date(2026, 3, 7), WorkCalendar())
    datetime.date(2026, 3, 9)
    """
    return _worked_day(day, work, ONE_DAY)


def previous_working_day(day: date, work: WorkCalendar) -> date:
    """The day itself if it is worked, else the last one that was (for order-by days).

    >>> previous_working_day(date(2026, 3, 8), WorkCalendar())
    datetime.date(2026, 3, 6)
    """
    return _worked_day(day, work, -ONE_DAY)


def _worked_day(day: date, work: WorkCalendar, step: timedelta) -> date:
    for _ in range(732):
        if work.is_worked(day):
            return day
        day += step
    raise ValueError("no working day within two years")


def open_days_between(start: date, end: date, closures: Closures) -> int:
    """Days after `start` up to and including `end` that no closure takes [days].

    Negative spans count 0.

    >>> closed = spring_festival_closures([2026])
    >>> open_days_between(date(2026, 2, 1), date(2026, 3, 10), closed)
    11
    """
    days = max((end - start).days, 0)
    for first, last in closures.periods:
        taken = (min(last, end) - max(first, start + ONE_DAY)).days + 1
        days -= max(taken, 0)
    return max(days, 0)


def days_jumping_closures(start: date, open_days: int, closures: Closures) -> int:
    """Calendar days after `start` until `open_days` open days have passed [days].

    A lead time of 10 days that meets the factory stop of the Spring Festival waits it out; even
    a lead time of 0 days ends on an open day.

    >>> days_jumping_closures(date(2026, 2, 1), 10, spring_festival_closures([2026]))
    36
    >>> days_jumping_closures(date(2026, 2, 10), 0, spring_festival_closures([2026]))
    23
    """
    end = start + timedelta(days=max(open_days, 0))
    for first, last in closures.periods:
        if first > end:
            break
        end += timedelta(days=max((last - max(first, start + ONE_DAY)).days + 1, 0))
    inside = closures.containing(end)
    return ((inside[1] + ONE_DAY if inside else end) - start).days
