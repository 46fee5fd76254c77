"""Log, undo and check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError
from scm_cli.store import journal
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from scm_cli.run import Run


def entries(run: Run) -> list[dict[str, Any]]:
    """Journal entries, newest first."""
    with reading(run) as con:
        return journal.entries(con, run.limit)


def undo(run: Run, entry: int | None) -> tuple[int, Committed]:
    """Take back `entry`, or the last one that is not undone and no undo itself."""
    from scm_cli.core.order.stored import require_sound
    from scm_cli.core.stock.negative import require_stock
    from scm_cli.store import facts, overheld

    with writing(run) as con:
        number = entry if entry is not None else _last(con)
        changes = journal.undo_changes(con, number)
        before, held = facts.negatives(con), overheld.found(con, run.today)

        again = rows(con, "SELECT undoes FROM journal WHERE entry = ?", [number])[0]["undoes"]
        # what an undo took away had its warnings when it was entered: it comes back under the same rule
        policy = "refuse" if again is None else run.settings.stock.negative

        def verify() -> None:
            counted = facts.counted_warehouses(con)
            require_stock(before, facts.negatives(con), counted, policy)
            require_sound(number, held, overheld.found(con, run.today))

        committed = commit(con, run, changes, undoes=number, verify=verify)
    return number, committed


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
