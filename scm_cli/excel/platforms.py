"""Order exports of shop platforms, known by their headers: what each means lies in platforms/.

A platform's page is a profile (see `excel.profile`) with the headers by which it is known: of each
list in `signs` one must stand in the header. Its statuses mean one of ours: draft, confirmed (to be
shipped), closed (it has left the platform's way), cancelled; "" says nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scm_cli.core.intake.folding import folded
from scm_cli.core.intake.matching import HEADER_ROWS
from scm_cli.errors import Exit, ScmError
from scm_cli.excel.profile import Profile

if TYPE_CHECKING:
    from scm_cli.excel.read import Sheet

LEFT_OUT = "-"


@dataclass(frozen=True, slots=True)
class Platform:
    """One export of a platform; a refused one is known, and cannot be read."""

    name: str
    signs: list[list[str]]
    refused: bool = False
    profile: dict[str, Any] = field(default_factory=dict)


@cache
def platforms() -> tuple[Platform, ...]:
    """All that are known."""
    pages = sorted((files("scm_cli.excel") / "platforms").iterdir(), key=lambda page: page.name)
    return tuple(
        Platform(**tomllib.loads(page.read_text(encoding="utf-8")))
        for page in pages
        if page.name.endswith(".toml")
    )


def profile_of(sheet: Sheet) -> Profile | None:
    """The profile of the platform whose export the sheet is; None when it is of none.

    Raises:
        ScmError: the export cannot be read, or a status in it is not known.
    """
    for number, row in enumerate(sheet.grid.head(HEADER_ROWS).iter_rows()):
        have = {folded(cell): at for at, cell in reversed(list(enumerate(row))) if cell}
        found = next((p for p in platforms() if _is(p, have)), None)
        if found is None:
            continue
        if found.refused:
            raise ScmError(
                "this list of orders of {platform} does not name items by code",
                hint="Export the report of items (宝贝报表) there, and import that.",
                exit_code=Exit.REFUSED,
                where=sheet.where(number),
                platform=found.name,
            )
        return _profile(found, sheet, number, have)
    return None


def _is(platform: Platform, have: dict[str, int]) -> bool:
    return all(any(folded(word) in have for word in choice) for choice in platform.signs)


def _profile(platform: Platform, sheet: Sheet, header: int, have: dict[str, int]) -> Profile:
    """The profile as far as this sheet has its columns; every other column is left out."""
    told = platform.profile
    mine = {given: name for given, name in told["columns"].items() if folded(given) in have}
    known = {folded(given) for given in mine}
    others = {str(c): LEFT_OUT for c in sheet.grid.row(header) if c and folded(c) not in known}
    words = {_plain(text): meant for text, meant in told["values"]["status"].items()}
    places = [have[folded(given)] for given, name in mine.items() if name == "status"]
    values: dict[str, str] = {}
    for place in places:
        cells = sheet.grid[str(place)].slice(header + 1)
        for row, cell in enumerate(cells, header + 1):
            if cell is None or cell in values:
                continue
            if _plain(cell) not in words:
                raise ScmError(
                    "{platform} has a status that is not known: {status}",
                    hint="Say what it means in a profile: [values.status], see examples/profiles.",
                    exit_code=Exit.REFUSED,
                    where=sheet.where(row, place),
                    platform=platform.name,
                    status=cell.strip(),
                )
            values[cell.strip()] = words[_plain(cell)]
    return Profile.model_validate(
        {**told, "platform": platform.name, "columns": {**mine, **others}, "values": {"status": values}}
    )  # fmt: skip


def _plain(status: str) -> str:
    """A status without what exports differ in: width of signs, case, blanks."""
    return folded(status)
