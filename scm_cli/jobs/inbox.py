"""The inbox: staff have no shell, their door is the folder.

Each file is copied in first, imported by itself, and moved to `done/` or, with its annotated
copy, to `refused/`. A file that is still being written waits for the next run.
"""

from __future__ import annotations

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError
from scm_cli.locale import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.errors import Problem
    from scm_cli.run import Run

SETTLE_SECONDS = 2.0
ROUNDED = timedelta(seconds=1)  # to the whole second that has come by then
READABLE = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".html", ".htm"})


def folder(run: Run) -> Path:
    """The inbox: in the shop, or where `folders.inbox` says (a shared folder)."""
    return (run.shop / run.settings.folders.inbox).absolute()


def waiting(run: Run) -> list[Path]:
    """Files that are complete, oldest first."""
    return [path for path in _files(run) if _wait_seconds(path) <= 0]


def unsettled(run: Run) -> list[dict[str, Any]]:
    """Files that changed a moment ago, so that they may still be written, and until when they wait."""
    found = []
    for path in _files(run):
        left = _wait_seconds(path)
        if left > 0:
            until = run.now + timedelta(seconds=left) + ROUNDED
            found.append({"file": path.name, "until": f"{until:%H:%M:%S}"})
    return found


def _wait_seconds(path: Path) -> float:
    """How long a file still waits for its last change to settle; 0 or less: it is complete."""
    return SETTLE_SECONDS - (time.time() - path.stat().st_mtime)


def _files(run: Run) -> list[Path]:
    place = folder(run)
    if not place.is_dir():
        return []
    found = [
        path
        for path in place.iterdir()
        if path.is_file()
        and path.suffix.lower() in READABLE
        and not path.name.startswith(("~$", "."))
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


def take(run: Run) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Import every waiting file; (imported, refused) with what became of each."""
    imported, refused = [], []
    for path in waiting(run):
        with TemporaryDirectory() as copied:
            copy = Path(copied) / path.name
            shutil.copyfile(path, copy)
            try:
                summary = _take_one(run, copy)
            except ScmError as error:
                refused.append(_refused(path, error, run))
                _file_away(path, "refused", run)
                continue
        imported.append({"file": path.name, **summary})
        _file_away(path, "done", run)
    return imported, refused


def _refused(path: Path, error: ScmError, run: Run) -> dict[str, Any]:
    """What is told of a refused file: its first wrong cell, where there is one."""
    why, where = error.say, error.where
    if error.problems:
        why, where = error.problems[0].what, error.problems[0].where or where
    return {"file": path.name, "why": put(why, run.lang), "where": where}


def _take_one(run: Run, path: Path) -> dict[str, Any]:
    from scm_cli.excel import plan_book
    from scm_cli.jobs import accepting, importing, returned

    answered = returned.accepted(run, [path])
    if answered is not None:
        return {"entry": answered.committed.entry, "files": answered.files, "warnings": []}
    if path.suffix.lower() == ".xlsx" and plan_book.is_plan(path):
        done = accepting.accept(run, path)
        return {**done.as_json(), "warnings": _warned(done.warnings, run)}
    taken = importing.run_import(run, [path], importing.Asked())
    warnings = _warned(taken.warnings, run)
    return {"entry": taken.committed.entry, "files": taken.files, "warnings": warnings}


def _warned(problems: Sequence[Problem], run: Run) -> list[str]:
    return [f"{each.where}: {put(each.what, run.lang)}" for each in problems]


def _file_away(path: Path, where: str, run: Run) -> None:
    """Move a file out of the inbox; one of the same name gets a number. A dry run leaves it there."""
    if run.dry_run:
        return
    place = path.parent / where
    place.mkdir(exist_ok=True)
    target, n = place / path.name, 1
    while target.exists():
        n += 1
        target = place / f"{path.stem} ({n}){path.suffix}"
    shutil.move(os.fspath(path), target)
    annotated = run.shop / "outbox" / "refused" / f"{path.stem}.refused.xlsx"
    if where == "refused" and annotated.exists():
        shutil.move(os.fspath(annotated), place / annotated.name)
