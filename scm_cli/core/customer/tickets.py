"""Tickets one by one: what each step may be, what was promised in working hours, what is late.

A ticket is answered when somebody first says something to the customer, at the latest when it is
solved. Its targets run from its opening in working hours; one that is opened again runs on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.working_hours import WorkHours, due_at, moment, worked_hours
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

LOWEST, HIGHEST = 1, 5
NO_RATING = "a rating is a whole number from 1 to 5, not {rating}"
ANSWERED_EARLY = "ticket {number} was opened on {opened} and cannot be answered on {on}"
SOLVED_EARLY = "ticket {number} was opened on {opened} and cannot be solved on {on}"
NOT_SOLVED = "ticket {number} has a day of solution and is still open"
DONE = ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to a ticket, when, by whom, with which words."""

    step: str
    on: date
    clock: str | None = None
    person: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Targets:
    """Working hours by priority until the first answer and the solution; from where on to warn."""

    response_hours: Mapping[str, float]
    resolution_hours: Mapping[str, float]
    warn_share: float = 0.75
    hours: WorkHours = field(default_factory=WorkHours)


def require_rating(text: str) -> int:
    """A rating as it is typed.

    Raises:
        ScmError: it is none from 1 to 5.

    >>> require_rating("4")
    4
    """
    if not text.strip().isdigit() or not LOWEST <= int(text) <= HIGHEST:
        raise ScmError(NO_RATING, hint="1 is very bad, 5 is very good.", rating=text)
    return int(text)


def stepped(ticket: Mapping[str, Any], asked: Step, last_no: int) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    """The fields that a step changes, and the event that is kept of it.

    Args:
        ticket: as it stands.
        asked: the step; `assigned` and `noted` change nothing by themselves.
        last_no: the number of the ticket's newest event, 0 when it has none.

    Raises:
        ScmError: the ticket is closed, is not solved yet, or was opened later.

    >>> from datetime import date
    >>> one = {"ticket_no": "T", "opened_on": date(2026, 3, 2), "opened_clock": "10:00",
    ...     "status": "open", "replied_on": None, "reopened": 0}
    >>> stepped(one, Step("replied", date(2026, 3, 2), "11:00"), 1)[0]
    {'replied_on': datetime.date(2026, 3, 2), 'replied_clock': '11:00'}
    """
    _require(ticket, asked)
    new: dict[str, Any] = {}
    if asked.step in ("replied", "resolved", "closed") and ticket["replied_on"] is None:
        new |= {"replied_on": asked.on, "replied_clock": asked.clock}
    if asked.step in DONE and ticket["status"] == "open":
        new |= {"resolved_on": asked.on, "resolved_clock": asked.clock}
    if asked.step in DONE:
        new["status"] = asked.step
    if asked.step == "reopened":
        new |= {"status": "open", "resolved_on": None, "resolved_clock": None}
        new["reopened"] = ticket["reopened"] + 1
    event = {
        "ticket_no": ticket["ticket_no"], "event_no": last_no + 1, "step": asked.step,
        "happened_on": asked.on, "clock": asked.clock, "person": asked.person, "note": asked.note,
    }  # fmt: skip
    return new, event


def _require(ticket: Mapping[str, Any], asked: Step) -> None:
    number, status = ticket["ticket_no"], ticket["status"]
    again = "`scm customer ticket reopen {number} --because WHY` opens it again."
    if status == "closed" and asked.step in ("replied", "resolved", "closed", "assigned"):
        raise ScmError("ticket {number} is closed", hint=again, number=number)
    if status == "resolved" and asked.step == "resolved":
        raise ScmError("ticket {number} is solved already", hint=again, number=number)
    if status == "open" and asked.step == "reopened":
        raise ScmError("ticket {number} is open", hint="Nothing was changed.", number=number)
    opened = (ticket["opened_on"], ticket["opened_clock"] or "")
    if (asked.on, asked.clock or "24:00") < opened:
        told = SOLVED_EARLY if asked.step in DONE else ANSWERED_EARLY
        day = "{:%Y-%m-%d} {}".format(*opened).strip()
        when = f"{asked.on:%Y-%m-%d} {asked.clock or ''}".strip()
        hint = "Give the day with --on and the time with --at."
        raise ScmError(told, hint=hint, number=number, opened=day, on=when)


