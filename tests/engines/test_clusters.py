"""The adapters end to end: a real dask scheduler with two worker processes, and Spark local[2]."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from engine_cases import ITEMS, SHARED, SOLD, told
from polars.testing import assert_frame_equal

from scm_cli.engines.partition import forecast_on
from scm_cli.engines.protocol import engine
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
SECONDS = 60


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler on loopback with two worker processes of one thread each."""
    distributed = pytest.importorskip("distributed")
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    run = partial(subprocess.Popen, cwd=tmp_path, stderr=subprocess.DEVNULL)
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    started = [
        run([*dask[:-1], dask[-1] + "scheduler", *common, "--host", "127.0.0.1", "--port", "0"]),
        *(
            run([*dask[:-1], dask[-1] + "worker", *common, "--nthreads", "1", "--no-nanny"])
            for _ in range(2)
        ),
    ]
    try:
        deadline = time.monotonic() + SECONDS
        while not file.is_file():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        with distributed.Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=SECONDS)
            address = client.scheduler.address
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(SECONDS)


def test_dask(scheduler: str) -> None:
    def process_of(_: int) -> int:  # not of a module, so it travels itself
        time.sleep(0.2)  # so that one worker does not take all
        return os.getpid()

    with engine("dask", scheduler) as there:
        assert there.workers == 2
        pids = set(there.map(process_of, list(range(8))))
        made = forecast_on(there, SOLD, ITEMS, SHARED)
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert_frame_equal(made, told(SOLD, ITEMS), rel_tol=1e-12)


def test_dask_without_a_scheduler() -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ScmError, match="does not answer"):
        engine("dask", "tcp://127.0.0.1:9")


def test_spark() -> None:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with engine("spark", "local[2]") as there:
        assert there.workers == 2
        made = forecast_on(there, SOLD, ITEMS, SHARED)
    assert_frame_equal(made, told(SOLD, ITEMS), rel_tol=1e-12)
