"""The clock of a ticket: how long it waited for us, in working hours, and what was promised.

- The first answer runs from the opening of the ticket.
- The solution runs from its opening, of one that was opened again from its last opening.
- While the customer is asked back the clock stands: from the step `waiting` until `resumed`, at
  the latest until the solution. What was waited so is worked off after the day that was due.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.working_hours import HOUR, NOTHING, WorkHours, due_at, moment, worked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    Steps = Sequence[Mapping[str, Any]]
#: The steps that move the clock: it stands from `waiting` until one of the others.
CLOCKED = ("waiting", "resumed", "resolved", "closed", "reopened")


@dataclass(frozen=True, slots=True)
class Targets:
    """Working hours by priority until the first answer and the solution; from where on to warn."""

    response_hours: Mapping[str, float]
    resolution_hours: Mapping[str, float]
    warn_share: float = 0.75
    hours: WorkHours = field(default_factory=WorkHours)


def waiting_since(steps: Steps) -> tuple[date, str | None] | None:
    """Since when a ticket waits for its customer, by its events in their order; None: it does not.

    >>> from datetime import date
    >>> asked = {"step": "waiting", "happened_on": date(2026, 3, 9), "clock": "11:00"}
    >>> waiting_since([asked, {**asked, "step": "noted"}])
    (datetime.date(2026, 3, 9), '11:00')
    >>> waiting_since([asked, {**asked, "step": "resumed"}]) is None
    True
    """
    last = next((step for step in reversed(steps) if step["step"] in CLOCKED), None)
    return (last["happened_on"], last["clock"]) if last and last["step"] == "waiting" else None


def _last_opened(ticket: Mapping[str, Any], steps: Steps, hours: WorkHours) -> datetime:
    """From when the solution is counted."""
    for step in reversed(steps):
        if step["step"] == "reopened":
            return moment(step["happened_on"], step["clock"], hours)
    return moment(ticket["opened_on"], ticket["opened_clock"], hours)


def _pauses(steps: Steps, until: datetime, hours: WorkHours) -> list[tuple[datetime, datetime]]:
    """The stretches in which the customer was waited for; one that lasts goes on until then."""
    found, since = [], None
    for step in steps:
        if step["step"] not in CLOCKED:
            continue
        at = moment(step["happened_on"], step["clock"], hours)
        if step["step"] == "waiting":
            since = since or at
        elif since is not None:
            found.append((since, at))
            since = None
    return [*found, (since, until)] if since is not None else found


def timed(
    ticket: Mapping[str, Any], steps: Steps, now: datetime, targets: Targets
) -> dict[str, Any]:
    """How long a ticket waited for its first answer and its solution, and how that stands.

    Args:
        ticket: as it stands.
        steps: its events in their order, at least those of `CLOCKED`.
        now: up to when what is not done has waited.
        targets: what is promised.

    Returns:
        For `answer` and `solution`: `*_hours` (null while it waits), `*_due_at`, `*_state`: kept,
        late (too late, or still waiting beyond it), soon (waiting, and most of the time is gone),
        paused (it is the customer's turn), waits. A solved ticket of which nobody knows when is
        null. `customer_waited_hours`: how long the clock stood; `waiting_since`: it stands now.

    >>> from datetime import date, datetime
    >>> one = {"opened_on": date(2026, 3, 6), "opened_clock": "16:00", "priority": "high",
    ...     "status": "open", "replied_on": date(2026, 3, 9), "replied_clock": "09:30",
    ...     "resolved_on": None, "resolved_clock": None}
    >>> told = timed(one, [], datetime(2026, 3, 9, 17), Targets({"high": 4}, {"high": 12}))
    >>> told["answer_hours"], told["answer_state"], told["solution_due_at"], told["solution_state"]
    (2.5, 'kept', datetime.datetime(2026, 3, 10, 10, 0), 'soon')
    >>> asked = [{"step": "waiting", "happened_on": date(2026, 3, 9), "clock": "10:00"},
    ...     {"step": "resumed", "happened_on": date(2026, 3, 9), "clock": "15:00"}]
    >>> told = timed(one, asked, datetime(2026, 3, 9, 17), Targets({"high": 4}, {"high": 12}))
    >>> told["solution_due_at"], told["solution_state"], told["customer_waited_hours"]
    (datetime.datetime(2026, 3, 10, 15, 0), 'waits', 5.0)
    """
    hours = targets.hours
    opened = moment(ticket["opened_on"], ticket["opened_clock"], hours)
    answered, solved = (
        moment(ticket[f"{name}_on"], ticket[f"{name}_clock"], hours) if ticket[f"{name}_on"] else None
        for name in ("replied", "resolved")
    )  # fmt: skip
    pauses = _pauses(steps, solved or now, hours)
    since = waiting_since(steps) if ticket["status"] == "open" else None
    found: dict[str, Any] = {}
    for name, start, done, limits in (
        ("answer", opened, answered, targets.response_hours),
        ("solution", _last_opened(ticket, steps, hours), solved, targets.resolution_hours),
    ):
        span = _Span(start, done, pauses if name == "solution" else ())
        limit = timedelta(hours=limits[ticket["priority"]])
        took = span.worked(now, hours)
        known = done is not None or ticket["status"] == "open"
        turn = since is not None and name == "solution"
        found[f"{name}_hours"] = round(took / HOUR, 2) if done else None
        found[f"{name}_due_at"] = span.due_at(limit, hours)
        found[f"{name}_state"] = _state(took, limit, targets, done, turn) if known else None
    stood = sum((worked(a, b, hours) for a, b in pauses), NOTHING)
    return found | {
        "customer_waited_hours": round(stood / HOUR, 2),
        "waiting_since": moment(*since, hours) if since else None,
    }


@dataclass(frozen=True, slots=True)
class _Span:
    """What is timed: from when, until when if it is done, without which stretches."""

    start: datetime
    done: datetime | None
    pauses: Sequence[tuple[datetime, datetime]]

    def worked(self, now: datetime, hours: WorkHours) -> timedelta:
        """What was worked up to its end, without the pauses."""
        end = self.done or now
        stood = (worked(max(a, self.start), min(b, end), hours) for a, b in self.pauses)
        return worked(self.start, end, hours) - sum(stood, NOTHING)

    def due_at(self, limit: timedelta, hours: WorkHours) -> datetime:
        """When the limit is worked off; a pause that begins before that puts it off."""
        due = due_at(self.start, limit, hours)
        for first, last in self.pauses:
            if self.start <= last and first < due:
                limit += worked(max(first, self.start), last, hours)
                due = due_at(self.start, limit, hours)
        return due


def _state(
    took: timedelta, limit: timedelta, targets: Targets, done: datetime | None, paused: bool
) -> str:
    if took > limit:
        return "late"
    if done is not None:
        return "kept"
    if paused:
        return "paused"
    return "soon" if took >= limit * targets.warn_share else "waits"


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
