"""The settings that a document by command reads without pydantic are the settings' own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scm_cli import settings
from scm_cli.errors import ScmError
from scm_cli.settings_model import Settings

if TYPE_CHECKING:
    from pathlib import Path


def of(model: object, key: str) -> object:
    for part in key.split("."):
        model = getattr(model, part)
    return model


@pytest.mark.parametrize("key", settings.PLAIN)
def test_plain_defaults_are_the_declared_ones(key: str) -> None:
    assert settings.PLAIN[key] == of(Settings(), key)


def test_what_the_file_says_is_checked_and_taken(tmp_path: Path) -> None:
    (tmp_path / "scm.toml").write_text('[orders]\ncutoff = "17:30"\n', encoding="utf-8")
    settings.load.cache_clear()
    assert settings.plain(tmp_path, "orders.cutoff") == "17:30"
    assert settings.plain(tmp_path, "orders.lane_days") == 2
    assert settings.plain(tmp_path, "stock.expiry_warn_days") == 30


@pytest.mark.parametrize("wrong", ['"cny"', "5", '"RMB元"'])
def test_a_currency_that_is_none_is_refused_by_whoever_reads_it(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "scm.toml").write_text(f"currency = {wrong}\n", encoding="utf-8")
    settings.load.cache_clear()
    with pytest.raises(ScmError, match="wrong setting"):
        settings.plain(tmp_path, "currency")
