"""What the option parser complains about, in our sentences, so that it has its Chinese too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    import click

_VALUE = r"Invalid value for (?:'[^']*' / )*'(?P<name>[^']*)': '?(?P<text>.*?)'? "

#: The parser's words, and ours.
MISUSES: dict[str, str] = {
    r"No such option: -[\d.].*": "a number below 0 is not allowed here",
    r"Missing (?:argument|option|parameter) '(?P<name>[^']*)'.*": "{name} is missing",
    r"No such option: (?P<name>[^ ]*).*": "there is no option {name}",
    r"Option '(?P<name>[^']*)' requires an argument.": "{name} needs a value",
    r"Option '(?P<name>[^']*)' does not take a value.": "{name} takes no value",
    r"Got unexpected extra arguments? \((?P<text>.*)\)": "{text} is too much",
    _VALUE + r"is not one of (?P<choices>.*)\.": "{name}: {text} is not one of {choices}",
    _VALUE + r"is not in the range (?P<range>.*)\.": "{name}: {text} is not in the range {range}",
    _VALUE + r"is not a valid .*\.": "{name}: {text} is not a valid value",
    r"Missing command\.": "no command was given",
}


def misuse(error: click.UsageError) -> ScmError:
    """The error of the parser as one of ours, with the page of help to read.

    >>> import click
    >>> misuse(click.UsageError("Option '--limit' requires an argument.")).say.english
    '--limit needs a value'
    """
    why = error.format_message()
    page = f"{error.ctx.command_path} --help" if error.ctx else "scm --help"
    for pattern, template in MISUSES.items():
        found = re.fullmatch(pattern, why, re.DOTALL)
        if found:
            told = {name: text or "''" for name, text in found.groupdict().items()}
            return _told(template, page, told)
    return _told("{why}", page, {"why": why})


def _told(template: str, page: str, values: dict[str, str]) -> ScmError:
    more: dict[str, object] = {**values, "page": page}
    return ScmError(template, hint="See `{page}`.", exit_code=Exit.USAGE, **more)  # type: ignore[arg-type]
