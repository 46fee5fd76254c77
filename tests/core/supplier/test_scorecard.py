"""What a line says of its supplier: worked by hand, then laws that hold for any lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.supplier.periods import month
from scm_cli.core.supplier.scorecard import (
    LINES,
    RECEIPTS,
    Allowance,
    judged,
    punctuality,
    quality,
)

JANUARY = month("2026-01")
TODAY = date(2026, 2, 10)


def on(day: int, of: int = 1) -> date:
    return date(2026, of, day)


def line(**given: Any) -> dict[str, Any]:
    """100 pieces that S promised for 10 January, on an order that is closed."""
    usual = {"line": 1, "supplier": "S", "purchase_no": "P1", "line_no": 1, "sku": "A",
             "status": "closed", "ordered_on": on(1), "promised_on": on(10), "qty": 100.0,
             "cancelled_qty": 0.0, "received_before_qty": 0.0}  # fmt: skip
    return {**usual, **given}


def came(day: date, accepted: float, rejected: float = 0.0, number: int = 1) -> dict[str, Any]:
    return {"line": number, "supplier": "S", "received_on": day, "accepted_qty": accepted,
            "rejected_qty": rejected}  # fmt: skip


def told(
    lines: list[dict[str, Any]], receipts: list[dict[str, Any]], **allowed: float
) -> pl.DataFrame:
    return judged(
        pl.DataFrame(lines, schema=LINES),
        pl.DataFrame(receipts, schema=RECEIPTS),
        JANUARY,
        Allowance(**allowed),  # type: ignore[arg-type]
        TODAY,
    )


#: (case, line, receipts, allowance) → on time, in full, delivered share, days late
CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]], dict[str, float], tuple[Any, ...]]] = [
    ("whole and on the day", {}, [came(on(10), 100)], {}, (True, True, 1.0, 0)),
    ("early in two lots is in time", {}, [came(on(5), 60), came(on(9), 40)], {}, (True, True, 1.0, 0)),
    ("a part comes after the promise", {}, [came(on(10), 60), came(on(13), 40)], {},
     (False, False, 1.0, 3)),
    ("a day late", {}, [came(on(11), 100)], {}, (False, False, 1.0, 1)),
    ("a day late within a day of grace", {}, [came(on(11), 100)], {"grace_days": 1},
     (True, True, 1.0, 1)),
    ("two days late with a day of grace", {}, [came(on(12), 100)], {"grace_days": 1},
     (False, False, 1.0, 2)),
    ("short and closed: in time, not in full", {}, [came(on(9), 95)], {}, (True, False, 0.95, 0)),
    ("short within tolerance", {}, [came(on(9), 95)], {"tolerance_pct": 5}, (True, True, 0.95, 0)),
    ("short beyond tolerance", {}, [came(on(9), 94)], {"tolerance_pct": 5}, (True, False, 0.94, 0)),
    ("the rest after the tolerance was met does not harm", {}, [came(on(9), 96), came(on(20), 4)],
     {"tolerance_pct": 5}, (True, True, 1.0, 0)),
    ("more than ordered counts as all", {}, [came(on(9), 120)], {}, (True, True, 1.0, 0)),
    ("rejects do not fill an order", {}, [came(on(9), 80, 20)], {}, (True, False, 0.8, 0)),
    ("replaced too late", {}, [came(on(9), 80, 20), came(on(15), 20)], {}, (False, False, 1.0, 5)),
    ("replaced in time", {}, [came(on(8), 80, 20), came(on(10), 20)], {}, (True, True, 1.0, 0)),
    ("all rejected", {}, [came(on(9), 0, 100)], {}, (True, False, 0.0, 0)),
    ("open and overdue", {"status": "confirmed"}, [], {}, (False, False, 0.0, 31)),
    ("a part in time, the rest open", {"status": "confirmed"}, [came(on(9), 60)], {},
     (False, False, 0.6, 31)),
    ("never came and never will", {}, [], {}, (False, False, 0.0, None)),
    ("the supplier cancelled all", {"status": "cancelled", "cancelled_qty": 100.0,
     "cancelled_by": "supplier"}, [], {}, (False, False, 0.0, None)),
    ("the supplier cancelled the rest", {"cancelled_qty": 40.0, "cancelled_by": "supplier"},
     [came(on(9), 60)], {}, (True, False, 0.6, 0)),
    ("we cancelled the rest", {"cancelled_qty": 40.0, "cancelled_by": "us"}, [came(on(9), 60)], {},
     (True, True, 1.0, 0)),
    ("nobody said who cancelled: it was us", {"cancelled_qty": 40.0}, [came(on(9), 60)], {},
     (True, True, 1.0, 0)),
    ("came before the books began", {"received_before_qty": 100.0}, [], {}, (True, True, 1.0, 0)),
    ("a receipt after today has not come", {"status": "confirmed"}, [came(on(11, 2), 100)], {},
     (False, False, 0.0, 31)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("given_line", "receipts", "allowed", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_line_by_hand(given_line, receipts, allowed, expected) -> None:
    row = told([line(**given_line)], receipts, **allowed).row(0, named=True)
    found = (row["on_time"], row["in_full"], round(row["delivered_share"], 4), row["late_days"])
    assert found == expected


@pytest.mark.parametrize(
    "gone",
    [
        {"cancelled_qty": 100.0, "cancelled_by": "us"},
        {"status": "cancelled", "cancelled_by": "us"},
        {"status": "cancelled"},
        {"promised_on": on(1, 2)},
        {"promised_on": date(2025, 12, 31)},
        {"promised_on": None},
    ],
    ids=["by us", "order by us", "order, nobody said", "due later", "due before", "no day at all"],
)
def test_what_does_not_count(gone: dict[str, Any]) -> None:
    assert told([line(**gone)], []).is_empty()


@pytest.mark.parametrize(
    ("days", "basis", "due_on"),
    [
        ({"promised_on": on(10), "quoted_days": 3, "requested_on": on(20)}, "promise", on(10)),
        ({"promised_on": None, "quoted_days": 7, "requested_on": on(20)}, "quoted", on(8)),
        ({"promised_on": None, "quoted_days": None, "requested_on": on(20)}, "requested", on(20)),
    ],
)
def test_what_a_line_is_measured_by(days: dict[str, Any], basis: str, due_on: date) -> None:
    """The frozen promise; a change that we asked for refreezes it in the order, not here."""
    row = told([line(**days)], []).row(0, named=True)
    assert (row["basis"], row["due_on"]) == (basis, due_on)


def test_lines_that_never_came_are_not_forgotten() -> None:
    """Ten lines, four in time, two late, four never: 40 % (a peer that forgets them says 67 %)."""
    lines = [line(line=n, line_no=n) for n in range(1, 11)]
    receipts = [came(on(10), 100, number=n) for n in range(1, 5)]
    receipts += [came(on(14), 100, number=n) for n in (5, 6)]
    row = punctuality(told(lines, receipts)).row(0, named=True)
    assert (row["lines"], row["on_time_lines"], row["in_full_lines"]) == (10, 4, 4)
    assert row["delivered_share"] == pytest.approx(0.6)
    assert row["late_days_mean"] == pytest.approx(8 / 6)  # of the six whose day is known
    assert row["late_days_p90"] == pytest.approx(4.0)


def test_padding_is_what_the_promise_adds_to_the_wish() -> None:
    lines = [line(requested_on=on(4)), line(line=2, line_no=2, requested_on=None)]
    row = punctuality(told(lines, [])).row(0, named=True)
    assert (row["padding_days"], row["assumed_lines"]) == (6.0, 0)


@pytest.mark.parametrize(
    ("receipts", "inspected", "expected"),
    [
        ([came(on(5), 90, 10)], [], (1, 0.9)),
        ([came(on(5), 90, 10), came(on(6), 100)], [], (2, 0.95)),
        ([{**came(on(5), 50, 50), "line": None}], [], (1, 0.5)),  # without an order
        ([came(on(5), 100)], [{"supplier": "S", "on": on(7), "failed_qty": 20.0}], (1, 0.8)),
        ([came(on(5), 100)], [{"supplier": "S", "on": on(7, 2), "failed_qty": 20.0}], (1, 1.0)),
        ([came(on(5), 10)], [{"supplier": "S", "on": on(7), "failed_qty": 20.0}], (1, 0.0)),
        ([], [{"supplier": "S", "on": on(7), "failed_qty": 20.0}], (0, None)),
        ([came(on(5), 0, 0)], [], (1, None)),
    ],
)
def test_the_pass_rate_by_hand(receipts, inspected, expected) -> None:
    frames = pl.DataFrame(receipts, schema=RECEIPTS), pl.DataFrame(inspected)
    row = quality(*frames, JANUARY).row(0, named=True)
    share = row["pass_share"]
    assert (row["received_lines"], share if share is None else round(share, 4)) == expected


amounts = st.integers(0, 120).map(float)
some_receipts = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 40), amounts, amounts), max_size=12
).map(
    lambda rows: [
        came(on(1) + timedelta(days=day), good, bad, number) for number, day, good, bad in rows
    ]
)
some_lines = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["closed", "confirmed", "cancelled"]),
            "promised_on": st.integers(1, 31).map(on) | st.none(),
            "quoted_days": st.integers(0, 30) | st.none(),
            "cancelled_qty": st.sampled_from([0.0, 30.0, 100.0]),
            "cancelled_by": st.sampled_from(["us", "supplier", None]),
        }
    ),
    min_size=1,
    max_size=6,
).map(lambda rows: [line(line=n, line_no=n, **row) for n, row in enumerate(rows, 1)])


@given(some_lines, some_receipts, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(lines, receipts, chance) -> None:
    once = told(lines, receipts)
    shuffled = [chance.sample(rows, len(rows)) for rows in (lines, receipts)]
    assert told(*shuffled).equals(once)


@given(some_lines, some_receipts)
def test_one_more_line_in_time_never_lowers_the_figures(lines, receipts) -> None:
    before = punctuality(told(lines, receipts))
    lines = [*lines, line(line=99, line_no=99)]
    after = punctuality(told(lines, [*receipts, came(on(10), 100, number=99)])).row(0, named=True)
    if not before.is_empty():
        old = before.row(0, named=True)
        for name in ("on_time_lines", "in_full_lines"):
            assert after[name] * old["lines"] >= old[name] * after["lines"]
        assert after["delivered_share"] >= old["delivered_share"] - 1e-9


@given(some_lines, some_receipts)
def test_in_full_is_on_time_and_shares_are_shares(lines, receipts) -> None:
    found = told(lines, receipts)
    assert found.filter(pl.col("in_full") & ~pl.col("on_time")).is_empty()
    assert found["delivered_share"].is_between(0, 1).all()
    assert (found["late_days"].drop_nulls() >= 0).all()
