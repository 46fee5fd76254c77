"""The machine's own scheduler: what is printed works, what is installed is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Ran

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the schedulers of a POSIX machine")

CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then
    [ -f "$HOME/crontab" ] || { echo "no crontab for li" >&2; exit 1; }
    exec cat "$HOME/crontab"
fi
exec cat > "$HOME/crontab"
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$HOME/systemctl"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a scheduler of its own; the real ones cannot be reached."""
    folder = tmp_path / "home"
    (folder / "bin").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("PATH", f"{folder}/bin:/usr/bin:/bin")
    for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    return folder


@pytest.fixture
def blank(shop: Path, monkeypatch: pytest.MonkeyPatch, scm: Callable[..., Ran]) -> Path:
    """The shop under a name with blanks and signs that schedulers read."""
    del scm  # it names the shop of the environment first
    folder = shop.rename(shop.with_name('my "best" $hop 100%'))
    monkeypatch.setenv("SCM_SHOP", str(folder))
    return folder


def text(ran: Ran) -> str:
    return "\n".join(str(row["text"]) for row in ran.rows)


def test_each_kind_has_the_night_and_the_inbox(scm: Callable[..., Ran]) -> None:
    for kind in ("cron", "systemd", "windows"):
        told = text(scm("schedule", "--kind", kind, "--at", "2:05", "--json"))
        assert "nightly" in told
        assert "inbox" in told
        assert {"cron": "5 2 * * *", "systemd": "*-*-* 02:05:00", "windows": "/ST 02:05"}[
            kind
        ] in told


def test_what_cron_hands_to_the_shell_names_the_shop(scm: Callable[..., Ran], blank: Path) -> None:
    lines = text(scm("schedule", "--kind", "cron", "--json")).replace(r"\%", "%").splitlines()
    for line, command in zip(lines, ("nightly", "inbox"), strict=True):
        words, _, log = line.split(" ", 5)[5].partition(">>")
        asked = f"printf '%s\\n' {words} {log.removesuffix('2>&1')}"
        done = subprocess.run(["/bin/sh", "-c", asked], capture_output=True, text=True, check=True)
        heard = done.stdout.splitlines()
        assert heard[1:4] == ["--shop", str(blank), command]
        assert heard[-1] == f"{blank}/nightly.log"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd to ask")
def test_systemd_understands_the_units(
    scm: Callable[..., Ran], blank: Path, tmp_path: Path
) -> None:
    assert blank.is_dir()
    paths = []
    for row in scm("schedule", "--kind", "systemd", "--json").rows:
        paths.append(tmp_path / str(row["where"]).rpartition("/")[2])
        paths[-1].write_text(row["text"])
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *paths], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []


@pytest.mark.parametrize("started", ["scm", "__main__.py"])
def test_the_entry_names_a_command_that_starts(
    scm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: str
) -> None:
    from scm_cli.jobs import schedule

    program = tmp_path / started
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scm_cli "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(schedule.sys, "argv", [str(program)])
    words = schedule._program()
    assert words == ((str(program),) if started == "scm" else (sys.executable, "-m", "scm_cli"))
    done = subprocess.run([*words, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("scm ")
    assert scm("schedule", "--json").code == 0


def test_the_crontab_keeps_what_others_wrote_and_takes_a_shop_once(
    scm: Callable[..., Ran], home: Path, blank: Path
) -> None:
    assert blank.is_dir()
    (home / "crontab").write_text("0 1 * * * backup-everything\n")
    assert scm("schedule", "--install", "--at", "01:00").code == 0
    assert scm("schedule", "--install", "--kind", "cron", "--at", "03:15").code == 0
    lines = (home / "crontab").read_text().splitlines()
    assert [line[:9] for line in lines if line] == ["0 1 * * *", "15 3 * * ", "*/10 8-19"]


def test_a_crontab_that_cannot_be_read_is_not_overwritten(
    scm: Callable[..., Ran], home: Path
) -> None:
    (home / "bin" / "crontab").write_text(
        '#!/bin/sh\n[ "$1" = -l ] || touch "$HOME/overwritten"\necho "not allowed" >&2\nexit 1\n'
    )
    done = scm("schedule", "--install", "--kind", "cron")
    assert (done.code, done.err.splitlines()[0]) == (
        1, "Error: crontab did not take the entry: not allowed",
    )  # fmt: skip
    assert not (home / "overwritten").exists()


def test_systemd_gets_units_and_enabled_timers(scm: Callable[..., Ran], home: Path) -> None:
    done = scm("schedule", "--install", "--kind", "systemd")
    assert done.code == 0
    units = sorted(path.name for path in (home / ".config/systemd/user").iterdir())
    assert [(name.partition("-shop-")[0], name.rpartition(".")[2]) for name in units] == [
        (f"scm-{part}", kind) for part in ("inbox", "nightly") for kind in ("service", "timer")
    ]
    timers = " ".join(name for name in units if name.endswith(".timer"))
    asked = (home / "systemctl").read_text().splitlines()
    assert asked[0] == "--user daemon-reload"
    assert set(asked[1].split()) == {"--user", "enable", "--now", *timers.split()}
    assert not (home / "crontab").exists()


def test_a_chinese_shop_stays_chinese_where_there_is_no_locale(scm: Callable[..., Ran]) -> None:
    assert "--lang zh" in text(scm("--lang", "zh", "schedule", "--json"))
    assert "--lang" not in text(scm("schedule", "--json"))
