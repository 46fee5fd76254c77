"""A shop of the store's own: made once, copied for each test."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from sample_shops import once

sys.path.append(str(Path(__file__).parent))
from store_shops import DAY, NOW, Shop, customer, item, move

from scm_cli.jobs import opening
from scm_cli.run import Run


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "store", _made)


def _made(folder: Path) -> None:
    shop = Shop(Run(now=NOW, today=DAY, folder=folder, who="test", command="init", pid=1))
    opening.make(shop.run, date(2026, 1, 1))
    shop.write(
        {
            "item": [item("A"), item("B")],
            "customer": [customer("C1"), customer("C2")],
            "stock_move": [move("A", 100)],
        }
    )


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Shop:
    folder = shutil.copytree(made, tmp_path / "shop")
    return Shop(Run(now=NOW, today=DAY, folder=folder, who="test", command="test", pid=1))
