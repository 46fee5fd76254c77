"""How the shops of the tests are built: the sample firm's, whole and small, once a run.

Under pytest-xdist every worker asks for them; the first one builds, the others wait.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scm_cli.jobs import sample

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

DEMO_TODAY = "2026-01-05"
BUILD_SECONDS = 300
SAMPLE_FIRM = Path(__file__).parents[1] / "data" / "sample_firm"
#: One item of each family is enough to try every command on.
KEPT_ITEMS = "001"


def scm(
    *args: str, shop: Path | None = None, text: str = "utf-8", **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the program as a process on the demo's day, in English, and wait for it."""
    where = {} if shop is None else {"SCM_SHOP": str(shop)}
    return subprocess.run(
        [sys.executable, "-m", "scm_cli", "--today", DEMO_TODAY, *args],
        capture_output=True, text=True, check=False, timeout=BUILD_SECONDS, encoding=text,
        env={**os.environ, "SCM_LANG": "en", "SCM_USER": "test", "PYTHONUTF8": "1", **where, **env},
    )  # fmt: skip


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The shop that `build` made; one worker builds it, nobody writes to it afterwards."""
    base = factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    shop, failed, done = base / name / "shop", base / name / "failed", base / name / "done"
    try:
        shop.parent.mkdir()
    except FileExistsError:
        _wait_for(done, failed)
        return shop
    try:
        build(shop)
    except BaseException:
        failed.touch()
        raise
    done.touch()
    return shop


def run_scm(*args: str) -> None:
    made = scm(*args)
    assert made.returncode == 0, made.stderr


def demo(shop: Path) -> None:
    """The sample firm, after one night."""
    run_scm("demo", str(shop))
    run_scm("--shop", str(shop), "nightly")


def _wait_for(done: Path, failed: Path) -> None:
    deadline = time.monotonic() + BUILD_SECONDS
    while not done.exists():
        assert not failed.exists(), "another worker could not build the shop"
        assert time.monotonic() < deadline, "another worker did not finish the shop"
        time.sleep(0.2)


def small_firm(shop: Path) -> None:
    """The sample firm with one item of each family, after one night."""
    shift = date.fromisoformat(DEMO_TODAY) - timedelta(days=1) - sample.LAST
    run_scm("init", str(shop), "--start", (sample.FIRST + shift).isoformat())
    sheets = shop.parent / "sheets"
    sheets.mkdir()
    known: set[str] = set()  # documents of which a line is kept: payments and balances name them
    names = sorted(SAMPLE_FIRM.glob("*.csv"), key=lambda path: path.stem == "payments")
    paths = [_thinned(sample._shifted(path, sheets, shift), known) for path in names]
    run_scm("--shop", str(shop), "import", *map(str, paths))
    run_scm("--shop", str(shop), "nightly")


def _thinned(path: Path, known: set[str]) -> Path:
    """A sheet with the rows of the kept items only, and the payments of their documents."""
    with path.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    kept = [
        row
        for row in rows
        if row.get("sku", KEPT_ITEMS).endswith(KEPT_ITEMS)
        and (path.stem != "payments" or row["document_no"] in known)
    ]
    known.update(row[n] for row in kept for n in ("shipment_no", "receipt_no") if row.get(n))
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return path
