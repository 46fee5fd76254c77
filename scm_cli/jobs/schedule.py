"""Entries for the machine's own scheduler; a living process of ours is not needed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from scm_cli.run import Run

KINDS = ("cron", "systemd", "windows")


def entries(run: Run, at: str, kind: str | None) -> list[dict[str, Any]]:
    """The entries for this shop: where each goes and its text.

    Raises:
        ScmError: the time or the kind is none (exit 2).
    """
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", at):
        raise ScmError("{at} is no time", hint="Write it as 02:30.", exit_code=Exit.USAGE, at=at)
    if kind is not None and kind not in KINDS:
        raise ScmError(
            "there is no scheduler {kind}",
            hint="Use cron, systemd or windows.",
            exit_code=Exit.USAGE,
            kind=kind,
        )
    hour, minute = at.split(":")
    program = Path(sys.argv[0]).absolute()
    command = f'"{program}" --shop "{run.shop}"'
    found = [
        {
            "kind": "cron",
            "where": "crontab -e",
            "text": f'{int(minute)} {int(hour)} * * * {command} nightly --json >> "{run.shop}/nightly.log" 2>&1\n'
            f'*/10 8-19 * * 1-6 {command} inbox >> "{run.shop}/nightly.log" 2>&1',
        },
        {
            "kind": "systemd",
            "where": "~/.config/systemd/user/scm-nightly.{service,timer}",
            "text": f"[Service]\nType=oneshot\nExecStart={command} nightly\n\n"
            f"[Timer]\nOnCalendar=*-*-* {at}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target",
        },
        {
            "kind": "windows",
            "where": "cmd",
            "text": f"schtasks /Create /SC DAILY /ST {int(hour):02d}:{minute} /TN scm-nightly "
            f'/TR "\\"{program}\\" --shop \\"{run.shop}\\" nightly"',
        },
    ]
    return [each for each in found if kind in (None, each["kind"])]


def install(entry: dict[str, Any]) -> Say:
    """Install a cron entry or a Windows task; an older entry of ours for this shop is replaced.

    Raises:
        ScmError: the scheduler is not there or refuses.
    """
    if os.name == "nt":  # pragma: no cover -- Windows only
        subprocess.run(["cmd", "/c", entry["text"] + " /F"], check=True)  # noqa: S603, S607
        return Say("The task scm-nightly is installed.")
    try:
        old = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)  # noqa: S607
        shop = entry["text"].split("--shop ")[1].split(" ")[0]
        kept = [line for line in old.stdout.splitlines() if shop not in line]
        text = "\n".join([*kept, entry["text"], ""])
        subprocess.run(["crontab", "-"], input=text, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError) as error:
        raise ScmError(
            "crontab did not take the entry: {why}",
            hint="Print it with `scm schedule` and enter it by hand.",
            exit_code=Exit.UNEXPECTED,
            why=str(error),
        ) from error
    return Say("The entry is in your crontab.")
