"""Import: read files, recognise, type, resolve, compare, and commit all of it or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError
from scm_cli.store.commit import Committed
from scm_cli.store.gateway import require, writing

if TYPE_CHECKING:
    from scm_cli.errors import Problem
    from scm_cli.run import Run

LARGE_BYTES = 5_000_000
FIRST_ENTRY = 1  # what `scm init` writes


@dataclass(frozen=True, slots=True)
class Asked:
    """How the caller wants the files read."""

    kind: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    profile: Path | None = None
    partial: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or in a dry run would do.

    `files` reconciles each sheet; `created` counts records made beside them, by table;
    `changed` shows the first fields that differ, with their old and new values. `promised` counts
    order lines that got their day, `confirmed` names orders whose deposit came.
    """

    committed: Committed
    files: list[dict[str, Any]]
    created: dict[str, int]
    changed: list[dict[str, Any]]
    problems: list[Problem]
    warnings: list[Problem]
    annotated: list[Path]
    promised: int = 0
    confirmed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.committed.as_json(),
            "files": self.files,
            "created": self.created,
            "changed": self.changed,
            "warnings": [f"{w.where}: {w.what.english}" for w in self.warnings],
            "annotated": [str(p) for p in self.annotated],
            "promised": self.promised,
            "confirmed": self.confirmed,
        }


class RefusedImportError(ScmError):
    """Rows were refused and nothing was imported; the sheets are reconciled all the same."""

    files: list[dict[str, Any]]
    annotated: list[Path]


def run_import(run: Run, paths: list[Path], asked: Asked) -> Imported:
    """Import files in one transaction; a refused row refuses all unless `asked.partial`.

    Raises:
        RefusedImportError: rows are refused.
        ScmError: a file cannot be read, nothing is recognised.
    """
    from scm_cli.excel.read import Reading

    require(run.database)
    paths = list(dict.fromkeys(paths))
    with Reading(paths) as reading:
        from scm_cli.excel import profile
        from scm_cli.jobs.taking import Taking  # with all that it needs, while the child parses

        told = profile.load(asked.profile) if asked.profile else profile.Profile.model_construct()
        digests = {path: _sha256(path) for path in paths if path.is_file()}
        grids = [(path, grid) for path in paths for grid in reading.sheets(path)]
    _backup_before(run, paths)
    with writing(run) as con:
        return Taking(con, run, asked, told).all(grids, digests)


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _backup_before(run: Run, paths: list[Path]) -> None:
    """A large import is preceded by a backup, unless nothing was entered since `scm init`."""
    if run.dry_run or sum(p.stat().st_size for p in paths if p.is_file()) < LARGE_BYTES:
        return
    from scm_cli.store import backup, mark

    if mark.read(run.database)[0] != FIRST_ENTRY:
        backup.take(run, "import")
