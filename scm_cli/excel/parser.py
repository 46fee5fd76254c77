"""The parent's side of the child process that parses a file: start it, limit it, hear it out."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from scm_cli.excel.container import Container, Kind
from scm_cli.excel.lost import lost_cells
from scm_cli.excel.refusal import refuse
from scm_cli.excel.zipparts import far_cell, refuse_far_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

_MB = 1 << 20
_OUT_OF_TIME = {-9, -24}  # SIGKILL at the hard limit of CPU time, SIGXCPU at the soft one


class Parser:
    """One child at work on one file that passed the preflight."""

    def __init__(self, path: Path, container: Container) -> None:
        self._path = path
        self._kind = container.kind
        self._late = False
        self._seconds = 60 + container.unpacked_bytes // _MB
        program = _program(path, container)
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", program]
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=_MB,  # a sheet of 100 MB comes through: fewer wakes on both sides
        )

    def parts(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The head and the Arrow stream of each sheet; refused as soon as the child fails."""
        clock = threading.Timer(self._seconds, self._give_up)
        clock.start()
        try:
            # the child is busy meanwhile, so this costs no time
            lost = lost_cells(self._path) if self._kind is Kind.XLSX else {}
            for head, body in self._messages():
                if "end" in head:
                    return
                if "refusal" in head:
                    message, hint, values = head["refusal"]
                    values.pop("file", None)
                    refuse(self._path, message, hint, **values)
                if "error" in head:
                    _refuse_error(self._path, head["error"], head["detail"])
                head["patches"] = [*lost.get(head["name"], ()), *head["patches"]]
                yield head, body
            code = self._child.wait()
            if self._late or code in _OUT_OF_TIME:
                _refuse_time(self._path)
            _refuse_death(self._path, code)
        finally:
            clock.cancel()
            self.close()

    def _messages(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """What the child says, up to where it ended or died."""
        while (raw := self._piece()) is not None:
            head = json.loads(raw)
            body = self._piece() if "name" in head else b""
            if body is None:
                return
            yield head, body

    def _piece(self) -> bytes | None:
        assert self._child.stdout  # noqa: S101 - it was asked for
        size = self._child.stdout.read(8)
        raw = self._child.stdout.read(int.from_bytes(size, "little"))
        return raw if len(size) == 8 and len(raw) == int.from_bytes(size, "little") else None

    def _give_up(self) -> None:
        self._late = True
        self._child.kill()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()


def _limits(container: Container) -> tuple[int, int]:
    """Bytes of memory and seconds of CPU for the child.

    They grow with what the file declares, so that a lie about its size does not pay.
    """
    unpacked = container.unpacked_bytes
    cpu_seconds = 8 + unpacked // (5 * _MB)
    if container.kind is Kind.HTML:  # its parser is not native, some ten times slower
        cpu_seconds = 5 + 2 * unpacked // _MB
    return 2048 * _MB + 12 * unpacked, cpu_seconds


def _program(path: Path, container: Container) -> str:
    """What the fresh interpreter runs; it finds our package and the parser, and nothing else."""
    memory_bytes, cpu_seconds = _limits(container)
    roots = [str(Path(__file__).parents[2])]
    parser = importlib.util.find_spec("fastexcel")
    if parser and parser.origin:
        roots.append(str(Path(parser.origin).parents[1]))
    return (
        f"import sys; sys.path += {roots!a}; from scm_cli.excel.child import main; "
        f"main({container.kind.value!r}, {str(path.absolute())!a}, {memory_bytes}, {cpu_seconds})"
    )


def _refuse_error(path: Path, error: str, detail: str) -> NoReturn:
    if error == "MemoryError":
        _refuse_death(path, 0)
    if "password" in detail.lower():
        refuse(
            path,
            "{file} is protected by a password",
            "open it in Excel, remove the password (File, Info), and save it",
        )
    refuse(
        path,
        "{file} cannot be read as a workbook ({reason})",
        "open it in Excel and save it again as .xlsx",
        reason=(detail.splitlines() or [error])[0],
    )


def _refuse_time(path: Path) -> NoReturn:
    refuse(
        path,
        "{file} takes too long to read",
        "copy the cells into a new workbook and save that, or split it",
    )


def _refuse_death(path: Path, code: int) -> NoReturn:
    """The child died of its memory limit, most likely for one far cell."""
    if code == 1:  # no limit ends a process so
        raise RuntimeError("the process that reads workbooks could not start")
    far = far_cell(path)
    if far:
        refuse_far_cell(path, far)
    refuse(
        path,
        "{file} needs more memory than a table may",
        "copy the cells into a new workbook and save that, or split it",
    )
