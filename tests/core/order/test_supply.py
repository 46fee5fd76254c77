"""Available-to-promise is the formula: min over t' ≥ t of on hand + inbound by t' − committed by t'."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.order.lateness import quantile
from scm_cli.core.order.supply import Coming, Commitment, Stand, available, covered, in_turn

D = Decimal
HORIZON = 40

inbound = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 15)), max_size=5)
committed = st.lists(st.tuples(st.none() | st.integers(1, 30), st.integers(1, 15)), max_size=5)


def stand(on_hand: int, come: list[tuple[int, int]], owed: list[tuple[int | None, int]]) -> Stand:
    return Stand(
        D(on_hand),
        tuple(Coming(f"PO-{n}", D(qty), {day: 1.0}) for n, (day, qty) in enumerate(come)),
        tuple(Commitment(D(qty), need) for need, qty in owed),
    )


def atp(
    on_hand: int, come: list[tuple[int, int]], owed: list[tuple[int | None, int]], t: int
) -> int:
    """The formula itself, on days that are certain."""
    return min(
        on_hand
        + sum(qty for day, qty in come if day <= later)
        - sum(qty for need, qty in owed if (need or 0) <= later)
        for later in range(t, HORIZON)
    )


@given(st.integers(0, 30), inbound, committed, st.integers(1, 30))
def test_with_certain_days_it_is_the_formula(
    on_hand: int, come: list[tuple[int, int]], owed: list[tuple[int | None, int]], qty: int
) -> None:
    first = next((t for t in range(HORIZON) if atp(on_hand, come, owed, t) >= qty), None)
    assert quantile(available(stand(on_hand, come, owed), D(qty)).days, 1.0) == first


@given(st.integers(0, 30), inbound, committed, st.integers(1, 20))
def test_asking_for_more_is_never_sooner(
    on_hand: int, come: list[tuple[int, int]], owed: list[tuple[int | None, int]], qty: int
) -> None:
    here = stand(on_hand, come, owed)
    less, more = (quantile(available(here, D(q)).days, 0.9) for q in (qty, qty + 1))
    assert more is None or (less is not None and less <= more)


@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 15), st.floats(0.1, 0.9)), max_size=4),
    committed,
    st.lists(st.tuples(st.none() | st.integers(1, 30), st.integers(1, 15)), max_size=8),
)
def test_many_in_turn_are_told_what_each_would_be_told_alone(
    on_hand: int,
    come: list[tuple[int, int, float]],
    owed: list[tuple[int | None, int]],
    asked: list[tuple[int | None, int]],
) -> None:
    inbound_ = tuple(
        Coming(f"PO-{n}", D(qty), {day: share, day + 6: 1 - share})
        for n, (day, qty, share) in enumerate(come)
    )
    before = [Commitment(D(qty), need) for need, qty in owed]
    alone = []
    for need, qty in asked:
        alone.append(available(Stand(D(on_hand), inbound_, tuple(before)), D(qty)))
        before.append(Commitment(D(qty), need))
    here = Stand(D(on_hand), inbound_, tuple(Commitment(D(qty), need) for need, qty in owed))
    assert in_turn(here, [D(qty) for _, qty in asked], lambda n, _: asked[n][0]) == alone


def test_a_sheet_of_many_lines_for_one_item_costs_what_its_lines_cost() -> None:
    """Not the square: most lines are answered by a comparison, wherever in the sheet they stand."""
    here = Stand(D(3000), (Coming("PO-1/1", D(1000), {5: 1.0}),))
    found = in_turn(here, [D(1)] * 20_000, lambda *_: None)
    assert [found[n].limited_by for n in (0, 2999, 3000, 3999, 4000, 19_999)] == [
        "stock", "stock", "PO-1/1", "PO-1/1", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("need", "p50", "p90", "why"),
    [
        (5, 2, 9, "one of two lines that may each be late"),
        (10, 9, 9, "both lines: the later of two, not the sum of their P90"),
    ],
)
def test_late_lines_are_counted_together(need: int, p50: int, p90: int, why: str) -> None:
    """Two lines, each on day 2 at 60 % and on day 9 else: either by day 2 at 84 %, both at 36 %."""
    two = [Coming(name, D(5), {2: 0.6, 9: 0.4}) for name in ("A", "B")]
    days = covered(two, [D(need)])[0]
    assert (quantile(days, 0.5), quantile(days, 0.9)) == (p50, p90), why
    assert days[2] == pytest.approx(0.84 if need == 5 else 0.36)


def test_many_uncertain_lines_stay_cheap() -> None:
    many = [Coming(f"PO-{n}", D(1) + n, {n + 1: 0.5, n + 5: 0.5}) for n in range(40)]
    days = covered(many, [D(300), D(10_000)])
    assert quantile(days[0], 0.9) is not None
    assert days[1] == {}


def test_what_it_waits_for_is_named() -> None:
    two = (Coming("PO-1/1", D(5), {3: 1.0}), Coming("PO-2/1", D(5), {8: 1.0}))
    named = [available(Stand(D(2), two), D(qty)).limited_by for qty in (2, 6, 9, 13)]
    assert named == ["stock", "PO-1/1", "PO-2/1", None]
