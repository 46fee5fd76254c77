"""The edge where sentences get their language: English stands in the code, Chinese here.

`zh.json` maps every English template to its Chinese one; a test finds what is missing.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scm_cli.errors import Say, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "zh")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """English template → template in `lang`; empty for English."""
    if lang == "en":
        return {}
    text = (Path(__file__).parent / f"{lang}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def put(say: Say | str, lang: str) -> str:
    """A sentence in `lang`; what has no translation stays English.

    >>> put(Say("no item {sku}", sku="A1"), "en")
    'no item A1'
    """
    if isinstance(say, str):
        return catalogue(lang).get(say, say)
    template = catalogue(lang).get(say.template, say.template)
    values = say.values
    nested = {name: put(value, lang) for name, value in values.items() if isinstance(value, Say)}
    return fill(template, values | nested if nested else values)


def from_environment(environment: Mapping[str, str]) -> str | None:
    """The language that the environment asks for: SCM_LANG, then the locale."""
    for name in ("SCM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return None
