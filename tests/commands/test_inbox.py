"""`scm inbox`: what is imported, what is refused, and what waits."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

PAPER = "供应商编码,供应商名称\nS-009,新厂\n"


def test_a_file_that_may_still_be_written_is_told(
    shop: Path, scm: Callable[..., Ran], monkeypatch
) -> None:
    """It waits for two quiet seconds; nobody has to wonder why nothing came in."""
    path = shop / "inbox" / "suppliers.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PAPER, encoding="utf-8")
    in_a_minute = time.time() + 58
    os.utime(path, (in_a_minute, in_a_minute))
    ran = scm("inbox")
    assert ran.out.splitlines()[0] == "0 files imported, 0 refused."
    assert "suppliers.csv may still be written; it waits until " in ran.out
    (waits,) = scm("inbox", "--json").json["waiting"]
    assert waits["file"] == "suppliers.csv"
    old = time.time() - 60
    os.utime(path, (old, old))
    assert scm("inbox").out.splitlines() == ["1 file imported, 0 refused."]
    assert not path.exists()


def settled(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    old = time.time() - 60
    os.utime(path, (old, old))
    return path


def test_a_dry_run_leaves_the_file_where_it_is(shop: Path, scm: Callable[..., Ran]) -> None:
    path = settled(shop / "inbox" / "suppliers.csv", PAPER)
    assert "1 file imported" in scm("inbox", "--dry-run").out
    assert path.exists()
    assert scm("supplier", "show", "S-009").code == 4
    assert scm("inbox").code == 0
    assert scm("supplier", "show", "S-009").code == 0


def test_a_refused_file_is_told_by_its_first_wrong_cell(
    shop: Path, scm: Callable[..., Ran]
) -> None:
    settled(shop / "inbox" / "prices.csv", "supplier,sku,unit_price\nS-001,A4-80,abc\n")
    ran = scm("inbox")
    assert (ran.code, "prices.csv C2: abc is not a number" in ran.out) == (3, True), ran.out
    assert (shop / "inbox" / "refused" / "prices.csv").exists()
