"""One line's arrival in plain Python is what the frames learn for all suppliers at once."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scm_cli.core.order.lateness import Seen, arrival, delays, quantile, remaining
from scm_cli.core.replenish import lead_time
from scm_cli.core.replenish.arrival import PROMISE, remaining_days

TODAY = date(2026, 6, 1)
histories = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S2", "S3"]),
        st.integers(1, 90),  # days ago that it was promised for
        st.integers(-3, 20),  # days past the promise on which it came
        st.booleans(),  # still open
    ),
    min_size=1,
    max_size=25,
)


def framed(history: list[tuple[str, int, int, bool]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "supplier": supplier, "sku": "A",
                "ordered_on": TODAY - timedelta(days=ago + 10),
                "first_promised_on": TODAY - timedelta(days=ago),
                "usable_on": None if is_open else TODAY + timedelta(days=late - ago),
                "open": is_open,
            }
            for supplier, ago, late, is_open in history
        ],
        schema_overrides={"usable_on": pl.Date},
    )  # fmt: skip


def pooled(history: list[tuple[str, int, int, bool]]) -> dict[str, list[Seen]]:
    found: dict[str, list[Seen]] = {}
    for supplier, ago, late, is_open in history:
        found.setdefault(supplier, []).append(Seen(ago if is_open else late, not is_open, 1))
    return found


TIED = [("S1", 1, 0, False)] * 6 + [
    ("S1", 1, 0, True), ("S1", 1, 1, False), ("S1", 1, -1, False),
    ("S1", 1, 2, False), ("S1", 1, 2, False), ("S2", 1, 0, False),
]  # fmt: skip


@example(TIED)  # a share of exactly three quarters, where one of the ten points lies
@given(histories)
def test_delays_are_those_of_the_frames(history: list[tuple[str, int, int, bool]]) -> None:
    learnt = lead_time.delays(framed(history), TODAY)
    pool = pooled(history)
    for row in learnt.iter_rows(named=True):
        told = dict(zip(row["lead_days"], row["weights"], strict=True))
        assert delays(pool, row["supplier"], 5) == pytest.approx(told, abs=1e-6)


@given(histories, st.integers(-20, 60))
def test_what_is_left_is_what_the_frames_say(
    history: list[tuple[str, int, int, bool]], passed: int
) -> None:
    learnt = lead_time.delays(framed(history), TODAY)
    promised_on = pl.lit(TODAY - timedelta(days=passed))
    asked = learnt.select("supplier", first_promised_on=promised_on)
    expected = remaining_days(asked, learnt, TODAY, anchor=PROMISE)
    pool = pooled(history)
    for row in expected.iter_rows(named=True):
        left = remaining(delays(pool, row["supplier"], 5), passed)
        told = {q: quantile(left, q) for q in (0.5, 0.9)}
        assert told == {0.5: row["remaining_p50_days"], 0.9: row["remaining_p90_days"]}


@pytest.mark.parametrize(
    ("expected_on", "days"),
    [
        (date(2026, 6, 4), {3: 0.8, 8: 0.2}),  # as promised; where nothing is known, perhaps later
        (None, {6: 0.8, 11: 0.2}),  # without a word: order day and quoted time
        (date(2026, 5, 31), {4: 1.0}),  # a day late already
    ],
)
def test_the_day_counts_from_the_suppliers_last_word(
    expected_on: date | None, days: dict[int, float]
) -> None:
    line = {
        "supplier": "S",
        "ordered_on": date(2026, 5, 28),
        "expected_on": expected_on,
        "quoted_days": 10,
    }
    assert arrival(line, {}, TODAY, 5) == days
