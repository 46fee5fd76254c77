"""Steps of tickets that came in with a sheet: its moments tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Step → the fields of the ticket with its day and time.
MOMENTS = {
    "opened": ("opened_on", "opened_clock"),
    "replied": ("replied_on", "replied_clock"),
    "resolved": ("resolved_on", "resolved_clock"),
    "rated": ("rated_on", None),
}
#: What tells the same as a step: a closed ticket is solved, who asks back has answered.
SAME = {"resolved": ("resolved", "closed"), "replied": ("replied", "waiting", "resolved", "closed")}


def lacking(ticket: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The events that a ticket's moments tell and its steps do not have yet, numbered on.

    `steps` are its events: `event_no, step`. A ticket that was opened again keeps the steps that it
    has; a closed one whose day nobody knows gets none for that.

    >>> from datetime import date
    >>> day = date(2026, 3, 2)
    >>> told = {"ticket_no": "T", "opened_on": day, "opened_clock": "09:00", "replied_on": day,
    ...     "replied_clock": None, "resolved_on": None, "resolved_clock": None, "rated_on": None}
    >>> [(e["event_no"], e["step"], e["clock"]) for e in lacking(told, [])]
    [(1, 'opened', '09:00'), (2, 'replied', None)]
    >>> lacking(told, [{"event_no": 1, "step": "opened"}, {"event_no": 2, "step": "waiting"}])
    []
    """
    have = {step["step"] for step in steps}
    last = max((step["event_no"] for step in steps), default=0)
    found: list[dict[str, Any]] = []
    for step, (day, clock) in MOMENTS.items():
        if ticket[day] is None or have & set(SAME.get(step, (step,))):
            continue
        found.append({
            "ticket_no": ticket["ticket_no"], "event_no": last + len(found) + 1, "step": step,
            "happened_on": ticket[day], "clock": ticket[clock] if clock else None,
        })  # fmt: skip
    return found
