"""Inspections entered by hand: what was looked at after it came in, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.records.scores import Inspection
from scm_cli.core.supplier.inspecting import require_sound
from scm_cli.jobs import documents
from scm_cli.jobs.documents import Entered
from scm_cli.store import lookup
from scm_cli.store.commit import commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from scm_cli.run import Run


def enter(run: Run, values: dict[str, Any]) -> Entered:
    """Enter an inspection; the supplier's pass rate follows.

    Raises:
        ScmError: the supplier, item or receipt is not there, or the figures cannot be.
    """
    with writing(run) as con:
        lookup.one(con, "supplier", "supplier", values["supplier"])
        lookup.item(con, values["sku"])
        named = values["receipt_no"]
        receipt = lookup.one(con, "receipt", "receipt_no", named) if named else None
        require_sound(values, receipt, run.today)
        changes = Changes()
        number = documents.number(con, run, changes, "inspection")
        row = Inspection(inspection_no=number, person=run.who, **values)
        changes.insert("inspection", [row.model_dump()])
        return Entered(number, commit(con, run, changes))
