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
from scm_cli.commands.door import language, require_known, shared_options, shop_folder
from scm_cli.errors import Exit, ScmError

typer.core.HAS_RICH = False  # plain help: rich would triple the time of --help

#: name → (module in commands/, sentence). A leaf names the function's command in its module.
GROUPS: dict[str, tuple[str, str]] = {
    "supplier": ("supplier", "Who sells to us: files, prices, terms."),
    "purchase": ("purchase", "Orders to suppliers: new, approve, confirm, receive."),
    "stock": ("stock", "What lies where, what to order, and why."),
    "order": ("order", "Orders of customers: list, show, ship."),
    "customer": ("customer", "Who buys from us."),
    "forecast": ("forecast", "What will sell, and how sure that is."),
    "money": ("money", "What is owed, either way."),
}
LEAVES: dict[str, tuple[str, str]] = {
    "init": ("shop", "Make a shop folder, or close the opening of the books."),
    "demo": ("shop", "Make a shop from the sample firm."),
    "today": ("today", "What matters today, money first, on one screen."),
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

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*LEAVES, *GROUPS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        found = GROUPS.get(cmd_name) or LEAVES.get(cmd_name)
        if found is None:
            return None
        from importlib import import_module

        from typer.main import get_command

        group = get_command(import_module(f"scm_cli.commands.{found[0]}").app)
        if cmd_name in GROUPS:
            group.name = cmd_name
            return group
        return group.commands[cmd_name]  # type: ignore[attr-defined, no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from their sentences, without importing any."""
        lang = language(None, ctx.params.get("lang"))
        for title, entries in (("Commands", LEAVES), ("Groups", GROUPS)):
            with formatter.section(locale.put(title, lang)):
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
        code = root().main(args=args, prog_name="scm", standalone_mode=False)
        sys.stdout.flush()
    except ScmError as error:
        show.failure(error, form=form, lang=lang)
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        show.talk(error.format_message())
        code = Exit.USAGE
    except click.UsageError as error:
        hint = f"See `{error.ctx.command_path} --help`." if error.ctx else "See `scm --help`."
        show.failure(
            ScmError("{why}", hint=hint, exit_code=Exit.USAGE, why=error.format_message()),
            form=form, lang=lang,
        )  # fmt: skip
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
    asked = args[args.index("--lang") + 1] if "--lang" in args[:-1] else None
    shop = args[args.index("--shop") + 1] if "--shop" in args[:-1] else None
    return language(shop_folder(shop, Path.cwd()), asked)


def _system_failure(error: OSError, form: str, lang: str) -> int:
    import errno

    disk = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
    told = ScmError(
        "{path}: {why}; nothing was changed",
        hint="Free some space, then try again." if disk else "Look at the path and its permissions.",
        exit_code=Exit.DISK if disk else Exit.USAGE,
        path=str(error.filename or "file"),
        why=error.strerror or str(error),
    )
    show.failure(told, form=form, lang=lang)
    return int(told.exit_code)
