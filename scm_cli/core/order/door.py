"""From goods that are there to the customer's door: cut-off, working days, the lane's days.

Days are convolved, not added at their P90: the chance that two slow things meet is small.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.core.calendar import ONE_DAY, Closures, WorkCalendar, next_working_day
from scm_cli.core.order.lateness import SHRINK, normed, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.order.lateness import Chances


class Clock(NamedTuple):
    """The moment of asking and the rules of the house.

    `at` is the time of day, None when the day is not the present one; goods that are there before
    `cutoff` leave on the same working day.
    """

    today: date
    at: time | None = None
    cutoff: time = time(16, 0)
    work: WorkCalendar = WorkCalendar(frozenset({6}))
    carrier_closures: Closures = Closures()


class Trip(NamedTuple):
    """One delivery that arrived: its lane's end and how many days it took."""

    city: str | None
    days: int
    deliveries: int


def lane_days(trips: Sequence[Trip], city: str | None, usual: Chances) -> Chances:
    """Days from leaving the warehouse to the door, learnt from deliveries.

    Args:
        trips: deliveries from this warehouse, by city.
        city: where it goes; None or never served: as all deliveries of the warehouse.
        usual: what is assumed where nothing is known (the shop's setting).

    The lane's own days weigh n / (n + `SHRINK`), all of the warehouse's the same of the rest.

    >>> lane_days([Trip("Hefei", 1, 4)], "Hefei", {3: 1.0})
    {1: 0.75, 3: 0.25}
    """
    everywhere = _shares(trips)
    own = _shares([trip for trip in trips if city is not None and trip.city == city])
    mixed = _mixed(everywhere, sum(t.deliveries for t in trips), usual)
    return _mixed(own, sum(t.deliveries for t in trips if t.city == city), mixed)


def _shares(trips: Sequence[Trip]) -> Chances:
    found: Chances = {}
    for trip in trips:
        found[trip.days] = found.get(trip.days, 0.0) + trip.deliveries
    return normed(found) if found else {}


def _mixed(own: Chances, n: int, others: Chances) -> Chances:
    if not own:
        return others
    weight = n / (n + SHRINK)
    found = {day: chance * weight for day, chance in own.items()}
    for day, chance in others.items():
        found[day] = found.get(day, 0.0) + chance * (1 - weight)
    return normed(found)


def leaves_on(days: int, clock: Clock) -> date:
    """The day on which goods leave that are there after `days`; after the cut-off, the next.

    >>> leaves_on(0, Clock(date(2026, 1, 3), time(17, 0))).isoformat()  # Saturday, Sunday rests
    '2026-01-05'
    """
    day = clock.today + timedelta(days=days)
    if days == 0 and clock.at is not None and clock.at > clock.cutoff:
        day += ONE_DAY
    return next_working_day(day, clock.work)


def at_door(there: Chances, lane: Chances, clock: Clock) -> dict[date, float]:
    """Day at the door → chance, from days until the goods are there and days on the lane.

    >>> two = at_door({0: 0.5, 5: 0.5}, {1: 0.5, 3: 0.5}, Clock(date(2026, 1, 5)))
    >>> [(day.day, chance) for day, chance in two.items()]
    [(6, 0.25), (8, 0.25), (11, 0.25), (13, 0.25)]
    """
    found: dict[date, float] = {}
    for days, chance in there.items():
        left_on = leaves_on(days, clock)
        for way, share in lane.items():
            end = left_on + timedelta(days=way)
            while (shut := clock.carrier_closures.containing(end)) is not None:
                end = shut[1] + ONE_DAY
            found[end] = found.get(end, 0.0) + chance * share
    return dict(sorted(found.items()))


def by_chance(door: dict[date, float], share: float) -> date | None:
    """The day by which it is there with the given chance; None when it never is.

    >>> by_chance({date(2026, 1, 6): 0.4, date(2026, 1, 9): 0.6}, 0.5).day
    9
    """
    days = quantile({day.toordinal(): chance for day, chance in door.items()}, share)
    return None if days is None else date.fromordinal(days)


def chance_by(door: dict[date, float], day: date) -> float:
    """The chance [%] that it is there by a day.

    >>> chance_by({date(2026, 1, 6): 0.4, date(2026, 1, 9): 0.6}, date(2026, 1, 8))
    40.0
    """
    return round(100 * sum(chance for on, chance in door.items() if on <= day), 1)
