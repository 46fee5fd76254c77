"""`scm demo`: a shop from the sample firm, its dates shifted so that the history ends yesterday."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.core.forecast.event_days import new_years
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import importing, opening

if TYPE_CHECKING:
    from scm_cli.run import Run

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
FEAST = "春节"


def make(run: Run) -> dict[str, Any]:
    """Make the shop: books opened on the first day, two years of papers imported, nightly not run.

    It is built beside its place and moved there when it is whole.

    Raises:
        ScmError: there is something in the folder already.
    """
    source = _source()
    shift = run.today - timedelta(days=1) - LAST
    _require_free(run)
    if run.dry_run:
        return {"entry": None, "changes": {}}
    place = run.shop
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as folder:
        quiet = replace(run, folder=Path(folder) / place.name)
        opening.make(quiet, FIRST + shift)
        sheets = Path(folder) / "sheets"
        sheets.mkdir()
        paths = [_shifted(path, sheets, shift) for path in sorted(source.glob("*.csv"))]
        done = importing.run_import(quiet, paths, importing.Asked())
        if place.exists():
            place.rmdir()
        quiet.shop.rename(place)
    return done.committed.as_json()


def _require_free(run: Run) -> None:
    """The folder is new or empty; `scm init` may also be given one that is in use."""
    told = ""
    if run.database.exists():
        told = "there is a shop in {folder} already"
    elif run.shop.is_file() or (run.shop.is_dir() and any(run.shop.iterdir())):
        told = "{folder} is not empty"
    if told:
        raise ScmError(
            told, hint="Choose another folder.", exit_code=Exit.USAGE, folder=str(run.shop)
        )


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
    """A copy of a sheet with every day moved; closures and events to come fall on their true days."""
    target = folder / path.name
    dated = path.stem in {"closures", "events"}
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
            told = [date.fromisoformat(row[i]) if row[i] else None for i in days]
            ahead = dated and told[0] is not None and told[0] > LAST
            moved = _ahead(told, shift, "".join(row)) if ahead else [_plus(d, shift) for d in told]
            for i, day in zip(days, moved, strict=True):
                row[i] = day.isoformat() if day else ""
            writer.writerow(row)
    return target


def _plus(day: date | None, shift: timedelta) -> date | None:
    return None if day is None else day + shift


def _ahead(told: list[date | None], shift: timedelta, row: str) -> list[date | None]:
    """The days of a closure or an event to come, in the first year in which it is not over.

    What has been moves with the sales that it moved; what is to come is in people's calendars.
    """
    days = [day for day in told if day is not None]
    first, *feasts = new_years(days[0].year, (LAST + shift).year + 2)
    for year, feast in enumerate([first, *feasts], days[0].year):
        if FEAST in row:
            moved = [feast + (day - first) for day in days]
        else:
            moved = [day.replace(year=year + day.year - days[0].year) for day in days]
        if moved[-1] > LAST + shift:
            return [*moved, *([None] * (len(told) - len(moved)))]
    raise AssertionError("two years on, everything is to come")  # pragma: no cover
