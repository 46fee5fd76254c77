"""What every door shares: the common options, the run they make, help in both languages.

A command is declared with `cls=Reads` or `cls=Writes`; its first parameter is the context,
whose `obj` is the `Run`.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import typer
from typer.core import TyperCommand, TyperGroup

from scm_cli import locale, settings, show
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.run import Run


def option(key: str, *flags: str, help: str, **more: Any) -> click.Option:  # noqa: A002, ANN401
    """A shared option; its value is kept under `key` until the run is made."""

    def keep(ctx: click.Context, _param: click.Parameter, value: object) -> None:
        if value is not None and value is not False:
            ctx.ensure_object(dict)
            ctx.obj[key] = value

    return click.Option(list(flags), expose_value=False, callback=keep, help=help, **more)


def shared_options() -> list[click.Parameter]:
    """The options that may stand before or after the command."""
    return [
        option("folder", "--shop", metavar="DIR", help="Shop folder (else SCM_SHOP, else upward)."),
        option("today", "--today", metavar="DATE", help="Take this day for today."),
        option("lang", "--lang", type=click.Choice(locale.LANGUAGES), help="Language: zh or en."),
        option("form", "--json", flag_value="json", is_flag=True, help="Answer one JSON document."),
        option("yes", "--yes", "-y", is_flag=True, help="Do not ask; do it."),
    ]


class _Door(TyperCommand):
    """A command with the shared options, translated help and the run as its context object."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- typer's signature
        super().__init__(*args, **more)
        self.rich_markup_mode = None
        self.params = [*self.params, *self.extra(), *shared_options()]

    def extra(self) -> list[click.Parameter]:
        """Options of this kind of command."""
        return []

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- whatever the command answers
        ctx.obj = make_run(ctx.obj or {}, ctx.command_path.removeprefix("scm").strip())
        return super().invoke(ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate(self, ctx)
        super().format_help(ctx, formatter)


class Reads(_Door):
    """A command that only reads."""

    def extra(self) -> list[click.Parameter]:
        return [
            option("form", "--csv", flag_value="csv", is_flag=True, help="Answer CSV."),
            option("limit", "--limit", type=click.IntRange(min=1), help="At most so many rows."),
            option("output", "--output", "-o", metavar="FILE", help="Write to this .xlsx or .csv."),
        ]


class Writes(_Door):
    """A command that writes through the one commit."""

    def extra(self) -> list[click.Parameter]:
        return [
            option("dry_run", "--dry-run", is_flag=True, help="Show what would change; write nothing."),
            option("reason", "--reason", metavar="TEXT", help="Why; kept in the log."),
            option("who", "--who", metavar="NAME", help="Who enters it (else SCM_USER)."),
        ]


class Group(TyperGroup):
    """A group that names the nearest command when one is mistyped."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        require_known(self, ctx, args)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate(self, ctx)
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                command.help = locale.put(command.help or "", _lang(ctx))
        super().format_help(ctx, formatter)


def group(name: str, sentence: str) -> typer.Typer:
    """A command group; its commands are added by the module that makes it."""
    app = typer.Typer(
        name=name,
        help=sentence,
        cls=Group,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=sentence)(_nothing)
    return app


def _nothing() -> None:
    """A group alone does nothing."""


def require_known(group: click.Group, ctx: click.Context, args: list[str]) -> None:
    """Refuse an unknown command with the nearest one."""
    name = args[0]
    if name.startswith("-") or group.get_command(ctx, name) is not None:
        return
    from difflib import get_close_matches

    near = get_close_matches(name, group.list_commands(ctx), 1)
    path = ctx.command_path.removeprefix("scm").strip()
    raise ScmError(
        "there is no command {name}",
        hint="Did you mean `{near}`?" if near else "`scm --help` lists them.",
        exit_code=Exit.USAGE,
        name=f"{path} {name}".strip(),
        near=f"scm {path} {near[0]}".replace("  ", " ") if near else "",
    )


def translate(command: click.Command, ctx: click.Context) -> None:
    """Put a command's help and that of its options into the language of the run."""
    lang = _lang(ctx)
    if lang == "en":
        return
    command.help = locale.put(command.help or "", lang)
    for param in command.params:
        if getattr(param, "help", None):
            param.help = locale.put(param.help, lang)  # type: ignore[attr-defined]


def _lang(ctx: click.Context) -> str:
    asked = ctx.obj.get("lang") if isinstance(ctx.obj, dict) else None
    return language(shop_folder(None, Path.cwd()), asked)


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


def make_run(asked: dict[str, Any], command: str) -> Run:
    """The one reading of the clock, the environment and the shared options."""
    folder = shop_folder(asked.get("folder"), Path.cwd())
    zone = settings.raw(folder).get("time_zone") if folder else None
    now = datetime.now(UTC).astimezone(_zone(zone))
    run = Run(
        now=now.replace(tzinfo=None),
        today=day(asked["today"]) if "today" in asked else now.date(),
        folder=folder,
        lang=language(folder, asked.get("lang")),
        form=asked.get("form", "table"),
        limit=asked.get("limit"),
        output=Path(asked["output"]) if "output" in asked else None,
        dry_run=bool(asked.get("dry_run")),
        yes=bool(asked.get("yes")),
        reason=asked.get("reason"),
        who=asked.get("who") or os.environ.get("SCM_USER") or _user(),
        command=command,
        pid=os.getpid(),
    )

    def talk(say: Say) -> None:
        show.talk(locale.put(say, run.lang))

    run.talk = talk
    return run


def _zone(name: object) -> Any:  # noqa: ANN401 -- tzinfo
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(name or "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ScmError(
            "time_zone {zone} in scm.toml is not known",
            hint="Use a name such as Asia/Shanghai.",
            exit_code=Exit.USAGE,
            zone=str(name),
        ) from error


def day(text: str) -> date:
    """A date from the command line.

    Raises:
        ScmError: it is none (exit 2).
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ScmError(
            "{text} is no date", hint="Write it as 2026-01-31.", exit_code=Exit.USAGE, text=text
        ) from error


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
