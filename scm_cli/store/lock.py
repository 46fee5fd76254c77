"""Our own lock beside the shop's file: fair, shared by readers, and it names its holder.

DuckDB's lock fails at once and is lost silently when any descriptor of the file closes in
the process, so the kernel lock on `shop.duckdb.lock` is the one that counts. Its content is
only for the message. The lock file is never unlinked.
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

POLL_SECONDS = 0.1


class _TimeUpError(Exception):
    """The alarm rang while waiting for the lock."""


@contextmanager
def held(
    path: Path,
    *,
    shared: bool,
    holder: dict[str, Any],
    wait_seconds: float,
    talk: Callable[[Say], None],
) -> Iterator[None]:
    """Hold the lock while the block runs; wait for it at most `wait_seconds`.

    Raises:
        ScmError: somebody else holds it longer (exit 75); nothing was changed.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if not _try(descriptor, shared=shared):
            _wait(descriptor, path, shared=shared, wait_seconds=wait_seconds, talk=talk)
        if not shared:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _wait(
    descriptor: int, path: Path, *, shared: bool, wait_seconds: float, talk: Callable[[Say], None]
) -> None:
    who = holder_of(path)
    talk(
        Say(
            "the shop is in use by {who}; waiting up to {seconds} s",
            who=who,
            seconds=f"{wait_seconds:g}",
        )
    )
    if not _within(descriptor, shared=shared, seconds=wait_seconds):
        raise ScmError(
            "the shop is still in use by {who} after {seconds} s; nothing was changed",
            hint="Try again when it has finished.",
            exit_code=Exit.BUSY,
            who=holder_of(path),
            seconds=f"{wait_seconds:g}",
        )


def holder_of(path: Path) -> Say:
    """Who holds the lock, as a person reads it: pid, command, since when."""
    try:
        held_by = json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        held_by = {}
    if not held_by:
        return Say("another program")
    return Say("pid {pid} ({command}, since {since})", **held_by)


if os.name == "nt":  # pragma: no cover -- Windows has no flock
    import msvcrt

    def _try(descriptor: int, *, shared: bool) -> bool:  # noqa: ARG001
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the text that names the holder
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True

    def _within(descriptor: int, *, shared: bool, seconds: float) -> bool:
        return _poll(descriptor, shared=shared, seconds=seconds)

else:
    import fcntl

    def _try(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _within(descriptor: int, *, shared: bool, seconds: float) -> bool:
        """Block in the kernel's queue, which is fair; an alarm ends the wait."""
        if seconds <= 0:
            return False

        def ring(_signal: int, _frame: object) -> None:
            raise _TimeUpError

        try:
            before = signal.signal(signal.SIGALRM, ring)
        except ValueError:  # not the main thread: no alarms there
            return _poll(descriptor, shared=shared, seconds=seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        except _TimeUpError:
            return False
        else:
            return True
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def _poll(descriptor: int, *, shared: bool, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(POLL_SECONDS)
        if _try(descriptor, shared=shared):
            return True
    return False
