"""`scm forecast run` part by part is the forecast that the plan is made from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from polars.testing import assert_frame_equal

from scm_cli.engines.protocol import Local
from scm_cli.jobs import forecasting, planning
from scm_cli.run import Run
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from pathlib import Path


class Five(Local):
    workers = 5


def test_the_sample_firm(demo_shop: Path) -> None:
    now = datetime(2026, 1, 5, 9, 0)
    run = Run(now=now, today=now.date(), folder=demo_shop, who="test")
    with reading(run) as con:
        known = planning.gather(con, run)
    whole = planning.made(known, run.settings).forecast
    made = forecasting.forecast(planning.learnt(known, run.settings), Five())
    assert_frame_equal(made, whole, rel_tol=1e-9)
