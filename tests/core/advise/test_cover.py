"""Supply of what is covered: which line is told, and whether it is put off, cancelled or let come."""

from __future__ import annotations

from datetime import date

import pytest

from scm_cli.core.advise.cover import covered, dearer_and_punctual

TODAY, KEEP = date(2026, 1, 5), 120
LINE = {
    "purchase_no": "PO-1", "line_no": 2, "buyer": "Wang", "sku": "A", "open_qty": 50, "amount": 100,
    "status": "confirmed", "in_transit_qty": 0, "expected_on": date(2026, 1, 15), "free_qty": 400,
    "daily_qty": 2.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "mend"),
    [
        # 400 last 200 days, 190 from the day it comes: needed when 120 are left, in 80 days
        ({}, "scm purchase change PO-1 --line 2 --need-by 2026-03-26"),
        ({"status": "approved"}, "scm purchase change PO-1 --line 2 --need-by 2026-03-26"),
        ({"free_qty": 600}, "scm purchase cancel PO-1 --line 2"),  # 290 days: twice what is enough
        ({"daily_qty": 0.0}, "scm purchase cancel PO-1 --line 2"),
        ({"in_transit_qty": 10}, "It is on its way: buy no more of A."),
    ],
)
def test_what_to_do_about_it(changed, mend):
    (island,) = covered([LINE | changed], TODAY, KEEP)
    assert (island.who, island.document, island.mend.english) == ("Wang", "PO-1/2", mend)


@pytest.mark.parametrize(
    "changed",
    [
        {"free_qty": 260},  # 130 days now, but 120 on the day it comes
        {"free_qty": 0, "daily_qty": 0.0},  # nothing lies there
        {"free_qty": -5},
    ],
)
def test_what_is_no_island(changed):
    assert covered([LINE | changed], TODAY, KEEP) == []


def test_a_line_that_was_put_off_is_not_told_again_after_a_slow_week():
    """Put off to the day on which 120 days are left, it may lie seven more before it is told."""
    put_off = LINE | {"expected_on": date(2026, 3, 26)}
    told = [covered([put_off], date(2026, 1, 5 + slow), KEEP, 7) for slow in (0, 7, 8)]
    assert [len(each) for each in told] == [0, 0, 1]


def test_the_most_money_comes_first():
    dear = LINE | {"purchase_no": "PO-9", "amount": 900}
    assert [i.document for i in covered([LINE, dear], TODAY, KEEP)] == ["PO-9/2", "PO-1/2"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, 1),
        ({"value_amount": 90}, 0),  # the stock went down
        ({"punctual_pct": 70.0}, 0),  # less punctual: another matter
        ({"before_pct": None}, 0),  # nothing was due before
        ({"before_amount": None}, 0),
    ],
)
def test_a_buyer_is_told_when_both_went_up(changed, told):
    row = {
        "buyer": "Wang", "value_amount": 120, "before_amount": 100, "punctual_pct": 95.0,
        "before_pct": 80.0,
    }  # fmt: skip
    assert len(dearer_and_punctual([row | changed], 90)) == told
