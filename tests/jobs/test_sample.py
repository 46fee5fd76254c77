"""`scm demo` makes a whole shop or none."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import importing, sample
from scm_cli.run import Run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(datetime(2026, 3, 31, 9), date(2026, 3, 31), tmp_path / "new" / "demo", who="test")


def test_a_demo_that_fails_midway_leaves_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ScmError("the disk is full; nothing was changed")

    monkeypatch.setattr(importing, "run_import", fails)
    with pytest.raises(ScmError, match="disk is full"):
        sample.make(run)
    assert list(run.shop.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["shop.duckdb", "notes.txt"])
def test_what_lies_in_the_folder_is_left_alone(run: Run, name: str) -> None:
    run.shop.mkdir(parents=True)
    (run.shop / name).write_text("mine")
    with pytest.raises(ScmError, match=r"shop in .* already|is not empty") as refused:
        sample.make(run)
    assert refused.value.exit_code is Exit.USAGE
    assert [path.name for path in run.shop.parent.rglob("*")] == ["demo", name]


@pytest.mark.parametrize(
    ("today", "name", "spring", "national"),
    [
        (date(2026, 3, 31), "S08", "2027-01-23", "2026-10-01"),
        (date(2026, 11, 22), "S08", "2027-01-23", "2027-10-01"),
        (date(2026, 1, 1), "S08", "2026-02-03", "2026-10-01"),  # nothing is moved
        (date(2027, 2, 10), "S08", "2027-01-23", "2027-10-01"),  # it is on
        (date(2027, 3, 1), "S08", "2028-01-12", "2027-10-01"),
    ],
)
def test_closures_to_come_fall_on_their_true_days(
    tmp_path: Path, today: date, name: str, spring: str, national: str
) -> None:
    """S08 closes two weeks before Spring Festival: 17 Feb 2026, 6 Feb 2027, 26 Jan 2028."""
    shift = today - timedelta(days=1) - sample.LAST
    moved = sample._shifted(sample._source() / "closures.csv", tmp_path, shift)
    with moved.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["party"] == name]
    *_, feast, week = [row["from_on"] for row in rows]
    assert (feast, week) == (spring, national)
    past = [row["from_on"] for row in rows[:-2]]
    assert all(date.fromisoformat(day) < today for day in past)
