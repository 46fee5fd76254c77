"""Tickets one by one: what each step may be and what it changes.

A ticket is answered when somebody first says something to the customer, at the latest when it is
solved; to ask the customer something back is such a word too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.customer.ticket_clock import waiting_since
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

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


def stepped(
    ticket: Mapping[str, Any], asked: Step, steps: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that a step changes, and the event that is kept of it.

    Args:
        ticket: as it stands.
        asked: the step; `assigned`, `noted` and `resumed` change nothing by themselves.
        steps: the ticket's events in their order: `event_no, step, happened_on, clock`.

    Raises:
        ScmError: the ticket is closed, is not solved yet, was opened later, or waits for the
            customer already, or does not.

    >>> from datetime import date
    >>> one = {"ticket_no": "T", "opened_on": date(2026, 3, 2), "opened_clock": "10:00",
    ...     "status": "open", "replied_on": None, "reopened": 0}
    >>> stepped(one, Step("replied", date(2026, 3, 2), "11:00"), [])[0]
    {'replied_on': datetime.date(2026, 3, 2), 'replied_clock': '11:00'}
    """
    _require(ticket, asked)
    _require_turn(ticket, asked, steps)
    new: dict[str, Any] = {}
    if asked.step in ("replied", "waiting", *DONE) and ticket["replied_on"] is None:
        new |= {"replied_on": asked.on, "replied_clock": asked.clock}
    if asked.step in DONE and ticket["status"] == "open":
        new |= {"resolved_on": asked.on, "resolved_clock": asked.clock}
    if asked.step in DONE:
        new["status"] = asked.step
    if asked.step == "reopened":
        new |= {"status": "open", "resolved_on": None, "resolved_clock": None}
        new["reopened"] = ticket["reopened"] + 1
    event = {
        "ticket_no": ticket["ticket_no"], "event_no": steps[-1]["event_no"] + 1 if steps else 1, "step": asked.step,
        "happened_on": asked.on, "clock": asked.clock, "person": asked.person, "note": asked.note,
    }  # fmt: skip
    return new, event


def _require(ticket: Mapping[str, Any], asked: Step) -> None:
    number, status = ticket["ticket_no"], ticket["status"]
    again = "`scm customer ticket reopen {number} --because WHY` opens it again."
    if status == "closed" and asked.step in ("replied", "assigned", "waiting", "resumed", *DONE):
        raise ScmError("ticket {number} is closed", hint=again, number=number)
    if status == "resolved" and asked.step in ("resolved", "waiting", "resumed"):
        raise ScmError("ticket {number} is solved already", hint=again, number=number)
    if status == "open" and asked.step == "reopened":
        raise ScmError("ticket {number} is open", hint="Nothing was changed.", number=number)
    opened = (ticket["opened_on"], ticket["opened_clock"])
    if _order(asked.on, asked.clock) < (opened[0], opened[1] or ""):
        told = SOLVED_EARLY if asked.step in DONE else ANSWERED_EARLY
        hint = "Give the day with --on and the time with --at."
        when = _told(asked.on, asked.clock)
        raise ScmError(told, hint=hint, number=number, opened=_told(*opened), on=when)


def _require_turn(
    ticket: Mapping[str, Any], asked: Step, steps: Sequence[Mapping[str, Any]]
) -> None:
    """Whose turn it is: the clock stands from the question to the customer until its answer."""
    number = ticket["ticket_no"]
    since = waiting_since(steps)
    if asked.step == "waiting" and since is not None:
        raise ScmError(
            "ticket {number} waits for the customer already, since {since}",
            hint="`scm customer ticket resume {number}` when the customer has answered.",
            number=number, since=_told(*since),
        )  # fmt: skip
    if asked.step == "resumed" and since is None:
        raise ScmError(
            "ticket {number} does not wait for the customer",
            hint="`scm customer ticket wait {number} QUESTION` when the customer is asked back.",
            number=number,
        )
    if asked.step == "resumed" and since and _order(asked.on, asked.clock) < _order(*since):
        raise ScmError(
            "the customer was asked on {since} and cannot have answered on {on} (ticket {number})",
            hint="Give the day with --on and the time with --at.",
            number=number, since=_told(*since), on=_told(asked.on, asked.clock),
        )  # fmt: skip


def _order(day: date, clock: str | None) -> tuple[date, str]:
    """Moments in their order; a time that nobody knows is the day's last."""
    return day, clock or "24:00"


def _told(day: date, clock: str | None) -> str:
    return f"{day:%Y-%m-%d} {clock or ''}".strip()


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
