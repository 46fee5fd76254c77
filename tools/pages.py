# ruff: noqa: INP001 -- beside the scripts that use it
"""The generated part of a page: between two comments, written anew or held against what is there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def generated(page: str, name: str, made: str) -> int:
    """Put `made` between the comments <!-- name --> and <!-- /name --> of a page.

    With --check on the command line nothing is written; the answer is 1 when it differs.
    """
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    part = re.compile(rf"<!-- {name} -->\n(?:.*?<!-- /{name} -->\n?)?", re.DOTALL)
    if not part.search(text):
        text += f"\n<!-- {name} -->\n"
    wanted = part.sub(lambda _: f"<!-- {name} -->\n{made}<!-- /{name} -->\n", text, count=1)
    if "--check" in sys.argv:
        if wanted != path.read_text(encoding="utf-8"):
            sys.stderr.write(f"{page}: the part {name} is old; run `make docs`\n")
            return 1
        return 0
    path.write_text(wanted, encoding="utf-8")
    return 0
