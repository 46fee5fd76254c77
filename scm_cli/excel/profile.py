"""Profiles: a foreign layout described once in TOML and kept.

kind = "purchase_orders"
date_format = "%d-%b-%y"
may_be_empty = ["supplier"]
fill_down = ["order_no"]
[columns]            # their header = our field; "-" leaves a column out
"PO / SO #" = "purchase_no"
[fixed]
currency = "USD"
[values.sku]
"GTXPro" = "GTX Pro"
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from pathlib import Path


class Profile(BaseModel):
    """What a profile may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str | None = None
    columns: dict[str, str] = {}
    fixed: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    date_format: str | None = None
    may_be_empty: list[str] = []
    fill_down: list[str] = []
    makes: list[str] = []


def load(path: Path) -> Profile:
    """Read and check a profile.

    Raises:
        ScmError: it is not there, no TOML, or has an unknown key (exit 2).
    """
    try:
        return Profile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScmError(
            "the profile {path} cannot be read: {why}",
            hint="A profile is a TOML file with [columns].",
            exit_code=Exit.USAGE,
            path=str(path),
            why=str(error),
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ScmError(
            "the profile {path} says {key}: {why}",
            hint="See the profiles in examples/profiles.",
            exit_code=Exit.USAGE,
            path=str(path),
            key=".".join(map(str, first["loc"])),
            why=first["msg"],
        ) from error
