"""The owner's settings: `scm.toml` in the shop folder, every key with a default that serves.

The models are pydantic, so a wrong value is told with its key. Reading one raw key (the
language of a message) does not load pydantic.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from scm_cli.errors import Exit, Problem, Say, ScmError

FILE = "scm.toml"


def raw(folder: Path) -> dict[str, Any]:
    """The parsed file, unchecked; empty when there is none."""
    path = folder / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScmError(
            "{path} cannot be read: {why}",
            hint="Mend that line, or move the file away to use the defaults.",
            exit_code=Exit.USAGE,
            path=str(path),
            why=str(error),
        ) from error


@cache
def load(folder: Path) -> Any:  # noqa: ANN401 -- typed at the caller: settings_model.Settings
    """The checked settings of a shop folder (`scm_cli.settings_model.Settings`).

    Raises:
        ScmError: a key is unknown or its value is out of range; all of them are listed.
    """
    from pydantic import ValidationError

    from scm_cli.settings_model import Settings

    try:
        return Settings.model_validate(raw(folder))
    except ValidationError as error:
        problems = tuple(
            Problem(
                f"{FILE}: {'.'.join(str(p) for p in e['loc'])}",
                Say("{why}", why=e["msg"]),
                Say("See `scm config` for the keys and their defaults."),
            )
            for e in error.errors()
        )
        raise ScmError(
            "{file} has {n} wrong setting(s)",
            hint="Mend them, then try again.",
            exit_code=Exit.USAGE,
            problems=problems,
            file=FILE,
            n=len(problems),
        ) from error
