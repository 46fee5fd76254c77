"""A command that is killed leaves the shop before or after its entry, never in between.

`python -m benchmarks.kills` does the same 200 times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.kills import campaign

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kinds", "kills"),
    [
        (("receive", "receive", "import"), 5),
        pytest.param(("nightly",), 12, marks=pytest.mark.slow),
    ],
    ids=["commit and import", "nightly"],
)
def test_kill_at_random_moments(tmp_path: Path, kinds: tuple[str, ...], kills: int) -> None:
    found = campaign(tmp_path, kills, seed=7, kinds=kinds, check_every=len(kinds) * 5)
    assert not found.lost, "what was acknowledged is there"
    assert not found.partial, "a document is whole or absent"
    assert not found.broken_files, "no reader meets half a file"
    assert not found.findings, "scm check finds nothing"
    assert len(found.acknowledged) >= len(set(kinds) - {"nightly"})
