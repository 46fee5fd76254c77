"""Import: read files, recognise, type, resolve, compare, and commit all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.store.commit import Committed, Pending, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    import polars as pl

    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.matching import Recognised
    from scm_cli.core.intake.typed import Typed
    from scm_cli.excel.profile import Profile
    from scm_cli.excel.read import Sheet as Grid
    from scm_cli.run import Run

LARGE_BYTES = 5_000_000
#: Sheets whose codes and units the sheets after them refer to.
MASTERS = frozenset({"warehouses", "suppliers", "customers", "items", "item_units"})


@dataclass(frozen=True, slots=True)
class Asked:
    """How the caller wants the files read."""

    kind: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    profile: Path | None = None
    partial: bool = False
    strict: bool = False
    note: str = ""


@dataclass(slots=True)
class Part:
    """One sheet of one file on its way in."""

    grid: Grid
    seen: Recognised
    typed: Typed | None = None
    status: dict[int, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The reconciliation of the sheet: every row read is in exactly one of the counts."""
        typed = self.typed
        if typed is None:  # pragma: no cover -- summaries are asked after typing
            raise AssertionError(self.grid.name)
        refused = {r.row for r in typed.refused}
        counts = dict.fromkeys(("inserted", "updated", "unchanged"), 0)
        for row, status in self.status.items():
            if row not in refused and row not in typed.set_aside:
                counts[status] += 1
        aside = {row: why for row, why in typed.set_aside.items() if row not in refused}
        return {
            "file": self.grid.file,
            "sheet": self.grid.name,
            "kind": typed.kind,
            "rows_read": typed.rows_read,
            **counts,
            "set_aside": len(aside),
            "refused": len(refused),
            "reconciliation": reconciliation(typed, self.status),
            "ignored_columns": list(self.seen.ignored.values()),
        }


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or in a dry run would do."""

    committed: Committed
    files: list[dict[str, Any]]
    created: dict[str, int]
    problems: list[Problem]
    warnings: list[Problem]
    annotated: list[Path]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.committed.as_json(),
            "files": self.files,
            "created": self.created,
            "warnings": [f"{w.where}: {w.what.english}" for w in self.warnings],
            "annotated": [str(p) for p in self.annotated],
        }


def run_import(run: Run, paths: list[Path], asked: Asked) -> Imported:
    """Import files in one transaction; a refused row refuses all unless `asked.partial`.

    Raises:
        ScmError: a file cannot be read, nothing is recognised, or rows are refused.
    """
    from scm_cli.excel.read import Reading
    from scm_cli.store.gateway import require

    require(run.database)
    with Reading(paths) as reading:
        import polars as pl  # noqa: F401 -- while the child parses

        profile = _profile(asked)
        digests = {path: _sha256(path) for path in paths if path.is_file()}
        grids = [(path, grid) for path in paths for grid in reading.sheets(path)]
    _backup_before(run, paths)
    with writing(run) as con:
        return _Importing(con, run, asked, profile, digests).all(grids)


def _profile(asked: Asked) -> Profile:
    from scm_cli.excel import profile

    return profile.load(asked.profile) if asked.profile else profile.Profile()


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _backup_before(run: Run, paths: list[Path]) -> None:
    """A large import is preceded by a backup of a shop that holds anything yet."""
    from scm_cli.store import backup

    if run.dry_run or sum(p.stat().st_size for p in paths if p.is_file()) < LARGE_BYTES:
        return
    backup.take(run, "import")


class _Importing:
    """The decision of one import, under the lock."""

    def __init__(
        self,
        con: Any,  # noqa: ANN401 -- the store's connection
        run: Run,
        asked: Asked,
        profile: Profile,
        digests: dict[Path, str],
    ) -> None:
        self.con, self.run, self.asked, self.profile, self.digests = (
            con,
            run,
            asked,
            profile,
            digests,
        )
        self.changes = Changes()
        self.pending = Pending(con)
        self.mapped: dict[str, tuple[str, str]] = {}

    def all(self, grids: list[tuple[Path, Grid]]) -> Imported:
        from scm_cli.core.intake.kinds import ORDER
        from scm_cli.jobs import effects
        from scm_cli.jobs import known as knowledge

        known = knowledge.load(self.con, self.run, self.changes)
        parts = self._recognise(grids, known)
        parts.sort(key=lambda part: ORDER.index(part.seen.kind))
        stock = effects.StockWatch(self.con, self.run)
        for part in parts:
            self._take(part, known)
        refused = [p for part in parts for p in self._problems(part)]
        annotated = self._annotate(parts) if refused and not self.run.dry_run else []
        accepted = any(s for part in parts for s in part.status.values())
        if refused and (not self.asked.partial or not accepted):
            self._refuse(refused, annotated, parts)
        if self.asked.strict and known.created:
            self._refuse_created(known)
        if self.pending.counts:
            self._remember(parts)
        committed = commit(
            self.con, self.run, self.changes, pending=self.pending, verify=stock.check
        )
        return Imported(
            committed, [p.summary() for p in parts], known.created, refused, stock.warned, annotated
        )

    def _recognise(self, grids: list[tuple[Path, Grid]], known: Known) -> list[Part]:
        parts = []
        failures = []
        for path, grid in grids:
            if (
                grid.hidden
                or grid.grid.is_empty()
                or grid.name in ("说明", "Read me", "_meta", "_lists")
            ):
                continue
            try:
                parts.append(Part(grid, self._header(path, grid, known)))
            except ScmError as error:
                failures.append((grid, error))
        several = len({grid.file for _, grid in grids}) < len(grids)
        for grid, failure in failures:
            if not several or not any(p.grid.file == grid.file for p in parts):
                failure.where = failure.where or f"{grid.file} {grid.name}".strip()
                raise failure
        if not parts:
            raise ScmError(
                "there is nothing to read in {files}",
                files=", ".join(p.name for p, _ in grids) or "?",
            )
        return parts

    def _header(self, path: Path, grid: Grid, known: Known) -> Recognised:
        from scm_cli.jobs import recognition

        return recognition.header(
            self.con, grid, path, recognition.Wanted(self.asked.kind or self.profile.kind,
            {**self.profile.columns, **self.asked.columns}), known, self.mapped,
        )  # fmt: skip

    def _take(self, part: Part, known: Known) -> None:
        """Type, prepare, compare and apply one sheet, so that the next one sees it."""
        from scm_cli.core.intake.prepare import prepared
        from scm_cli.jobs import guards
        from scm_cli.jobs.known import write_made
        from scm_cli.store import facts

        part.typed = self._typed(part)
        ready = prepared(part.typed, known, lambda customers: facts.sold_to(self.con, customers))
        guards.check(self.con, part.typed, ready, known)
        changes = Changes()
        write_made(changes, known)
        refused = [r.row for r in part.typed.refused]
        for table, given in ready.tables.items():
            status = self._compare(
                changes, known, table, given.filter(~given["row"].is_in(refused))
            )
            self._mark(part, table in ready.main, *status)
        for table, given in ready.sides.items():
            self._compare(changes, known, table, given)
        self.pending.apply(changes)
        if part.seen.kind in MASTERS:
            known.frames = facts.masters(self.con)

    def _typed(self, part: Part) -> Typed:
        from scm_cli.core.intake.typed import Refusal, Rules, typed
        from scm_cli.core.records.catalog import sheet
        from scm_cli.core.records.words import synonyms

        form = sheet(part.seen.kind)
        fields = [form.columns[n] for n in part.seen.fields.values() if n in form.columns]
        words = {c.name: synonyms(c.choices) for c in fields if c.choices}
        rules = Rules(
            date_format=self.profile.date_format,
            fixed=self.profile.fixed,
            values={**words, **self.profile.values},
            fill_down=tuple(self.profile.fill_down),
            may_be_empty=frozenset(self.profile.may_be_empty),
        )
        found = typed(form, part.grid.grid, part.seen.header_row, part.seen.fields, rules)
        found.refused += [Refusal(-1, None, problem.what) for problem in part.grid.problems]
        return found

    def _compare(
        self, changes: Changes, known: Known, table: str, given: pl.DataFrame
    ) -> tuple[pl.Series, pl.Series]:
        """What is new and changed goes to `changes`, with its moves; sheet row and status of each."""
        import polars as pl

        from scm_cli.core.intake.difference import difference
        from scm_cli.core.records.catalog import record
        from scm_cli.jobs import effects
        from scm_cli.store import facts

        names = record(table).columns()
        old = facts.existing(self.con, table, given)
        found = difference(table, given.select([c for c in given.columns if c in names]), old)
        rows_of = given["row"] if "row" in given.columns else pl.Series("row", [], dtype=pl.Int64)
        marked = (rows_of, found.status)
        given = given.with_columns(found.status.alias("status_"))
        if table == "stock_count_line" and (found.status != "unchanged").any():
            given = effects.booked(self.con, given, old)
            found = difference(table, given.select([c for c in given.columns if c in names]), old)
        changes.insert(table, found.inserts)
        changes.update(table, found.updates)
        effects.post(
            self.con, changes, known, table, given.filter(pl.col("status_") != "unchanged")
        )
        return marked

    def _mark(self, part: Part, main: bool, numbers: pl.Series, status: pl.Series) -> None:
        """A sheet row is what became of its line; a changed head shows on its first row."""
        for row, value in zip(numbers.to_list(), status.to_list(), strict=True):
            before = part.status.get(row)
            if (main and not (before == "updated" and value == "unchanged")) or (
                value == "updated" and before != "inserted"
            ):
                part.status[row] = value

    def _problems(self, part: Part) -> list[Problem]:
        if part.typed is None:
            return []
        return [Problem(part.grid.where(r.row, r.column), r.what) for r in part.typed.refused]

    def _refuse(self, refused: list[Problem], annotated: list[Path], parts: list[Part]) -> None:
        self.con.execute("ROLLBACK")
        rows_refused = sum(len({r.row for r in p.typed.refused}) for p in parts if p.typed)
        raise ScmError(
            "{n} row(s) are refused; nothing was imported",
            hint="Correct {path} and import it, or take the good rows with --partial."
            if annotated
            else "Correct them, or take the good rows with --partial.",
            problems=tuple(refused),
            where=refused[0].where,
            n=rows_refused,
            path=", ".join(str(p) for p in annotated),
        )

    def _refuse_created(self, known: Known) -> None:
        made = ", ".join(f"{n} {table}" for table, n in known.created.items())
        raise ScmError(
            "the files name records that are not there ({made}); nothing was imported",
            hint="Import them first, or leave out --strict.",
            made=made,
        )

    def _annotate(self, parts: list[Part]) -> list[Path]:
        from scm_cli.excel import annotate

        target = self.run.shop / "outbox" / "refused"
        return [
            annotate.refused_copy(p.grid, p.seen.header_row, p.typed.refused, target, self.run.lang)
            for p in parts
            if p.typed is not None and p.typed.refused
        ]

    def _remember(self, parts: list[Part]) -> None:
        """The batch and, where the caller mapped columns, the mapping of that shape of file."""
        at = self.run.now
        last = rows(self.con, "SELECT coalesce(max(batch_no), 0) AS n FROM import_batch")[0]["n"]
        for number, (path, digest) in enumerate(self.digests.items(), last + 1):
            mine = [p.summary() for p in parts if p.grid.file == path.name]
            self.changes.insert(
                "import_batch",
                [{
                    "batch_no": number, "file": path.name, "sha256": digest,
                    "kind": ",".join(sorted({m["kind"] for m in mine})), "imported_at": at,
                    "summary": json.dumps(mine, ensure_ascii=False, default=str),
                }],
            )  # fmt: skip
        for fingerprint, (kind, mapping) in self.mapped.items():
            self.changes.insert(
                "file_mapping", [{"fingerprint": fingerprint, "kind": kind, "mapping": mapping}]
            )


def reconciliation(typed: Typed, status: dict[int, str]) -> list[dict[str, Any]]:
    """Rows, quantity and money by what became of them; the sums are those of the sheet."""
    import polars as pl

    refused = {r.row for r in typed.refused}
    fate = [
        ("refused" if row in refused else typed.set_aside.get(row) or "imported")
        for row in typed.frame["row"].to_list()
    ]
    del status
    names = typed.frame.columns
    qty = next((n for n in ("qty", "accepted_qty", "counted_qty") if n in names), None)
    price = next((n for n in ("unit_price", "price_inc_tax", "price_ex_tax") if n in names), None)
    number = lambda n: pl.col(n).cast(pl.Float64).fill_null(0) if n else pl.lit(0.0)  # noqa: E731
    money = number("amount") if "amount" in names else number(qty) * number(price)
    table = typed.frame.with_columns(pl.Series("fate", fate, dtype=pl.String))
    summed = table.group_by("fate", maintain_order=True).agg(
        pl.len().alias("rows"),
        number(qty).sum().round(4).alias("qty"),
        money.sum().round(2).alias("amount"),
    )
    return summed.to_dicts()


__all__ = ["Asked", "Exit", "Imported", "Say", "run_import"]
