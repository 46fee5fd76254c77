"""A funnel drawn with bars: one line per stage, as wide as its share of the first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from scm_cli import show
from scm_cli.errors import Say
from scm_cli.locale import put
from scm_cli.show.table import drawn_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.run import Run

BAR = 40


def draw(run: Run, rows: Sequence[dict[str, Any]]) -> None:
    """Print the bars, centred, with how many entered and what share went on."""
    most = max((row["entered"] for row in rows), default=0)
    if not most:
        show.line(put(Say("Nothing to show."), run.lang))
        return
    block = _block()
    names = [put(row["stage"], run.lang) for row in rows]
    label = max(map(drawn_width, names))
    for row, stage in zip(rows, names, strict=True):
        long = round(BAR * row["entered"] / most)
        bar = (block * max(long, row["entered"] > 0)).center(BAR)
        share = row["conversion_pct"]
        went = "" if share is None else put(Say("{pct} % went on", pct=f"{share:.0f}"), run.lang)
        name = stage + " " * (label - drawn_width(stage))
        show.line(f"{name}  {bar}  {row['entered']:>7}  {went}".rstrip())
    show.line("")


def _block() -> str:
    """A full block, or a number sign where the console has none."""
    try:
        "█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#"
    return "█"
