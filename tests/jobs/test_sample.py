"""`scm demo` makes a whole shop or none."""

from __future__ import annotations

from datetime import date, datetime
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
