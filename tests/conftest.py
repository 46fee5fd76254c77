"""What the tests of all folders share: the sample firm's shop, built once per run.

Under pytest-xdist every worker asks for it; a file lock lets one of them build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: The hostile files of the reader's tests also serve the example pages.
sys.path.append(str(Path(__file__).parent / "excel"))

DEMO_TODAY = "2026-01-05"
BUILD_SECONDS = 300


def scm(*args: str, shop: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process on the demo's day, in English, and wait for it."""
    where = {} if shop is None else {"SCM_SHOP": str(shop)}
    return subprocess.run(
        [sys.executable, "-m", "scm_cli", "--today", DEMO_TODAY, *args],
        capture_output=True, text=True, check=False, timeout=BUILD_SECONDS, encoding="utf-8",
        env={**os.environ, "SCM_LANG": "en", "SCM_USER": "test", "PYTHONUTF8": "1", **where, **env},
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm's shop after one night; only to be read."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if worker else base) / "demo" / "shop"
    folder.parent.mkdir(exist_ok=True)
    try:
        (folder.parent / "building").mkdir()
    except FileExistsError:
        _wait_for(folder.parent / "built")
        return folder
    for step in (("demo", str(folder)), ("--shop", str(folder), "nightly")):
        made = scm(*step)
        assert made.returncode == 0, made.stderr
    (folder.parent / "built").touch()
    return folder


def _wait_for(sign: Path) -> None:
    deadline = time.monotonic() + BUILD_SECONDS
    while not sign.exists():
        assert time.monotonic() < deadline, "another worker did not finish the demo shop"
        time.sleep(0.2)


@pytest.fixture
def demo_copy(demo_shop: Path, tmp_path: Path) -> Path:
    """A private copy of the demo shop, to do with as one likes."""
    return shutil.copytree(demo_shop, tmp_path / "shop")
