"""The sidecar mark: the last entry and its hash, outside the database.

A lost or damaged write-ahead log opens silently at an older state. The mark is written
after each commit (temp, fsync, rename); a mark ahead of the database shows the loss. A
database that is ahead of the mark is a crash between the two, and harmless.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from pathlib import Path


def chain_hash(body: list[Any]) -> str:
    """SHA-256 of an entry's fields, the hash of the one before among them."""
    return hashlib.sha256("\x1f".join(map(str, body)).encode()).hexdigest()


def path_of(database: Path) -> Path:
    """Where the mark of a database lies."""
    return database.with_name(database.name + ".mark")


def read(database: Path) -> tuple[int, str]:
    """The marked entry and hash; (0, "") when there is no readable mark."""
    try:
        marked = json.loads(path_of(database).read_text(encoding="utf-8"))
        return int(marked["entry"]), str(marked["hash"])
    except (OSError, ValueError, KeyError):
        return 0, ""


def write(database: Path, entry: int, digest: str) -> None:
    """Replace the mark, synced to disk."""
    replace(path_of(database), json.dumps({"entry": entry, "hash": digest}).encode())


def replace(path: Path, content: bytes) -> None:
    """Write a whole file so that a crash leaves the old one or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)


def verify(database: Path, entry: int, digest: str) -> None:
    """Compare the database's last entry with the mark.

    Raises:
        ScmError: the database has lost entries that were acknowledged.
    """
    marked, marked_hash = read(database)
    if marked > entry or (marked == entry and marked_hash not in ("", digest)):
        raise ScmError(
            "the shop's file has lost entries: entry {marked} was saved, the file ends at {entry}",
            hint="Do not work on. Copy the folder away, then `scm restore` the newest backup.",
            marked=marked,
            entry=entry,
        )
