"""`scm supplier score`, `tier`, `review`, `inspect`: how suppliers do, and what to make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from scm_cli import show
from scm_cli.commands.door import Reads, Writes, day, done_on, group
from scm_cli.errors import Say

app = group("supplier", "How suppliers do: scores, tiers, reviews.")

Supplier = Annotated[str | None, typer.Argument(help="Supplier code (else all).")]

#: What other programs rely on; what follows in JSON and CSV explains it.
FIRST = [
    "supplier", "period", "lines", "on_time_pct", "delivered_pct", "on_time_in_full_pct",
    "on_time_low_pct", "on_time_high_pct", "late_days_p90", "quality_pct", "price_index",
    "price_coverage_pct", "score_pct", "tier", "role", "advice",
]  # fmt: skip
MORE = [
    "name", "is_internal", "rank", "raw_score_pct", "raw_rank", "score_low_pct", "score_high_pct",
    "grade", "cause", "assumed_lines", "on_time_lines", "in_full_lines", "late_days_mean",
    "padding_days", "received_lines", "received_qty", "failed_qty", "price_trend_pct", "asked",
    "answered_pct", "response_days", "documents_pct", "spend_amount", "spend_pct", "alternative",
    "covered_pct", "switching_amount", "complaints", "complaint_customers", "complaint_amount",
]  # fmt: skip
TABLE = [
    "supplier", "lines", "on_time_pct", "delivered_pct", "on_time_in_full_pct", "late_days_p90",
    "received_lines", "quality_pct", "price_index", "score_pct", "tier", "role", "advice",
]  # fmt: skip
EVIDENCE = [
    "supplier", "purchase_no", "line_no", "sku", "ordered_qty", "due_on", "basis",
    "accepted_by_due_qty", "accepted_qty", "rejected_qty", "last_received_on", "late_days",
    "on_time", "in_full",
]  # fmt: skip
REVIEW = [
    "supplier", "name", "advice", "tier", "role", "score_pct", "lines", "on_time_in_full_pct",
    "quality_pct", "price_index", "spend_amount", "spend_pct", "alternative", "covered_pct",
    "price_change_amount", "overbuy_amount", "change_over_amount", "switching_amount",
]  # fmt: skip
STANDING = ["supplier", "period", "lines", "score_pct", "grade", "tier", "cause"]
WORDS = ("grade", "tier", "cause", "role", "advice")
UNKNOWN = (
    "price_index",
    "on_time_pct",
    "delivered_pct",
    "on_time_in_full_pct",
    "quality_pct",
    "score_pct",
)


@app.command(cls=Reads)
def score(
    ctx: typer.Context,
    supplier: Supplier = None,
    month: Annotated[str | None, typer.Option("--month", help="A month: 2026-03.")] = None,
    quarter: Annotated[str | None, typer.Option("--quarter", help="A quarter: 2026Q1.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="The lines behind the figures too.")
    ] = False,
) -> None:
    """How suppliers kept their word: one row each, by the day on which lines were due.

    Example: scm supplier score --quarter 2026Q1 --evidence
    """
    from scm_cli.jobs import score as job

    ends = (day(first) if first else None, day(last) if last else None)
    found = job.scored(ctx.obj, job.period(ctx.obj, job.Asked(month, quarter, *ends)), supplier)
    lines = found.lines.to_dicts() if evidence else None
    _shown(ctx.obj, job.rows(found.cards), lines, found.notes)


def _shown(
    run: Any,  # noqa: ANN401 -- Run
    rows: list[dict[str, Any]],
    lines: list[dict[str, Any]] | None,
    notes: list[Say],
) -> None:
    """The rows in the form that was asked for; with lines, a file holds the lines."""
    for note in notes:
        run.talk(note)
    if run.form == "json" and run.output is None and lines is not None:
        told = [{n: row.get(n) for n in (*FIRST, *MORE)} for row in rows[: run.limit]]
        show.document(run, {"rows": told, "evidence": [_line(row) for row in lines]})
    elif (run.form == "csv" or run.output is not None) and lines is not None:
        show.rows(run, lines, EVIDENCE)
    elif run.form == "table" and run.output is None:
        show.rows(run, [_silent(row) for row in rows], TABLE)
        if lines is not None:
            show.line("")
            show.rows(run, lines, EVIDENCE)
    else:
        show.rows(run, rows, [*FIRST, *MORE])


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return {n: row[n] for n in EVIDENCE}


def _silent(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a person: words in their language; no data is said, not left to be guessed."""
    unknown = {n: Say("no data") for n in UNKNOWN if row.get(n, "") is None}
    return {**row, **unknown, **{n: Say(row[n]) for n in WORDS if row.get(n)}}


