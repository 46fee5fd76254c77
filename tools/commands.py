# ruff: noqa: INP001, PLC0415 -- a script of its own; scm_cli is imported once its path is known
"""Writes the list of commands of README.md from the commands' own help.

python tools/commands.py            write it
python tools/commands.py --check    exit 1 when it is not what the help says
"""

from __future__ import annotations

import re
import sys
import warnings
from typing import TYPE_CHECKING

from pages import ROOT, generated

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click


def commands() -> str:
    """The whole part, as Markdown: the single commands, then each group."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # typer touches names that click retires
        import click

        from scm_cli.app import GROUPS, LEAVES, root

    tree = root()
    ctx = click.Context(tree, info_name="scm", obj={"lang": "en"})
    parts = [_table("", [(name, _command(tree, ctx, name)) for name in LEAVES])]
    for name, (_, sentence) in GROUPS.items():
        found = list(_within(_command(tree, ctx, name), ctx, name))
        parts.append(_table(f"**`scm {name}`** - {sentence}\n\n", found))
    return "\n" + "\n".join(parts) + "\n"


def _within(
    command: click.Command, ctx: click.Context, name: str
) -> Iterator[tuple[str, click.Command]]:
    """A command, or those of a group and of the groups in it."""
    import click

    if not isinstance(command, click.Group):
        yield name, command
        return
    for each in command.list_commands(ctx):
        yield from _within(_command(command, ctx, each), ctx, f"{name} {each}")


def _command(group: click.Group, ctx: click.Context, name: str) -> click.Command:
    found = group.get_command(ctx, name)
    if found is None:
        raise LookupError(name)
    return found


def _table(title: str, found: list[tuple[str, click.Command]]) -> str:
    rows = "\n".join(f"| `scm {name}` | {_cells(command.help or '')} |" for name, command in found)
    return f"{title}| Command | What it does | Example |\n|---|---|---|\n{rows}\n"


def _cells(told: str) -> str:
    """The sentence and the example of a command's help."""
    sentence, _, example = told.partition("\n\nExample: ")
    plain = re.sub(r"\s+", " ", sentence).strip().replace("|", "\\|")
    code = example.split("\n", maxsplit=1)[0].strip().replace("|", "\\|")
    return f"{plain} | " + (f"`{code}`" if code else "")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(generated("README.md", "commands", commands()))
