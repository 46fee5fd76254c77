"""What tells a plan workbook of ours from any other, without loading what reads or writes one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

META = "_meta"
_PARTS_LIMIT = 1 << 20


def is_plan(path: Path) -> bool:
    """Whether a file is a plan of ours: a cheap look, made before anything else opens it."""
    return has_page(path, META)


def has_page(path: Path, name: str = "_") -> bool:
    """Whether a workbook has a sheet of that name; "_" stands for any hidden page of ours."""
    sign = f'name="{name}' + ('"' if name != "_" else "")
    try:
        with zipfile.ZipFile(path) as parts:
            about = parts.getinfo("xl/workbook.xml")
            return about.file_size <= _PARTS_LIMIT and sign.encode() in parts.read(about)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False
