"""Purchase orders made from the plan, but not where papers or grades stand in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs import allocate, buying, buylist, grades, planning, purchase, qualify
from scm_cli.store import lookup
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from scm_cli.run import Run
    from scm_cli.store.commit import Committed


@dataclass(frozen=True, slots=True)
class Ordered:
    """The orders made from the plan, and what was not ordered or looks wrong."""

    numbers: list[str]
    committed: Committed
    warnings: list[Problem]

    def told(self) -> Say:
        names = ", ".join(self.numbers) or "-"
        return Say("{n} {n:order|orders} made: {numbers}", n=len(self.numbers), numbers=names)

    def as_json(self) -> dict[str, Any]:
        told = [f"{w.where}: {w.what.english}" for w in self.warnings]
        return {"purchases": self.numbers, **self.committed.as_json(), "warnings": told}


def order(run: Run, supplier: str | None, *, draft: bool, override: bool = False) -> Ordered:
    """Make the purchase orders that the plan suggests now, one per supplier and warehouse.

    Nothing is ordered where required papers have expired or the grade is blocked, unless that
    is overridden.

    Raises:
        ScmError: only such suppliers are in the plan.
    """
    with writing(run) as con:
        planned = planning.affordable(planning.gather(con, run), run.settings)
        changes = Changes()
        numbers: list[str] = []
        wanted: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in buylist.rows(planned):
            if row["kind"] == "buy" and row["supplier"] and supplier in (None, row["supplier"]):
                wanted.setdefault((row["supplier"], row["warehouse"]), []).append(row)
        open_to, warned, blocked = _open_to(con, run, [s for s, _ in wanted], override=override)
        for (seller, place), mine in wanted.items():
            if seller not in open_to:
                continue
            lines = [buying.planned_line(con, row) for row in mine]
            record = lookup.one(con, "supplier", "supplier", seller)
            note = open_to[seller]
            numbers.append(
                buying.add(con, run, changes, record, place, lines, draft=draft, note=note)
            )
        if blocked is not None and not numbers:
            raise blocked

        def verify() -> None:
            warned.extend([] if draft else buying.unapproved(con, run, numbers))

        return Ordered(numbers, allocate.committed(con, run, changes, verify=verify), warned)


def _open_to(
    con: Any,  # noqa: ANN401
    run: Run,
    sellers: list[str],
    *,
    override: bool,
) -> tuple[dict[str, str | None], list[Problem], ScmError | None]:
    """Who may be ordered from, with the note for its orders; what is said; the last refusal."""
    allowed: dict[str, str | None] = {}
    warned: list[Problem] = []
    blocked: ScmError | None = None
    for seller in dict.fromkeys(sellers):
        try:
            note = qualify.overridden(con, run, seller, override=override)
            warned += grades.require_grade(con, run, seller, override=override)
        except ScmError as error:
            if error.exit_code != Exit.REFUSED:
                raise
            blocked = error
            warned.append(Problem(seller, error.say))
            warned += [Problem(f"{seller} {p.where}", p.what) for p in error.problems]
        else:
            allowed[seller] = note
            warned += purchase.despite(seller, note)
    return allowed, warned, blocked
