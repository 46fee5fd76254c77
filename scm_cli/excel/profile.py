"""Profiles: a foreign layout described once in TOML and kept.

kind = "purchase_orders"
date_format = "%d-%b-%y"
may_be_empty = ["requested_on"]
fill_down = ["purchase_no"]
may_differ = ["ordered_on"]    # of a document's lines; the earliest counts
makes = ["supplier", "item"]   # tables in which this foreign history may make records
internal = ["OWN DEPOT"]       # suppliers that are part of the firm: made so, left out of ranks
[columns]            # their header = our field; "-" leaves a column out
"PO / SO #" = "purchase_no"
"Sent on" = ["ordered_on", "requested_on"]   # one column may serve several fields
"Wanted on" = "requested_on"   # of several columns for a field the first that is filled counts
[fixed]
currency = "USD"
[values.sku]         # "*" stands for every other text, "" for no value
"GTXPro" = "GTX Pro"
[also]               # the same rows, read once more as another kind
kind = "receipts"
[[files]]            # other files of the same command, each with a profile of its own
name = "products*"   # by the name of the file; what fits none is read by what stands above
kind = "items"
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from pathlib import Path


class Profile(BaseModel):
    """What a profile may say."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    kind: str | None = None
    columns: dict[str, str | list[str]] = {}
    fixed: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    date_format: str | None = None
    may_be_empty: list[str] = []
    may_differ: list[str] = []
    fill_down: list[str] = []
    makes: list[Literal["customer", "supplier", "item", "warehouse"]] = []
    internal: list[str] = []
    platform: str | None = None  # whose export it is; set by `excel.platforms`
    also: Profile | None = None
    name: str | None = None
    files: list[Profile] = []

    def readings(self, name: str) -> list[Profile]:
        """The profiles by which a file of that name is read, one after the other."""
        for other in self.files:
            if other.name and fnmatch(name.casefold(), other.name.casefold()):
                return other.readings(name)
        return [self, *([self.also] if self.also else [])]

    def fields(self) -> dict[str, list[str]]:
        """Their header → our fields."""
        return {
            header: [given] if isinstance(given, str) else given
            for header, given in self.columns.items()
        }


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
