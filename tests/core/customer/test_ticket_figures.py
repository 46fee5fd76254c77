"""Figures over tickets: counted by hand, against plain counting, and whose faults they were."""

from __future__ import annotations

import statistics
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer.faults import blamed
from scm_cli.core.customer.ticket_figures import (
    as_failures,
    figures,
    marked_repeats,
    touched,
)

DAY = date(2026, 3, 1)
ASKED = {"ticket_no": pl.String, "customer": pl.String, "sku": pl.String, "category": pl.String,
         "opened_on": pl.Date, "reopened": pl.Int64}  # fmt: skip


def asked(*rows: tuple[str, str | None, str, int, int]) -> pl.DataFrame:
    """Tickets of (customer, item, category, day, times reopened)."""
    return pl.DataFrame(
        [(str(n), c, s, k, DAY + timedelta(days=d), r) for n, (c, s, k, d, r) in enumerate(rows)],
        ASKED,
        orient="row",
    )


@pytest.mark.parametrize(
    ("rows", "repeats"),
    [
        ([("C", "A", "quality", 0, 0), ("C", "A", "delivery", 30, 0)], [False, True]),
        ([("C", "A", "quality", 0, 0), ("C", "A", "quality", 31, 0)], [False, False]),
        ([("C", "A", "quality", 0, 0), ("D", "A", "quality", 1, 0)], [False, False]),
        ([("C", "A", "quality", 0, 0), ("C", "B", "quality", 1, 0)], [False, False]),
        ([("C", None, "invoice", 0, 0), ("C", None, "invoice", 5, 0)], [False, True]),
        ([("C", None, "invoice", 0, 0), ("C", None, "delivery", 5, 0)], [False, False]),
        ([("C", "A", "quality", 0, 1)], [True]),  # opened again
        ([("C", "A", "quality", 0, 0), ("C", "A", "quality", 0, 0)], [False, True]),  # same day
    ],
)
def test_what_is_a_repeat(rows: list[tuple[str, str | None, str, int, int]], repeats: list[bool]) -> None:  # fmt: skip
    found = marked_repeats(asked(*rows), 30)
    assert found.sort("ticket_no")["is_repeat"].to_list() == repeats


TOLD = {"status": pl.String, "owner": pl.String, "answer_hours": pl.Float64, "answer_state": pl.String,
        "solution_hours": pl.Float64, "solution_state": pl.String, "rating": pl.Int64,
        "surveyed_on": pl.Date, "is_repeat": pl.Boolean, "reopened": pl.Int64}  # fmt: skip
STATES = st.sampled_from(["kept", "late", "soon", "waits", None])
HOURS = st.none() | st.integers(0, 400).map(lambda n: n / 4)
rows = st.lists(
    st.tuples(
        st.sampled_from(["open", "resolved", "closed"]), st.sampled_from(["Li", "Wang", None]),
        HOURS, STATES, HOURS, STATES, st.none() | st.integers(1, 5), st.sampled_from([None, DAY]),
        st.booleans(), st.integers(0, 2),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@given(rows)
def test_figures_against_plain_counting(found: list[tuple[Any, ...]]) -> None:
    (told,) = figures(pl.DataFrame(found, TOLD, orient="row"), None).to_dicts()
    answers = [r[2] for r in found if r[2] is not None]
    decided = [r[3] for r in found if r[3] in ("kept", "late")]
    ratings = [r[6] for r in found if r[6] is not None]
    surveyed = [r for r in found if r[7] is not None]
    assert told["tickets"] == len(found)
    assert told["open"] == sum(r[0] == "open" for r in found)
    assert told["answer_hours"] == (statistics.median(answers) if answers else None)
    assert told["answer_in_target_pct"] == (
        pytest.approx(100 * decided.count("kept") / len(decided)) if decided else None
    )
    assert told["satisfaction"] == (pytest.approx(statistics.mean(ratings)) if ratings else None)
    assert told["satisfied_pct"] == (
        pytest.approx(100 * sum(r >= 4 for r in ratings) / len(ratings)) if ratings else None
    )
    assert told["response_pct"] == (
        pytest.approx(100 * sum(r[6] is not None for r in surveyed) / len(surveyed))
        if surveyed
        else None
    )
    assert told["repeats"] == sum(r[8] for r in found)


@given(rows)
def test_the_parts_make_the_whole(found: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(found, TOLD, orient="row")
    whole, parts = figures(frame, None), figures(frame, "owner")
    for name in ("tickets", "open", "rated", "asked", "repeats", "reopened"):
        assert parts[name].sum() == whole[name].sum()


LOT, SENT = date(2026, 1, 5), date(2026, 2, 5)


@pytest.mark.parametrize(
    ("stated", "lot", "delivery", "item", "told"),
    [
        ("X", ["S"], ["T"], ["U"], ("X", "stated", DAY)),
        (None, ["S"], ["T"], ["U"], ("S", "lot", LOT)),
        (None, [], ["T", "T"], ["U", "V"], ("T", "delivery", SENT)),  # two lots of one supplier
        (None, [], [], ["U"], ("U", "item", DAY)),
        (None, [], [], ["U", "V"], (None, None, DAY)),  # nobody is blamed where two are possible
        (None, ["S", "T"], ["S"], ["S"], (None, None, DAY)),  # what the lot leaves open stays open
        (None, [], [], [], (None, None, DAY)),
    ],
)
def test_who_is_at_fault(
    stated: str | None, lot: list[str], delivery: list[str], item: list[str], told: tuple[Any, ...]
) -> None:
    found = blamed({
        "opened_on": DAY, "stated": stated, "by_lot": lot, "by_delivery": delivery, "by_item": item,
        "lot_on": LOT if lot else None, "delivery_on": SENT if delivery else None,
    })  # fmt: skip
    assert (found["supplier"], found["basis"], found["fault_on"]) == told


def test_touched_customers_are_counted_once() -> None:
    faults = pl.DataFrame(
        {"supplier": ["S", "S", "S", None, "T"], "customer": ["A", "A", "B", "C", "A"],
         "qty": [1.0, 2.0, 3.0, 9.0, 1.0], "amount": [10.0, None, 30.0, 5.0, 100.0],
         "fault_on": [DAY] * 5}
    )  # fmt: skip
    found = {row["supplier"]: row for row in touched(faults, ["supplier"]).to_dicts()}
    assert list(found) == ["T", "S", None]  # the most money first
    assert (found["S"]["complaints"], found["S"]["complaint_customers"]) == (3, 2)
    assert (found["S"]["complaint_qty"], found["S"]["complaint_amount"]) == (6.0, 40.0)
    assert as_failures(faults)["failed_qty"].sum() == 7.0  # nobody's faults count against nobody
