"""Entries for the machine's own scheduler; a living process of ours is not needed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli import settings
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Callable

    from scm_cli.run import Run

KINDS = ("cron", "systemd", "windows")
UNITS = "~/.config/systemd/user"
NOTHING_YET = ("no crontab", "no such file")  # what `crontab -l` says of an empty one


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of the command up to `nightly` or `inbox`, the shop, the hour and the name."""

    words: tuple[str, ...]
    shop: str
    hour: int
    minute: int
    name: str


def entries(run: Run, at: str, kind: str | None) -> list[dict[str, Any]]:
    """The entries for this shop: the night and the inbox, where each goes and its text.

    Raises:
        ScmError: the time or the kind is none (exit 2).
    """
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if found is None:
        raise ScmError("{at} is no time", hint="Write it as 02:30.", exit_code=Exit.USAGE, at=at)
    if kind is not None and kind not in KINDS:
        raise ScmError(
            "there is no scheduler {kind}",
            hint="Use cron, systemd or windows.",
            exit_code=Exit.USAGE,
            kind=kind,
        )
    shop = str(run.shop.absolute())
    words = (*_program(), *_language(run), "--shop", shop)
    asked = _Asked(words, shop, int(found[1]), int(found[2]), _name(shop))
    makers = {"cron": _cron, "systemd": _systemd, "windows": _windows}
    return [each for name, make in makers.items() if kind in (None, name) for each in make(asked)]


def _program() -> tuple[str, ...]:
    """What starts this program again, from anywhere."""
    started = Path(sys.argv[0])
    found = None if started.name == "__main__.py" else shutil.which(started)
    return (str(Path(found).absolute()),) if found else (sys.executable, "-m", "scm_cli")


def _language(run: Run) -> tuple[str, ...]:
    """A scheduler has no locale: what the shop does not say goes into the entry."""
    stated = "language" in settings.raw(run.shop)
    return () if stated or run.lang == "en" else ("--lang", run.lang)


def _name(shop: str) -> str:
    """A name for this shop's entries, so that two shops do not take each other's place."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(shop).name).strip("-") or "shop"
    return f"{plain}-{hashlib.sha256(shop.encode()).hexdigest()[:6]}"


def _said(word: str, quoted: Callable[[str], str]) -> str:
    """Options and plain words stand as they are, paths in the quotes of the scheduler."""
    return word if re.fullmatch(r"[-a-z_]+", word) else quoted(word)


def _cron(asked: _Asked) -> list[dict[str, Any]]:
    command = " ".join(_said(w, _shell) for w in asked.words)
    log = _shell(f"{asked.shop}/nightly.log")
    text = (
        f"{asked.minute} {asked.hour} * * * {command} nightly --json >> {log} 2>&1\n"
        f"*/10 8-19 * * 1-6 {command} inbox >> {log} 2>&1"
    )
    return [
        {"kind": "cron", "where": "crontab -e", "text": text, "shop": _shell(asked.shop)},
    ]


def _shell(word: str) -> str:
    """A word in double quotes for the shell; % would end the line of a crontab."""
    return '"' + re.sub(r'([\\"$`])', r"\\\1", word).replace("%", r"\%") + '"'


def _systemd(asked: _Asked) -> list[dict[str, Any]]:
    quoted = " ".join(_said(w, _unit) for w in asked.words)
    night = f"*-*-* {asked.hour:02d}:{asked.minute:02d}:00"
    parts = (
        ("nightly", night, "Persistent=true\n"),
        ("inbox", "Mon..Sat *-*-* 08..19:00/10:00", ""),
    )
    found = []
    for command, when, more in parts:
        unit = f"scm-{command}-{asked.name}"
        head = f"[Unit]\nDescription=scm {command}, {asked.name}\n\n"
        service = f"{head}[Service]\nType=oneshot\nExecStart={quoted} {command}\n"
        timer = f"{head}[Timer]\nOnCalendar={when}\n{more}\n[Install]\nWantedBy=timers.target\n"
        found += [
            {"kind": "systemd", "where": f"{UNITS}/{unit}.{kind}", "text": text}
            for kind, text in (("service", service), ("timer", timer))
        ]
    return found


def _unit(word: str) -> str:
    """A word in double quotes for a unit file."""
    return '"' + re.sub(r'([\\"])', r"\\\1", word).replace("%", "%%").replace("$", "$$") + '"'


def _windows(asked: _Asked) -> list[dict[str, Any]]:
    command = " ".join(_said(w, '\\"{}\\"'.format) for w in asked.words)
    parts = (
        ("nightly", f"/SC DAILY /ST {asked.hour:02d}:{asked.minute:02d}"),
        ("inbox", "/SC MINUTE /MO 10 /ST 08:00 /ET 19:50"),
    )
    return [
        {
            "kind": "windows",
            "where": "cmd",
            "text": f'schtasks /Create /F /TN scm-{part}-{asked.name} {when} /TR "{command} {part}"',
        }
        for part, when in parts
    ]


def install(found: list[dict[str, Any]]) -> Say:
    """Install the entries of one kind; older entries for this shop are replaced.

    Raises:
        ScmError: the scheduler is not there or refuses.
    """
    install_one = {"cron": _into_crontab, "systemd": _into_systemd, "windows": _into_windows}
    kind = found[0]["kind"]
    try:
        return install_one[kind](found)
    except (OSError, subprocess.CalledProcessError) as error:
        why = getattr(error, "stderr", None) or error
        raise ScmError(
            "{scheduler} did not take the entry: {why}",
            hint="Print it with `scm schedule --kind {kind}` and enter it by hand.",
            exit_code=Exit.UNEXPECTED,
            scheduler={"cron": "crontab", "systemd": "systemctl", "windows": "schtasks"}[kind],
            kind=kind,
            why=str(why).strip().splitlines()[-1] if str(why).strip() else "?",
        ) from error


def usual_kind() -> str:
    """The scheduler of this machine."""
    if os.name == "nt":
        return "windows"
    return "cron" if shutil.which("crontab") or not shutil.which("systemctl") else "systemd"


def _into_crontab(found: list[dict[str, Any]]) -> Say:
    text = found[0]["text"]
    old = _run("crontab", "-l", check=False)
    if old.returncode and not any(sign in old.stderr.lower() for sign in NOTHING_YET):
        old.check_returncode()  # never overwrite what could not be read
    shop = found[0]["shop"]
    kept = [line for line in old.stdout.splitlines() if f"--shop {shop} " not in line]
    _run("crontab", "-", given="\n".join([*kept, text, ""]))
    return Say("The night and the inbox are in your crontab.")


def _into_systemd(found: list[dict[str, Any]]) -> Say:
    timers = []
    for each in found:
        path = Path(each["where"]).expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(each["text"], encoding="utf-8")
        if path.suffix == ".timer":
            timers.append(path.name)
    _run("systemctl", "--user", "daemon-reload")
    _run("systemctl", "--user", "enable", "--now", *timers)
    return Say(
        "{timers} are enabled; `loginctl enable-linger` lets them run while nobody is logged in.",
        timers=", ".join(timers),
    )


def _into_windows(found: list[dict[str, Any]]) -> Say:
    for each in found:
        _run("cmd", "/c", each["text"])
    return Say("The tasks of the night and the inbox are installed.")


def _run(
    *words: str, given: str | None = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- the scheduler's own program, our own words
        words, input=given, text=True, capture_output=True, check=check
    )
