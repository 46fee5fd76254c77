"""Moving average cost, against books kept move by move."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.stock.costing import Cost, Incoming, cost_of, moving_average, worth

D = Decimal

#: (on hand before, came, cost of a unit), and the average after the last.
TABLE = {
    "nothing came": ([], None),
    "one receipt": ([(0, 10, "4.50")], "4.5"),
    # Horngren, Cost Accounting, moving average: 60 at 60, 140 at 66 join them
    "two receipts": ([(0, 60, "60"), (60, 140, "66")], "64.2"),
    "sold in between": ([(0, 10, "1"), (6, 6, "3")], "2"),
    "sold out: the next cost stands alone": ([(0, 10, "1"), (0, 5, "3")], "3"),
    "below zero: as when nothing is left": ([(0, 10, "1"), (-4, 5, "3")], "3"),
    "goods of unknown cost lay there": ([(20, 5, "3")], "3"),
    "a gift": ([(0, 10, "2"), (10, 10, "0")], "1"),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_average_after_what_came(name: str) -> None:
    came, expected = TABLE[name]
    found = moving_average(Incoming(D(before), D(qty), D(cost)) for before, qty, cost in came)
    assert found == (None if expected is None else D(expected))


moves = st.lists(
    st.tuples(st.integers(-50, 50).filter(bool), st.integers(0, 10_000)), min_size=1, max_size=30
)


@given(moves)
def test_as_books_kept_move_by_move(course: list[tuple[int, int]]) -> None:
    """Value in, value out at the average: the value that is left over what is left."""
    qty, value, average = D(0), D(0), None
    came = []
    for moved, cents in course:
        if moved > 0:
            cost = D(cents) / 100
            came.append(Incoming(qty, D(moved), cost))
            if qty <= 0 or average is None:
                qty, average = qty + moved, cost
                value = qty * average
            else:
                qty, value = qty + moved, value + moved * cost
                average = value / qty
        elif average is not None:
            qty, value = qty + moved, value + moved * average
        else:
            qty += moved
    found = moving_average(came)
    if average is None:
        assert found is None
    else:
        assert found is not None
        assert abs(found - average) <= D("0.000001")
        costs = [each.unit_cost for each in came]
        assert min(costs) - D("1e-6") <= found <= max(costs) + D("1e-6")


@pytest.mark.parametrize(
    ("average", "price", "rate", "expected"),
    [
        (D(4), D(9), None, Cost(D(4), "average")),
        (None, D("11.3"), D(13), Cost(D("10.000000"), "purchase price")),
        (None, D(5), None, Cost(D("5.000000"), "purchase price")),
        (None, None, D(13), Cost(None, None)),
    ],
)
def test_where_a_cost_comes_from(average, price, rate, expected) -> None:
    assert cost_of(average, price, rate) == expected


def test_a_worth_is_money() -> None:
    assert worth(D(3), Cost(D("0.335"), "average")) == D("1.01")
    assert worth(D(-2), Cost(D("1.5"), "average")) == D("-3.00")
    assert worth(D(3), Cost(None, None)) is None
