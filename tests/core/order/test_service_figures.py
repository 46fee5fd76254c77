"""Service figures on lines small enough to count by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from scm_cli.core.order.service_figures import Span, service_figures

SPAN = Span(date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), 2)


def day(number):
    return None if number is None else date(2026, 1, number)


def figures(lines, parts, by=None):
    frame = pl.DataFrame(
        [
            {"order_no": no, "line_no": 1, "ordered_on": day(5), "due_on": day(due), "qty": float(qty),
             "open_qty": float(open_), "open_amount": open_ * 10.0, "is_known": known, "customer_class": kind}
            for no, due, qty, open_, known, kind in lines
        ],
        schema_overrides={"due_on": pl.Date},
    )  # fmt: skip
    sent = pl.DataFrame(
        [
            {"order_no": no, "line_no": 1, "shipped_on": day(out), "delivered_on": day(come), "qty": float(qty)}
            for no, out, come, qty in parts
        ],
        schema={"order_no": pl.String, "line_no": pl.Int64, "shipped_on": pl.Date, "delivered_on": pl.Date,
                "qty": pl.Float64},
    )  # fmt: skip
    return service_figures(frame, sent, SPAN, by).to_dicts()


#: Order, due day, quantity, open, wholly in the books, class; and what left of it: out, come, quantity.
CASES = [
    # in time and whole: out on the 6th, there on the 8th, due on the 9th
    ([("A", 9, 10, 0, True, "x")], [("A", 6, 8, 10)], (100.0, 100.0, 0, 1.0, 3.0)),
    # left in time, came late: filled, not on time
    ([("A", 9, 10, 0, True, "x")], [("A", 9, 11, 10)], (100.0, 0.0, 0, 4.0, 6.0)),
    # half in time, half late
    ([("A", 9, 10, 0, True, "x")], [("A", 6, 8, 5), ("A", 12, 14, 5)], (50.0, 0.0, 0, 7.0, 9.0)),
    # no day of arrival: two days after it left are assumed, and told
    ([("A", 9, 10, 0, True, "x")], [("A", 7, None, 10)], (100.0, 100.0, 1, 2.0, None)),
    # nothing left: due all the same
    ([("A", 9, 10, 10, True, "x")], [], (0.0, 0.0, 0, None, None)),
    # more than was ordered does not make good for others
    ([("A", 9, 10, 0, True, "x"), ("B", 9, 10, 10, True, "x")], [("A", 6, 8, 20)], (50.0, 50.0, 0, 1.0, 3.0)),
    # taken over partly shipped: nobody knows when
    ([("A", 9, 10, 0, False, "x")], [("A", 6, 8, 5)], (None, None, 0, None, None)),
    # bound to no day: counts for the days, not for the promise
    ([("A", None, 10, 0, True, "x")], [("A", 6, 8, 10)], (None, None, 0, 1.0, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "parts", "expected"), CASES)
def test_figures(lines, parts, expected):
    (found,) = figures(lines, parts)
    names = (
        "fill_rate_pct",
        "on_time_in_full_pct",
        "assumed_lines",
        "ship_days_p50",
        "delivery_days_p50",
    )
    assert tuple(found[name] for name in names) == expected


def test_ninety_percent_is_the_nearest_rank():
    lines = [(f"O{n}", 31, 1, 0, True, "x") for n in range(10)]
    parts = [(f"O{n}", 6 + n, 10 + n, 1) for n in range(10)]  # 1 to 10 days to ship
    (found,) = figures(lines, parts)
    assert (found["ship_days_p50"], found["ship_days_p90"]) == (5.5, 9.0)


def test_the_backlog_is_what_is_open_today_by_class():
    lines = [("A", 9, 10, 4, True, "x"), ("B", None, 5, 5, True, None)]
    found = figures(lines, [], "customer_class")
    names = ("customer_class", "backlog_qty", "backlog_amount", "overdue_lines")
    told = [tuple(row[name] for name in names) for row in found]
    assert told == [("x", 4.0, 40.0, 1), (None, 5.0, 50.0, 0)]
