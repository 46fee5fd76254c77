"""A process that holds the program loaded and forks for each command.

A page of examples has a hundred commands, and most of the time of each would be spent on
loading the program. A child of this process is as fresh as one that a shell starts: nothing
that one command leaves in memory reaches the next.

Run as a program it reads one question a line from its standard input, a JSON object with
`args`, `cwd`, `env` and `out`, the file for what is said, and answers each with an exit code.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Self


class Forked:
    """The loading process, from the side of the tests."""

    def __init__(self, env: dict[str, str], seconds: float) -> None:
        self._seconds = seconds
        self._child = subprocess.Popen(
            [sys.executable, __file__], env=env, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.communicate()

    def run(
        self, args: list[str], here: Path, env: dict[str, str], out: Path
    ) -> subprocess.CompletedProcess[str]:
        """Run `scm ARGS` in the folder `here`; both its streams as one text."""
        assert self._child.stdin
        assert self._child.stdout
        question = {"args": args, "cwd": str(here), "env": env, "out": str(out)}
        self._child.stdin.write(json.dumps({**question, "seconds": self._seconds}) + "\n")
        self._child.stdin.flush()
        code = int(self._child.stdout.readline())
        return subprocess.CompletedProcess(args, code, out.read_text(encoding="utf-8"))


def serve() -> None:
    """Answer questions until there are no more."""
    import importlib
    import pkgutil

    import scm_cli

    for found in pkgutil.walk_packages(scm_cli.__path__, "scm_cli."):
        if not found.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(found.name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _become(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _become(asked: dict[str, object]) -> None:
    """In the child: run the command, then end; never return."""
    import signal

    from scm_cli.app import main

    signal.alarm(int(float(str(asked["seconds"]))))
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, str(asked["out"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(path, flags, 0o600), number)
    os.dup2(1, 2)
    os.chdir(str(asked["cwd"]))
    environment = asked["env"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    args = asked["args"]
    assert isinstance(args, list)
    sys.argv = ["scm", *args]
    code = 1
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except Exception:  # noqa: BLE001 -- whatever a program dies of is told
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
