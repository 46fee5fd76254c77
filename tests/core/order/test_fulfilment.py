"""Picking: first expiry first, expired lots never."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.order.fulfilment import picked, shippable

DAY = date(2026, 5, 1)
LOTS = st.lists(
    st.fixed_dictionaries(
        {
            "lot": st.sampled_from(["L1", "L2", "L3"]),
            "expiry_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            "qty": st.integers(1, 50).map(Decimal),
        }
    ),
    max_size=4,
)


@given(qty=st.integers(1, 100).map(Decimal), lots=LOTS)
def test_what_is_picked_is_what_was_asked(qty: Decimal, lots: list[dict[str, object]]) -> None:
    found = picked(qty, lots, DAY, None)
    assert sum(q for _, q in found) == qty
    assert all(q > 0 for _, q in found)


def test_an_expired_lot_stays_where_it_is() -> None:
    lots = [{"lot": "OLD", "expiry_on": date(2026, 4, 30), "qty": Decimal(9)}]
    assert picked(Decimal(2), lots, DAY, None) == [(None, Decimal(2))]


def test_a_named_lot_is_taken_as_named() -> None:
    assert picked(Decimal(2), [], DAY, "L9") == [("L9", Decimal(2))]


@pytest.mark.parametrize(
    ("named", "used"),
    [
        (None, [("EARLY", 15), ("LATE", 5)]),
        ("LATE", [("LATE", 20)]),
        ("EARLY", [("EARLY", 15), ("LATE", 5)]),
        ("OTHER", [("EARLY", 15), ("LATE", 5)]),
    ],
)
def test_a_named_lot_uses_up_what_is_held_of_it_first(
    named: str | None, used: list[tuple[str, int]]
) -> None:
    holds = [
        {"lot": "LATE", "expiry_on": date(2026, 9, 1), "qty": Decimal(30)},
        {"lot": "EARLY", "expiry_on": date(2026, 6, 1), "qty": Decimal(15)},
    ]
    line = {"sku": "A", "order_no": "SO-1", "line_no": 1, "open_qty": Decimal(45)}
    assert shippable(line, Decimal(20), holds, named) == used
