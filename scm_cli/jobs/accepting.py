"""The plan workbook comes back: accepted lines become purchase orders, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import allocate, buying, grades, qualify
from scm_cli.store import lookup
from scm_cli.store.commit import Committed
from scm_cli.store.gateway import rows, writing
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scm_cli.run import Run


@dataclass(slots=True)
class Accepted:
    """What the answers led to."""

    committed: Committed
    purchases: list[str] = field(default_factory=list)
    put_off: int = 0
    declined: int = 0
    repeated: int = 0
    warnings: list[Problem] = field(default_factory=list)
    anew: set[str] = field(default_factory=set)  # answered before, in vain

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "plan",
            "purchases": self.purchases,
            "put_off": self.put_off,
            "declined": self.declined,
            "repeated": self.repeated,
            "warnings": [f"{w.where}: {w.what.english}" for w in self.warnings],
            **self.committed.as_json(),
        }


def accept(run: Run, path: Path) -> Accepted:
    """Take the owner's answers; a line that was answered before is not answered again.

    Raises:
        ScmError: a cell is wrong; nothing is ordered.
    """
    from scm_cli.excel.plan_book import read_plan

    edits = read_plan(path)
    if edits.problems:
        raise ScmError(
            "{n} {n:cell|cells} of the plan {n:is|are} wrong; nothing was ordered",
            hint="Correct them and save the workbook into the inbox again.",
            where=edits.problems[0].where,
            problems=tuple(edits.problems),
            n=len(edits.problems),
        )
    answered = [edit for edit in edits.edits if edit.accept]
    with writing(run) as con:
        before = {r["plan_key"] for r in rows(con, ANSWERED)}
        fresh = [edit for edit in answered if edit.key not in before]
        changes = Changes()
        done = Accepted(Committed(None), repeated=len(answered) - len(fresh))
        done.anew = {
            r["plan_key"] for r in rows(con, "SELECT plan_key FROM plan_acceptance")
        } - before
        _order(con, run, changes, [e for e in fresh if e.accept == "yes"], done)
        for edit in fresh:
            if edit.accept == "later":
                done.put_off += 1
                _put_off(con, changes, edit, edit.later_until_on or run.today)
            elif edit.accept == "no":  # not today; tomorrow's plan looks at it again
                done.declined += 1
                _put_off(con, changes, edit, run.today + timedelta(days=1))
            if edit.accept in ("later", "no"):
                _remember(changes, run, edit, None, done)
        done.committed = allocate.committed(con, run, changes)
    return done


#: Answers that stand: a line whose order was cancelled may be accepted anew.
ANSWERED = """
SELECT a.plan_key FROM plan_acceptance a LEFT JOIN purchase_order p USING (purchase_no)
WHERE p.status IS DISTINCT FROM 'cancelled'
"""


def parts(key: str) -> tuple[str, str, str]:
    """Kind, item and warehouse out of a plan key.

    >>> parts("2026-01-05|buy|A1|MAIN|")
    ('buy', 'A1', 'MAIN')
    """
    _, kind, sku, place, _ = key.split("|")
    return kind, sku, place


def _order(con: Any, run: Run, changes: Changes, edits: list[Any], done: Accepted) -> None:  # noqa: ANN401
    """One purchase order per supplier and warehouse of the accepted lines."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for edit in edits:
        kind, sku, place = parts(edit.key)
        if kind != "buy" or not edit.supplier:
            done.warnings.append(
                Problem(sku, Say("only purchases are ordered from here, not {kind}", kind=kind))
            )
            continue
        groups.setdefault((edit.supplier, place), []).append(edit)
    for (seller, place), mine in groups.items():
        expired = qualify.blocking(con, run, seller)
        if expired:
            told = Say("nothing is ordered there: required papers have expired")
            done.warnings += [Problem(seller, told), *expired]
            continue
        try:
            done.warnings += grades.require_grade(con, run, seller)
        except ScmError as error:
            done.warnings.append(Problem(seller, error.say))
            continue
        record = lookup.one(con, "supplier", "supplier", seller)
        lines = []
        for edit in mine:
            _, sku, _ = parts(edit.key)
            lines.append(
                buying.planned_line(
                    con, {"sku": sku, "order_qty": edit.order_qty, "need_by_on": edit.need_by_on}
                )
            )
            _warn_minimum(con, seller, sku, edit.order_qty, done)
            _warn_changed(con, sku, place, done)
        number = buying.add(con, run, changes, record, place, lines)
        done.purchases.append(number)
        for edit in mine:
            _remember(changes, run, edit, number, done)


def _warn_minimum(con: Any, supplier: str, sku: str, qty: Decimal, done: Accepted) -> None:  # noqa: ANN401
    found = rows(
        con,
        f"SELECT max(moq_qty) AS moq FROM {OFFERED} WHERE supplier = ? AND sku = ?",
        [supplier, sku],
    )
    if found[0]["moq"] and qty < found[0]["moq"]:
        done.warnings.append(
            Problem(
                sku,
                Say(
                    "{qty} is below the minimum of {moq} of {supplier}",
                    qty=f"{qty:f}",
                    moq=f"{found[0]['moq']:f}",
                    supplier=supplier,
                ),
            )
        )


def _warn_changed(con: Any, sku: str, place: str, done: Accepted) -> None:  # noqa: ANN401
    """Name the lines whose stock is no longer what the plan saw."""
    found = rows(
        con,
        "SELECT g.on_hand_qty AS was, coalesce(h.qty, 0)::DECIMAL(18,4) AS now FROM suggestion g LEFT JOIN "
        "(SELECT sku, warehouse, sum(qty) AS qty FROM on_hand_lot GROUP BY ALL) h USING (sku, warehouse) "
        "WHERE g.sku = ? AND g.warehouse = ? AND g.kind = 'buy'",
        [sku, place],
    )
    if found and found[0]["was"] != found[0]["now"]:
        what = Say(
            "stock was {was} when this was planned and is {now}",
            was=f"{found[0]['was']:g}",
            now=f"{found[0]['now']:g}",
        )
        done.warnings.append(Problem(sku, what))


def _put_off(con: Any, changes: Changes, edit: Any, until: date) -> None:  # noqa: ANN401
    from scm_cli.core.records.master import ReplenishPolicy

    _, sku, place = parts(edit.key)
    row = {"sku": sku, "warehouse": place, "snooze_until_on": until}
    if rows(con, "SELECT 1 FROM replenish_policy WHERE sku = ? AND warehouse = ?", [sku, place]):
        changes.update("replenish_policy", [row])
    else:
        changes.insert("replenish_policy", [ReplenishPolicy(**row).model_dump()])


def _remember(changes: Changes, run: Run, edit: Any, number: str | None, done: Accepted) -> None:  # noqa: ANN401
    _, sku, place = parts(edit.key)
    row = {"plan_key": edit.key, "answer": edit.accept, "sku": sku, "warehouse": place,
           "purchase_no": number, "answered_on": run.today}  # fmt: skip
    (changes.update if edit.key in done.anew else changes.insert)("plan_acceptance", [row])
