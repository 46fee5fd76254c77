"""Requests for quotation: whom we asked for what, when, and when each answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier import quotes as rules
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import documents, grades
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.run import Run

ASKED = """
SELECT r.rfq_no AS rfq, r.asked_on, r.reply_by_on, i.supplier, s.name, i.invited_on, i.person, q.answered_on,
    q.answered_on - i.invited_on AS response_days, q.quote
FROM rfq r JOIN rfq_invite i USING (rfq_no) JOIN supplier s USING (supplier)
LEFT JOIN (
    SELECT rfq_no, supplier, min(quoted_on) AS answered_on, max_by(quote_no, (quoted_on, quote_no)) AS quote
    FROM quote GROUP BY ALL
) q ON q.rfq_no = r.rfq_no AND q.supplier = i.supplier
WHERE $rfq IS NULL OR r.rfq_no = $rfq
ORDER BY r.asked_on DESC, r.rfq_no DESC, i.supplier
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request says beside its lines."""

    suppliers: tuple[str, ...] = ()
    reply_by: date | None = None
    need_by: date | None = None
    warehouse: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was made: whom it went to, and the workbook for each."""

    number: str
    suppliers: list[str]
    committed: Committed
    files: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "rfq": self.number,
            "suppliers": self.suppliers,
            "files": self.files,
            **self.committed.as_json(),
        }


def ask(run: Run, typed: Sequence[Typed], said: Asking) -> Asked:
    """Make a request, note whom it goes to, and write one workbook for each of them.

    Raises:
        ScmError: nobody sells the items, a supplier is barred, a day lies in the past.
    """
    _require_ahead(run, said.reply_by, said.need_by)
    with writing(run) as con:
        changes = Changes()
        lines = documents.resolved(con, typed)
        _require_once(lines)
        sellers = _invited(con, said.suppliers, [line["sku"] for line in lines])
        sellers = grades.invited(con, run, sellers, named=bool(said.suppliers))
        place = documents.warehouse(con, run, said.warehouse)
        number = documents.number(con, run, changes, "rfq")
        head = {
            "rfq_no": number, "asked_on": run.today, "reply_by_on": said.reply_by,
            "warehouse": place, "person": run.who, "note": said.note,
        }  # fmt: skip
        changes.insert("rfq", [head])
        changes.insert("rfq_line", [_asked_line(number, line, said.need_by) for line in lines])
        invites = [
            {"rfq_no": number, "supplier": s, "invited_on": run.today, "person": run.who}
            for s in sellers
        ]
        changes.insert("rfq_invite", invites)
        done = Asked(number, sellers, commit(con, run, changes))
    if not run.dry_run:
        from scm_cli.jobs import rfq_files

        done.files.extend(rfq_files.write(run, number, sellers))
    return done


def _asked_line(number: str, line: Mapping[str, Any], need_by: date | None) -> dict[str, Any]:
    return {
        "rfq_no": number, "line_no": line["line_no"], "sku": line["sku"], "qty": line["qty"],
        "unit": line["unit"], "factor": line["factor"], "need_by_on": need_by,
    }  # fmt: skip


def _require_ahead(run: Run, *days: date | None) -> None:
    for day in days:
        if day is not None and day < run.today:
            raise ScmError(
                "{day} has passed", hint="Give a day from today on.", exit_code=Exit.USAGE, day=day
            )


def _require_once(lines: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for line in lines:
        if line["sku"] in seen:
            raise ScmError("{sku} is asked for twice", hint="Add them up.", sku=line["sku"])
        seen.add(line["sku"])


def _invited(con: Any, asked: Sequence[str], skus: list[str]) -> list[str]:  # noqa: ANN401
    """The suppliers that are named, else all approved ones that sell one of the items."""
    if asked:
        found = [lookup.one(con, "supplier", "supplier", code) for code in dict.fromkeys(asked)]
        for supplier in found:
            rules.require_open_to(supplier)
        return [supplier["supplier"] for supplier in found]
    marks = ", ".join("?" * len(skus))
    sellers = rows(
        con,
        "SELECT DISTINCT s.supplier FROM supplier s WHERE s.state = 'approved' AND (EXISTS (SELECT 1 "
        f"FROM supplier_item p WHERE p.supplier = s.supplier AND p.sku IN ({marks})) OR EXISTS (SELECT 1 "
        f"FROM item i WHERE i.supplier = s.supplier AND i.sku IN ({marks}))) ORDER BY 1",
        [*skus, *skus],
    )
    if not sellers:
        raise ScmError(
            "nobody is known to sell these items",
            hint="Name whom to ask with --supplier.",
            exit_code=Exit.USAGE,
        )
    return [row["supplier"] for row in sellers]


def requests(run: Run, number: str | None) -> list[dict[str, Any]]:
    """Who was asked for what, when, and when each answered; the newest request first."""
    with reading(run) as con:
        if number is not None:
            lookup.one(con, "rfq", "rfq_no", number)
        return rows(con, ASKED, {"rfq": number})
