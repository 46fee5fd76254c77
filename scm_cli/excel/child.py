"""The reader's child process: parses one file from outside and writes it to its standard output.

A hostile workbook can make a parser ask for 500 GB or run for an hour, and the parser is native
code that aborts the process it runs in. So it runs here: a fresh interpreter without site
packages, under limits of memory and time, holding no descriptor of its parent, ending with it.

Protocol: for each sheet a head (8 bytes of length, JSON) and a body (8 bytes of length, an Arrow
IPC stream); at last a head with "end". An error is a head with "error" in it. Standard output is
a file without a name; where it has no room the child ends with `NO_ROOM`.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
import threading
from typing import TYPE_CHECKING

from scm_cli.errors import ScmError
from scm_cli.excel.arrow import TextColumn, ipc_stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer


NO_ROOM = 4


def main(kind: str, path: str, memory_bytes: int, cpu_seconds: int) -> None:
    """Read the file and write its sheets to standard output."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit(memory_bytes, cpu_seconds)
    try:
        _read(kind, path)
    except ScmError as refusal:
        told = [refusal.say.template, refusal.hint.template, refusal.say.values]
        _write_head({"refusal": told})
    except BaseException as error:  # noqa: BLE001 - a Rust panic is no Exception; all are told
        _write_head({"error": type(error).__name__, "detail": str(error)})
    os._exit(0)  # nothing to tidy up, and freeing a large sheet takes a while


def _end_with_parent() -> None:
    """Standard input is a pipe that only the parent holds: it ends when the parent does."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(1)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and the preflight remain
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is already in force
            resource.setrlimit(limit, (value, value))


def _read(kind: str, path: str) -> None:
    if kind == "html":
        from scm_cli.excel.html import tables

        for name, columns, height in tables(path):
            _write_sheet(_head(name), columns, height)
    else:
        _read_workbook(kind, path)
    _write_head({"end": True})


def _read_workbook(kind: str, path: str) -> None:
    from scm_cli.excel.workbook import open_workbook, sheet_columns

    workbook = open_workbook(kind, path)
    for name in workbook.sheet_names:
        sheet = sheet_columns(workbook, name)
        head = _head(name, sheet.hidden, sheet.first_column, sheet.errors)
        _write_sheet(head, sheet.columns, sheet.height)


def _head(
    name: str, hidden: bool = False, first_column: int = 0, patches: Sequence[object] = ()
) -> dict[str, object]:
    return {"name": name, "hidden": hidden, "first_column": first_column, "patches": patches}


def _write_sheet(head: dict[str, object], columns: list[TextColumn], height: int) -> None:
    _write_head(head)
    chunks = list(ipc_stream(columns, height))
    _write(struct.pack("<Q", sum(memoryview(chunk).nbytes for chunk in chunks)))
    for chunk in chunks:
        _write(chunk)


def _write_head(head: dict[str, object]) -> None:
    raw = json.dumps(head).encode()
    _write(struct.pack("<Q", len(raw)))
    _write(raw)


def _write(chunk: Buffer) -> None:
    try:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except OSError:
        os._exit(NO_ROOM)
