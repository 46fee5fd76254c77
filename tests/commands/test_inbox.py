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
