"""Every sentence that a person can meet has its Chinese, with the same values in it."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from scm_cli.core.records.catalog import RECORDS, SHEETS
from scm_cli.errors import Say
from scm_cli.locale import from_environment, put

ROOT = Path(__file__).parent.parent
CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def strings() -> ModuleType:
    spec = importlib.util.spec_from_file_location("strings_tool", ROOT / "tools" / "strings.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@cache
def found() -> dict[str, str]:
    return dict(strings().sentences())


def test_every_sentence_has_its_chinese() -> None:
    known = strings().catalogue()
    missing = [f"{file}: {text}" for text, file in found().items() if text not in known]
    assert not missing, "add them to scm_cli/locale/zh.json (tools/strings.py prints them)"


def test_no_chinese_is_left_over() -> None:
    assert sorted(set(strings().catalogue()) - set(found())) == []


def test_the_chinese_holds_the_same_values() -> None:
    names = strings().names
    differs = [en for en, zh in strings().catalogue().items() if names(en) != names(zh)]
    assert differs == []


def test_what_is_said_by_name_is_declared() -> None:
    """A template that reaches `Say` or `put` through a variable is found only if it is declared."""
    assert strings().undeclared() == []


def test_the_example_of_a_command_is_the_same_command() -> None:
    for en, zh in strings().catalogue().items():
        if "\n\nExample: " in en:
            assert zh.split("\n\n示例：")[1] == en.split("\n\nExample: ")[1], en


def test_chinese_is_chinese() -> None:
    """Values, names and commands apart, no English word is left untranslated."""
    names = re.compile(r"\{\w*\}|`[^`]*`|\bscm .*|DuckDB|SKU")
    said = {
        en: zh
        for en, zh in strings().catalogue().items()
        if re.search("[A-Za-z]", names.sub("", en))
    }
    assert [en for en, zh in said.items() if not CHINESE.search(zh)] == []


def test_the_file_is_sorted_and_readable() -> None:
    text = strings().CATALOGUE.read_text(encoding="utf-8")
    assert (
        text
        == json.dumps(dict(sorted(json.loads(text).items())), ensure_ascii=False, indent=0) + "\n"
    )


def test_fields_and_sheets_carry_both_headers() -> None:
    for record in RECORDS:
        for column in record.columns().values():
            assert column.en, column.name
            assert CHINESE.search(column.zh), f"{record.table}.{column.name}"
    for sheet in SHEETS:
        assert CHINESE.search(sheet.zh), sheet.kind


def test_a_sentence_within_a_sentence_is_translated_too() -> None:
    say = Say("{field} is missing", field=Say("Warehouse"))
    assert put(say, "zh") == "缺少仓库"
    assert put(say, "en") == "Warehouse is missing"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, None),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"SCM_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], lang: str | None) -> None:
    assert from_environment(environment) == lang
