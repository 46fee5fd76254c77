"""Tables: rich on a terminal, plain aligned columns in a pipe (which then starts faster)."""

from __future__ import annotations

import os
import shutil
import sys
from unicodedata import east_asian_width

NARROW_COLUMNS = 60


def draw(names: list[str], cells: list[list[str]], right: set[int]) -> None:
    """Print a table; `right` holds the indices of number columns."""
    width = shutil.get_terminal_size((100, 24)).columns
    if sys.stdout.isatty() and width < NARROW_COLUMNS:
        blocks(names, cells)
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        rich_table(names, cells, right)
    else:
        aligned(names, cells, right)


def aligned(names: list[str], cells: list[list[str]], right: set[int]) -> None:
    """Columns padded with blanks; Chinese characters count two."""
    widths = [max(map(drawn_width, column)) for column in zip(names, *cells, strict=True)]
    for row in [names, ["-" * w for w in widths], *cells]:
        padded = [
            " " * (w - drawn_width(c)) + c if i in right else c + " " * (w - drawn_width(c))
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        _write("  ".join(padded).rstrip())


def blocks(names: list[str], cells: list[list[str]]) -> None:
    """One record below the other, for narrow screens."""
    label = max(map(drawn_width, names))
    for row in cells:
        for name, value in zip(names, row, strict=True):
            if value:
                _write(f"{name:<{label}}  {value}")
        _write("")


def rich_table(names: list[str], cells: list[list[str]], right: set[int]) -> None:
    """A table as wide as the terminal; long names fold."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(names):
        table.add_column(Text(name), justify="right" if i in right else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console(legacy_windows=False).print(table)


def drawn_width(text: str) -> int:
    """How many columns a text takes; Chinese characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _write(content: str) -> None:
    try:
        sys.stdout.write(content + "\n")
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(content.encode(encoding, "replace").decode(encoding) + "\n")
