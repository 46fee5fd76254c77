"""`scm stock sites` on the sample firm: warehouses in 义乌 and 上海, customers in twelve cities."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CANDIDATES = "city,fixed_amount\n义乌,120000\n上海,260000\n武汉,90000\n成都市,80000\n西安,60000\n"


@pytest.fixture
def sites(demo_shop: Path, tmp_path: Path):
    """Run the command with a list of candidates; its answer."""

    def run(text: str = "", *more: str) -> dict[str, Any]:
        lists: list[str] = []
        if text:
            (tmp_path / "list.csv").write_text(text, encoding="utf-8")
            lists = ["--candidates", str(tmp_path / "list.csv")]
        ran = subprocess.run(
            [sys.executable, "-m", "scm_cli", "--shop", str(demo_shop), "--today", "2026-01-05",
             "stock", "sites", "--json", *lists, *more],
            capture_output=True, text=True, check=False, encoding="utf-8",
            env={**os.environ, "SCM_LANG": "en", "PYTHONUTF8": "1"},
        )  # fmt: skip
        found: dict[str, Any] = json.loads(ran.stdout)
        return {**found, "code": ran.returncode, "talk": ran.stderr}

    return run


def test_existing_warehouses_alone(sites) -> None:
    found = sites()
    assert [row["sites"] for row in found["rows"]] == [1, 2]
    assert found["rows"][0]["open"] == ["MAIN 义乌"]
    assert found["rows"][0]["closed"] == ["EAST 上海"]
    assert "MAIN has no cost and counts as free" in found["talk"]


def test_candidates_make_a_curve(sites) -> None:
    rows = sites(CANDIDATES)["rows"]
    assert [row["sites"] for row in rows] == [1, 2, 3, 4, 5]
    assert all(row["method"] == "every set" for row in rows)
    days, transport = ([row[n] for row in rows] for n in ("mean_days", "transport_amount"))
    assert days == sorted(days, reverse=True)
    assert transport == sorted(transport, reverse=True)
    cheapest = min(rows, key=lambda row: row["cost_amount"])
    assert cheapest["open"] == ["MAIN 义乌", "成都"]  # the west is far from both warehouses


def test_dear_transport_keeps_every_site(sites) -> None:
    rows = sites(CANDIDATES, "--km-cost", "1")["rows"]
    assert min(rows, key=lambda row: row["cost_amount"])["sites"] == 5
    assert len(sites(CANDIDATES, "--most", "2")["rows"]) == 2


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("city,fixed_amount\nAtlantis,5\n", 3, "there are no coordinates for Atlantis"),
        ("city,fixed_amount\n杭州,5\n杭州,6\n", 3, "list.csv is refused"),
        ("town,rent\n杭州,5\n", 3, "the list has no header row"),
    ],
)
def test_lists_that_cannot_be_used(sites, text: str, code: int, says: str) -> None:
    found = sites(text)
    assert found["code"] == code
    assert says in found["error"]["message"]
