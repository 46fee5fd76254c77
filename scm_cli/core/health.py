"""What `scm doctor` makes of what it found: each check in one row, ok, warn or bad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say

if TYPE_CHECKING:
    from datetime import date, datetime

TESTED = "2.0."  # the engine's releases that every fault test ran on
NIGHT_DAYS = 1  # a night's work is missed when the last one is older
SYNCED = (
    "onedrive", "dropbox", "google drive", "googledrive", "icloud", "mobile documents", "nutstore",
    "坚果云", "baidusyncdisk", "百度网盘", "wps云盘", "weiyun", "微云", "syncthing",
)  # fmt: skip
NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb3",
        "smbfs",
        "afpfs",
        "9p",
        "davfs",
        "fuse.sshfs",
        "fuse.rclone",
    }
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `state` is ok, warn or bad."""

    check: str
    state: str
    detail: Say

    def row(self) -> dict[str, Any]:
        return {"check": self.check, "state": self.state, "detail": self.detail}


def version(installed: str) -> Check:
    """The engine must be one of the releases that were tested with faults.

    >>> version("2.0.0").state, version("1.4.5").state
    ('ok', 'bad')
    """
    if installed.startswith(TESTED):
        return Check("engine", "ok", Say("DuckDB {version}", version=installed))
    what = Say(
        "DuckDB {version} was not tested; install {tested}x", version=installed, tested=TESTED
    )
    return Check("engine", "bad", what)


def disk(free_bytes: int, file_bytes: int, room_bytes: int) -> Check:
    """A backup needs the file twice and some room besides; warn at four times that.

    >>> disk(10**9, 10**6, 10**7).state, disk(10**7, 10**6, 10**7).state
    ('ok', 'bad')
    """
    needed = 2 * file_bytes + room_bytes
    told = Say(
        "{free} MB free, the file has {size} MB",
        free=free_bytes // 10**6,
        size=-(-file_bytes // 10**6),
    )
    state = "bad" if free_bytes < needed else "warn" if free_bytes < 4 * needed else "ok"
    return Check("disk", state, told)


def permissions(modes: dict[str, int]) -> Check:
    """Only the owner may read what the shop knows: mode 0600.

    `modes` maps a file's name to its mode bits.

    >>> permissions({"shop.duckdb": 0o600}).state, permissions({"shop.duckdb": 0o644}).state
    ('ok', 'warn')
    """
    open_ = [name for name, mode in modes.items() if mode & 0o077]
    if not open_:
        return Check("permissions", "ok", Say("only you can read the shop's file"))
    told = Say("others can read {files}: chmod 600", files=", ".join(open_))
    return Check("permissions", "warn", told)


def place(folder: str, filesystem: str) -> Check:
    """A database in a synced or network folder is lost sooner or later.

    `filesystem` is the type of the mount, empty when it is not known.

    >>> place("/home/a/OneDrive/shop", "ext4").state, place("/shop", "nfs").state
    ('warn', 'bad')
    """
    near = folder.casefold()
    synced = next((word for word in SYNCED if word in near), None)
    if filesystem in NETWORK or folder.startswith(("\\\\", "//")):
        told = Say(
            "the shop lies on a network drive ({kind}); move it to a local disk",
            kind=filesystem or "UNC",
        )
        return Check("folder", "bad", told)
    if synced:
        told = Say(
            "the shop lies in a synced folder ({kind}); keep only inbox and outbox there",
            kind=synced,
        )
        return Check("folder", "warn", told)
    return Check("folder", "ok", Say("{folder}", folder=folder))


def mark(marked: tuple[int, str], last: tuple[int, str]) -> Check:
    """The mark beside the file against the journal in it: (entry, hash) of each.

    >>> [mark(marked, (3, "a")).state for marked in ((3, "a"), (4, "b"), (2, "x"))]
    ['ok', 'bad', 'warn']
    """
    if marked == last:
        return Check("mark", "ok", Say("the file ends at entry {entry}, as marked", entry=last[0]))
    if marked[0] > last[0] or (marked[0] == last[0] and marked[1]):
        told = Say(
            "entry {marked} was saved, the file ends at {entry}: restore a backup",
            marked=marked[0],
            entry=last[0],
        )
        return Check("mark", "bad", told)
    told = Say(
        "the mark stands at entry {marked}, the file ends at {entry}; the next entry mends it",
        marked=marked[0],
        entry=last[0],
    )
    return Check("mark", "warn", told)


def clock(now: datetime, last_at: datetime | None, zone: str) -> Check:
    """An entry from the future shows a clock that was wrong then or is wrong now.

    >>> from datetime import datetime
    >>> clock(datetime(2026, 1, 1), datetime(2026, 1, 2), "Asia/Shanghai").state
    'bad'
    """
    if last_at is not None and last_at > now:
        told = Say(
            "it is {now}, but the last entry was made at {last}",
            now=f"{now:%Y-%m-%d %H:%M}",
            last=f"{last_at:%Y-%m-%d %H:%M}",
        )
        return Check("clock", "bad", told)
    return Check("clock", "ok", Say("{now} in {zone}", now=f"{now:%Y-%m-%d %H:%M}", zone=zone))


def backup(name: str | None, taken_at: datetime | None, now: datetime, damage: Say | None) -> Check:
    """The newest copy: there, not older than a day, and readable to its last block.

    >>> from datetime import datetime
    >>> backup(None, None, datetime(2026, 1, 1), None).state
    'warn'
    """
    if name is None or taken_at is None:
        return Check("backup", "warn", Say("there is no backup yet: scm backup"))
    if damage is not None:
        return Check("backup", "bad", Say("{name} cannot be read: {why}", name=name, why=damage))
    hours = int((now - taken_at).total_seconds() // 3600)
    state = "ok" if hours <= 24 * NIGHT_DAYS + 2 else "warn"
    return Check("backup", state, Say("{name}, read whole, {hours} h old", name=name, hours=hours))


def night(last_on: date | None, today: date) -> Check:
    """When the nightly run last finished.

    >>> from datetime import date
    >>> [night(date(2026, 1, 1), date(2026, 1, day)).state for day in (2, 4)]
    ['ok', 'warn']
    """
    if last_on is None:
        return Check("nightly", "warn", Say("it has never run: scm nightly, then scm schedule"))
    state = "ok" if (today - last_on).days <= NIGHT_DAYS else "warn"
    return Check("nightly", state, Say("last run for {day}", day=last_on.isoformat()))
