"""How a page of examples is read: its files, its commands, what each must answer.

- The first line names the day on which the page plays: `<!-- today: 2026-03-02 -->`.
- A fence with `file=NAME` is a file, written as it stands.
- A `files` fence names files that no page can show, one a line: `locked.xlsx: password`;
  `example_files.BUILDERS` makes them.
- In a `console` fence each `$ ` line is a command, the lines below it are its whole output
  (`...` stands for any text, alone on a line for any lines), and `? 3` its exit code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(\w+) ?(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TODAY = re.compile(r"\A<!-- today: (\d{4}-\d\d-\d\d) -->\n")


@dataclass(frozen=True)
class File:
    """A file that the page shows."""

    name: str
    text: str


@dataclass(frozen=True)
class Built:
    """A file that a named builder makes."""

    name: str
    builder: str


@dataclass(frozen=True)
class Command:
    """A command, the pattern of its output, and its exit code."""

    line: int
    text: str
    expected: tuple[str, ...]
    code: int

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines below the command on the page."""
        return (*self.expected, f"? {self.code}") if self.code else self.expected


@dataclass(frozen=True)
class Page:
    """One page, in the order in which it is read."""

    today: str
    steps: tuple[File | Built | Command, ...]


def parse(text: str) -> Page:
    """The page in `text`."""
    today = TODAY.match(text)
    assert today, "the first line must name the day: <!-- today: 2026-03-02 -->"
    steps: list[File | Built | Command] = []
    for found in FENCE.finditer(text):
        language, info, body = found.groups()
        if info.startswith("file="):
            steps.append(File(info.removeprefix("file="), body))
        elif language == "files":
            pairs = (line.split(": ", 1) for line in body.splitlines())
            steps += [Built(name, builder) for name, builder in pairs]
        elif language == "console":
            steps += _commands(body, text.count("\n", 0, found.start()) + 2)
    return Page(today[1], tuple(steps))


def _commands(body: str, first_line: int) -> list[Command]:
    found: list[Command] = []
    for number, line in enumerate(body.splitlines(), first_line):
        if line.startswith("$ "):
            found.append(Command(number, line[2:], (), 0))
            continue
        last = found.pop()
        if re.fullmatch(r"\? \d+", line):
            found.append(Command(last.line, last.text, last.expected, int(line[2:])))
        else:
            found.append(Command(last.line, last.text, (*last.expected, line), last.code))
    return found


def fits(expected: tuple[str, ...], output: str) -> bool:
    """Whether the output is what the page says."""
    lines = "".join(line.rstrip() + "\n" for line in output.splitlines())
    return re.fullmatch("".join(map(_pattern, expected)), lines) is not None


def _pattern(line: str) -> str:
    if line == "...":
        return r"(?:.*\n)*?"
    return ".*?".join(map(re.escape, line.rstrip().split("..."))) + r"\n"
