"""Leads and deals as sheets hold them: times of day, stages in our spelling, deals without items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.customer.leads import clock
from scm_cli.core.intake.lines import heads, in_units, unique
from scm_cli.core.intake.prepared import Prepared
from scm_cli.core.records.catalog import sheet
from scm_cli.errors import Say

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed

#: Fields that hold a time of day.
WHO = ("name", "company")
CLOCKS = (
    "came_clock", "clock", "works_from", "works_until", "opened_clock", "replied_clock", "resolved_clock",
)  # fmt: skip


def clocked(rows: Typed, frame: pl.DataFrame) -> pl.DataFrame:
    """Times of day as 09:05, taken out of whatever stands around them; a lead has a name.

    What is no time is refused, except where a day stands alone: it says nothing of the hour.
    """
    for name in [n for n in CLOCKS if n in frame.columns]:
        told = frame[name].map_elements(clock, return_dtype=pl.String, skip_nulls=True)
        days = frame[name].str.contains(r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$").fill_null(False)
        odd = frame.filter(frame[name].is_not_null() & told.is_null() & ~days)
        for row, text in odd.select("row", name).iter_rows():
            why = Say("{text} is no time of day; write it like 09:30", text=text)
            rows.refuse(pl.Series([row]), why, name)
        frame = frame.with_columns(told.alias(name)).filter(
            ~pl.col("row").is_in(odd["row"].implode())
        )
    if rows.kind != "leads":
        return frame
    named = [pl.col(n) for n in ("name", "company") if n in frame.columns]
    whose = pl.coalesce(named) if named else pl.lit(None, pl.String)
    nobody = frame.filter(whose.is_null())["row"]
    rows.refuse(nobody, Say("a lead needs a contact or a company"), *WHO)
    return frame.filter(~pl.col("row").is_in(nobody.implode()))


def taken(rows: Typed, frame: pl.DataFrame, known: Known) -> Prepared:
    """Heads and lines of deals; a deal may name no item, and a blank stage is the first.

    `opened_stage`, the stage in which deals of this file began, stays beside the heads.
    """
    text = [n for n in ("stage", "sku", "opened_stage") if n not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(n) for n in text)
    folded = {name.casefold(): name for name in known.stages}
    for name in ("stage", "opened_stage"):
        ours = frame[name].str.strip_chars().str.to_lowercase().replace(folded)
        frame = frame.with_columns(
            pl.when(ours.is_in(list(folded.values())))
            .then(ours)
            .otherwise(pl.col(name))
            .alias(name)
        )
    frame = frame.with_columns(pl.col("stage").fill_null(known.stages[0]))
    form = sheet("deals")
    if form.line is None:  # pragma: no cover -- the catalogue says otherwise
        raise AssertionError(form.kind)
    lines = in_units(rows, frame.filter(pl.col("sku").is_not_null()), known)
    lines = unique(rows, lines, list(form.line.key))
    began = frame.group_by("deal_no").agg(pl.col("opened_stage").drop_nulls().first())
    head = heads(rows, frame, form.head).join(
        began, on="deal_no", how="left", maintain_order="left"
    )
    return Prepared((form.head.table,), {form.head.table: head, form.line.table: lines})
