"""Working hours between two moments: tables by hand, and what holds of any moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.calendar import Closures, WorkCalendar, firm_calendar
from scm_cli.core.working_hours import WorkHours, due_at, moment, worked, worked_hours

WEEK = WorkHours()  # Monday to Friday, 9 to 18
LUNCH = WorkHours.of(WorkCalendar(), ["09:00-12:00", "13:00-18:00"])
ROUND = WorkHours.of(WorkCalendar(frozenset()), ["00:00-24:00"])
GOLDEN = WorkHours(firm_calendar(range(1, 7), "CN", [], [2026]))
SHUT = WorkHours(WorkCalendar(closures=Closures.of([(date(2026, 3, 10), date(2026, 3, 11))])))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("week", "start", "end", "hours"),
    [
        (WEEK, "03-09 09:00", "03-09 10:30", 1.5),
        (WEEK, "03-09 07:00", "03-09 22:00", 9),  # before and after work counts nothing
        (WEEK, "03-06 17:00", "03-09 10:00", 2),  # Friday to Monday
        (WEEK, "03-07 10:00", "03-08 17:00", 0),  # within a weekend
        (WEEK, "03-09 20:00", "03-10 08:00", 0),  # within a night
        (WEEK, "03-02 09:00", "03-16 09:00", 90),  # two weeks
        (WEEK, "03-09 10:00", "03-09 10:00", 0),
        (WEEK, "03-09 11:00", "03-09 10:00", 0),  # turned round
        (LUNCH, "03-09 11:30", "03-09 13:30", 1),
        (LUNCH, "03-09 12:15", "03-09 12:45", 0),
        (LUNCH, "03-09 12:00", "03-10 12:30", 8),
        (ROUND, "03-06 18:00", "03-08 06:00", 36),
        (GOLDEN, "09-30 17:00", "10-08 10:00", 2),  # the first seven of October are holidays
        (GOLDEN, "09-19 17:00", "09-21 10:00", 11),  # Sunday the 20th is worked instead
        (SHUT, "03-09 17:00", "03-12 10:00", 2),  # the firm's own closure
    ],
)
def test_hours_by_hand(week: WorkHours, start: str, end: str, hours: float) -> None:
    assert worked_hours(at(start), at(end), week) == hours


@pytest.mark.parametrize(
    ("week", "start", "wanted", "due"),
    [
        (WEEK, "03-09 09:00", 4, "03-09 13:00"),
        (WEEK, "03-06 16:00", 4, "03-09 11:00"),
        (WEEK, "03-07 10:00", 1, "03-09 10:00"),  # asked on a Saturday
        (WEEK, "03-06 09:00", 9, "03-06 18:00"),  # the last minute of a day, not the next morning
        (LUNCH, "03-09 11:00", 2, "03-09 14:00"),
        (SHUT, "03-09 17:00", 2, "03-12 10:00"),
        (WEEK, "03-09 20:00", 0, "03-09 20:00"),
    ],
)
def test_when_so_much_is_worked(week: WorkHours, start: str, wanted: float, due: str) -> None:
    assert due_at(at(start), timedelta(hours=wanted), week) == at(due)


def test_a_firm_that_never_works_is_never_due() -> None:
    idle = WorkHours(WorkCalendar(frozenset(range(7))))
    with pytest.raises(ValueError, match="within two years"):
        due_at(at("03-09 09:00"), timedelta(hours=1), idle)


def test_an_unknown_hour_is_the_first_that_is_worked() -> None:
    assert moment(date(2026, 3, 9), None, LUNCH) == at("03-09 09:00")
    assert moment(date(2026, 3, 9), "14:05", LUNCH) == at("03-09 14:05")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 30))


@st.composite
def weeks(draw: st.DrawFn) -> WorkHours:
    """Any rest days but all, any two stretches, a closure."""
    rest = draw(st.frozensets(st.integers(0, 6), max_size=6))
    cuts = sorted(draw(st.lists(st.integers(0, 24 * 60), min_size=4, max_size=4, unique=True)))
    texts = [f"{m // 60:02d}:{m % 60:02d}" for m in cuts]
    shut = draw(st.dates(date(2026, 1, 1), date(2026, 6, 1)))
    closed = Closures.of([(shut, shut + timedelta(days=draw(st.integers(0, 20))))])
    return WorkHours.of(
        WorkCalendar(rest, closed), [f"{texts[0]}-{texts[1]}", f"{texts[2]}-{texts[3]}"]
    )


@given(weeks(), st.lists(moments, min_size=3, max_size=3))
def test_hours_add_up_and_are_never_negative(week: WorkHours, three: list[datetime]) -> None:
    a, b, c = sorted(three)
    assert worked(a, b, week) + worked(b, c, week) == worked(a, c, week)
    assert timedelta(0) <= worked(a, c, week) <= c - a
    assert worked(c, a, week) == timedelta(0)


@given(weeks(), moments, moments)
def test_hours_are_those_of_every_minute(week: WorkHours, start: datetime, other: datetime) -> None:
    """Against counting: each whole minute of two days is within a stretch of a worked day or not."""
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=(other.minute + 60 * other.hour) * 2)
    minutes = (
        start + timedelta(minutes=n) for n in range(int((end - start).total_seconds() // 60))
    )
    count = sum(
        week.calendar.is_worked(each.date())
        and any(a <= each - datetime.combine(each.date(), time(0)) < b for a, b in week.spans)
        for each in minutes
    )
    assert worked(start, end, week) == timedelta(minutes=count)


@given(weeks(), moments, st.integers(1, 6000))
def test_due_is_when_it_is_worked(week: WorkHours, start: datetime, minutes: int) -> None:
    wanted = timedelta(minutes=minutes)
    due = due_at(start, wanted, week)
    assert worked(start, due, week) == wanted
    assert worked(start, due - timedelta(microseconds=1), week) < wanted
