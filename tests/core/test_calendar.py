"""Working days, the Spring Festival table, and lead times that wait closures out."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.calendar import (
    COURIERS_SLOW,
    SPRING_FESTIVAL,
    Closures,
    WorkCalendar,
    days_jumping_closures,
    days_to_spring_festival,
    next_working_day,
    open_days_between,
    previous_working_day,
    spring_festival_closures,
)

FESTIVAL_2026 = spring_festival_closures([2026])  # 7 February to 4 March
dates = st.dates(date(2015, 1, 1), date(2040, 12, 31))
closures = st.lists(st.tuples(dates, st.integers(0, 40)), max_size=5).map(
    lambda found: Closures.of((on, on + timedelta(days=days)) for on, days in found)
)


def test_the_spring_festival_table_agrees_with_the_holidays_package():
    known = holidays.country_holidays("CN", years=range(2015, 2041), language="en_US")
    days = [on for on in known if "Chinese New Year (Spring Festival)" in known[on]]
    first = {year: min(d for d in days if d.year == year) for year in range(2015, 2041)}
    assert first == SPRING_FESTIVAL


@pytest.mark.parametrize(
    ("day", "distance"),
    [
        (date(2026, 2, 17), 0),
        (date(2025, 12, 31), -48),
        (date(2026, 12, 31), -37),
        (date(2041, 1, 1), 324),
        (date(1990, 1, 1), None),
    ],
)
def test_days_to_the_nearest_spring_festival(day, distance):
    assert days_to_spring_festival(day) == distance


@pytest.mark.parametrize(
    ("day", "following", "before"),
    [
        (date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 9)),  # a Monday
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 6)),  # a Saturday
        (date(2026, 2, 20), date(2026, 3, 5), date(2026, 2, 6)),  # in the closure
        (date(2026, 2, 14), date(2026, 2, 14), date(2026, 2, 14)),  # a Saturday worked anyway
    ],
)
def test_working_days_around(day, following, before):
    work = WorkCalendar(closures=FESTIVAL_2026, worked=frozenset({date(2026, 2, 14)}))
    if day == date(2026, 2, 20):
        work = WorkCalendar(closures=FESTIVAL_2026)
    assert next_working_day(day, work) == following
    assert previous_working_day(day, work) == before


def test_a_calendar_without_working_days_is_refused():
    with pytest.raises(ValueError, match="no working day"):
        next_working_day(date(2026, 1, 1), WorkCalendar(rest_weekdays=frozenset(range(7))))


@pytest.mark.parametrize(
    ("start", "lead", "calendar_days"),
    [
        (date(2026, 1, 5), 10, 10),  # done before
        (date(2026, 2, 1), 5, 5),  # arrives on the last open day
        (date(2026, 2, 1), 6, 32),  # waits 26 days out
        (date(2026, 2, 20), 3, 15),  # ordered in the closure
        (date(2026, 3, 4), 1, 1),  # ordered on its last day
        (date(2026, 2, 7), 0, 26),  # even at once means the first open day
    ],
)
def test_lead_times_jump_over_the_spring_festival(start, lead, calendar_days):
    assert days_jumping_closures(start, lead, FESTIVAL_2026) == calendar_days


def test_couriers_stop_for_a_shorter_time():
    assert spring_festival_closures([2026, 1900], COURIERS_SLOW).periods == (
        (date(2026, 2, 10), date(2026, 2, 24)),
    )


@given(dates, st.integers(1, 200), closures)
def test_jumping_and_counting_open_days_are_inverse(start, lead, closed):
    days = days_jumping_closures(start, lead, closed)
    end = start + timedelta(days=days)
    assert closed.containing(end) is None
    assert open_days_between(start, end, closed) == lead


@given(dates, st.integers(0, 100), closures)
def test_closures_never_make_it_faster(start, lead, closed):
    assert days_jumping_closures(start, lead, closed) >= lead
