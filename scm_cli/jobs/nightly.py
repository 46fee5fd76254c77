"""The night's work: backup, inbox, forecast, plan, outbox; each step told, none stops the rest."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say
from scm_cli.jobs import (
    allocating,
    buylist,
    inbox,
    notices,
    outbox,
    planning,
    proposal,
    review,
    surge,
    track,
    watching,
)
from scm_cli.store import backup, derived, lock
from scm_cli.store.gateway import last_entry, reading, require, writing

if TYPE_CHECKING:
    from scm_cli.core.advise.notices import Notice
    from scm_cli.jobs.planned import Planned
    from scm_cli.jobs.track import Tracked
    from scm_cli.run import Run


@dataclass(slots=True)
class Night:
    """What a night did."""

    imported: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    planned: Planned | None = None
    messages: list[Notice] = field(default_factory=list)
    tracked: Tracked = field(default_factory=track.Tracked)
    files: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The summary of the night; stable names, see the README."""
        rows = buylist.rows(self.planned) if self.planned else []
        return {
            "imported": self.imported,
            "refused": self.refused,
            "items_planned": self.planned.stocked["sku"].n_unique() if self.planned else 0,
            "suggestions": len(rows),
            "amount": sum((r["amount"] or 0) for r in rows if r["kind"] == "buy"),
            "messages": [notice.row() for notice in self.messages],
            "tracked": self.tracked.as_json(),
            "problems": [
                f"{p.where}: {p.what.english}"
                for p in (self.planned.problems if self.planned else ())
            ],
            "seconds": round(self.seconds, 2),
            "files": self.files,
            "item_warehouses_planned": len(self.planned.stocked) if self.planned else 0,
        }


def night(run: Run) -> Night:
    """Run the night once; run again on the same day it replaces its output and changes nothing.

    Raises:
        ScmError: another nightly run is at work (exit 75).
    """
    require(run.database)
    begun = time.monotonic()
    holder = {"pid": run.pid, "command": "scm nightly", "since": f"{run.now:%H:%M:%S}"}
    guard = run.shop / "nightly.lock"
    with lock.held(guard, shared=False, holder=holder, wait_seconds=0, talk=lambda _: None):
        done = Night()
        if not run.dry_run:
            backup.take(run, "nightly")
            done.imported, done.refused = inbox.take(run)
            done.tracked = track.night(run)
            allocating.night(run)
        reviews = review.quarterly(run)
        done.planned, done.messages = _plan(run)
        done.messages += [*done.tracked.notices(), *proposal.notices(run, done.planned)]
        if not run.dry_run:
            done.files = [
                *outbox.write(run, done.planned, done.messages),
                *surge.tonight(run, done.planned),
                *reviews,
            ]
        done.seconds = time.monotonic() - begun
    return done


def _plan(run: Run) -> tuple[Planned, list[Notice]]:
    """Plan outside the lock; store the result if the shop stood still, else plan once under it."""
    with reading(run) as con:
        based_on = last_entry(con)[0]
        known = planning.gather(con, run)
    planned = planning.affordable(known, run.settings)
    with writing(run) as con:
        if last_entry(con)[0] != based_on:
            planned = planning.affordable(planning.gather(con, run), run.settings)
        derived.replace(con, run, buylist.tables(planned, run.lang))
        watching.keep(con, run, planned)
    with reading(run) as con:  # last: they speak of tonight's plan, the first night's too
        messages = notices.gathered(con, run, planned)
    return planned, messages


def told(done: Night) -> Say:
    """The night in one sentence."""
    summary = done.as_json()
    return Say(
        "{imported} {imported:file|files} imported, {refused} refused; {items} {items:item|items} planned, "
        "{suggestions} {suggestions:suggestion|suggestions}, {amount} to buy; "
        "{messages} {messages:message|messages}; {seconds} s.",
        imported=len(done.imported),
        refused=len(done.refused),
        items=summary["items_planned"],
        suggestions=summary["suggestions"],
        amount=f"{summary['amount']:,.2f}",
        messages=len(done.messages),
        seconds=f"{done.seconds:.1f}",
    )
