"""What a command does not import: start-up time is a promise, and imports are most of it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from scm_cli.jobs import opening
from scm_cli.run import Run

if TYPE_CHECKING:
    from pathlib import Path

ENGINES = ("_duckdb", "duckdb", "polars", "numpy")
BOOKS = ("openpyxl", "xlsxwriter", "fastexcel")
OTHERS = ("pydantic", "rich", "rapidfuzz", "pypinyin", "stdnum", "holidays", "jinja2")

#: Runs one command, then tells on the last line of stderr which modules it loaded.
PROBE = """
import sys
from scm_cli.app import main
try:
    main()
finally:
    print(*{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("startup") / "shop"
    now = datetime(2026, 3, 1, 9)
    opening.make(Run(now=now, today=now.date(), folder=folder, who="test"), date(2026, 1, 1))
    items = folder / "items.csv"
    items.write_text("sku,name,unit\nA1,Pen,pc\n")
    command = [sys.executable, "-m", "scm_cli", "--shop", str(folder), "import", str(items)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def loaded(*args: str, code: int = 0) -> tuple[set[str], str]:
    """Top-level modules that a command has loaded when it ends, and what it printed."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *args],
        capture_output=True, text=True, check=False, env={**os.environ, "SCM_LANG": "en"},
    )  # fmt: skip
    assert ran.returncode == code, ran.stderr
    return set(ran.stderr.splitlines()[-1].split()), ran.stdout


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("stock", "--help")])
def test_help_and_version_load_nothing_heavy(args: tuple[str, ...]) -> None:
    modules, out = loaded(*args)
    assert out
    assert modules.isdisjoint({*ENGINES, *BOOKS, *OTHERS})


@pytest.mark.parametrize(
    "args",
    [
        ("stock", "show", "A1", "--json"),
        ("stock", "list", "--json"),
        ("stock", "list"),
        ("log", "--json"),
    ],
)
def test_a_card_loads_the_engines_compiled_part_alone(shop: Path, args: tuple[str, ...]) -> None:
    modules, _ = loaded("--shop", str(shop), *args)
    assert "_duckdb" in modules
    assert modules.isdisjoint({"duckdb", "polars", "numpy", *BOOKS, *OTHERS})


def test_a_mistyped_command_loads_no_engine() -> None:
    modules, _ = loaded("stcok", code=2)
    assert modules.isdisjoint({*ENGINES, *BOOKS, *OTHERS})
