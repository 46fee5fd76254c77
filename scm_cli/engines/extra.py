"""Libraries that come as extras: loaded when asked for, named when they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scm_cli.errors import Exit, ScmError


def required(module: str, extra: str) -> Any:  # noqa: ANN401 -- a module, of a library that may be absent
    """The module, imported.

    Raises:
        ScmError: it is not installed (exit 2).
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise ScmError(
            "{module} is not installed",
            hint="Install it with: pip install 'scm-cli[{extra}]'.",
            exit_code=Exit.USAGE,
            module=error.name or module,
            extra=extra,
        ) from error
