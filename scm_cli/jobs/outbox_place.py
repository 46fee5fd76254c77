"""Where the outbox lies, and names that every file system takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run


def folder(run: Run) -> Path:
    """The outbox: in the shop, or where `folders.outbox` says (a shared folder)."""
    return (run.shop / run.settings.folders.outbox).absolute()


def safe(name: str) -> str:
    """A code as part of a file name."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
