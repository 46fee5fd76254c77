"""The root of the program: global options, one line per command, the one catch.

A group's module is imported only when it is entered, so `scm --help` stays fast.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import typer.core
from typer.core import TyperGroup

from scm_cli import __version__, locale, show
from scm_cli.commands.door import Group, built, require_known, shared_options
from scm_cli.commands.misuse import misuse
from scm_cli.commands.tongue import Speaking, language, shop_folder, tongue, translate
from scm_cli.errors import Exit, ScmError, system_words

typer.core.HAS_RICH = False  # plain help: rich would triple the time of --help

#: name → (its modules in commands/, sentence). A leaf names the function's command in its module.
GROUPS: dict[str, tuple[str, str]] = {
    "supplier": (
        "supplier score qualify contract quote compare share",
        "Who sells to us: files, prices, terms.",
    ),
    "purchase": ("purchase", "Orders to suppliers: new, approve, confirm, receive."),
    "stock": ("stock replenish", "What lies where, what to order, and why."),
    "order": (
        "order order_entry order_follow order_ship order_pick order_track order_share",
        "Orders of customers: list, show, ship.",
    ),
    "customer": (
        "customer lead deal churn segment campaign ticket ticket_figures",
        "Who buys from us.",
    ),
    "forecast": ("forecast", "What will sell, and how sure that is."),
    "money": ("money", "What is owed, either way."),
}
LEAVES: dict[str, tuple[str, str]] = {
    "init": ("shop", "Make a shop folder, or close the opening of the books."),
    "demo": ("shop", "Make a shop from the sample firm."),
    "today": ("today", "What matters today, money first, on one screen."),
    "advise": (
        "advise",
        "What to do about demand beyond its band: who runs out when, what still helps.",
    ),
    "nightly": ("nightly", "The night's work: backup, inbox, forecast, plan, outbox."),
    "inbox": ("nightly", "Import the files that lie in the inbox, now."),
    "schedule": ("nightly", "Entries for cron, systemd or the Windows task scheduler."),
    "import": ("files", "Take in workbooks and CSV files, all or nothing."),
    "export": ("files", "Write records to a workbook that can be imported again."),
    "template": ("files", "An empty workbook to fill in."),
    "search": ("find", "Find items, suppliers, customers by code, words or initials."),
    "sql": ("find", "Ask the shop's file a read-only question in SQL."),
    "log": ("history", "What was done, newest first."),
    "undo": ("history", "Take back an entry exactly."),
    "check": ("history", "Look for anything that does not add up."),
    "backup": ("care", "Copy the shop's file and verify the copy."),
    "restore": ("care", "Put a backup in the place of the shop's file."),
    "config": ("care", "Every setting, its value and where it comes from."),
    "doctor": ("care", "Look at the file, the disk, the lock and the backups."),
}


class Root(TyperGroup):
    """The command tree, entered lazily."""

    context_class = Speaking

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*LEAVES, *GROUPS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = GROUPS.get(cmd_name) or LEAVES.get(cmd_name)
        if found is not None and cmd_name not in self.commands:
            from importlib import import_module

            first, *more = (
                built(import_module(f"scm_cli.commands.{m}").app) for m in found[0].split()
            )
            for other in more:
                first.join(other)
            made: click.Command | None = first
            if cmd_name in LEAVES and isinstance(made, Group):
                made = made.get_command(ctx, cmd_name)
            if made is not None:
                made.name = cmd_name
                self.commands[cmd_name] = made
        return self.commands.get(cmd_name)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate(self, ctx)
        super().format_help(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from their sentences, without importing any."""
        lang = tongue(ctx)
        for title, entries in (("Commands", LEAVES), ("Groups", GROUPS)):
            with formatter.section(title):
                formatter.write_dl([(n, locale.put(s, lang)) for n, (_, s) in entries.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        require_known(self, ctx, args)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        show.line(f"scm {__version__}")
        ctx.exit()


def root() -> Root:
    """The command tree."""
    return Root(
        name="scm",
        help="A small firm's supply chain, from one local file.\n\nExample: scm today",
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        params=[
            click.Option(
                ["--version"], is_flag=True, is_eager=True, expose_value=False,
                callback=_version, help="Print the version.",
            ),
            *shared_options(),
        ],
    )  # fmt: skip


def main() -> None:
    """Run the program; every failure ends here, as one sentence and an exit code."""
    args = sys.argv[1:]
    form = "json" if "--json" in args else "table"
    lang = _language_of(args)
    try:
        code = root().main(args=args, prog_name="scm", standalone_mode=False, obj={"lang": lang})
        sys.stdout.flush()
    except ScmError as error:
        show.failure(error, form=form, lang=lang)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        show.talk(error.format_message())
        code = Exit.USAGE
    except click.UsageError as error:
        show.failure(misuse(error), form=form, lang=lang)
        code = Exit.USAGE
    except (KeyboardInterrupt, click.Abort):
        show.talk(locale.put("Interrupted; nothing was half-written.", lang))
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.DONE
    except OSError as error:
        code = _system_failure(error, form, lang)
    except Exception as error:
        if os.environ.get("SCM_DEBUG"):
            raise
        show.failure(
            ScmError(
                "something went wrong that should not: {kind}: {why}",
                hint="Nothing was half-written. Run it again with SCM_DEBUG=1 and report what it prints.",
                exit_code=Exit.UNEXPECTED, kind=type(error).__name__, why=str(error)[:300],
            ),
            form=form, lang=lang,
        )  # fmt: skip
        code = Exit.UNEXPECTED
    sys.exit(int(code or 0))


def _language_of(args: list[str]) -> str:
    return language(shop_folder(_stated(args, "--shop"), Path.cwd()), _stated(args, "--lang"))


def _stated(args: list[str], flag: str) -> str | None:
    """The value of an option before the options are parsed, so that every failure is told in it."""
    for arg, following in zip(args, [*args[1:], None], strict=True):
        if arg == flag:
            return following
        if arg.startswith(f"{flag}="):
            return arg.removeprefix(f"{flag}=")
    return None


def _system_failure(error: OSError, form: str, lang: str) -> int:
    import errno

    disk = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
    told = ScmError(
        "{path}: {why}; nothing was changed",
        hint="Free some space, then try again."
        if disk
        else "Look at the path and its permissions.",
        exit_code=Exit.DISK if disk else Exit.USAGE,
        path=str(error.filename or "file"),
        why=system_words(error),
    )
    show.failure(told, form=form, lang=lang)
    return int(told.exit_code)
