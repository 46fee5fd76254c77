"""One sheet of one file on its way in: its cells typed, its rows reconciled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake import above, fate
from scm_cli.core.intake.person import person
from scm_cli.core.intake.references import NAMED, REFERENCES
from scm_cli.core.intake.resolve import coded, meanings
from scm_cli.core.intake.typed import Refusal, Rules, typed
from scm_cli.core.records.catalog import sheet
from scm_cli.core.records.qualification import LONG_TERM, LONG_TERM_WORDS
from scm_cli.core.records.words import spellings
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.excel.cellname import cell_name

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.intake.above import Stated
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.typed import Typed
    from scm_cli.excel.profile import Profile
    from scm_cli.excel.read import Sheet as Grid
    from scm_cli.jobs import recognition


@dataclass(slots=True)
class Part:
    """One sheet of one file on its way in."""

    path: Path
    grid: Grid
    found: recognition.Found
    profile: Profile
    typed: Typed | None = None
    above: dict[str, Stated] = field(default_factory=dict)  # what was taken from above the table
    marked: list[pl.DataFrame] = field(default_factory=list)
    stated: pl.DataFrame = field(default_factory=pl.DataFrame)  # key and row of its main records

    @property
    def kind(self) -> str:
        return self.found.seen.kind

    def where(self) -> str:
        return f"{self.grid.file} {self.grid.name}".strip()

    def person(self) -> str | None:
        """Who filled in the sheet, if it says so."""
        if self.typed is None:  # pragma: no cover -- asked after typing
            return None
        return person(self.typed, self.grid.grid, self.found.seen.header_row)

    def taken_above(self) -> list[Problem]:
        """Label, value and cell of what was taken from above the table, in one sentence."""
        said = ", ".join(
            f"{each.label} {each.text} ({cell_name(each.row, each.column)})"
            for each in self.above.values()
        )
        told = Say("taken from above the table: {said}", said=said)
        return [Problem(self.where(), told)] if said else []

    def problems(self) -> list[Problem]:
        refused = self.typed.located() if self.typed else []
        return [Problem(self.grid.where(r.row, r.column), r.what) for r in refused]

    def summary(self) -> dict[str, Any]:
        """The reconciliation of the sheet: every row read is in exactly one of the counts."""
        if self.typed is None:  # pragma: no cover -- summaries are asked after typing
            raise AssertionError(self.grid.name)
        found = fate.fates(self.typed, self.marked)
        return {
            "file": self.grid.file,
            "sheet": self.grid.name,
            "kind": self.kind,
            **fate.counts(found),
            "reconciliation": fate.reconciliation(self.typed, found),
            "ignored_columns": list(self.found.seen.ignored.values()),
        }


def read(part: Part, known: Known) -> Typed:
    """The rows of a sheet by the rules of its profile."""
    form, seen, profile = sheet(part.kind), part.found.seen, part.profile
    words = {name: told for name, each in form.columns.items() if (told := spellings(each))}
    if part.kind == "qualifications":
        words["valid_until_on"] = dict.fromkeys(LONG_TERM_WORDS, LONG_TERM.isoformat())
    rules = Rules(
        date_format=profile.date_format,
        fixed={
            **{n: words.get(n, {}).get(t, t) for n, t in _above(part, known).items()},
            **profile.fixed,
        },
        values={**words, **profile.values},
        fill_down=tuple(profile.fill_down),
        may_be_empty=frozenset(profile.may_be_empty),
        may_differ=frozenset(profile.may_differ),
        sources=seen.sources,
        units=seen.units,
        items=known.frames,
    )
    found = typed(form, part.grid.grid, seen.header_row, seen.fields, rules)
    _contradicted(part, found, known)
    if part.grid.problems:
        rows = _misfits(part.grid)
        found.refused += [
            Refusal(row, None, problem.what) for row, problem in rows if row > seen.header_row
        ]
    return found


def _above(part: Part, known: Known) -> dict[str, str]:
    """What stands above the table for fields that no filled column has.

    Raises:
        ScmError: a value is unknown, no day, or contradicts another one.
    """
    filled = _filled(part)
    values: dict[str, str] = {}
    for name, cells in part.found.seen.stated.items():
        if name in filled or name in part.profile.fixed:
            continue
        value, wrong = above.meant(part.kind, name, cells, known, part.profile.date_format)
        if wrong:
            first = wrong[0]
            raise ScmError(
                "{what}",
                hint="{mend}" if first.mend.template else "",
                where=part.grid.where(first.cell.row, first.cell.column),
                what=first.what,
                mend=first.mend,
            )
        values[name], part.above[name] = value, cells[0]
    return values


def _filled(part: Part) -> set[str]:
    """The fields that have a column with something in it; a name stands for its code."""
    seen = part.found.seen
    body = part.grid.grid.slice(seen.header_row + 1)
    found = {n for i, n in seen.fields.items() if body[str(i)].null_count() < len(body)}
    found |= {*seen.sources}
    for pair in ({code, name} for code, name in NAMED.items()):
        found |= pair if pair & found else set()
    return found


def _contradicted(part: Part, rows: Typed, known: Known) -> None:
    """Refuse rows whose partner or warehouse is another than the known one above the table."""
    for name, cells in part.found.seen.stated.items():
        if name not in REFERENCES or name not in rows.frame.columns or name in part.above:
            continue
        code, wrong = above.meant(part.kind, name, cells, known, None)
        if not wrong:  # 仓库：全部 above a column of warehouses is a filter, not a warehouse
            given = coded(rows.frame[name], meanings(rows.frame[name], known, REFERENCES[name]))
            told = Say(
                "above the table stands {label} {text}, here another one",
                label=cells[0].label, text=cells[0].text,
            )  # fmt: skip
            rows.refuse(rows.frame["row"].filter((given != code).fill_null(False)), told, name)


def _misfits(grid: Grid) -> list[tuple[int, Problem]]:
    """Row of each line of a text file that has too few or too many fields."""
    breaks = grid.grid.select(
        pl.sum_horizontal(pl.all().str.count_matches("\n").fill_null(0)).alias("n")
    )["n"]
    ends = (breaks + 1).cum_sum()
    return [(int((ends < problem.what.values["line"]).sum()), problem) for problem in grid.problems]
