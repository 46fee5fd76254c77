"""The plan workbook given to `scm import`: the owner's answers, told as an import is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs.importing import Imported

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run


def accepted(run: Run, paths: list[Path]) -> Imported | None:
    """Take the answers of a plan workbook; None when the files are none.

    Raises:
        ScmError: a plan stands among other files, or a cell of it is wrong.
    """
    plans = [path for path in paths if path.suffix.lower() == ".xlsx" and _is_plan(path)]
    if not plans:
        return None
    if len(paths) > 1:
        raise ScmError(
            "{file} is a plan; it is imported by itself",
            hint="scm import {file}",
            exit_code=Exit.USAGE,
            file=plans[0].name,
        )
    from scm_cli.excel.plan_book import read_plan
    from scm_cli.jobs import accepting

    edits = len(read_plan(plans[0]).edits)
    done = accepting.accept(run, plans[0])
    taken = done.committed.counts.get("plan_acceptance", {}).get("inserted", 0)
    counts = {
        "rows_read": edits,
        "inserted": taken,
        "updated": 0,
        "unchanged": done.repeated,
        "set_aside": edits - taken - done.repeated,
        "refused": 0,
    }
    told = {"file": plans[0].name, "sheet": "", "kind": "plan", **counts}
    told |= {"reconciliation": [], "ignored_columns": [], "purchases": done.purchases}
    made = {"purchase_order": len(done.purchases)} if done.purchases else {}
    return Imported(done.committed, [told], made, [], [], done.warnings, [])


def _is_plan(path: Path) -> bool:
    from scm_cli.excel import plan_book

    return plan_book.is_plan(path)
