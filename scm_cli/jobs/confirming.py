"""A shared plan that came back: the days that the supplier confirms become its promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.purchase import order as rules
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs.returned import summary
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.core.changes import Changes
    from scm_cli.excel.own_book import Answer
    from scm_cli.run import Run


def take(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    changes: Changes,
    answer: Answer,
) -> tuple[dict[str, Any], list[Problem]]:
    """Enter the confirmed days; first promises stay frozen, lines that are done are told.

    Raises:
        ScmError: a day lies in the past, a line is not of that supplier; nothing is written.
    """
    supplier = answer.about.get("supplier", "")
    known = {
        (r["purchase_no"], r["line_no"]): r
        for r in rows(con, "SELECT * FROM purchase_line WHERE supplier = ?", [supplier])
    }
    said = [line for line in answer.lines if line.get("confirmed_on") is not None]
    updates, warned, heads = [], [], {}
    unchanged = 0
    for line in said:
        stored = known.get((line.get("purchase_no"), line.get("line_no")))
        _require(stored, line, supplier, run)
        if not stored or stored["open_qty"] <= 0:
            warned.append(Problem(line["where"], Say("nothing of this line is open any more")))
            continue
        if stored["promised_on"] == line["confirmed_on"]:
            unchanged += 1
            continue
        updates.append(rules.promised(stored, line["confirmed_on"]))
        status = rules.next_status(stored, "confirm")
        if status != stored["status"]:
            heads[stored["purchase_no"]] = {"purchase_no": stored["purchase_no"], "status": status}
    changes.update("purchase_order_line", updates)
    changes.update("purchase_order", list(heads.values()))
    told = summary(
        answer, "share_plan", rows_read=len(answer.lines), updated=len(updates), unchanged=unchanged,
        set_aside=len(answer.lines) - len(updates) - unchanged,
    )  # fmt: skip
    return {**told, "made": []}, warned


def _require(stored: dict[str, Any] | None, line: dict[str, Any], supplier: str, run: Run) -> None:
    if stored is None or stored["sku"] != line["sku"]:
        raise ScmError(
            "{supplier} has no order line {number}/{n} for {sku}",
            hint="Leave the rows as they were sent; nothing was imported.",
            where=line["where"],
            supplier=supplier,
            number=line.get("purchase_no") or "?",
            n=line.get("line_no") or "?",
            sku=line["sku"],
        )
    if line["confirmed_on"] < run.today and stored["promised_on"] != line["confirmed_on"]:
        raise ScmError(
            "{day} has passed; it cannot be promised",
            hint="Ask the supplier for a day to come; nothing was imported.",
            where=line["where"],
            day=line["confirmed_on"],
        )
