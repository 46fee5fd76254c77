"""What every door shares: the common options, the run they make, help in both languages.

A command is declared with `cls=Reads` or `cls=Writes`; its first parameter is the context,
whose `obj` is the `Run`.
"""

from __future__ import annotations

import os
from copy import copy
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info, get_command_name, get_group

from scm_cli import locale, settings, show
from scm_cli.commands.tongue import Speaking, language, shop_folder, tongue, translate
from scm_cli.core.typed_numbers import require_finite
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable


HOME = "Asia/Shanghai"  # no summer time since 1991: known without loading the zone database


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

    context_class = Speaking

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- typer's signature
        super().__init__(*args, **more)
        self.rich_markup_mode = None
        self.params = [*self.params, *self.extra(), *shared_options()]

    def extra(self) -> list[click.Parameter]:
        """Options of this kind of command."""
        return []

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["typed"] = list(args)  # so that what was misused can be named
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- whatever the command answers
        require_finite(ctx.params)
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
            option(
                "dry_run", "--dry-run", is_flag=True, help="Show what would change; write nothing."
            ),
            option("reason", "--reason", metavar="TEXT", help="Why; kept in the log."),
            option("who", "--who", metavar="NAME", help="Who enters it (else SCM_USER)."),
        ]


class Group(TyperGroup):
    """A group whose commands are built when asked for; it names the nearest to a mistyped one."""

    context_class = Speaking

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- typer's signature
        super().__init__(*args, **more)
        self.declared: dict[str, Callable[[], click.Command]] = {}

    def join(self, other: Group) -> None:
        """Take in another module's commands; a group that both have becomes one."""
        for name, make in other.declared.items():
            mine = self.declared.get(name)
            self.declared[name] = partial(_joined, mine, make) if mine else make

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.declared)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name in self.declared and cmd_name not in self.commands:
            self.commands[cmd_name] = self.declared[cmd_name]()
        return self.commands.get(cmd_name)

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
                command.help = locale.put(command.help or "", tongue(ctx))
        super().format_help(ctx, formatter)


def _joined(*makers: Callable[[], click.Command]) -> click.Command:
    first, *more = (make() for make in makers)
    for other in more:
        if isinstance(first, Group) and isinstance(other, Group):
            first.join(other)
    return first


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


def built(app: typer.Typer) -> Group:
    """The click group of a module, its commands not yet built.

    Typer reads the signature of every command that it builds, which costs a group of eight
    as much as the start of the interpreter.
    """
    bare = copy(app)
    bare.registered_commands, bare.registered_groups = [], []
    made = get_group(bare)
    if not isinstance(made, Group):  # pragma: no cover -- every module calls `group`
        raise TypeError(type(made))
    for info in app.registered_commands:
        if info.callback is not None:
            name = info.name or get_command_name(info.callback.__name__)
            made.declared[name] = partial(
                get_command_from_info, info, pretty_exceptions_short=True, rich_markup_mode=None
            )
    for inner in app.registered_groups:
        if inner.typer_instance is not None:
            made.declared[str(inner.typer_instance.info.name)] = partial(
                built, inner.typer_instance
            )
    return made


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
    if name in (None, "", HOME):
        return timezone(timedelta(hours=8))
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(name))
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
        ScmError: it is none, or of no year that a firm plans in (exit 2).
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year < 2200:
        hint = "Write it as 2026-01-31."
        raise ScmError("{text} is no date", hint=hint, exit_code=Exit.USAGE, text=text)
    return found


def done_on(run: Run, text: str | None) -> date:
    """The day of what was done: today, or the day that was given.

    Raises:
        ScmError: it is no date, or it lies ahead (exit 2).
    """
    if text is None:
        return run.today
    from scm_cli.core.calendar import require_past

    on = day(text)
    require_past(on, run.today)
    return on


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
