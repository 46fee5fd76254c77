"""Parts put together equal the whole, for every planning function, without any engine.

Three things are learnt from all items at once, here and on any engine, and then travel with the
parts: `pooled_demand`, `lead_times` and `delays` (an item leans on its supplier's and the shop's
lines), and the ABC classes. The budget ranks the lines of the whole plan.
"""

from __future__ import annotations

import os
import pickle
from functools import partial

import polars as pl
import pytest
from engine_cases import CASES, ITEMS, LEADS, ORDERS, SHARED, SOLD, TODAY, told
from polars.testing import assert_frame_equal

from scm_cli.core.forecast.frames import FORECAST
from scm_cli.core.replenish.lead_time import lead_times
from scm_cli.engines.extra import required
from scm_cli.engines.partition import forecast_on, forecast_part, parts_by_sku
from scm_cli.engines.protocol import Local, engine
from scm_cli.errors import Exit, ScmError


@pytest.mark.parametrize("count", [1, 3, 1000])
@pytest.mark.parametrize("name", CASES)
def test_parts_equal_the_whole(name: str, count: int) -> None:
    function, frames = CASES[name]
    whole = function(*frames)
    parts = parts_by_sku(frames, count)
    made = pl.concat([function(*part) for part in parts])
    assert len(whole), "a case that shows nothing proves nothing"
    assert made.schema == whole.schema
    assert len(parts) == min(count, 9)
    assert_frame_equal(made, whole, check_row_order=False, rel_tol=1e-9)


def test_the_forecast_keeps_its_order_and_its_digits() -> None:
    """Concatenated in the order of the parts it is the table that the whole run stores."""

    class Four(Local):
        workers = 4

    whole = told(SOLD, ITEMS)
    made = forecast_on(Four(), SOLD, ITEMS, SHARED)
    assert_frame_equal(made, whole, rel_tol=1e-12)
    assert forecast_on(Local(), SOLD.clear(), ITEMS.clear(), SHARED).schema == FORECAST


def test_lead_times_are_learnt_from_all_lines_for_the_items_of_a_part() -> None:
    """A part that knew its own lines alone would lean on fewer: that is why they are learnt once."""
    some = ORDERS.filter(pl.col("sku") < "I04")
    alone = lead_times(some, TODAY)
    together = LEADS.filter(pl.col("sku") < "I04")
    assert alone.select("supplier", "sku", "n").equals(together.select("supplier", "sku", "n"))
    assert not alone["mean_days"].equals(together["mean_days"])


def test_parts_and_what_they_share_can_travel() -> None:
    """Whatever an engine pickles comes back equal: the function, what it shares, the part."""
    part = parts_by_sku([SOLD, ITEMS], 3)[1]
    function = partial(forecast_part, shared=SHARED)
    sent, work = pickle.loads(pickle.dumps(part)), pickle.loads(pickle.dumps(function))  # noqa: S301
    assert_frame_equal(work(sent), forecast_part(part, SHARED))


@pytest.mark.parametrize(
    ("name", "address", "says"),
    [
        ("flink", "host:1", "there is no engine flink"),
        ("dask", None, "--engine dask needs --address"),
        ("spark", "", "--engine spark needs --address"),
    ],
)
def test_an_engine_that_cannot_be(name: str, address: str | None, says: str) -> None:
    with pytest.raises(ScmError, match=says) as refused:
        engine(name, address)
    assert refused.value.exit_code == Exit.USAGE


def test_a_missing_library_names_its_extra() -> None:
    with pytest.raises(ScmError, match="no_such_library is not installed") as refused:
        required("no_such_library", "dask")
    assert "scm-cli[dask]" in refused.value.hint.english


def test_local_is_this_process() -> None:
    with engine("local", None) as here:
        assert here.map(lambda part: (part, os.getpid()), [1, 2]) == [(1, os.getpid()), (2, os.getpid())]  # fmt: skip