@app.command(cls=Reads)
def tier(ctx: typer.Context, supplier: Supplier = None) -> None:
    """Where suppliers stand (A-D) and what they are to us; of one, how it came there.

    Example: scm supplier tier S-001
    """
    from scm_cli.jobs import score as job

    found = job.scored(ctx.obj, job.period(ctx.obj, job.Asked()), supplier)
    more = [] if supplier else ["role", "advice"]
    rows = job.standing(found, supplier)
    shown = [_silent(row) for row in rows] if ctx.obj.form == "table" else rows
    show.rows(ctx.obj, shown, [*STANDING, *more])
    for note in job.explained(ctx.obj, rows):
        ctx.obj.talk(note)


@app.command(cls=Reads)
def review(
    ctx: typer.Context,
    quarter: Annotated[
        str | None, typer.Argument(help="Quarter: 2026Q1 (else the last one that ended).")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the files go (else the outbox).")
    ] = None,
) -> None:
    """Keep, renegotiate or drop: advice, evidence, what is at stake; workbook and memo.

    Example: scm supplier review 2026Q1
    """
    from scm_cli.jobs import review as job

    done = job.reviewed(ctx.obj, quarter, folder)
    for note in done.notes:
        ctx.obj.talk(note)
    if ctx.obj.form == "json" and ctx.obj.output is None:
        told = [{n: row[n] for n in (*REVIEW, "evidence", "stake")} for row in done.rows]
        show.document(ctx.obj, {"rows": told[: ctx.obj.limit], "files": done.files})
        return
    rows = [_silent(row) for row in done.rows] if ctx.obj.form == "table" else done.rows
    show.rows(ctx.obj, rows, REVIEW)
    for path in done.files:
        ctx.obj.talk(Say("written to {path}", path=path))


@app.command(cls=Writes)
def inspect(
    ctx: typer.Context,
    supplier: Annotated[str, typer.Argument(help="Supplier code.")],
    sku: Annotated[str, typer.Argument(help="Item code.")],
    inspected: Annotated[str, typer.Option("--inspected", help="How many were looked at.")],
    failed: Annotated[str, typer.Option("--failed", help="How many of them failed.")] = "0",
    receipt: Annotated[
        str | None, typer.Option("--receipt", help="Receipt they came with.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day (else today).")] = None,
    finding: Annotated[str | None, typer.Option("--finding", help="What was found.")] = None,
    safety: Annotated[
        bool, typer.Option("--safety", help="Somebody was in danger: the supplier falls to D.")
    ] = False,
) -> None:
    """Goods looked at after they came in: what failed counts against the supplier.

    Example: scm supplier inspect S-001 A4-80G --inspected 20 --failed 2 --receipt GR-000001
    """
    from scm_cli.core.stock.entry import quantity
    from scm_cli.jobs import inspection

    when = done_on(ctx.obj, on)
    amounts = {"inspected_qty": quantity(inspected), "failed_qty": quantity(failed)}
    values = {"supplier": supplier, "sku": sku, "receipt_no": receipt, "inspected_on": when,
              "is_safety": safety, "finding": finding, **amounts}  # fmt: skip
    done = inspection.enter(ctx.obj, values)
    told = Say("Inspection {number} is entered.", number=done.number)
    show.done(ctx.obj, told, done.as_json("inspection"))
