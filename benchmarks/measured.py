"""What a process and all it started cost: CPU and wall seconds, and memory at its largest.

The kernel adds up the CPU of a process and of the children that it waited for; of memory it
keeps only the largest of them, so where `/proc` exists the whole tree is also sampled.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROC = Path("/proc")
SAMPLE_SECONDS = 0.02
#: What the installed `scm` does, for this interpreter, without being installed.
#: A main module without a file would pass for a live session, in which DuckDB draws progress bars.
SCM = [
    sys.executable,
    "-c",
    "import sys; import scm_cli.app as a; sys.modules['__main__'].__file__ = a.__file__; a.main()",
]
#: Installed programs are compiled; a checkout must be allowed to keep its bytecode too.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost. `tree_mb` is 0 where it cannot be sampled."""

    cpu_seconds: float
    user_seconds: float
    system_seconds: float
    wall_seconds: float
    peak_mb: float
    tree_mb: float
    out: str

    def as_json(self) -> dict[str, float]:
        names = (
            "cpu_seconds",
            "user_seconds",
            "system_seconds",
            "wall_seconds",
            "peak_mb",
            "tree_mb",
        )
        return {name: round(getattr(self, name), 4) for name in names}


def cost(command: Sequence[str], *, memory: bool = False, codes: Sequence[int] = (0,)) -> Cost:
    """Run a command to its end; with `memory` also sample its whole tree.

    Raises:
        RuntimeError: it ended with a code that is not in `codes`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = monotonic()
        child = subprocess.Popen(
            command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=ENVIRONMENT
        )
        seen = _Sampler(child.pid) if memory and PROC.is_dir() else None
        _, status, usage = os.wait4(child.pid, 0)
        wall = monotonic() - begun
        tree = seen.stopped() if seen else 0.0
        code = child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        told = out.read().decode()
        if code not in codes:
            raise RuntimeError(
                f"{' '.join(command)} ended with {code}: {told}{err.read().decode()}"
            )
    spent = (usage.ru_utime, usage.ru_stime)
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Cost(sum(spent), *spent, wall, peak, tree, told)


class _Sampler:
    """Watches the resident memory of a process and its descendants, summed."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stopped(self) -> float:
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        page_mb = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        while not self._over.is_set():
            pages = sum(_resident_pages(pid) for pid in _tree(self._pid))
            self._peak = max(self._peak, pages * page_mb)
            sleep(SAMPLE_SECONDS)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in _listed(PROC / str(parent) / "task"):
            found += [int(child) for child in _read(task / "children").split()]
    return found


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it has just ended
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _resident_pages(pid: int) -> int:
    fields = _read(PROC / str(pid) / "statm").split()
    return int(fields[1]) if fields else 0


def paired(
    ours: Callable[[], Cost], peer: Callable[[], Cost], pairs: int
) -> tuple[list[Cost], list[Cost]]:
    """Both, in turn and in alternating order, after one run of each that is thrown away."""
    ours()
    peer()
    mine: list[Cost] = []
    theirs: list[Cost] = []
    for number in range(pairs):
        for role in (ours, peer) if number % 2 else (peer, ours):
            (mine if role is ours else theirs).append(role())
    return mine, theirs


def ratios(mine: Sequence[Cost], theirs: Sequence[Cost]) -> dict[str, Any]:
    """Median costs of both sides, and the median of the ratio pair by pair."""
    return {
        "pairs": len(mine),
        "ours": medians(mine),
        "peer": medians(theirs),
        "cpu_ratio": _median_ratio(mine, theirs, "cpu_seconds"),
        "wall_ratio": _median_ratio(mine, theirs, "wall_seconds"),
    }


def medians(costs: Sequence[Cost]) -> dict[str, float]:
    """The median of each figure."""
    names = costs[0].as_json()
    return {name: round(median(c.as_json()[name] for c in costs), 3) for name in names}


def _median_ratio(mine: Sequence[Cost], theirs: Sequence[Cost], name: str) -> float:
    found = [a.as_json()[name] / b.as_json()[name] for a, b in zip(mine, theirs, strict=True)]
    return round(median(found), 3)


def scm(folder: Path | None, *args: str, memory: bool = False, codes: Sequence[int] = (0,)) -> Cost:
    """Run `scm` on a shop."""
    shop = ["--shop", str(folder)] if folder else []
    return cost([*SCM, *shop, *args], memory=memory, codes=codes)


def verdict(figure: float, goal: float) -> dict[str, Any]:
    """A figure beside its goal."""
    return {"figure": figure, "goal": goal, "met": figure <= goal}
