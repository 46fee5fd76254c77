"""Kill commands at random moments; what was acknowledged must be there, whole, and add up.

python -m benchmarks.kills [--kills 200] [--seed 1] [--folder DIR]

Each round starts one command on the same shop (an import, a receipt of goods, the night) and
kills it with SIGKILL: half of the time at a random moment of its usual duration, half of the
time a few milliseconds after the shop's file first changes. Then another process looks:
the journal may have grown by the entry of that command or not at all, an entry that was
printed must be there, a document is whole or absent, and `scm check` finds nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
import time
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import duckdb

from benchmarks.kill_shop import TODAY, attempt, opened
from benchmarks.measured import ENVIRONMENT, SCM, scm

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.kill_shop import Attempt

COMMIT_SECONDS = 0.03  # about what the commit of a small entry takes


@dataclass(slots=True)
class Campaign:
    """What the kills did. The first four counts must stay empty."""

    lost: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    broken_files: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    acknowledged: dict[int, str] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)

    def count(self, kind: str, what: str) -> None:
        mine = self.counts.setdefault(kind, {})
        mine[what] = mine.get(what, 0) + 1

    @property
    def sound(self) -> bool:
        return not (self.lost or self.partial or self.broken_files or self.findings)


class Killer:
    """Runs commands on one shop and ends most of them early."""

    def __init__(self, folder: Path, seed: int, check_every: int = 1) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.shop = opened(folder, self.chance)
        self.check_every = check_every
        self.seconds: dict[str, list[float]] = {}
        self.made = Campaign()
        self.number = 0

    def round(self, kind: str, *, spare: bool = False) -> None:
        """One command, killed (or spared, to learn how long it takes), and one look."""
        self.number += 1
        tried = attempt(kind, self.number, self.folder, self.chance)
        before = self.journal()
        out, code = self._killed(tried, spare=spare)
        after = self.journal()
        entry = _entry(out) if code == 0 or out else None
        self._judge(tried, before, after, entry, code)
        if self.number % self.check_every == 0:
            self._check(tried)

    def _killed(self, tried: Attempt, *, spare: bool) -> tuple[str, int]:
        usual = median(self.seconds.get(tried.kind, [1.0]))
        moment = self.chance.uniform(0.02, 1.05) * usual
        wait = self._change if self.chance.random() < 0.5 else None
        begun = time.monotonic()
        with subprocess.Popen(
            [*SCM, "--shop", str(self.shop), "--today", TODAY, *tried.args, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env=ENVIRONMENT, text=True,
        ) as process:  # fmt: skip
            if not spare:
                self._until(process, begun + moment, wait)
                process.kill()
            out, told = process.communicate()
        if process.returncode == 0:
            self.seconds.setdefault(tried.kind, []).append(time.monotonic() - begun)
        elif process.returncode > 0:
            raise RuntimeError(f"{tried.args} ended with {process.returncode}: {out}{told}")
        return out, process.returncode

    def _until(
        self, process: subprocess.Popen[str], end: float, changed: Callable[[], object] | None
    ) -> None:
        """Wait for the moment, or for a moment after the shop's file changes."""
        if changed is None:
            while process.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            return
        first = changed()
        while process.poll() is None and changed() == first:
            time.sleep(0.0005)
        time.sleep(self.chance.uniform(0, COMMIT_SECONDS))

    def _change(self) -> object:
        seen: list[tuple[int, int] | None] = []
        for path in (self.shop / "shop.duckdb", self.shop / "shop.duckdb.wal"):
            try:
                at = path.stat()
            except OSError:
                seen.append(None)
            else:
                seen.append((at.st_size, at.st_mtime_ns))
        return seen

    def journal(self) -> list[tuple[int, str]]:
        return [
            (int(e), str(c)) for e, c in self._rows("SELECT entry, command FROM journal ORDER BY 1")
        ]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        """An independent look: the engine alone, read only, nobody else is there."""
        with closing(duckdb.connect(str(self.shop / "shop.duckdb"), read_only=True)) as con:
            return con.execute(sql).fetchall()

    def _judge(
        self,
        tried: Attempt,
        before: list[tuple[int, str]],
        after: list[tuple[int, str]],
        entry: int | None,
        code: int,
    ) -> None:
        where = f"{tried.kind} {tried.document or self.number}"
        grown = after[len(before) :]
        if after[: len(before)] != before or len(grown) > 1:
            self.made.lost.append(f"{where}: the journal was {before[-1]}, is {after[-1]}")
        if entry is not None:
            self.made.acknowledged[entry] = tried.kind
            if (entry, tried.args[0]) not in [(e, c.split()[0]) for e, c in grown]:
                self.made.lost.append(f"{where}: entry {entry} was acknowledged")
        self.made.count(tried.kind, "finished" if code == 0 else "killed")
        if code != 0 and grown:
            self.made.count(tried.kind, "killed after the commit")
        if tried.table:
            self._whole(tried, where, written=bool(grown))
        else:
            self._derived(where)
            self.made.broken_files += [f"{where}: {path}" for path in self._broken()]

    def _whole(self, tried: Attempt, where: str, *, written: bool) -> None:
        """A document, its lines and its moves: all there when its entry is, else none."""
        heads = f"SELECT {tried.table}_no FROM {tried.table} WHERE '{tried.document}' IN ({tried.table}_no, note)"
        for sql in (
            f"SELECT count(*) FROM {tried.table}_line WHERE {tried.table}_no IN ({heads})",
            f"SELECT count(*) FROM stock_move WHERE document_no IN ({heads})",
        ):
            found = int(self._rows(sql)[0][0])
            if found != (tried.rows if written else 0):
                self.made.partial.append(f"{where}: {found} of {tried.rows} rows, entry {written}")

    def _derived(self, where: str) -> None:
        """A derived table is that of one run, whole."""
        for table, said in self._rows("SELECT table_name, rows FROM derived_run"):
            runs, found = self._rows(f"SELECT count(DISTINCT entry), count(*) FROM {table}")[0]
            if runs > 1 or found != said:
                self.made.partial.append(f"{where}: {table} has {found} of {said} rows")

    def _broken(self) -> list[str]:
        """Workbooks and backups that do not open: a reader must never meet half a file."""
        books = (self.shop / "outbox").rglob("[!.]*.xlsx")
        broken = [path.name for path in books if not zipfile.is_zipfile(path)]
        for path in (self.shop / "backups").glob("*.duckdb"):
            try:
                with closing(duckdb.connect(str(path), read_only=True)) as con:
                    con.execute("SELECT max(entry) FROM journal").fetchall()
            except duckdb.Error:
                broken.append(path.name)
        return broken

    def _check(self, tried: Attempt) -> None:
        ran = scm(self.shop, "--today", TODAY, "check", "--json", codes=(0, 3))
        for row in json.loads(ran.out)["rows"]:
            self.made.findings.append(f"after {tried.kind}: {row['check']} {row['where']}")

    def finish(self) -> Campaign:
        """Every entry that was ever acknowledged is still there; what lies about is named."""
        have = {entry for entry, _ in self.journal()}
        missing = set(self.made.acknowledged) - have
        self.made.lost += [f"entry {entry} at the end" for entry in sorted(missing)]
        self.made.leftovers = sorted(
            str(path.relative_to(self.shop)) for path in self.shop.rglob("*.tmp")
        )
        return self.made


