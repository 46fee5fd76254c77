"""Tickets that come in with sheets get the steps that their moments tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.customer.ticket_steps import lacking
from scm_cli.store import facts
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known

_STEPS = "SELECT ticket_no, event_no, step FROM ticket_event ORDER BY ticket_no, event_no"
_SHAPE = {
    "ticket_no": pl.String, "event_no": pl.Int64, "step": pl.String, "happened_on": pl.Date,
    "clock": pl.String,
}  # fmt: skip


def follow(con: Any, heads: pl.DataFrame, _known: Known, person: str) -> Changes:  # noqa: ANN401
    """The steps that these tickets, as they are stored now, still lack."""
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(con, _STEPS):
        steps[row["ticket_no"]].append(row)
    stored = facts.existing(con, "ticket", heads.select("ticket_no"))
    found = [
        event
        for ticket in stored.iter_rows(named=True)
        for event in lacking(ticket, steps[ticket["ticket_no"]])
    ]
    changes = Changes()
    if found:
        told = pl.DataFrame(found, _SHAPE).with_columns(person=pl.lit(person))
        changes.insert("ticket_event", told)
    return changes
