"""Working hours between two moments: the one clock by which answers and solutions are measured.

A night, a rest day, a holiday and the firm's own closure count nothing. Moments are local times
without a zone. Stretches of work that touch count nothing twice, so hours add up:
worked(a, c) = worked(a, b) + worked(b, c).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scm_cli.core.calendar import ONE_DAY, WorkCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING = timedelta(0)
HOUR = timedelta(hours=1)
FURTHEST_DAYS = 732


@dataclass(frozen=True, slots=True)
class WorkHours:
    """Which days are worked, and the stretches of each, counted from midnight, in their order."""

    calendar: WorkCalendar = WorkCalendar()
    spans: tuple[tuple[timedelta, timedelta], ...] = ((9 * HOUR, 18 * HOUR),)

    @classmethod
    def of(cls, calendar: WorkCalendar, spans: Iterable[str]) -> WorkHours:
        """Hours from texts such as 09:00-12:00; the settings see to it that they are in order.

        >>> WorkHours.of(WorkCalendar(), ["09:00-12:00", "13:00-24:00"]).day
        datetime.timedelta(seconds=50400)
        """
        pairs = (text.split("-") for text in spans)
        return cls(calendar, tuple((_since(first), _since(last)) for first, last in pairs))

    @property
    def day(self) -> timedelta:
        """What is worked on a whole day."""
        return sum((last - first for first, last in self.spans), NOTHING)

    def before(self, moment: datetime) -> timedelta:
        """What was worked on the moment's own day before it."""
        if not self.calendar.is_worked(moment.date()):
            return NOTHING
        now = moment - _midnight(moment.date())
        return sum((min(now, b) - a for a, b in self.spans if a < now), NOTHING)


def _since(text: str) -> timedelta:
    """What a time of day is from midnight.

    >>> _since("24:00")
    datetime.timedelta(days=1)
    """
    hours, minutes = text.strip().split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def worked(start: datetime, end: datetime, hours: WorkHours) -> timedelta:
    """What was worked from one moment to another; nothing when the second is not later.

    >>> week = WorkHours()  # Monday to Friday, 9 to 18
    >>> worked(datetime(2026, 3, 6, 17), datetime(2026, 3, 9, 10), week)
    datetime.timedelta(seconds=7200)
    """
    if end <= start:
        return NOTHING
    days = (end.date() - start.date()).days
    whole = sum(hours.calendar.is_worked(start.date() + n * ONE_DAY) for n in range(days))
    return whole * hours.day - hours.before(start) + hours.before(end)


def worked_hours(start: datetime, end: datetime, hours: WorkHours) -> float:
    """`worked` [hours].

    >>> worked_hours(datetime(2026, 3, 6, 17), datetime(2026, 3, 9, 10), WorkHours())
    2.0
    """
    return worked(start, end, hours) / HOUR


def due_at(start: datetime, wanted: timedelta, hours: WorkHours) -> datetime:
    """The first moment at which so much will have been worked since another.

    Raises:
        ValueError: it is not within two years: nobody works.

    >>> due_at(datetime(2026, 3, 6, 17), timedelta(hours=2), WorkHours())
    datetime.datetime(2026, 3, 9, 10, 0)
    """
    left = wanted + hours.before(start)
    day = start.date()
    for _ in range(FURTHEST_DAYS):
        if hours.calendar.is_worked(day):
            for first, last in hours.spans:
                if left <= last - first:
                    return max(start, _midnight(day) + first + left)
                left -= last - first
        day += ONE_DAY
    raise ValueError("no moment within two years")


def moment(on: date, clock: str | None, hours: WorkHours) -> datetime:
    """A day and a time of day as one moment; an hour that nobody knows is the first that is worked.

    >>> moment(date(2026, 3, 6), None, WorkHours())
    datetime.datetime(2026, 3, 6, 9, 0)
    """
    return _midnight(on) + (_since(clock) if clock else hours.spans[0][0])
