"""The walk of an emergency: what is short, what helps; invariants over any stock and need."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.advise.surge import (
    Ahead,
    Flow,
    Offered,
    Wait,
    moved,
    needed,
    pulled,
    rescues,
    runs_out,
    short,
    spare,
)  # fmt: skip

TODAY, DAYS = date(2026, 1, 1), 30
flows = st.lists(st.builds(Flow, st.integers(0, 40), st.floats(0, 500)), max_size=4).map(tuple)
aheads = st.builds(
    Ahead, st.just("A"), st.just("W"), st.floats(0, 500), st.floats(0, 50), st.booleans(), flows, flows
)  # fmt: skip


@given(aheads)
def test_need_and_shortage_only_grow(ahead):
    for walked in (needed(ahead, DAYS), short(ahead, DAYS)):
        assert len(walked) == DAYS + 1
        assert all(a <= b + 1e-9 for a, b in pairwise(walked))


@given(aheads)
def test_who_has_something_to_spare_is_short_of_nothing(ahead):
    given_away = spare(ahead, DAYS)
    assert 0 <= given_away <= ahead.usable_qty
    if given_away > 0:
        assert runs_out(ahead, DAYS) is None
        left = Ahead("A", "W", ahead.usable_qty - given_away, ahead.pace_qty, ahead.on_top,
                     ahead.orders, ahead.coming)  # fmt: skip
        assert short(left, DAYS)[-1] <= 1e-6


@given(aheads, st.dictionaries(st.sampled_from("NESW"), st.floats(0, 300)))
def test_no_more_is_moved_than_is_short_and_than_can_be_spared(ahead, others):
    moves = moved(ahead, others, DAYS, TODAY, 2)
    assert sum(m["qty"] for m in moves) <= short(ahead, DAYS)[-1] + 1
    assert all(m["qty"] <= others[m["from_warehouse"]] for m in moves)


USUAL = Offered("U", 2.0, 15, 20)


@pytest.mark.parametrize(
    ("price", "days", "worth"),
    [
        (2.5, 7, True),  # 15 x 0.5 more against 13 units of margin 3
        (9.0, 7, False),  # 105 more
        (None, 7, None),  # what it costs is not known
    ],
)
def test_a_premium_is_worth_the_margin_that_it_saves(price, days, worth):
    ahead = Ahead("A", "W", 5.0, 1.0, True, unit_margin=3.0, unit_price=2.0)
    found = rescues(ahead, [USUAL, Offered("F", price, days, days)], Wait(20), TODAY, 3)
    assert [(r["supplier"], r["worth"]) for r in found] == [("F", worth), ("U", None)]


def test_who_comes_no_sooner_than_the_usual_one_is_not_told():
    ahead = Ahead("A", "W", 5.0, 1.0, True, unit_margin=3.0, unit_price=2.0)
    found = rescues(ahead, [USUAL, Offered("S", 1.9, 20, 25)], Wait(20), TODAY, 3)
    assert [r["supplier"] for r in found] == ["U"]


def test_an_order_waits_for_a_week_and_then_is_lost():
    ahead = Ahead("A", "W", 0.0, 0.0, True, (Flow(0, 10.0),), unit_margin=1.0, unit_price=2.0)
    offers = [USUAL, Offered("F", 2.0, 7, 7), Offered("G", 2.0, 8, 8)]
    assert [(r["supplier"], r["saved_qty"]) for r in rescues(ahead, offers, Wait(20), TODAY, 3)] == [
        ("F", 10.0), ("U", 0.0),
    ]  # fmt: skip


def test_only_what_comes_after_the_shelf_is_empty_is_brought_forward():
    come = (Flow(3, 1.0, "PO-1", 1), Flow(20, 50.0, "PO-2", 1))
    ahead = Ahead("A", "W", 5.0, 1.0, True, (), come)
    assert [r["document"] for r in pulled(ahead, 7, DAYS, TODAY)] == ["PO-2"]
