"""The decision of one import, under the lock: sheet after sheet, each sees what the last one made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.changes import Changes
from scm_cli.core.intake import effects as ledger
from scm_cli.core.intake import fate
from scm_cli.core.intake.difference import changed_fields, difference
from scm_cli.core.intake.kinds import ORDER
from scm_cli.core.intake.prepare import complete, prepared
from scm_cli.core.records.catalog import record
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import (
    batches,
    deal_events,
    doubted,
    effects,
    following,
    guards,
    platforms,
    recognition,
    ticket_events,
)
from scm_cli.jobs import known as knowledge
from scm_cli.jobs.importing import Imported, RefusedImportError
from scm_cli.jobs.parts import Part, read
from scm_cli.store import facts
from scm_cli.store.commit import Pending, commit

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed
    from scm_cli.excel.profile import Profile
    from scm_cli.excel.read import Sheet as Grid
    from scm_cli.jobs.importing import Asked
    from scm_cli.run import Run

CHANGES_SHOWN = 20
PERSONS = 3  # so many sheets of one entry may name theirs
#: Sheets whose codes and units the sheets after them refer to.
MASTERS = frozenset({"warehouses", "suppliers", "customers", "items", "item_units"})
#: Sheets of our own workbooks that hold no records.
OURS = frozenset({"说明", "Read me", "_meta", "_lists"})


class Taking:
    """All sheets of one import: recognised, taken one after the other, committed together."""

    def __init__(self, con: Any, run: Run, asked: Asked, profile: Profile) -> None:  # noqa: ANN401
        self.con, self.run, self.asked, self.profile = con, run, asked, profile
        self.changes = Changes()  # what belongs to no single sheet: numbers drawn, batches
        self.pending = Pending(con)
        self.known: Known = knowledge.load(con, run, self.changes, profile.makes)
        self.known.strict = asked.strict
        self.changed: list[dict[str, Any]] = []
        self.warnings: list[Problem] = []

    def all(self, grids: list[tuple[Path, Grid]], digests: dict[Path, str]) -> Imported:
        """Take every sheet and commit.

        Raises:
            RefusedImportError: rows are refused, or records would be made that may not be.
        """
        parts = self._recognise(grids)
        stock = effects.StockWatch(self.con, self.run)
        for part in parts:
            self._take(part)
        summaries = [part.summary() for part in parts]
        refused = [p for part in parts for p in part.problems()]
        taken = sum(s["inserted"] + s["updated"] + s["unchanged"] for s in summaries)
        annotated = self._annotated(parts) if refused and not self.run.dry_run else []
        if refused and not (self.asked.partial and taken):
            raise self._refusal(refused, annotated, summaries)
        files = [(path, digest, _of(path, parts, summaries)) for path, digest in digests.items()]
        self._remember(parts, files)
        followed = following.follow(self.con, self.run, self.pending)
        self.warnings += doubted.told(self.con, self.run, self.pending.number, parts)
        committed = commit(
            self.con, self._by(parts), self.changes, pending=self.pending, verify=stock.check
        )
        warnings = [*self.warnings, *stock.warned, *followed.warnings]
        return Imported(
            committed, summaries, self.known.created, self.changed, refused, warnings, annotated,
            followed.promised, followed.confirmed,
        )  # fmt: skip

    def _by(self, parts: list[Part]) -> Run:
        """The run, for the journal, of the persons who filled in the sheets."""
        named = (part.person() for part in parts)
        persons = list(dict.fromkeys(name for name in named if name))
        if not persons or len(persons) > PERSONS:
            return self.run
        return replace(self.run, who=", ".join(persons))

    def _recognise(self, grids: list[tuple[Path, Grid]]) -> list[Part]:
        """The sheets in the order in which they are taken; those of no known kind are left out."""
        parts: list[Part] = []
        failures = []
        for path, grid in grids:
            if grid.hidden or grid.grid.is_empty() or grid.name in OURS:
                continue
            try:
                readings = self._readings(path, grid)
                parts += [Part(path, grid, self._header(path, grid, p), p) for p in readings]
            except ScmError as error:
                error.where = error.where or f"{grid.file} {grid.name}".strip()
                failures.append((path, error))
        taken = {part.path for part in parts}
        for path, failure in failures:
            if path not in taken or "first" in failure.say.values:
                raise failure
            told = Say("the sheet was left out: {why}", why=failure.say)
            self.warnings.append(Problem(failure.where, told))
        if not parts:
            names = ", ".join(dict.fromkeys(path.name for path, _ in grids)) or "?"
            raise ScmError("there is nothing to read in {files}", files=names)
        return sorted(parts, key=lambda part: ORDER.index(part.kind))

    def _readings(self, path: Path, grid: Grid) -> tuple[Profile, ...]:
        """How a sheet is read: as a platform's export, unless the caller says how."""
        from scm_cli.excel.platforms import profile_of

        asked = self.asked
        found = None
        if not (asked.profile or asked.columns) and asked.kind in (None, "sales_orders"):
            found = profile_of(grid)
        return (found,) if found else tuple(self.profile.readings(path.name))

    def _header(self, path: Path, grid: Grid, profile: Profile) -> recognition.Found:
        kind = self.asked.kind if profile is self.profile else None
        wanted = recognition.Wanted(kind or profile.kind, self.asked.columns, profile.fields())
        return recognition.header(self.con, grid, path, wanted, self.known)

    def _take(self, part: Part) -> None:
        """Type, prepare, compare and apply one sheet, so that the next one sees it."""
        try:
            part.typed = rows = read(part, self.known)
            ready = prepared(rows, self.known)
            if part.profile.platform:
                self.warnings += platforms.settle(self.con, rows, ready, self.known)
            guards.check(self.con, rows, ready, self.known)
            ready.settled(rows)
            complete(rows, ready)
            ready.settled(rows)
        except ScmError as error:
            error.where = error.where or part.where()
            raise
        changes = Changes()
        knowledge.write_made(changes, self.known, self.profile.internal)
        for table, given in ready.tables.items():
            self._compare(part, changes, table, given, main=table in ready.main)
        self._sides(part, changes, ready)
        main = ready.main[0]
        part.stated = ready.tables[main].select("row", *record(main).key)
        self.pending.apply(changes)
        self._follow(changes)
        for table, events in (("deal", deal_events), ("ticket", ticket_events)):
            if (heads := ready.tables.get(table)) is not None:
                self.pending.apply(events.follow(self.con, heads, self.known, self.run.who))
        self._warn(part, rows)
        if part.kind in MASTERS:
            self.known.frames = facts.masters(self.con)

    def _compare(
        self, part: Part, changes: Changes, table: str, given: pl.DataFrame, *, main: bool
    ) -> pl.Series:
        """What is new and changed goes to `changes`; the status of each row."""
        names = record(table).columns()
        old = facts.existing(self.con, table, given)
        if "mnemonic" in given.columns:
            given = knowledge.with_blank_mnemonics(table, given, old)
        found = difference(table, given.select([c for c in given.columns if c in names]), old)
        status = found.status
        if table == "stock_count_line" and (status != "unchanged").any():
            given = effects.booked(self.con, given.with_columns(status.alias("status_")), old)
            found = difference(table, given.select([c for c in given.columns if c in names]), old)
            status = given["status_"]
        inserts = knowledge.with_mnemonics(table, found.inserts)
        changes.insert(table, inserts)
        changes.update(table, found.updates)
        if len(found.updates) and len(self.changed) < CHANGES_SHOWN:
            left = CHANGES_SHOWN - len(self.changed)
            self.changed += changed_fields(table, found.updates, old, left)
        if "row" in given.columns:
            rows = fate.marks(given["row"], status)
            if not main:  # a changed head, or what a sheet carries beside its own, changes the row
                rows = rows.filter(pl.col("fate") == fate.UPDATED)
            part.marked.append(rows)
        return status

    def _sides(self, part: Part, changes: Changes, ready: Prepared) -> None:
        """Packs, prices, balances: what an item sheet says of prices counts only for new items."""
        marked = pl.concat(part.marked)
        for table, given in ready.sides.items():
            rows = given
            if table == "supplier_item":
                old = facts.existing(self.con, table, given).select(record(table).key)
                rows = given.join(old, on=list(record(table).key), how="anti")
                fresh = marked.filter(pl.col("fate") < fate.UNCHANGED)["row"]
                rows = rows.filter(pl.col("row").is_in(fresh.implode()))
            status = self._compare(part, changes, table, rows, main=False)
            if "row" in rows.columns:  # a row that only adds something beside is a changed row
                added = fate.marks(rows["row"], status).filter(pl.col("fate") == fate.INSERTED)
                part.marked.append(added.with_columns(pl.lit(fate.UPDATED, pl.Int8).alias("fate")))

    def _follow(self, changes: Changes) -> None:
        """The ledger follows every posted document that is new or changed."""
        for table, (_, number, _) in ledger.POSTED.items():
            touched = [
                pl.DataFrame(block).get_column(number).cast(pl.String)
                for name in (table, table.removesuffix("_line"))
                for blocks in (changes.inserts, changes.updates)
                for block in blocks.get(name, [])
            ]
            if touched:
                numbers = pl.concat(touched)
                self.pending.apply(effects.follow(self.con, self.known, table, numbers))

    def _warn(self, part: Part, rows: Typed) -> None:
        self.warnings += part.taken_above()
        if rows.repeated:
            self.warnings += batches.told(self.con, part.where(), rows.repeated)
        if rows.inherited:
            told = Say(
                "{n} {n:line|lines} took {n:its|their} number, day and partner from the line above, "
                "the first in row {row}",
                n=len(rows.inherited), row=rows.inherited[0] + 1,
            )  # fmt: skip
            self.warnings.append(Problem(part.where(), told))
        for given, name in part.found.near.items():
            told = Say("column {given} is not read; is it {name}?", given=given, name=name)
            mend = Say("Then add --map '{given}={name}'.", given=given, name=name)
            self.warnings.append(Problem(part.where(), told, mend))

    def _annotated(self, parts: list[Part]) -> list[Path]:
        """One corrected copy to be per refused sheet, however often a profile reads it."""
        from scm_cli.excel import annotate

        target = self.run.shop / "outbox" / "refused"
        bad = {(p.path, p.grid.name): p for p in parts if p.typed is not None and p.typed.refused}
        refused = {
            place: [r for p in parts if (p.path, p.grid.name) == place and p.typed for r in p.typed.located()]
            for place in bad
        }  # fmt: skip
        return [
            annotate.refused_copy(
                part.grid, part.found.seen.header_row, refused[place], target, self.run.lang,
                name_sheet=sum(path == part.path for path, _ in bad) > 1,
            )
            for place, part in bad.items()
        ]  # fmt: skip

    def _refusal(
        self, refused: list[Problem], annotated: list[Path], files: list[dict[str, Any]]
    ) -> RefusedImportError:
        if self.asked.partial:
            hint = "Correct {path} and import it." if annotated else "Correct them."
        elif annotated:
            hint = "Correct {path} and import it, or take the good rows with --partial."
        else:
            hint = "Correct them, or take the good rows with --partial."
        error = RefusedImportError(
            "{n} {n:row is|rows are} refused; nothing was imported",
            hint=hint,
            problems=tuple(refused),
            where=refused[0].where,
            n=sum(f["refused"] for f in files),
            path=", ".join(str(p) for p in annotated),
        )
        error.files, error.annotated = files, annotated
        return error

    def _remember(
        self, parts: list[Part], files: list[tuple[Path, str, list[dict[str, Any]]]]
    ) -> None:
        """The batch and, where the caller mapped columns, the mapping of that shape of file."""
        if self.pending.counts:
            batches.remember(self.con, self.run, self.changes, files, self.known.drawn)
        given = [part.found.mapping for part in parts if part.found.mapping]
        if not given:
            return
        asked = pl.DataFrame(given, schema=["fingerprint", "kind", "mapping"], orient="row")
        asked = asked.unique("fingerprint")
        old = facts.existing(self.con, "file_mapping", asked)["fingerprint"]
        is_old = pl.col("fingerprint").is_in(old.implode())
        self.changes.update("file_mapping", asked.filter(is_old))
        self.changes.insert("file_mapping", asked.filter(~is_old))


def _of(path: Path, parts: list[Part], summaries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [s for part, s in zip(parts, summaries, strict=True) if part.path == path]
