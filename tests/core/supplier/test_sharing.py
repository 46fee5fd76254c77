"""What is shared: the language, the weekly need, breaks at the Spring Festival, savings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.calendar import SPRING_FESTIVAL
from scm_cli.core.supplier.breaks import next_break
from scm_cli.core.supplier.savings import savings
from scm_cli.core.supplier.sharing import language, spread, week_of, weekly_need

D = Decimal

FIRST = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("said", "name", "expected"),
    [
        (None, "杭州纸业", "zh"),
        (None, "杭州 Paper", "zh"),
        (None, "Acme Ltd", "en"),
        ("en", "杭州纸业", "en"),
        (None, "123", "zh"),
    ],
)
def test_the_language_of_a_supplier(said: str | None, name: str, expected: str) -> None:
    assert language({"language": said, "name": name}, "zh") == expected


weeks = st.lists(st.floats(0, 100), min_size=13, max_size=13)


@given(st.floats(0, 500), weeks, weeks)
def test_with_the_need_bought_stock_never_falls_below_nothing(
    start: float, demand: list[float], supply: list[float]
) -> None:
    need = weekly_need(start, demand, supply)
    balance = start
    for wanted, coming, bought in zip(demand, supply, need, strict=True):
        balance += coming + bought - wanted
        assert balance >= -1e-6
    lacking = min(0.0, *(start + sum(supply[: n + 1]) - sum(demand[: n + 1]) for n in range(13)))
    assert sum(need) == pytest.approx(-lacking, abs=1e-6)


@given(
    st.lists(
        st.tuples(st.integers(-30, 120), st.sampled_from([1, 7, 14, 30]), st.floats(0, 50)),
        max_size=8,
    )
)
def test_spreading_keeps_what_lies_in_the_weeks(found: list[tuple[int, int, float]]) -> None:
    buckets = [(FIRST + timedelta(days=start), length, qty) for start, length, qty in found]
    inside = sum(
        qty * max(0, min(start + length, 91) - max(start, 0)) / length
        for start, length, qty in found
    )
    assert sum(spread(buckets, FIRST, 13)) == pytest.approx(inside, abs=1e-6)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (None, 0),
        (FIRST - timedelta(3), 0),
        (FIRST + timedelta(90), 12),
        (FIRST + timedelta(91), None),
    ],
)
def test_weeks(day: date | None, week: int | None) -> None:
    assert week_of(day, FIRST, 13) == week


FESTIVAL = SPRING_FESTIVAL[2026]


@pytest.mark.parametrize(
    ("closures", "closes", "first", "last", "assumed"),
    [
        ([], "S1", FESTIVAL - timedelta(10), FESTIVAL + timedelta(15), True),
        (
            [("S1", date(2026, 2, 10), date(2026, 2, 28))],
            "S1",
            date(2026, 2, 10),
            date(2026, 2, 28),
            False,
        ),
        # the maker closes before its dealer and opens after it
        (
            [
                ("S1", date(2026, 2, 10), date(2026, 2, 28)),
                ("M1", date(2026, 2, 1), date(2026, 3, 5)),
            ],
            "M1",
            date(2026, 2, 1),
            date(2026, 3, 5),
            False,
        ),
        # a closure in summer, and one of somebody else, are no break of this supplier
        (
            [
                ("S1", date(2026, 7, 1), date(2026, 7, 9)),
                ("S9", date(2026, 2, 1), date(2026, 3, 9)),
            ],
            "S1",
            FESTIVAL - timedelta(10),
            FESTIVAL + timedelta(15),
            True,
        ),
    ],
)
def test_the_last_day_to_order_before_the_break(closures, closes, first, last, assumed) -> None:
    found = next_break(["S1", "M1"], closures, 12, FIRST)
    assert found is not None
    assert (found.closes, found.from_on, found.until_on, found.assumed) == (
        closes,
        first,
        last,
        assumed,
    )
    assert found.order_by_on == first - timedelta(days=12)


def test_a_break_that_is_over_gives_way_to_the_next() -> None:
    found = next_break(["S1"], [], 5, date(2026, 6, 1))
    assert found is not None
    assert found.from_on.year == 2027


def test_savings_against_both_yardsticks() -> None:
    lines = [
        {"supplier": "S1", "sku": "A", "qty": D(10), "price": D("9.5")},
        {"supplier": "S1", "sku": "A", "qty": D(30), "price": D("9.1")},
        {"supplier": "S2", "sku": "B", "qty": D(5), "price": D("2.2")},
        {"supplier": "S2", "sku": "NEW", "qty": D(5), "price": D("7")},
    ]
    found = savings(lines, {"A": D(10), "B": D(2)}, {"A": D(9)})
    told = {
        r["sku"]: (r["mean_price"], r["saved_last_amount"], r["saved_budget_amount"]) for r in found
    }
    assert told == {
        "A": (D("9.2"), D("32.00"), D("-8.00")),
        "B": (D("2.2"), D("-1.00"), None),
        "NEW": (D(7), None, None),
    }
    assert [r["sku"] for r in found] == ["A", "NEW", "B"]
