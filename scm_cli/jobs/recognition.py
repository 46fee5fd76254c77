"""Which sheet this is: from what the caller says, what was remembered, or its header."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scm_cli.core.intake import matching
from scm_cli.core.intake.kinds import VIRTUAL
from scm_cli.core.intake.matching import Recognised, folded
from scm_cli.core.records.catalog import SHEETS, sheet
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.excel.aliases import aliases
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.intake.known import Known
    from scm_cli.excel.read import Sheet as Grid


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller or the profile says about a file."""

    kind: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


def header(
    con: Any,  # noqa: ANN401 -- the store's connection
    grid: Grid,
    path: Path,
    wanted: Wanted,
    known: Known,
    mapped: dict[str, tuple[str, str]],
) -> Recognised:
    """The kind, header row and columns of a sheet; accepted mappings go to `mapped`.

    Raises:
        ScmError: nothing fits, two columns stand for one field, a named column is missing.
    """
    top = [list(row) for row in grid.grid.head(matching.HEADER_ROWS).iter_rows()]
    _require_kind(wanted.kind)
    remembered = None if wanted.columns or wanted.kind else _remembered(con, top)
    if remembered is not None:
        wanted = remembered
    words = {
        s.kind: _with_wishes(
            {
                **matching.vocabulary(s, aliases().get(s.kind, {})),
                **_warehouse_words(s.kind, known),
            },
            wanted.columns,
            s.kind,
        )
        for s in SHEETS
        if wanted.kind in (None, s.kind)
    }
    seen = matching.recognised(top, words, f"{path.stem} {grid.name}")
    _require_named(wanted.columns, top[seen.header_row])
    seen = _undoubled(grid, seen)
    if wanted.columns and remembered is None:
        mapped[fingerprint(top[seen.header_row])] = (
            seen.kind,
            json.dumps(wanted.columns, ensure_ascii=False, sort_keys=True),
        )
    return seen


def _require_kind(kind: str | None) -> None:
    if kind is not None and kind not in [s.kind for s in SHEETS]:
        raise ScmError(
            "there is no kind of sheet {kind}",
            hint="Kinds: {kinds}.",
            exit_code=Exit.USAGE,
            kind=kind,
            kinds=", ".join(s.kind for s in SHEETS),
        )


def _with_wishes(words: dict[str, str], wishes: dict[str, str], kind: str) -> dict[str, str]:
    """The vocabulary with the caller's columns in front; "-" leaves a column out."""
    columns = sheet(kind).columns
    for given, name in wishes.items():
        if name == "-":
            words[folded(given)] = "-"
        elif name in columns or name in VIRTUAL:
            words = {w: f for w, f in words.items() if f != name}
            words[folded(given)] = name
    for given, name in wishes.items():
        if name in columns or name in VIRTUAL:
            words[folded(given)] = name
    return words


def _require_named(wishes: dict[str, str], cells: list[str | None]) -> None:
    have = {folded(c) for c in cells if c}
    for given, name in wishes.items():
        if folded(given) not in have:
            raise ScmError(
                "there is no column {given} to read as {name}",
                hint="The columns are: {columns}.",
                exit_code=Exit.USAGE,
                given=given,
                name=name,
                columns=", ".join(c for c in cells if c),
            )


def _undoubled(grid: Grid, seen: Recognised) -> Recognised:
    """Two columns for one field: taken when they say the same or one is empty, else refused."""
    fields = dict(seen.fields)
    for name, places in seen.doubled.items():
        body = grid.grid.slice(seen.header_row + 1)
        first, *others = sorted(places, key=lambda i: body[str(i)].null_count())
        for other in others:
            left, right = body[str(first)], body[str(other)]
            if right.null_count() < len(right) and not left.equals(right, null_equal=True):
                head = grid.grid.row(seen.header_row)
                raise ScmError(
                    "two columns stand for {field}: {first} and {second}",
                    hint="Leave one out with --map '{second}=-'.",
                    where=grid.where(seen.header_row, max(first, other)),
                    problems=(
                        Problem(grid.where(seen.header_row, other), Say("{h}", h=head[other])),
                    ),
                    field=name,
                    first=head[min(first, other)],
                    second=head[max(first, other)],
                )
            del fields[other]
    return replace(seen, fields=fields, doubled={})


def fingerprint(cells: list[str | None]) -> str:
    """The shape of a file: its folded headers, in any order."""
    return hashlib.sha256("|".join(sorted(folded(c) for c in cells if c)).encode()).hexdigest()


def _remembered(con: Any, top: list[list[str | None]]) -> Wanted | None:  # noqa: ANN401
    prints = [fingerprint(cells) for cells in top]
    marks = ", ".join("?" * len(prints))
    found = rows(
        con, f"SELECT kind, mapping FROM file_mapping WHERE fingerprint IN ({marks})", prints
    ) if prints else []  # fmt: skip
    return Wanted(found[0]["kind"], json.loads(found[0]["mapping"])) if found else None


def _warehouse_words(kind: str, known: Known) -> dict[str, str]:
    """Columns headed by a warehouse hold its opening stock: field "@CODE"."""
    if kind not in ("opening_stock", "items"):
        return {}
    found: dict[str, str] = {}
    for code, name in known.frames["warehouse"].select("warehouse", "name").iter_rows():
        for word in (code, name):
            if word:
                found[folded(word)] = f"@{code}"
    return found
