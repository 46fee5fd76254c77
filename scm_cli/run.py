"""What one run of a command knows: the shop, the one reading of the clock, the language.

It is made once, in `app.py`, and handed down; nothing below reads the clock, the
environment or the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli import settings
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from scm_cli.settings_model import Settings


def _silent(_: Say) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Run:
    """One run. `folder` is the shop; `talk` tells a person something on stderr."""

    now: datetime
    today: date
    folder: Path | None = None
    lang: str = "en"
    form: str = "table"
    limit: int | None = None
    output: Path | None = None
    dry_run: bool = False
    yes: bool = False
    reason: str | None = None
    who: str = ""
    command: str = ""
    pid: int = 0
    talk: Callable[[Say], None] = field(default=_silent)

    @property
    def shop(self) -> Path:
        """The shop folder.

        Raises:
            ScmError: there is none here.
        """
        if self.folder is None:
            raise ScmError(
                "no shop here",
                hint="Make one with `scm init DIR`, go into its folder, or name it with --shop DIR.",
                exit_code=Exit.NOT_FOUND,
            )
        return self.folder

    @property
    def clock(self) -> str | None:
        """The time of day; None when another day is taken for today: nobody knows its hour."""
        return f"{self.now:%H:%M}" if self.now.date() == self.today else None

    @property
    def database(self) -> Path:
        return self.shop / "shop.duckdb"

    def setting(self, key: str) -> Any:  # noqa: ANN401 -- the type of the setting
        """One setting by its key, such as `orders.cutoff`, without loading the others."""
        return settings.plain(self.shop, key)

    @property
    def settings(self) -> Settings:
        loaded: Any = settings.load(self.shop)
        return loaded  # type: ignore[no-any-return]
