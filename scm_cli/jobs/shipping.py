"""A supplier's shipment notice: what is on its way, by command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.purchase import shipping as rules
from scm_cli.core.purchase.receiving import OVER_PCT
from scm_cli.jobs import documents
from scm_cli.jobs.documents import Entered
from scm_cli.store import lookup
from scm_cli.store.commit import commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.core.stock.entry import Typed
    from scm_cli.run import Run


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says beside its lines."""

    shipped_on: date
    expected_on: date | None = None
    carrier: str | None = None
    tracking_no: str | None = None
    lot: str | None = None
    note: str | None = None


def ship(run: Run, number: str, typed: Sequence[Typed], said: Notice) -> Entered:
    """Goods of an order are on their way; from now on they are expected on the notice's day.

    Raises:
        ScmError: nothing is left to ship, more is shipped than ordered, a day cannot be.
    """
    rules.require_days(said.shipped_on, said.expected_on, run.today)
    with writing(run) as con:
        order = rows(
            con, "SELECT * FROM purchase_line WHERE purchase_no = ? ORDER BY line_no", [number]
        )
        if not order:
            lookup.one(con, "purchase_order", "purchase_no", number)
        rules.require_order(order)
        asked = documents.resolved(con, typed) if typed else []
        filled = rules.shipped_lines(
            order, [(line["sku"], line["qty"]) for line in asked], OVER_PCT
        )
        changes = Changes()
        notice = documents.number(con, run, changes, "supplier_shipment")
        head = {
            "notice_no": notice, "supplier": order[0]["supplier"], "shipped_on": said.shipped_on,
            "expected_on": said.expected_on, "carrier": said.carrier, "tracking_no": said.tracking_no,
            "person": run.who, "note": said.note,
        }  # fmt: skip
        changes.insert("supplier_shipment", [head])
        changes.insert(
            "supplier_shipment_line",
            [_line(notice, n, line, qty, said) for n, (line, qty) in enumerate(filled, 1)],
        )
        return Entered(notice, commit(con, run, changes))


def _line(notice: str, number: int, line: Any, qty: Any, said: Notice) -> dict[str, Any]:  # noqa: ANN401
    return {
        "notice_no": notice, "line_no": number, "purchase_no": line["purchase_no"],
        "purchase_line_no": line["line_no"], "sku": line["sku"], "qty": qty, "unit": line["unit"],
        "factor": line["factor"], "lot": said.lot,
    }  # fmt: skip