def campaign(
    folder: Path, kills: int, seed: int, kinds: tuple[str, ...], check_every: int = 1
) -> Campaign:
    """`kills` rounds over the kinds of command, after one spared round of each."""
    killer = Killer(folder, seed, check_every)
    for kind in dict.fromkeys(kinds):
        killer.round(kind, spare=True)
    for _ in range(kills):
        killer.round(killer.chance.choice(kinds))
    return killer.finish()


def _entry(out: str) -> int | None:
    """The entry that a command printed before it ended."""
    try:
        told = json.loads(out)
    except ValueError:
        return None
    number = told.get("entry")
    return int(number) if number is not None else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="Keep the shop here to look at it.")
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = campaign(folder, asked.kills, asked.seed, ("receive", "import", "nightly"))
    print(
        json.dumps(
            {
                "benchmark": "kills",
                "kills": asked.kills,
                "seed": asked.seed,
                "acknowledged": len(found.acknowledged),
                "acknowledged_lost": len(found.lost),
                "partial": len(found.partial),
                "broken_files": len(found.broken_files),
                "check_findings": len(found.findings),
                "counts": found.counts,
                "leftovers": found.leftovers,
                "seconds": round(time.monotonic() - begun, 1),
                "told": [*found.lost, *found.partial, *found.broken_files, *found.findings],
                "verdict": found.sound,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
