"""Two processes at one shop: the second waits, is told for whom, and gives up in time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scm_cli.jobs import opening
from scm_cli.run import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS = 0.4
SCM = [sys.executable, "-m", "scm_cli"]
NOTE = ["supplier", "add", "S1", "--name", "Paper mill"]  # a small write

#: Opens the shop as a command does, says so, and stays in it.
HOLD = """
import sys, time
from datetime import datetime
from pathlib import Path
from scm_cli.run import Run
from scm_cli.store import gateway

now = datetime(2026, 3, 1, 7, 41, 58)
run = Run(now=now, today=now.date(), folder=Path(sys.argv[1]), command="nightly", pid={pid})
with gateway.{mode}(run):
    print("in", flush=True)
    time.sleep(60)
""".replace("{pid}", "__import__('os').getpid()")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lock") / "shop"
    now = datetime(2026, 3, 1, 9)
    opening.make(Run(now=now, today=now.date(), folder=folder, who="test"), date(2026, 1, 1))
    settings = folder / "scm.toml"
    given = settings.read_text() if settings.exists() else ""
    settings.write_text(f"busy_wait_seconds = {WAIT_SECONDS}\n{given}")
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


@contextmanager
def holder(shop: Path, mode: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is inside the shop while the block runs; `mode` is reading or writing."""
    command = [sys.executable, "-c", HOLD.replace("{mode}", mode), str(shop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "in\n"
            yield process
        finally:
            process.kill()


def scm(shop: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [*SCM, "--shop", str(shop), *args]
    env = {**os.environ, "SCM_LANG": "en"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_a_second_writer_waits_as_configured_then_gives_up_with_75(shop: Path) -> None:
    with holder(shop, "writing") as first:
        begun = time.monotonic()
        second = scm(shop, *NOTE)
        took = time.monotonic() - begun
        assert second.returncode == 75
        assert took >= WAIT_SECONDS
        for said in second.stderr.splitlines()[:2]:
            assert f"pid {first.pid} (scm nightly, since 07:41:58)" in said
        assert "waiting up to 0.4 s" in second.stderr
        assert "nothing was changed" in second.stderr
    assert len(json.loads(scm(shop, "log", "--json").stdout)["rows"]) == 1


def test_the_refusal_is_json_when_that_was_asked_for(shop: Path) -> None:
    with holder(shop, "writing"):
        error = json.loads(scm(shop, "--json", *NOTE).stdout)["error"]
    assert error["code"] == 75
    assert "scm nightly" in error["message"]


@pytest.mark.parametrize("waiter", [NOTE, ["log"]], ids=["writer", "reader"])
def test_a_killed_holder_frees_the_shop_at_once(shop: Path, waiter: list[str]) -> None:
    with holder(shop, "writing") as first:
        env = {**os.environ, "SCM_LANG": "en"}
        command = [*SCM, "--shop", str(shop), *waiter]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, env=env) as second:  # fmt: skip
            assert second.stderr is not None
            assert "waiting" in second.stderr.readline()  # it stands in the kernel's queue
            first.send_signal(signal.SIGKILL)
            second.communicate()
        assert second.returncode == 0


def test_readers_share_and_keep_writers_out(shop: Path) -> None:
    with holder(shop, "reading"):
        assert scm(shop, "log").returncode == 0
        assert scm(shop, *NOTE).returncode == 75


def test_a_reader_does_not_enter_while_somebody_writes(shop: Path) -> None:
    with holder(shop, "writing"):
        assert scm(shop, "log").returncode == 75
