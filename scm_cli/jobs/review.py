"""The quarter's review: advice and evidence for every supplier, as a workbook and a memo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.supplier.sayings import evidence, stake
from scm_cli.errors import Say, ScmError
from scm_cli.jobs import outbox_place, score
from scm_cli.locale import put
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run

FOLDER = "reviews"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review as rows, what should be known about it, and the files that hold it."""

    rows: list[dict[str, Any]]
    notes: list[Say]
    files: list[str]


def reviewed(run: Run, quarter: str | None, folder: Path | None = None) -> Reviewed:
    """Review a quarter (the newest that has ended unless one is named) and write its files.

    Raises:
        ScmError: the quarter has not ended.
    """
    asked = score.period(run, score.Asked(quarter=quarter))
    return _made(run, score.scored(run, asked), folder or outbox_place.folder(run) / FOLDER)


def quarterly(run: Run) -> list[str]:
    """Once a quarter has ended: score it, keep it, write its review; the files, none when not due."""
    with reading(run) as con:
        asked = score.due(con, run)
        if asked is None:
            return []
        found = score.gathered(con, run, asked)
    if not score.keep(run, found) or run.dry_run or not _worded(found, run):
        return []  # nothing was due and nothing came: there is nobody to judge
    return _made(run, found, outbox_place.folder(run) / FOLDER).files


def _made(run: Run, found: score.Scores, place: Path) -> Reviewed:
    rows = _worded(found, run)
    files = [_book(run, found, rows, place)]
    notes = list(found.notes)
    try:
        files.append(_memo(run, found, rows, place))
    except ScmError as error:  # no font with Chinese characters: the workbook is there all the same
        notes.append(Say("there is no memo: {why}", why=error.say))
    return Reviewed(rows, notes, [str(path) for path in files])


def _worded(found: score.Scores, run: Run) -> list[dict[str, Any]]:
    """Suppliers that can be judged, the most money first, with their evidence in sentences."""
    rows = [
        {
            **row,
            "evidence": evidence(row),
            "stake": stake(row, run.settings.currency),
        }
        for row in score.rows(found.cards)
        if not row["is_internal"] and row["lines"] + row["received_lines"] > 0
    ]
    return sorted(rows, key=lambda row: (-(row["spend_amount"] or 0), row["supplier"]))


def _book(run: Run, found: score.Scores, rows: list[dict[str, Any]], place: Path) -> Path:
    from scm_cli.excel.review_book import write_review

    path = place / f"review-{found.period.name}.xlsx"
    return write_review(path, _pages(run, found, rows), run.lang)


def _memo(run: Run, found: score.Scores, rows: list[dict[str, Any]], place: Path) -> Path:
    from scm_cli.excel.saving import saved
    from scm_cli.paper.review import Memo, review_pdf

    told = run.settings
    memo = Memo(found.period.name, _head(run, found, rows), rows, told.company, told.pdf.font)
    content = review_pdf(memo, run.lang)
    return saved(place / f"review-{found.period.name}.pdf", lambda path: _write(path, content))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _head(run: Run, found: score.Scores, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    lines, timely = (sum(row[n] for row in rows) for n in ("lines", "in_full_lines"))
    spend = sum(row["spend_amount"] or 0 for row in rows)
    return [
        ("Firm", run.settings.company),
        ("Period", f"{found.period.from_on} – {found.period.until_on}"),
        ("Suppliers", str(len(rows))),
        ("Reviewed on", run.today.isoformat()),
        ("Lines on time in full", f"{timely:,} / {lines:,}"),
        ("Spend of a year", f"{spend:,.2f} {run.settings.currency}"),
    ]


def _pages(run: Run, found: score.Scores, rows: list[dict[str, Any]]) -> list[pl.DataFrame]:
    """The tables of the workbook, words in the reader's language."""
    front = [{n: v for n, v in row.items() if n not in ("evidence", "stake")} for row in rows]
    said = [
        {**{n: row[n] for n in ("supplier", "name", "advice")}, "what": put(each, run.lang)}
        for row in rows
        for each in (*row["evidence"], *row["stake"])
    ]
    verdict = (
        pl.when("in_full")
        .then(pl.lit("on time in full"))
        .when("on_time")
        .then(pl.lit("on time, short"))
        .otherwise(pl.lit("late or missing"))
    )
    quarters = found.history.filter(pl.col("lines") > 0, ~pl.col("is_internal"))
    pages = [
        pl.DataFrame(front, infer_schema_length=None),
        pl.DataFrame(said),
        quarters.with_columns(tier="standing").sort("supplier", "until_on"),
        found.lines.with_columns(verdict=verdict),
    ]
    return [_in_words(page, run.lang) for page in pages]


def _in_words(page: pl.DataFrame, lang: str) -> pl.DataFrame:
    """The fixed words of a table in a language."""
    for name in set(page.columns) & {
        "advice",
        "tier",
        "role",
        "grade",
        "cause",
        "basis",
        "verdict",
    }:
        words = {each: put(each, lang) for each in page[name].unique().drop_nulls()}
        page = page.with_columns(pl.col(name).cast(pl.String).replace(words))
    return page
