"""A file is written whole or not at all: beside its name, synced, then renamed onto it.

A workbook that is open in Excel cannot be replaced; it gets a sibling name instead.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIBLINGS = 20


def saved(path: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a temporary file, then give it its name; the name that it got.

    Raises:
        OSError: the folder cannot be written, the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # the parser of a synced folder must never take it for a workbook, so it is hidden
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        return _renamed(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink()


def saved_text(path: Path, text: str) -> Path:
    """A text file (UTF-8), whole or not at all; the name that it got."""
    return saved(path, lambda target: _write_text(target, text))


def _write_text(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8", newline="\n")


def sibling(path: Path, number: int) -> Path:
    """The name beside a name that is taken.

    >>> from pathlib import Path
    >>> sibling(Path("plan.xlsx"), 2).name
    'plan (2).xlsx'
    """
    return path if number == 1 else path.with_name(f"{path.stem} ({number}){path.suffix}")


def _renamed(temporary: Path, path: Path) -> Path:
    for number in range(1, SIBLINGS + 1):
        target = sibling(path, number)
        try:
            temporary.replace(target)
        except PermissionError:  # Excel holds it open
            if number == SIBLINGS or not target.exists():
                raise
        else:
            return target
    raise AssertionError(path)  # the loop returns or raises
