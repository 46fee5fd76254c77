"""Deals that come in with sheets: what may not be taken, and the events that follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.customer.deals import Stages, amiss, followed
from scm_cli.jobs import stated
from scm_cli.store import facts
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

CELLS = ("stage", "closed_on", "deal_no")
CHECKED = ("deal_no", "stage", "opened_on", "closed_on", "value_amount")
LAST = """
SELECT deal_no, event_no, stage, changed_on FROM deal_event
QUALIFY row_number() OVER (PARTITION BY deal_no ORDER BY event_no DESC) = 1
"""


def ladder(names: tuple[str, ...]) -> Stages:
    """The stages from the names that an import knows: the open ones, won, lost."""
    return Stages(names[:-2], names[-2], names[-1])


def check(con: Any, typed: Typed, ready: Prepared, known: Known) -> None:  # noqa: ANN401 -- the store's connection
    """Refuse deals that cannot be: unknown stage, closed before opened, won without value."""
    if typed.kind != "deals":
        return
    stages, heads = ladder(known.stages), ready.tables["deal"]
    for row in stated.whole(con, "deal", heads, CHECKED).iter_rows(named=True):
        wrong = amiss(row, stages)
        if wrong is not None:
            typed.refuse(pl.Series([row["row"]]), wrong, *CELLS)


def follow(con: Any, heads: pl.DataFrame, known: Known, person: str) -> Changes:  # noqa: ANN401
    """The events that these deals, as they are stored now, still lack."""
    stages, changes = ladder(known.stages), Changes()
    began = dict(heads.select("deal_no", "opened_stage").iter_rows())
    last = {row["deal_no"]: row for row in rows(con, LAST)}
    stored = facts.existing(con, "deal", heads.select("deal_no"))
    found = []
    for deal in stored.select(CHECKED).iter_rows(named=True):
        number = deal["deal_no"]
        found += followed(deal, last.get(number), began.get(number), stages)
    if found:
        changes.insert(
            "deal_event", pl.DataFrame(found, _SHAPE).with_columns(person=pl.lit(person))
        )
    return changes


_SHAPE = {
    "deal_no": pl.String, "event_no": pl.Int64, "stage": pl.String, "from_stage": pl.String,
    "changed_on": pl.Date,
}  # fmt: skip
