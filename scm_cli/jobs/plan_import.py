"""The plan workbook given to `scm import`: the owner's answers, told as an import is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs.importing import Imported
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scm_cli.excel.plan_read import PlanEdit
    from scm_cli.run import Run


def accepted(run: Run, paths: list[Path]) -> Imported | None:
    """Take the answers of a plan workbook, or of suppliers; None when the files are none.

    Raises:
        ScmError: a plan stands among other files, or a cell of it is wrong.
    """
    from scm_cli.excel import plan_sign

    ours = [p for p in paths if p.suffix.lower() == ".xlsx" and plan_sign.has_page(p)]
    if not ours:  # the common case: nothing of what reads such a workbook is loaded
        return None
    from scm_cli.jobs import returned

    answered = returned.accepted(run, paths)
    if answered is not None:
        return answered
    plans = [path for path in ours if plan_sign.is_plan(path)]
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

    answers = read_plan(plans[0]).edits
    edits, changed = len(answers), _said(run, answers)
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
    return Imported(done.committed, [told], made, changed, [], done.warnings, [])


def _said(run: Run, answers: Iterable[PlanEdit]) -> list[dict[str, Any]]:
    """The answers line by line: what is ordered, changed, put off, declined, against the plan.

    Lines that were answered before are left out: they lead to nothing.
    """
    from scm_cli.jobs.accepting import kept_answers, parts

    with reading(run) as con:
        old = {
            (r["kind"], r["sku"], r["warehouse"]): r
            for r in rows(
                con,
                "SELECT kind, sku, warehouse, order_qty, supplier, need_by_on FROM suggestion "
                "ORDER BY ALL DESC",
            )
        }
        stands = kept_answers(con)
    found = []
    for answer in answers:
        if not answer.accept or stands.get(answer.key):
            continue
        line = parts(answer.key)
        planned = old.get(line, {})
        told: list[tuple[str, object, object]] = [("accept", None, answer.accept)]
        if answer.accept == "later":
            told.append(("later_until_on", None, answer.later_until_on))
        if answer.accept == "yes":
            told.append(("order_qty", planned.get("order_qty"), answer.order_qty))
            for name in ("supplier", "need_by_on"):
                new = getattr(answer, name)
                if new != planned.get(name):
                    told.append((name, planned.get(name), new))
        key = " / ".join(line[1:])
        found += [
            {"table": "plan", "key": key, "field": field, "old": was, "new": now}
            for field, was, now in told
        ]
    return found
