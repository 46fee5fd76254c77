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

import errno
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from string import Formatter


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

    def having(self, **values: object) -> Say:
        """The same words with some values put differently.

        >>> Say("Give it with --{option}.", option="valid-from-on").having(option="from").english
        'Give it with --from.'
        """
        return Say(self.template, **{**self.values, **values})

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


@cache
def _pieces(template: str) -> tuple[tuple[str, str | None, str, tuple[str, str] | None], ...]:
    """A template, read once: text, the value behind it, how that is shown, the words for one and more.

    `{n:file|files}` is the word for one, or for another number.
    """
    found = []
    for text, name, spec, _ in Formatter().parse(template):
        one, many, more = (spec or "").partition("|")
        found.append((text, name, spec or "", (one, more) if many else None))
    return tuple(found)


def fill(template: str, values: dict[str, object]) -> str:
    """The template with its values in place; a template without values stays as it is.

    >>> fill("{n} {n:file|files}", {"n": 1}), fill("{n} file{n:|s}", {"n": 2})
    ('1 file', '2 files')
    """
    if "|" not in template:  # most have no word to choose, and a night fills a hundred thousand
        return template.format(**values) if values else template
    if not values:
        return template
    told = []
    for text, name, spec, words in _pieces(template):
        told.append(text)
        if name is None:
            continue
        value = values[name]
        told.append(words[str(value) != "1"] if words else format(value, spec))
    return "".join(told)


#: What the operating system refuses, in our words, so that they have a language.
SYSTEM_WORDS: dict[int, str] = {
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.ENOENT: "no such file or folder",
    errno.EEXIST: "it is there already",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "part of the path is no folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk can only be read",
    errno.EIO: "the disk does not answer",
    errno.EBUSY: "another program is using it",
    errno.EMFILE: "too many files are open",
}


def system_words(error: OSError | ValueError) -> Say:
    """Why the operating system refused.

    >>> system_words(PermissionError(errno.EACCES, "Permission denied")).english
    'permission denied'
    """
    known = SYSTEM_WORDS.get(getattr(error, "errno", None) or 0)
    return Say(known) if known else Say("{why}", why=getattr(error, "strerror", None) or error)


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
