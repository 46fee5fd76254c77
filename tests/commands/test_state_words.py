"""States and kinds are words where a person reads them, codes where a program does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import fastexcel
import pytest

from scm_cli.core.records.catalog import RECORDS
from scm_cli.show.words import COLUMNS, DERIVED, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

CHOICES = sorted(
    {
        (name, choice)
        for record in RECORDS
        for name, column in record.columns().items()
        for choice in column.choices or ()
        if name in COLUMNS and choice not in "ABCD" and record.table != "suggestion"
    }
)


@pytest.mark.parametrize(("column", "code"), [*CHOICES, *(("status", code) for code in DERIVED)])
def test_every_code_has_a_chinese_word(column: str, code: str) -> None:
    assert not shown(column, code, "zh").isascii()
    assert shown(column, code, "en") == code


@pytest.mark.parametrize("column", ["name", "note", "owner", "sku", "customer"])
def test_a_text_that_looks_like_a_code_stays(column: str) -> None:
    assert shown(column, "open", "zh") == "open"


def test_a_table_shows_words_and_json_and_csv_keep_codes(
    scm: Callable[..., Ran], tmp_path: Path
) -> None:
    scm("supplier", "add", "S1", "--name", "One")
    asked = ("--lang", "zh", "supplier", "list")
    assert "暂停" in scm(*asked).out
    states = {row["supplier"]: row["state"] for row in scm(*asked, "--json").rows}
    assert states["S-002"] == "suspended"
    assert ",suspended," in scm(*asked, "--csv").out
    book, text = tmp_path / "list.xlsx", tmp_path / "list.csv"
    scm(*asked, "-o", str(book))
    scm(*asked, "-o", str(text))
    assert "暂停" in fastexcel.read_excel(book).load_sheet(0).to_polars()["state"].to_list()
    assert ",suspended," in text.read_text(encoding="utf-8-sig")
    card = scm("--lang", "zh", "supplier", "show", "S1").out
    assert "已批准" in card
    assert "approved" not in card
    flag = next(line for line in card.splitlines() if line.startswith("is_internal"))
    assert flag.split() == ["is_internal", "否"]
