"""Help and messages in the language of the run, known before the run itself is made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scm_cli import locale, settings
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Help(click.HelpFormatter):
    """Help whose own words (Usage, Options, required ...) are in the language of the run."""

    lang = "en"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or locale.put("Usage", self.lang) + ": ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(locale.put(heading, self.lang))

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(n, self._words(text)) for n, text in rows], col_max, col_spacing)

    def _words(self, text: str) -> str:
        told, bracket, rest = text.partition("  [")
        for word in ("required", "default"):
            rest = rest.replace(word, locale.put(word, self.lang))
        return locale.put(told, self.lang) + bracket + rest


class Speaking(click.Context):
    """The context of a command whose help is in the language of the run."""

    def make_formatter(self) -> click.HelpFormatter:
        made = _Help(width=self.terminal_width, max_width=self.max_content_width)
        made.lang = tongue(self)
        return made


def translate(command: click.Command, ctx: click.Context) -> None:
    """Put a command's help and that of its options into the language of the run."""
    lang = tongue(ctx)
    if lang == "en":
        return
    command.help = locale.put(command.help or "", lang)
    for param in command.params:
        if getattr(param, "help", None):
            param.help = locale.put(param.help, lang)  # type: ignore[attr-defined]


def tongue(ctx: click.Context) -> str:
    """The language of help, known before the run is made."""
    asked = ctx.obj if isinstance(ctx.obj, dict) else {}
    return language(shop_folder(asked.get("folder"), Path.cwd()), asked.get("lang"))


def language(folder: Path | None, asked: str | None = None) -> str:
    """--lang, else SCM_LANG, else the shop's setting, else the locale, else English."""
    if asked in locale.LANGUAGES:
        return asked
    if os.environ.get("SCM_LANG"):
        return locale.from_environment(os.environ) or "en"
    if folder is not None:
        try:
            wanted = settings.raw(folder).get("language")
        except ScmError:
            wanted = None
        if wanted in locale.LANGUAGES:
            return str(wanted)
    return locale.from_environment(os.environ) or "en"


def shop_folder(asked: str | None, start: Path) -> Path | None:
    """The shop: --shop, else SCM_SHOP, else the nearest folder upward that holds one."""
    named = asked or os.environ.get("SCM_SHOP")
    if named:
        return Path(named).expanduser().absolute()
    for folder in (start, *start.parents):
        if (folder / settings.FILE).is_file() or (folder / "shop.duckdb").is_file():
            return folder
    return None
