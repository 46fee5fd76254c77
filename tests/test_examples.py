"""Every page of examples is executed: its commands are run and their answers compared.

Run with SCM_EXAMPLES_SHOW=1 a page prints what each command answers, to write or mend it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from example_files import BUILDERS
from example_pages import Built, Command, File, Page, fits, parse

PAGES = sorted((Path(__file__).parents[1] / "examples").glob("*.md"))
STEP_SECONDS = 60
SETTLED_SECONDS = 60  # the inbox leaves a file alone that was written just now

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pages speak to a POSIX shell")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page(path, tmp_path):
    page = parse(path.read_text(encoding="utf-8"))
    here = tmp_path / "work"
    here.mkdir()
    env = environment(tmp_path, page)
    for step in page.steps:
        if isinstance(step, Command):
            if step.text.startswith("cd "):
                here = (here / step.text[3:]).resolve()
            else:
                run(step, path, here, env)
        else:
            write(step, here)


def environment(tmp_path: Path, page: Page) -> dict[str, str]:
    """The same shell for every page: `scm` plays on the page's day, everything else is fixed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    scm = Path(sys.executable).with_name("scm")
    for name, line in (("scm", f'"{scm}" --today {page.today}'), ("python", f'"{sys.executable}"')):
        (programs / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return {
        "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path), "SCM_USER": "li",
        "LANG": "C.UTF-8", "TZ": "Asia/Shanghai", "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",  # stdout and stderr in the order in which they are written
        "POLARS_MAX_THREADS": "2",
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


def run(step: Command, path: Path, here: Path, env: dict[str, str]) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", step.text], cwd=here, env=env, timeout=STEP_SECONDS, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    if os.environ.get("SCM_EXAMPLES_SHOW"):
        code = f"? {done.returncode}\n" if done.returncode else ""
        sys.stderr.write(f"$ {step.text}\n{done.stdout}{code}")
        return
    told = f"\n{path.name}:{step.line}: $ {step.text}\n\nanswered\n\n{done.stdout}"
    assert done.returncode == step.code, f"{told}\nexit {done.returncode}, not {step.code}"
    assert fits(step.expected, done.stdout), (
        told + "\nbut the page says\n\n" + "\n".join(step.expected)
    )


def test_wildcards():
    """Three dots stand for text in a line, and alone for any lines; nothing else is loose."""
    assert fits(("a ... c", "...", "z"), "a b c\nx\ny\nz\n")
    assert fits(("a", "...", "z"), "a\nz\n")
    assert not fits(("a ... c",), "a b d\n")
    assert not fits(("a",), "a\nb\n")
