"""The parent's side of the child process that parses a file: start it, limit it, hear it out."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from scm_cli.excel.child import NO_ROOM
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
        self._seconds = 60 + container.unpacked_bytes // _MB
        program = _program(path, container)
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", program]
        # a file without a name instead of a pipe: a sheet of 100 MB is not copied twice more
        self._told: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            command,
            stdin=subprocess.PIPE,
            stdout=self._told,
            stderr=subprocess.DEVNULL,
        )

    def parts(self) -> Iterator[tuple[dict[str, Any], BinaryIO]]:
        """The head of each sheet, and a file that stands at its Arrow stream."""
        try:
            # the child is busy meanwhile, so this costs no time
            lost = lost_cells(self._path) if self._kind is Kind.XLSX else {}
            code = self._ended()
            for head in self._heads():
                if "end" in head:
                    return
                if "refusal" in head:
                    message, hint, values = head["refusal"]
                    values.pop("file", None)
                    refuse(self._path, message, hint, **values)
                if "error" in head:
                    _refuse_error(self._path, head["error"], head["detail"])
                head["patches"] = [*lost.get(head["name"], ()), *head["patches"]]
                yield head, self._told
            _refuse_death(self._path, code)
        finally:
            self.close()

    def _ended(self) -> int:
        """How the child ended; refused when it took too long."""
        try:
            code = self._child.wait(self._seconds)
        except subprocess.TimeoutExpired:
            _refuse_time(self._path)
        if code in _OUT_OF_TIME:
            _refuse_time(self._path)
        if code == NO_ROOM:
            raise OSError(ENOSPC, os.strerror(ENOSPC), tempfile.gettempdir())
        return code

    def _heads(self) -> Iterator[dict[str, Any]]:
        """What the child said, up to where it ended or died; the file stands at the body of each."""
        whole, at = os.fstat(self._told.fileno()).st_size, 0
        while (size := self._size(at)) is not None and at + 8 + size <= whole:
            head, at = json.loads(self._told.read(size)), at + 8 + size
            if "name" in head:
                size = self._size(at)
                if size is None or at + 8 + size > whole:
                    return
                at += 8 + size
            yield head

    def _size(self, at: int) -> int | None:
        self._told.seek(at)
        said = self._told.read(8)
        return int.from_bytes(said, "little") if len(said) == 8 else None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.kill()
        self._child.wait()
        if self._child.stdin:
            self._child.stdin.close()
        self._told.close()


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
