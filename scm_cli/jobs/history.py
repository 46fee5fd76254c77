"""Log, undo and check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.errors import Exit, ScmError
from scm_cli.store import journal
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.errors import Problem
    from scm_cli.run import Run


def entries(run: Run) -> list[dict[str, Any]]:
    """Journal entries, newest first."""
    with reading(run) as con:
        return journal.entries(con, run.limit)


class Undone(NamedTuple):
    """The entry that was taken back, the entry that did it, and stock that is below zero now."""

    entry: int
    committed: Committed
    warnings: list[Problem]


def undo(run: Run, entry: int | None) -> Undone:
    """Take back `entry`, or the last one that is not undone and no undo itself.

    Stock may fall below zero where an issue might let it: an entry that was taken although stock
    was below zero is taken back to just there.
    """
    from scm_cli.core.order.stored import require_sound
    from scm_cli.core.stock.negative import require_stock
    from scm_cli.store import facts, overheld

    with writing(run) as con:
        number = entry if entry is not None else _last(con)
        changes = journal.undo_changes(con, number)
        before, held = facts.negatives(con), overheld.found(con, run.today)
        warned: list[Problem] = []

        def verify() -> None:
            counted = facts.counted_warehouses(con)
            policy = run.settings.stock.negative
            warned.extend(require_stock(before, facts.negatives(con), counted, policy))
            require_sound(number, held, overheld.found(con, run.today))

        committed = commit(con, run, changes, undoes=number, verify=verify)
    return Undone(number, committed, warned)


def _last(con: Any) -> int:  # noqa: ANN401 -- the store's connection
    found = rows(
        con,
        "SELECT max(entry) AS entry FROM journal WHERE undoes IS NULL AND entry NOT IN "
        "(SELECT undoes FROM journal WHERE undoes IS NOT NULL)",
    )
    if found[0]["entry"] is None:
        raise ScmError("there is nothing to undo", exit_code=Exit.NOT_FOUND)
    return int(found[0]["entry"])


def check(run: Run, *, deep: bool) -> list[dict[str, Any]]:
    """Everything that does not add up: check, where, what, mend."""
    from scm_cli.core import checks
    from scm_cli.store import findings

    with reading(run) as con:
        problems = findings.findings(con, run, deep=deep)
    return checks.listed(problems)
