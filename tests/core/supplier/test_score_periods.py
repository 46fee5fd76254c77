"""Which days a period holds, and when it may be scored."""

from __future__ import annotations

from datetime import date

import pytest

from scm_cli.core.supplier.periods import (
    between,
    earlier,
    last_quarter,
    month,
    quarter,
    require_ended,
)
from scm_cli.errors import ScmError


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (month("2024-02"), date(2024, 2, 1), date(2024, 2, 29)),
        (month("202612"), date(2026, 12, 1), date(2026, 12, 31)),
        (quarter("2026Q1"), date(2026, 1, 1), date(2026, 3, 31)),
        (quarter("2026-q4"), date(2026, 10, 1), date(2026, 12, 31)),
        (between(date(2026, 1, 5), date(2026, 1, 5)), date(2026, 1, 5), date(2026, 1, 5)),
        (last_quarter(date(2026, 1, 1)), date(2025, 10, 1), date(2025, 12, 31)),
        (last_quarter(date(2026, 6, 30)), date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_days(period, first: date, last: date) -> None:
    assert (period.from_on, period.until_on) == (first, last)


@pytest.mark.parametrize("text", ["2026", "2026-13", "January", "2026Q5", ""])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ScmError, match="not a month"):
        month(text)


@pytest.mark.parametrize("text", ["2026Q0", "2026Q5", "Q1", "2026-03"])
def test_what_is_no_quarter(text: str) -> None:
    with pytest.raises(ScmError, match="not a quarter"):
        quarter(text)


def test_a_range_that_is_turned_round() -> None:
    with pytest.raises(ScmError, match="before it starts"):
        between(date(2026, 2, 1), date(2026, 1, 1))


def test_the_quarters_before_touch_and_do_not_overlap() -> None:
    names = [p.name for p in earlier(month("2026-05"), 3)]
    assert names == ["2025Q3", "2025Q4", "2026Q1"]


@pytest.mark.parametrize(
    ("today", "grace_days", "ended"),
    [
        (date(2026, 3, 31), 0, False),
        (date(2026, 4, 1), 0, True),
        (date(2026, 4, 3), 3, False),  # a line of the last day may still come in time
        (date(2026, 4, 4), 3, True),
    ],
)
def test_a_period_is_scored_once_it_is_over(today: date, grace_days: int, ended: bool) -> None:
    if ended:
        assert require_ended(quarter("2026Q1"), today, grace_days) is None
    else:
        with pytest.raises(ScmError, match="has not ended"):
            require_ended(quarter("2026Q1"), today, grace_days)
