"""The list of other spellings of headers, in Chinese and English, by kind of sheet."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def aliases() -> dict[str, dict[str, list[str]]]:
    """Kind → field → spellings. A field that starts with "-" is known and not read."""
    text = (files("scm_cli.excel") / "aliases.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, list[str]]] = json.loads(text)
    return loaded
