"""`scm demo`: a shop from the sample firm, its dates shifted so that the history ends yesterday."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError
from scm_cli.jobs import importing, opening

if TYPE_CHECKING:
    from scm_cli.run import Run

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)


def make(run: Run) -> dict[str, Any]:
    """Make the shop: books opened on the first day, two years of papers imported, nightly not run.

    Raises:
        ScmError: there is a shop in the folder already.
    """
    source = _source()
    shift = run.today - timedelta(days=1) - LAST
    opening.make(run, FIRST + shift)
    if run.dry_run:
        return {"entry": None, "changes": {}}
    quiet = replace(run, dry_run=False)
    with tempfile.TemporaryDirectory() as folder:
        paths = [_shifted(path, Path(folder), shift) for path in sorted(source.glob("*.csv"))]
        done = importing.run_import(quiet, paths, importing.Asked())
    return done.committed.as_json()


def _source() -> Path:
    """Where the sample firm lies: inside the installed package, else beside the source."""
    for place in (
        Path(str(files("scm_cli"))) / "sample_firm",
        Path(__file__).parents[2] / "data" / "sample_firm",
    ):
        if place.is_dir():
            return place
    raise ScmError("the sample firm is missing from this installation", hint="Install scm again.")


def _shifted(path: Path, folder: Path, shift: timedelta) -> Path:
    """A copy of a sheet with every day moved."""
    target = folder / path.name
    with (
        path.open(encoding="utf-8", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.reader(source)
        writer = csv.writer(out, lineterminator="\n")
        header = next(reader)
        days = [i for i, name in enumerate(header) if name.endswith("_on")]
        writer.writerow(header)
        for row in reader:
            for i in days:
                if row[i]:
                    row[i] = (date.fromisoformat(row[i]) + shift).isoformat()
            writer.writerow(row)
    return target
