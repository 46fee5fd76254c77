"""What no file of the project may hold."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@cache
def texts() -> dict[str, list[str]]:
    """Every text file of the project but this one, in lines."""
    found = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    paths = [ROOT / name for name in found.stdout.splitlines()]
    kinds = {".py", ".md", ".toml", ".sql", ".json", ".txt", ".html", ".yml", ""}
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").splitlines()
        for path in paths
        if path.suffix in kinds and path.is_file() and path != Path(__file__)
    }


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(TODO|FIXME|XXX)\b",
        r"(?<![\w.])/(?:root|home/\w\w+|work|Users/\w+)/",
        r"https?://[\w.-]*(?:pypi|artifactory|nexus|registry)",
    ],
    ids=["unfinished work", "a path of one machine", "a package registry"],
)
def test_no_file_holds(pattern: str) -> None:
    held = [
        f"{path}:{n}: {line.strip()[:80]}"
        for path, lines in texts().items()
        for n, line in enumerate(lines, 1)
        if re.search(pattern, line)
    ]
    assert held == []
