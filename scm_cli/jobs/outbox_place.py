"""Where the outbox lies, and names that every file system takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from pathlib import Path

    from scm_cli.run import Run


def folder(run: Run) -> Path:
    """The outbox: in the shop, or where `folders.outbox` says (a shared folder)."""
    return (run.shop / run.settings.folders.outbox).absolute()


def require_workbook(path: Path) -> None:
    """Refuse a file for a workbook that no program would open as one.

    Raises:
        ScmError: it does not end in .xlsx (exit 2).
    """
    if path.suffix.lower() != ".xlsx":
        raise ScmError(
            "{path}: a workbook ends in .xlsx",
            hint="Give the file that ending.",
            exit_code=Exit.USAGE,
            path=str(path),
        )


def safe(name: str) -> str:
    """A code as part of a file name."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
