"""Tickets one by one: which step may follow which, and what is late by the working clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scm_cli.core.customer.ticket_clock import Targets, pressing, timed
from scm_cli.core.customer.tickets import Step, amiss, require_rating, stepped
from scm_cli.errors import ScmError

MONDAY = date(2026, 3, 9)
TARGETS = Targets({"high": 4.0, "normal": 8.0}, {"high": 16.0, "normal": 24.0})


def ticket(**more: Any) -> dict[str, Any]:
    return {
        "ticket_no": "T", "opened_on": MONDAY, "opened_clock": "10:00", "priority": "high", "reopened": 0,
        "status": "open", "replied_on": None, "replied_clock": None, "resolved_on": None,
        "resolved_clock": None, **more,
    }  # fmt: skip


def lived(*steps: tuple[str, int, str]) -> dict[str, Any]:
    """A ticket after steps of (step, day of March, hour)."""
    return lived_through(*steps)[0]


def lived_through(*steps: tuple[str, int, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The same, and its events."""
    found, events = ticket(), [OPENED]
    for n, (step, day, clock) in enumerate(steps, 1):
        new, event = stepped(found, Step(step, date(2026, 3, day), clock, "Li"), events)
        assert event["event_no"] == n + 1
        found |= new
        events.append(event)
    return found, events


OPENED = {"event_no": 1, "step": "opened", "happened_on": MONDAY, "clock": "10:00"}
REPLIED, RESOLVED = ("replied", 9, "11:00"), ("resolved", 10, "09:30")
ASKED = ("waiting", 9, "11:00")


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([REPLIED], {"status": "open", "replied_on": MONDAY, "replied_clock": "11:00"}),
        ([REPLIED, ("replied", 9, "15:00")], {"replied_clock": "11:00"}),  # the first one counts
        ([("noted", 9, "11:00")], {"replied_on": None}),  # a note among us is no answer
        ([("assigned", 9, "11:00")], {"replied_on": None, "status": "open"}),
        ([RESOLVED], {"status": "resolved", "replied_on": date(2026, 3, 10)}),  # answered by it
        ([RESOLVED, ("closed", 12, "09:00")], {"status": "closed", "resolved_on": date(2026, 3, 10)}),
        ([("closed", 12, "09:00")], {"status": "closed", "resolved_on": date(2026, 3, 12)}),
        (
            [REPLIED, RESOLVED, ("reopened", 11, "09:00")],
            {"status": "open", "resolved_on": None, "reopened": 1, "replied_on": MONDAY},
        ),
        ([ASKED], {"status": "open", "replied_on": MONDAY, "replied_clock": "11:00"}),
        ([RESOLVED, ("rated", 11, "09:00")], {"status": "resolved"}),
    ],
)  # fmt: skip
def test_what_a_step_changes(steps: list[tuple[str, int, str]], told: dict[str, Any]) -> None:
    found = lived(*steps)
    assert {name: found[name] for name in told} == told


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("closed", 9, "12:00"), ("replied", 9, "13:00")], "ticket T is closed"),
        ([("closed", 9, "12:00"), ("closed", 9, "13:00")], "ticket T is closed"),
        ([RESOLVED, RESOLVED], "ticket T is solved already"),
        ([("reopened", 9, "12:00")], "ticket T is open"),
        ([("resumed", 9, "12:00")], "ticket T does not wait for the customer"),
        ([RESOLVED, ("waiting", 10, "12:00")], "ticket T is solved already"),
        ([("closed", 9, "12:00"), ("waiting", 9, "13:00")], "ticket T is closed"),
        (
            [ASKED, ("waiting", 9, "12:00")],
            "ticket T waits for the customer already, since 2026-03-09 11:00",
        ),
        (
            [ASKED, ("resumed", 9, "10:30")],
            "the customer was asked on 2026-03-09 11:00 and cannot have answered on 2026-03-09 10:30 (ticket T)",
        ),
        (
            [("replied", 9, "09:59")],
            "ticket T was opened on 2026-03-09 10:00 and cannot be answered on 2026-03-09 09:59",
        ),
        (
            [("resolved", 8, "11:00")],
            "ticket T was opened on 2026-03-09 10:00 and cannot be solved on 2026-03-08 11:00",
        ),
    ],
)
def test_what_cannot_be(steps: list[tuple[str, int, str]], told: str) -> None:
    with pytest.raises(ScmError) as refused:
        lived(*steps)
    assert str(refused.value) == told


@pytest.mark.parametrize("text", ["0", "6", "-1", "4.5", "five", "", "55"])
def test_a_rating_is_from_one_to_five(text: str) -> None:
    with pytest.raises(ScmError, match="whole number from 1 to 5, not"):
        require_rating(text)


