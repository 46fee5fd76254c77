"""What a dealer is told is what the formula of available-to-promise says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.order.dealers import shared
from scm_cli.core.order.supply import Coming, Commitment, Stand

TODAY = date(2026, 1, 1)
qty = st.integers(0, 90).map(Decimal)
comings = st.lists(
    st.builds(lambda q, d: Coming("PO", q, {d: 1.0}), qty, st.integers(1, 20)), max_size=4
)
committed = st.lists(st.builds(Commitment, qty, st.none() | st.integers(1, 20)), max_size=4)
stands = st.builds(lambda q, c, k: Stand(q, tuple(c), tuple(k)), qty, comings, committed)


def atp(stand: Stand, day: int) -> Decimal:
    """min over t' >= t of (usable on hand + firm inbound by t' - committed by t')."""

    def level(until: int) -> Decimal:
        came = sum((c.qty for c in stand.coming if c.p90_days <= until), Decimal(0))
        owed = sum((c.qty for c in stand.committed if (c.need_days or 0) <= until), Decimal(0))
        return stand.usable_qty + came - owed

    return max(min(level(until) for until in range(day, 25)), Decimal(0))


@given(stands)
def test_as_the_formula_says(stand):
    found = shared(stand, TODAY)
    assert found.available_qty == atp(stand, 0)
    later = next((day for day in range(1, 25) if atp(stand, day) > found.available_qty), None)
    if later is None:
        assert found.next_on is None
    else:
        assert found.next_on == TODAY + timedelta(days=later)
        assert found.next_qty == atp(stand, later) - found.available_qty
