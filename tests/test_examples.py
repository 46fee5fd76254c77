"""Every page of examples is executed: its commands are run and their answers compared.

With SCM_EXAMPLES=write, answers that differ are written into the pages (those of a crash are
not); read the difference, and put `...` where an answer is not the same everywhere.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from contract_cases import root
from example_files import BUILDERS
from example_pages import Built, Command, File, Page, fits, parse
from forked import Forked

EXAMPLES = Path(__file__).parents[1] / "examples"
PAGES = sorted(EXAMPLES.glob("*.md"))
SNIPPETS = sorted((EXAMPLES / "schedule").iterdir())
STEP_SECONDS = 60
SHELL_SIGNS = set("|&;<>$`*?~(){}")
SETTLED_SECONDS = 60  # the inbox leaves a file alone that was written just now
#: What is the same for every page, and read when the program is loaded.
SHELL = {
    "LANG": "C.UTF-8", "TZ": "Asia/Shanghai", "COLUMNS": "100",
    "PYTHONUNBUFFERED": "1",  # stdout and stderr in the order in which they are written
    "POLARS_MAX_THREADS": "2",
    # the full disk of a page would leave half a compiled module behind, for everybody
    "PYTHONDONTWRITEBYTECODE": "1",
}  # fmt: skip

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pages speak to a POSIX shell")


@pytest.fixture(scope="module")
def forked():
    """The program, loaded once for all pages; what a command's environment is, each command says."""
    with Forked({**os.environ, **SHELL}, STEP_SECONDS) as loaded:
        yield loaded


@pytest.mark.examples
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page(path, tmp_path, forked):
    page = parse(path.read_text(encoding="utf-8"))
    here = work = tmp_path / "work"
    here.mkdir()
    env = environment(tmp_path, page)
    answers: dict[Command, list[str]] = {}
    for step in page.steps:
        if not isinstance(step, Command):
            write(step, here)
        elif step.text.startswith("cd "):
            here = (here / step.text[3:]).resolve()
        else:
            done = run(step, here, env, forked)
            if done.returncode != step.code or not fits(step.expected, done.stdout):
                answers[step] = answer(done, work)
    if answers and os.environ.get("SCM_EXAMPLES") == "write":
        sound = {step: lines for step, lines in answers.items() if "? 1" not in lines[-1:]}
        path.write_text(rewritten(path.read_text(encoding="utf-8"), sound), encoding="utf-8")
    assert not answers, "\n".join(told(path, step, lines) for step, lines in answers.items())


def environment(tmp_path: Path, page: Page) -> dict[str, str]:
    """The same shell for every page: `scm` plays on the page's day, everything else is fixed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    scm = Path(sys.executable).with_name("scm")
    for name, line in (("scm", f'"{scm}" --today {page.today}'), ("python", f'"{sys.executable}"')):
        (programs / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return {
        **SHELL, "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path), "SCM_USER": "li",
        "SCM_PAGE_DAY": page.today,
    }  # fmt: skip


def write(step: File | Built, here: Path) -> None:
    path = here / step.name
    if isinstance(step, File):
        path.write_text(step.text, encoding="utf-8")
    else:
        BUILDERS[step.builder](path)
    if path.is_file():
        past = time.time() - SETTLED_SECONDS
        os.utime(path, (past, past))


def run(
    step: Command, here: Path, env: dict[str, str], forked: Forked
) -> subprocess.CompletedProcess[str]:
    """Run a line of a page: `scm` alone in a child that has it loaded, else as a shell does."""
    words = [] if SHELL_SIGNS & set(step.text) else shlex.split(step.text)
    if words[:1] == ["scm"]:
        home = Path(env["HOME"])
        return forked.run(["--today", env["SCM_PAGE_DAY"], *words[1:]], here, env, home / "said")
    return subprocess.run(
        ["/bin/sh", "-c", step.text], cwd=here, env=env, timeout=STEP_SECONDS, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip


def answer(done: subprocess.CompletedProcess[str], work: Path) -> list[str]:
    """What a command answered, as a page shows it."""
    lines = [line.rstrip().replace(str(work), "...") for line in done.stdout.splitlines()]
    return [*lines, *([f"? {done.returncode}"] if done.returncode else [])]


def told(path: Path, step: Command, lines: list[str]) -> str:
    return "\n".join(
        [f"{path.name}:{step.line}: $ {step.text}", *lines, "-- but the page says", *step.shown]
    )


def rewritten(text: str, answers: dict[Command, list[str]]) -> str:
    """The page with these answers in the place of those that it shows."""
    lines = text.splitlines()
    for step in sorted(answers, key=lambda step: step.line, reverse=True):
        lines[step.line : step.line + len(step.shown)] = answers[step]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.name)
def test_what_a_scheduler_runs_is_a_command(path):
    """Each line that names scm and a shop ends in a command of the program."""
    names = set(root().list_commands(click.Context(root())))
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"--shop (?:\\?\"[^\"]*\"|\S+) (\w+)", text)
    assert found or path.suffix == ".timer"
    assert set(found) <= names


def test_wildcards():
    """Three dots stand for text in a line, and alone for any lines; nothing else is loose."""
    assert fits(("a ... c", "...", "z"), "a b c\nx\ny\nz\n")
    assert fits(("a", "...", "z"), "a\nz\n")
    assert not fits(("a ... c",), "a b d\n")
    assert not fits(("a",), "a\nb\n")
