"""The pick list's order, and which promises are lost unless goods leave today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.order.picking import SERVICES, by_lot, to_pick, unpicked

ON = date(2026, 1, 5)


def hold(number="SO-1", days=None, **more):
    """What an order holds; promised `days` from the day of picking."""
    promised = None if days is None else ON + timedelta(days=days)
    row = {
        "order_no": number, "line_no": 1, "customer": "C", "sku": "A", "name": "Pen", "unit": "pcs",
        "lot": None, "expiry_on": None, "qty": Decimal(2), "promised_on": promised,
        "requested_on": None, "priority": 5, "way_days": 1, "carrier": "SF", "cutoff": "16:00",
    }  # fmt: skip
    return {**row, **more}


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (hold("B", 1), hold("A", 5), "next-day first"),
        (hold("B", -1), hold("A", 1), "what is late already before it"),
        (hold("B", 1, cutoff="14:00"), hold("A", 1), "the earlier cut-off"),
        (hold("B", 1, priority=1), hold("A", 1), "the customer's rank"),
        (hold("B", 9, way_days=5), hold("A", 9), "the longer way"),
        (hold("A", 1), hold("B", 1), "then the number"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_most_pressing_comes_first(first, second, why):
    found = to_pick([second, first], ON)
    assert [row["order_no"] for row in found] == [first["order_no"], second["order_no"]], why


def test_of_a_line_the_lot_that_expires_first_is_taken_first():
    lots = [("L3", None), ("L2", date(2026, 9, 1)), ("L1", date(2026, 3, 1))]
    holds = [hold(lot=lot, expiry_on=on) for lot, on in lots]
    assert [row["lot"] for row in to_pick(holds, ON)] == ["L1", "L2", "L3"]


@pytest.mark.parametrize(
    ("requested", "promised", "listed"),
    [
        (None, 20, True),  # nobody minds it coming early
        (20, 20, False),  # asked for later: it can stay
        (1, 1, True),
        (2, 20, False),
    ],
)
def test_what_a_customer_wants_later_stays_on_the_shelf(requested, promised, listed):
    row = hold(
        days=promised, requested_on=None if requested is None else ON + timedelta(days=requested)
    )
    assert bool(to_pick([row], ON)) == listed


def test_a_reminder_per_line_that_must_leave_today():
    lots = [hold("SO-1", 1, lot="L1"), hold("SO-1", 1, lot="L2"), hold("SO-2", 5), hold("SO-3")]
    found = unpicked(lots, ON)
    assert [(row["order_no"], row["qty"], row["service"]) for row in found] == [
        ("SO-1", Decimal(4), "next_day")
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"), st.integers(-3, 9) | st.none(), st.sampled_from(["L1", "L2"]),
            st.integers(1, 50),
        )
    )
)  # fmt: skip
def test_nothing_is_lost_between_the_two_pages(rows):
    holds = [hold(f"SO-{n}", d, lot=lot, qty=Decimal(q)) for n, d, lot, q in rows]
    picks = to_pick(holds, ON)
    assert sum(row["qty"] for row in picks) == sum(row["qty"] for row in holds)
    assert sum(row["qty"] for row in by_lot(picks)) == sum(row["qty"] for row in holds)
    ranks = [SERVICES.index(row["service"]) for row in picks]
    assert ranks == sorted(ranks)
