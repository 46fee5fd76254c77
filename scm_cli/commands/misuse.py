"""What the option parser complains about, in our sentences, so that it has its Chinese too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    import click

_VALUE = r"Invalid value for (?:'[^']*' / )*'(?P<name>[^']*)': '?(?P<text>.*?)'? "

#: What the parser makes of a negative number.
BELOW = r"No such option: -[\d.].*"
TOO_LOW = "{name}: {text} is below 0, which is not allowed here"
#: The parser's words, and ours.
MISUSES: dict[str, str] = {
    BELOW: "a number below 0 is not allowed here",
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
    below = _below(error.ctx, page) if error.ctx and re.fullmatch(BELOW, why) else None
    if below is not None:
        return below
    for pattern, template in MISUSES.items():
        found = re.fullmatch(pattern, why, re.DOTALL)
        if found:
            told = {name: text or "''" for name, text in found.groupdict().items()}
            return _told(template, page, told)
    return _told("{why}", page, {"why": why})


def _below(ctx: click.Context, page: str) -> ScmError | None:
    """The argument for which a negative number stood, where the parser saw an option."""
    ctx.ignore_unknown_options = True
    given, _, _ = ctx.command.make_parser(ctx).parse_args(list(ctx.meta.get("typed", ())))
    for param in ctx.command.get_params(ctx):
        values = given.get(param.name or "")
        for text in values if isinstance(values, (list, tuple)) else [values]:
            if param.param_type_name == "argument" and re.match(r"-[\d.]", str(text)):
                name = param.make_metavar(ctx).strip("[].")
                return _told(TOO_LOW, page, {"name": name, "text": str(text)})
    return None


def _told(template: str, page: str, values: dict[str, str]) -> ScmError:
    more: dict[str, object] = {**values, "page": page}
    return ScmError(template, hint="See `{page}`.", exit_code=Exit.USAGE, **more)  # type: ignore[arg-type]
