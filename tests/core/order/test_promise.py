"""The day at the door: source, cut-off, working days and lane convolved; and the ways to beat it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from scm_cli.core.calendar import Closures, WorkCalendar
from scm_cli.core.order.door import Clock, Trip, at_door, by_chance, lane_days, leaves_on
from scm_cli.core.order.parcels import Place, parcels
from scm_cli.core.order.promise import Offer, Other, Way, bought, options, promised
from scm_cli.core.order.supply import Coming, Stand

D = Decimal
MONDAY = date(2026, 1, 5)
CLOCK = Clock(MONDAY, time(10, 0), work=WorkCalendar(frozenset({6})))
MAIN = Way("MAIN", {2: 1.0}, CLOCK)


@pytest.mark.parametrize(
    ("days", "clock", "leaves"),
    [
        (0, CLOCK, date(2026, 1, 5)),
        (0, CLOCK._replace(at=time(16, 1)), date(2026, 1, 6)),  # after the cut-off
        (0, CLOCK._replace(at=None), date(2026, 1, 5)),  # a day that is not today has no hour
        (6, CLOCK, date(2026, 1, 12)),  # Sunday waits for Monday
        (1, CLOCK._replace(work=WorkCalendar(frozenset(), Closures.of([(date(2026, 1, 6), date(2026, 1, 8))]))),
         date(2026, 1, 9)),
    ],
)  # fmt: skip
def test_goods_leave_on_a_working_day_before_the_cutoff(
    days: int, clock: Clock, leaves: date
) -> None:
    assert leaves_on(days, clock) == leaves


def test_days_are_convolved_not_added() -> None:
    """P90 of the source is 10, of the lane 6: their sum would be 16; together it is 10 + 2."""
    there, lane = {0: 0.88, 10: 0.12}, {2: 0.88, 6: 0.12}
    everyday = CLOCK._replace(work=WorkCalendar(frozenset()))
    door = at_door(there, lane, everyday)
    assert sum(door.values()) == pytest.approx(1.0)
    assert by_chance(door, 0.9) == date(2026, 1, 17)
    assert by_chance(door, 0.5) == date(2026, 1, 7)


def test_a_closed_carrier_delivers_afterwards() -> None:
    shut = CLOCK._replace(carrier_closures=Closures.of([(date(2026, 1, 6), date(2026, 1, 9))]))
    assert list(at_door({0: 1.0}, {2: 1.0}, shut)) == [date(2026, 1, 10)]


def test_a_lane_is_learnt_from_its_deliveries() -> None:
    trips = [Trip("Hefei", 1, 36), Trip("Lhasa", 8, 4)]
    usual = {3: 1.0}
    assert lane_days([], "Hefei", usual) == usual
    near, far, unknown = (lane_days(trips, city, usual) for city in ("Hefei", "Lhasa", "Wuhan"))
    assert near[1] > 0.97
    assert far[8] > 0.5
    assert unknown[1] == pytest.approx(36 / 40 * 40 / 44)


COMING = Coming("PO-1/1", D(50), {10: 0.5, 20: 0.5})


def test_a_promise_names_what_limits_it() -> None:
    short = promised(Stand(D(3), (COMING,)), D(10), MAIN)
    assert (short.p50_on, short.p90_on, short.limited_by) == (
        date(2026, 1, 17),
        date(2026, 1, 28),  # day 20 is a Sunday
        "PO-1/1",
    )
    never = promised(Stand(D(3)), D(10), MAIN)
    assert (never.p50_on, never.p90_on, never.limited_by) == (None, None, "no firm supply")


def test_every_option_is_sooner_and_has_its_cost() -> None:
    here = Stand(D(3), (COMING,))
    first = promised(here, D(10), MAIN)
    found = options(
        first,
        [
            Other("warehouse", "A", Stand(D(10)), Way("EAST", {3: 1.0}, CLOCK)),
            Other("warehouse", "A", Stand(D(9)), Way("WEST", {3: 1.0}, CLOCK)),  # not enough there
            Other("substitute", "B", Stand(D(20)), MAIN, D(2), D("1.5")),
        ],
        D(8),
        D(2),
    )
    assert [
        (o["kind"], o["sku"], o["qty"], o["promise_p90_on"].day, o["cost_amount"]) for o in found
    ] == [
        ("warehouse", "A", D(10), 8, D(8)),
        ("substitute", "B", D(20), 7, D(10)),  # 20 at 1.50 instead of 10 at 2
    ]
    part = parcels([Place(here, MAIN)], first, D(8))
    assert [(o["qty"], o["promise_p90_on"].day) for o in part] == [(D(3), 7)]


def test_buying_today_is_dated_but_no_promise() -> None:
    first = promised(Stand(D(0)), D(10), MAIN)
    offers = [Offer("SLOW", D(5), {30: 1.0}), Offer("FAST", D("5.50"), {4: 1.0})]
    told = bought(offers, D(10), MAIN, first)
    assert [(o["kind"], o["supplier"], o["cost_amount"]) for o in told] == [
        ("buy", "FAST", D("5.00")),
        ("buy", "SLOW", D("0.00")),
    ]
    assert first.p50_on is None


SOME = D(8)  # what a further parcel costs
EAST, WEST = Way("EAST", {1: 0.5, 3: 0.5}, CLOCK), Way("WEST", {2: 0.5, 3: 0.5}, CLOCK)


@pytest.mark.parametrize(
    ("main", "east", "west", "told"),
    [
        (10, 10, 10, []),  # nothing to beat
        (0, 0, 0, []),
        (0, 10, 0, []),  # EAST alone is an option of its own, in one parcel
        (7, 0, 0, [("split", "MAIN", 7, 8)]),
        (7, 12, 0, [("split", "MAIN", 7, 8)]),
        (7, 5, 0, [("split", "MAIN", 7, 8), ("together", "MAIN 7 + EAST 3", 10, 8)]),
        (5, 3, 9, [("split", "MAIN", 5, 8), ("together", "MAIN 5 + WEST 5", 10, 8)]),
        (5, 4, 4, [("split", "MAIN", 5, 8), ("together", "MAIN 5 + EAST 4 + WEST 1", 10, 16)]),
        (0, 4, 0, [("split", "EAST", 4, 8)]),
        (
            5,
            3,
            1,
            [
                ("split", "MAIN", 5, 8),
                ("together", "MAIN 5 + EAST 3", 8, 16),
                ("together", "MAIN 5 + EAST 3 + WEST 1", 9, 24),
            ],
        ),
        (0, 6, 4, [("together", "EAST 6 + WEST 4", 10, 8)]),
    ],
)
def test_warehouses_send_together_what_none_has_alone(
    main: int, east: int, west: int, told: list[tuple[str, str, int, int]]
) -> None:
    stock = zip((MAIN, EAST, WEST), (main, east, west), strict=True)
    places = [Place(Stand(D(qty)), way) for way, qty in stock]
    found = parcels(places, promised(places[0].stand, D(10), MAIN), SOME)
    assert [(o["kind"], o["warehouse"], o["qty"], o["cost_amount"]) for o in found] == told


def test_together_is_there_when_the_last_parcel_is() -> None:
    """Of two parcels on independent lanes both are there by day 2 with 0.5 x 0.5, by day 3 surely."""
    places = [Place(Stand(D(5)), EAST), Place(Stand(D(5)), WEST)]
    joint = parcels(places, promised(places[0].stand, D(10), EAST), SOME)[-1]
    assert (joint["promise_p50_on"].day, joint["promise_p90_on"].day) == (8, 8)
    assert joint["parts"] == [{"warehouse": "EAST", "qty": 5}, {"warehouse": "WEST", "qty": 5}]


def test_a_slow_warehouse_is_left_out_where_a_quick_one_has_enough() -> None:
    slow = Way("EAST", {20: 1.0}, CLOCK)
    places = [Place(Stand(D(5)), MAIN), Place(Stand(D(1)), slow), Place(Stand(D(5)), WEST)]
    told = parcels(places, promised(places[0].stand, D(10), MAIN), SOME)
    assert [(o["kind"], o["warehouse"], o["promise_p90_on"].day) for o in told] == [
        ("split", "MAIN", 7),
        ("together", "MAIN 5 + WEST 5", 8),
    ]


def test_a_helper_after_the_supply_that_comes_is_no_help() -> None:
    come = Coming("PO-1/1", D(5), {6: 1.0})
    slow, quick = Way("EAST", {20: 1.0}, CLOCK), Way("WEST", {1: 1.0}, CLOCK)
    places = [
        Place(Stand(D(5), (come,)), MAIN),
        Place(Stand(D(3)), slow),
        Place(Stand(D(4)), quick),
    ]
    told = parcels(places, promised(places[0].stand, D(10), MAIN), SOME)
    assert [(o["kind"], o["warehouse"], o["qty"]) for o in told] == [
        ("split", "MAIN", 5),
        ("together", "MAIN 5 + WEST 4", 9),
    ]
