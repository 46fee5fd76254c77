"""A file from outside is refused: one sentence that names it, and the cure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from pathlib import Path


def refuse(path: Path, message: str, hint: str, **values: object) -> NoReturn:
    """Refuse what is in the file; `{file}` in the templates is its name."""
    told: dict[str, Any] = {"file": path.name, **values}
    raise ScmError(message, hint=hint, exit_code=Exit.REFUSED, where=path.name, **told) from None