@pytest.mark.parametrize(
    ("more", "now", "told"),
    [
        ({}, "09 11:00", ("waits", "waits", None)),
        ({}, "09 13:00", ("soon", "waits", ("answer", "soon"))),  # three of four hours
        ({}, "09 14:00", ("soon", "waits", ("answer", "soon"))),  # due this very minute
        ({}, "09 14:01", ("late", "waits", ("answer", "late"))),
        ({}, "11 12:00", ("late", "late", ("answer", "late"))),
        ({"replied_on": MONDAY, "replied_clock": "14:00"}, "09 15:00", ("kept", "waits", None)),
        ({"replied_on": MONDAY, "replied_clock": "14:01"}, "09 15:00", ("late", "waits", None)),
        (
            {"replied_on": MONDAY, "replied_clock": "11:00"},
            "10 16:00",
            ("kept", "soon", ("solution", "soon")),
        ),
        (
            {"replied_on": MONDAY, "replied_clock": "11:00"},
            "12 09:00",
            ("kept", "late", ("solution", "late")),
        ),
        ({"priority": "normal"}, "09 14:01", ("waits", "waits", None)),
        (
            {"status": "resolved", "replied_on": MONDAY, "resolved_on": date(2026, 3, 10),
             "resolved_clock": "17:00"},
            "30 09:00",
            ("kept", "kept", None),
        ),
        ({"status": "closed"}, "30 09:00", (None, None, None)),  # nobody knows when
    ],
)  # fmt: skip
def test_what_is_late(
    more: dict[str, Any], now: str, told: tuple[str | None, str | None, tuple[str, str] | None]
) -> None:
    found = timed(ticket(**more), (), datetime.fromisoformat(f"2026-03-{now}"), TARGETS)
    assert (found["answer_state"], found["solution_state"], pressing(found)) == told


@pytest.mark.parametrize(
    ("steps", "now", "told"),
    [
        # sixteen hours of nine a day from Monday 10:00; the customer's turn counts nothing
        ([], "10 10:00", (None, "10 17:00", "waits", 0)),
        ([ASKED], "10 10:00", (None, "11 16:00", "paused", 8)),
        ([ASKED, ("resumed", 9, "15:00")], "10 10:00", (None, "11 12:00", "waits", 4)),
        ([ASKED, ("resumed", 9, "15:00"), ("waiting", 10, "09:00"), ("resumed", 10, "11:00")],
         "10 12:00", (None, "11 14:00", "waits", 6)),
        ([ASKED, ("resolved", 13, "10:00")], "30 09:00", (1.0, "16 16:00", "kept", 35)),
        # asked when it was late already: it stays late, and was due before
        ([REPLIED, ("waiting", 11, "10:00")], "12 10:00", (None, "10 17:00", "late", 9)),
        # opened again: sixteen hours from then on, whatever was waited before
        ([ASKED, RESOLVED, ("reopened", 12, "10:00")], "12 11:00", (None, "13 17:00", "waits", 7.5)),
        ([RESOLVED, ("reopened", 12, "10:00"), ("resolved", 12, "15:00")], "30 09:00",
         (5.0, "13 17:00", "kept", 0)),
    ],
)  # fmt: skip
def test_the_clock_stands_while_the_customer_is_asked_and_begins_anew_when_reopened(
    steps: list[tuple[str, int, str]], now: str, told: tuple[float | None, str, str, float]
) -> None:
    found = timed(*lived_through(*steps), datetime.fromisoformat(f"2026-03-{now}"), TARGETS)
    due = f"{found['solution_due_at']:%d %H:%M}"
    state = found["solution_state"]
    assert (found["solution_hours"], due, state, found["customer_waited_hours"]) == told


@given(st.integers(0, 60 * 24 * 40), st.integers(0, 60 * 24 * 10))
def test_waiting_longer_never_looks_better(minutes: int, more: int) -> None:
    rank = {"waits": 0, "soon": 1, "late": 2}
    first, then = (
        timed(ticket(), (), datetime(2026, 3, 9, 10) + timedelta(minutes=n), TARGETS)
        for n in (minutes, minutes + more)
    )
    for name in ("answer_state", "solution_state"):
        assert rank[first[name]] <= rank[then[name]]


SHEET = {"ticket_no": "T", "opened_on": MONDAY, "status": "open", "replied_on": None,
         "resolved_on": None, "rating": None}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, None),
        ({"status": "closed"}, None),  # solved on a day that nobody knows
        ({"replied_on": date(2026, 3, 8)}, "cannot be answered on 2026-03-08"),
        ({"status": "resolved", "resolved_on": date(2026, 3, 8)}, "cannot be solved on 2026-03-08"),
        ({"resolved_on": date(2026, 3, 10)}, "has a day of solution and is still open"),
        ({"rating": 4}, "is still open and cannot be rated"),
        ({"rating": 4, "status": "resolved"}, None),
    ],
)
def test_what_a_sheet_may_not_say(more: dict[str, Any], told: str | None) -> None:
    found = amiss({**SHEET, **more})
    assert (found is None) if told is None else (found is not None and told in str(found))
