"""A small shop with its first papers imported, built once and copied for each test."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from sample_shops import once
from small_shop import PAPERS, START, TODAY, Shop

from scm_cli.jobs import importing, opening
from scm_cli.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop that every test starts from; only to be copied."""
    return once(tmp_path_factory, "papers", _made)


def _made(folder: Path) -> None:
    run = Run(datetime(2026, 3, 31, 9), TODAY, folder, who="test", command="import", pid=1)
    opening.make(run, START)
    paths = []
    for name, text in PAPERS.items():
        path = folder.parent / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    importing.run_import(run, paths, importing.Asked())


@pytest.fixture
def shop(papers: Path, tmp_path: Path) -> Shop:
    folder = tmp_path / "shop"
    shutil.copytree(papers, folder)
    run = Run(datetime(2026, 3, 31, 9), TODAY, folder, who="test", command="import", pid=1)
    return Shop(run, tmp_path)


@pytest.fixture
def make_shop(tmp_path: Path) -> Callable[[str, date], Shop]:
    """An empty shop whose books start on a day."""

    def made(name: str, start: date) -> Shop:
        run = Run(datetime(2026, 3, 31, 9), TODAY, tmp_path / name, who="test", pid=1)
        opening.make(run, start)
        return Shop(run, tmp_path)

    return made
