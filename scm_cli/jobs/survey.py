"""How customers found the answer: the list of whom to ask goes out as a workbook and comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.customer.tickets import Step, stepped
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs.outbox_place import folder, require_workbook
from scm_cli.jobs.returned import refusal
from scm_cli.store import service
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.excel.own_book import Answer
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the list names, who does not want to be asked, the file, what was written."""

    rows: list[dict[str, Any]]
    opted_out: int
    path: str | None
    committed: Committed

    def as_json(self) -> dict[str, Any]:
        told = {"rows": self.rows, "opted_out": self.opted_out, "file": self.path}
        return {**self.committed.as_json(), **told}


def ask(run: Run, path: Path | None) -> Asked:
    """Write the list of solved tickets whose customers were not asked, and note that they were.

    On the same day it is the same list again.

    Raises:
        ScmError: nobody is to be asked, or the file does not end in .xlsx.
    """
    if path is not None:
        require_workbook(path)
    days = run.settings.tickets.survey_days
    since = run.today - timedelta(days=days)
    with writing(run) as con:
        found = service.to_ask(con, since, run.today)
        silent = service.opted_out(con, since)
        if not found:
            raise ScmError(
                "there is nobody to ask: no ticket was solved in the last {days} days and not asked about",
                hint="`scm customer ticket figures` has the ratings.",
                days=days,
            )
        changes = Changes()
        fresh = [row["ticket_no"] for row in found if row["surveyed_on"] is None]
        asked = [{"ticket_no": n, "surveyed_on": run.today} for n in fresh]
        changes.update("ticket", asked)
        done = commit(con, run, changes)
    told = [{"ticket": row.pop("ticket_no"), **row} for row in found]
    written = None if run.dry_run else str(_written(run, told, path))
    return Asked(told, silent, written, done)


def _written(run: Run, found: list[dict[str, Any]], path: Path | None) -> Path:
    from scm_cli.excel.fill_in_book import SURVEY, write_fill_in

    place = path or folder(run) / "surveys" / f"{run.today.isoformat()}.xlsx"
    return write_fill_in(place, SURVEY, found, (run.settings.company, run.today), run.lang)


def take(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    changes: Changes,
    answer: Answer,
) -> tuple[dict[str, Any], list[Problem]]:
    """The ratings and comments that were filled in; what the books say already is left.

    Raises:
        ScmError: a ticket is not there or is open again, or stands twice with two ratings.
    """
    known = {r["ticket_no"]: r for r in rows(con, "SELECT * EXCLUDE (entry) FROM ticket")}
    counts = {"rows_read": len(answer.lines), "updated": 0, "unchanged": 0, "set_aside": 0}
    seen: dict[str, tuple[Any, Any]] = {}
    for line in answer.lines:
        number, given = line["ticket"], (line.get("rating"), line.get("comment"))
        if given[0] is None:
            counts["set_aside"] += 1
            continue
        old = known.get(number)
        if old is None:
            raise refusal(line, Say("there is no ticket {number}", number=number))
        if old["status"] == "open":
            told = Say("ticket {number} is still open and cannot be rated", number=number)
            raise refusal(line, told)
        if seen.setdefault(number, given) != given:
            raise refusal(line, Say("ticket {number} stands twice, rated differently", number=number))  # fmt: skip
        if (old["rating"], old["comment"]) == given:
            counts["unchanged"] += 1
            continue
        counts["updated"] += 1
        step = Step("rated", run.today, None, run.who or None, str(given[0]))
        _, event = stepped(old, step, service.steps(con, number))
        new = {"rating": given[0], "rated_on": run.today, "comment": given[1]}
        changes.update("ticket", [{"ticket_no": number, **new}])
        changes.insert("ticket_event", [event])
        known[number] = old | new
    return {**counts, "made": []}, []
