"""Which sheet this is: from what the caller says, what was remembered, or its header."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from scm_cli.core.intake import matching
from scm_cli.core.intake.folding import folded
from scm_cli.core.intake.kinds import VIRTUAL
from scm_cli.core.intake.matching import Recognised
from scm_cli.core.records.catalog import SHEETS, Sheet, sheet
from scm_cli.core.search import nearest
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.excel.aliases import aliases
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.intake.known import Known
    from scm_cli.excel.read import Sheet as Grid

    Words = dict[str, dict[str, str]]


COLUMNS_NAMED = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller (`columns`) and the profile (`sources`) say about a file."""

    kind: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Header → the field by which the sheet is recognised."""
        return {**{h: fields[0] for h, fields in self.sources.items() if fields}, **self.columns}


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet as it will be read, what to remember of it, what was not read and looks near."""

    seen: Recognised
    mapping: tuple[str, str, str] | None = None  # fingerprint, kind, columns as JSON
    near: dict[str, str] = field(default_factory=dict)


def header(con: Any, grid: Grid, path: Path, wanted: Wanted, known: Known) -> Found:  # noqa: ANN401
    """The kind, header row and columns of a sheet.

    Raises:
        ScmError: nothing fits, two columns stand for one field, a named column is missing.
    """
    top = [list(row) for row in grid.grid.head(matching.HEADER_ROWS).iter_rows()]
    _require_kind(wanted.kind)
    if wanted.kind:
        _require_fields(wanted, wanted.kind, known)
    before = _remembered(con, top) if not wanted.sources else None
    if before is not None and wanted.kind in (None, before.kind):
        wanted = Wanted(before.kind, {**before.columns, **wanted.columns})
    cells = [cell for row in top for cell in row]
    if before is None:  # that a remembered header is gone is no mistake of the command
        _require_named(wanted.headers(), cells)
    words = _words(wanted, known)
    try:
        seen = matching.recognised(top, words, f"{path.stem} {grid.name}")
    except ScmError as error:
        raise _with_proposal(error, top, words) from None
    head = top[seen.header_row]
    _require_named(wanted.headers(), head)
    _require_fields(wanted, seen.kind, known)
    seen = _drawn(seen, wanted, head)
    seen = _undoubled(grid, seen)
    seen = replace(seen, units={n: u for n, u in seen.units.items() if u in known.units()})
    mapping = None
    if wanted.columns and not wanted.sources and wanted != before:
        told = json.dumps(wanted.columns, ensure_ascii=False, sort_keys=True)
        mapping = (fingerprint(head), seen.kind, told)
    return Found(seen, mapping, matching.proposed(seen, words[seen.kind]))


def _words(wanted: Wanted, known: Known) -> Words:
    return {
        s.kind: _with_wishes(
            {
                **_warehouse_words(s.kind, known),
                **_vocabulary(s),
            },
            wanted.headers(),
            s.kind,
        )
        for s in SHEETS
        if wanted.kind in (None, s.kind)
    }


@cache
def _vocabulary(form: Sheet) -> dict[str, str]:
    return matching.vocabulary(form, aliases().get(form.kind, {}))


def _with_proposal(error: ScmError, top: list[list[str | None]], words: Words) -> ScmError:
    """The error with the columns that were probably meant; they are never taken silently."""
    if "first" in error.say.values:  # two kinds fit: nothing is missing
        return error
    n = min(len(top), matching.HEADER_ROWS)
    near = matching.nearly(top, words)
    if near is not None:
        kind, columns = near
        mapped = " ".join(f"--map '{given}={name}'" for given, name in columns.items())
        return ScmError(
            "no header was recognised in the first {n} rows; it is nearly that of {kind}",
            hint="If that is meant: {mapped}.",
            kind=kind,
            mapped=mapped,
            n=n,
        )
    lacks = matching.lacking(top, words)
    if lacks is None:
        return error
    kind, missing = lacks
    fields = "; ".join(" / ".join(_labels(kind, each)) for each in missing)
    return ScmError(
        "no header was recognised in the first {n} rows; as {kind} it lacks a column for {fields}",
        hint="Add it, name it with --map 'Its header={name}', or say another --kind.",
        kind=kind,
        fields=fields,
        name=missing[0][0],
        n=n,
    )


def _labels(kind: str, names: tuple[str, ...]) -> list[str]:
    """What people call the fields; one that only the reader knows goes without."""
    columns = sheet(kind).columns
    told = [columns[name] for name in names if name in columns]
    return [f"{column.en} ({column.zh})" for column in told] or list(names)


def _require_kind(kind: str | None) -> None:
    kinds = [s.kind for s in SHEETS]
    if kind is not None and kind not in kinds:
        near = nearest(kind, kinds)
        raise ScmError(
            "there is no kind of sheet {kind}",
            hint="Did you mean {near}?" if near else "Kinds: {kinds}.",
            exit_code=Exit.USAGE,
            kind=kind,
            near=near or "",
            kinds=", ".join(kinds),
        )


def _is_field(kind: str, name: str) -> bool:
    return name == "-" or name.startswith("@") or name in sheet(kind).columns or name in VIRTUAL


def _with_wishes(words: dict[str, str], wishes: dict[str, str], kind: str) -> dict[str, str]:
    """The vocabulary with the caller's columns in front; "-" leaves a column out."""
    wishes = {given: name for given, name in wishes.items() if _is_field(kind, name)}
    taken = set(wishes.values()) - {"-"}
    words = {word: name for word, name in words.items() if name not in taken}
    return {**words, **{folded(given): name for given, name in wishes.items()}}


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
                columns=", ".join([c for c in cells if c][:COLUMNS_NAMED]),
            )


def _require_fields(wanted: Wanted, kind: str, known: Known) -> None:
    """Every field that the caller or the profile names is one of that kind of sheet."""
    names = [*wanted.columns.values(), *(n for each in wanted.sources.values() for n in each)]
    places = {f"@{code}" for code in known.frames["warehouse"]["warehouse"]}
    for name in names:
        if not _is_field(kind, name) or (name.startswith("@") and name not in places):
            fields = [*sheet(kind).columns, *VIRTUAL]
            raise ScmError(
                "{kind} have no field {name}",
                hint="Did you mean {near}?" if nearest(name, fields) else "Fields: {fields}.",
                exit_code=Exit.USAGE,
                kind=kind,
                name=name,
                near=nearest(name, fields) or "",
                fields=", ".join(sheet(kind).columns),
            )


def _drawn(seen: Recognised, wanted: Wanted, head: list[str | None]) -> Recognised:
    """The columns of each field that the profile names, in its order."""
    if not wanted.sources:
        return seen
    place = {folded(cell): index for index, cell in reversed(list(enumerate(head))) if cell}
    sources: dict[str, tuple[int, ...]] = {}
    for given, names in wanted.sources.items():
        for name in names:
            if name != "-":
                sources[name] = (*sources.get(name, ()), place[folded(given)])
    mine = {index for places in sources.values() for index in places}
    fields = {i: n for i, n in seen.fields.items() if i not in mine and n not in sources}
    doubled = {n: places for n, places in seen.doubled.items() if n not in sources}
    return replace(seen, fields=fields, doubled=doubled, sources=sources)


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
                one, two = min(first, other), max(first, other)
                raise ScmError(
                    "two columns stand for {field}: {first} and {second}",
                    hint="Leave one out with --map '{second}=-', or delete it.",
                    where=grid.where(seen.header_row, two),
                    problems=(
                        Problem(grid.where(seen.header_row, one), Say("{field}", field=name)),
                    ),
                    field=name,
                    first=head[one],
                    second=head[two],
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