def require_rateable(ticket: Mapping[str, Any]) -> None:
    """Only a ticket that is solved can be rated.

    Raises:
        ScmError: it is open.
    """
    if ticket["status"] == "open":
        raise ScmError(
            "ticket {number} is still open and cannot be rated",
            hint="`scm customer ticket resolve {number}` first.",
            number=ticket["ticket_no"],
        )


def amiss(row: Mapping[str, Any]) -> Say | None:
    """What forbids to take a ticket from a sheet.

    >>> from datetime import date
    >>> row = {"ticket_no": "T", "opened_on": date(2026, 3, 2), "status": "resolved",
    ...     "replied_on": None, "resolved_on": date(2026, 3, 1), "rating": None}
    >>> amiss(row).english
    'ticket T was opened on 2026-03-02 and cannot be solved on 2026-03-01'
    """
    number, opened = row["ticket_no"], row["opened_on"]
    for name, told in (("replied_on", ANSWERED_EARLY), ("resolved_on", SOLVED_EARLY)):
        if opened and row[name] and row[name] < opened:
            return Say(told, number=number, opened=opened, on=row[name])
    if row["resolved_on"] and row["status"] == "open":
        return Say(NOT_SOLVED, number=number)
    if row["rating"] is not None and row["status"] == "open":
        return Say("ticket {number} is still open and cannot be rated", number=number)
    return None


def require_status(text: str | None, words: tuple[str, ...]) -> None:
    """A status as it is typed to narrow a list.

    Raises:
        ScmError: there is none of that name (exit 2).
    """
    if text is not None and text not in words:
        raise ScmError(
            "no ticket has the status {status}",
            hint="There are {names}.",
            exit_code=Exit.USAGE,
            status=text,
            names=", ".join(words),
        )


def timed(ticket: Mapping[str, Any], now: datetime, targets: Targets) -> dict[str, Any]:
    """How long a ticket waited for its first answer and its solution, and how that stands.

    Returns:
        For `answer` and `solution`: `*_hours` (null while it waits), `*_due_at`, `*_state`: kept,
        late (too late, or still waiting beyond it), soon (waiting, and most of the time is gone),
        waits. A solved ticket of which nobody knows when is null.

    >>> from datetime import date, datetime
    >>> one = {"opened_on": date(2026, 3, 6), "opened_clock": "16:00", "priority": "high",
    ...     "status": "open", "replied_on": date(2026, 3, 9), "replied_clock": "09:30",
    ...     "resolved_on": None, "resolved_clock": None}
    >>> told = timed(one, datetime(2026, 3, 9, 17), Targets({"high": 4}, {"high": 12}))
    >>> told["answer_hours"], told["answer_state"], told["solution_due_at"], told["solution_state"]
    (2.5, 'kept', datetime.datetime(2026, 3, 10, 10, 0), 'soon')
    """
    hours = targets.hours
    opened = moment(ticket["opened_on"], ticket["opened_clock"], hours)
    wanted = {"answer": targets.response_hours, "solution": targets.resolution_hours}
    found: dict[str, Any] = {}
    for name, day, clock in (
        ("answer", "replied_on", "replied_clock"), ("solution", "resolved_on", "resolved_clock"),
    ):  # fmt: skip
        limit = wanted[name][ticket["priority"]]
        done = moment(ticket[day], ticket[clock], hours) if ticket[day] else None
        took = worked_hours(opened, done or now, hours)
        unknown = done is None and ticket["status"] != "open"
        waits = (
            "late" if took > limit else "soon" if took >= limit * targets.warn_share else "waits"
        )
        ended = "late" if took > limit else "kept"
        found[f"{name}_hours"] = round(took, 2) if done else None
        found[f"{name}_due_at"] = due_at(opened, timedelta(hours=limit), hours)
        found[f"{name}_state"] = None if unknown else ended if done else waits
    return found


def pressing(timing: Mapping[str, Any]) -> tuple[str, str] | None:
    """What presses most of a ticket that waits: (answer or solution, late or soon), else None.

    Args:
        timing: what `timed` told of an open ticket.

    >>> pressing({"answer_state": "soon", "answer_hours": None, "solution_state": "waits",
    ...     "solution_hours": None})
    ('answer', 'soon')
    """
    for state in ("late", "soon"):
        for name in ("answer", "solution"):
            if timing[f"{name}_state"] == state and timing[f"{name}_hours"] is None:
                return name, state
    return None
