"""The two kinds of failure, and the words in which they are told.

- `ScmError` is raised when a command cannot go on: one sentence, a hint, an exit code.
- `Problem` is returned, many at a time, when data is wrong: where, what, how to mend.

Both carry an English template and its values (`Say`); they are put together and
translated only at the edge (`scm_cli.locale`), so the core never knows a language.
Anything else that is raised is a bug.

>>> Say("no item {sku}", sku="A1").english
'no item A1'
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """Every exit code of the program; cron and scripts rely on them."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    REFUSED = 3
    NOT_FOUND = 4
    NEEDS_YES = 6
    DISK = 74
    BUSY = 75
    INTERRUPTED = 130


class Say:
    """A sentence still to be put into a language: an English template and its values."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    @property
    def english(self) -> str:
        return fill(self.template, self.values)

    def __str__(self) -> str:
        return self.english

    def __repr__(self) -> str:
        return f"Say({self.english!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Say) and (self.template, self.values) == (
            other.template,
            other.values,
        )

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(map(str, self.values.items())))))


def fill(template: str, values: dict[str, object]) -> str:
    """The template with its values in place; a template without values stays as it is."""
    return template.format(**values) if values else template


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the data: where it stands, what is wrong, how to mend it."""

    where: str
    what: Say
    mend: Say = Say("")


class ScmError(Exception):
    """The command cannot go on. `message` and `hint` are templates filled from `values`."""

    def __init__(
        self,
        message: str,
        /,
        *,
        hint: str = "",
        exit_code: Exit = Exit.REFUSED,
        where: str = "",
        problems: tuple[Problem, ...] = (),
        **values: object,
    ) -> None:
        self.say = Say(message, **values)
        self.hint = Say(hint, **values)
        self.exit_code = exit_code
        self.where = where
        self.problems = problems
        super().__init__(self.say.english)
