"""The plan workbook comes back: accepted lines become purchase orders, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
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
        stands = kept_answers(con)
        fresh = [edit for edit in answered if not stands.get(edit.key)]
        changes = Changes()
        done = Accepted(Committed(None), repeated=len(answered) - len(fresh))
        kept = _order(con, run, changes, [e for e in fresh if e.accept == "yes"], done)
        tomorrow = run.today + timedelta(days=1)
        for edit in fresh:
            if edit.accept == "yes":
                continue
            done.put_off += edit.accept == "later"
            done.declined += edit.accept == "no"  # not today; tomorrow's plan looks at it again
            _put_off(
                con, changes, edit, edit.later_until_on if edit.accept == "later" else tomorrow
            )
            kept.append(_kept(run, edit, None))
        changes.insert("plan_acceptance", [row for row in kept if row["plan_key"] not in stands])
        changes.update("plan_acceptance", [row for row in kept if row["plan_key"] in stands])
        done.committed = allocate.committed(con, run, changes)
    return done


def kept_answers(con: Any) -> dict[str, bool]:  # noqa: ANN401 -- the store's connection
    """Plan lines that were answered, and whether the answer stands: not where its order was cancelled."""
    found = rows(
        con,
        "SELECT a.plan_key, p.status IS DISTINCT FROM 'cancelled' AS stands "
        "FROM plan_acceptance a LEFT JOIN purchase_order p USING (purchase_no)",
    )
    return {row["plan_key"]: row["stands"] for row in found}


def parts(key: str) -> tuple[str, str, str]:
    """Kind, item and warehouse out of a plan key.

    >>> parts("2026-01-05|buy|A1|MAIN|")
    ('buy', 'A1', 'MAIN')
    """
    _, kind, sku, place, _ = key.split("|")
    return kind, sku, place


def _order(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    edits: list[Any],
    done: Accepted,
) -> list[dict[str, Any]]:
    """One purchase order per supplier and warehouse of the accepted lines; the answers to keep."""
    kept: list[dict[str, Any]] = []
    groups: dict[tuple[str, str], list[Any]] = {}
    for edit in edits:
        kind, sku, place = parts(edit.key)
        if kind != "buy" or not edit.supplier:
            done.warnings.append(
                Problem(sku, Say("only purchases are ordered from here, not {kind}", kind=kind))
            )
            continue
        groups.setdefault((edit.supplier, place), []).append(edit)
    together: dict[tuple[str, str], Decimal] = {}  # of an item, for all warehouses
    for (seller, _), mine in groups.items():
        for edit in mine:
            _, sku, _ = parts(edit.key)
            together[seller, sku] = together.get((seller, sku), Decimal(0)) + edit.order_qty
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
            _warn_minimum(con, seller, sku, together.pop((seller, sku), None), done)
            _warn_changed(con, sku, place, done)
        number = buying.add(con, run, changes, record, place, lines)
        done.purchases.append(number)
        kept += [_kept(run, edit, number) for edit in mine]
    return kept


def _warn_minimum(
    con: Any,  # noqa: ANN401
    supplier: str,
    sku: str,
    qty: Decimal | None,
    done: Accepted,
) -> None:
    """Tell once of an item of which less is ordered than the supplier sells; None: told already."""
    if qty is None:
        return
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
                    qty=number(qty),
                    moq=number(found[0]["moq"]),
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
            was=number(found[0]["was"]),
            now=number(found[0]["now"]),
        )
        done.warnings.append(Problem(sku, what))


def _put_off(con: Any, changes: Changes, edit: Any, until: date | None) -> None:  # noqa: ANN401
    from scm_cli.core.records.master import ReplenishPolicy

    _, sku, place = parts(edit.key)
    row = {"sku": sku, "warehouse": place, "snooze_until_on": until}
    if rows(con, "SELECT 1 FROM replenish_policy WHERE sku = ? AND warehouse = ?", [sku, place]):
        changes.update("replenish_policy", [row])
    else:
        changes.insert("replenish_policy", [ReplenishPolicy(**row).model_dump()])


def _kept(run: Run, edit: Any, number: str | None) -> dict[str, Any]:  # noqa: ANN401 -- a plan edit
    """An answer as it is remembered, with the order that it led to."""
    _, sku, place = parts(edit.key)
    return {
        "plan_key": edit.key, "answer": edit.accept, "sku": sku, "warehouse": place,
        "purchase_no": number, "answered_on": run.today,
    }  # fmt: skip
