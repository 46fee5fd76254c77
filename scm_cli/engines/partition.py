"""The shop cut into parts by item, and the planning functions that run on one part alone.

What all items teach together (`PooledDemand`, lead times, classes) is learnt once and bound to
the function; a part holds every row of its items, so the parts put together equal the whole.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.forecast.frames import FORECAST, forecast_frame, outlook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.forecast.frames import PooledDemand
    from scm_cli.engines.protocol import Engine

ITEMS = 2_000  # of a part, at most


def parts_by_sku(frames: Sequence[pl.DataFrame], count: int) -> list[tuple[pl.DataFrame, ...]]:
    """The frames cut at the same items into `count` parts or fewer; none is empty of items.

    Items are taken in the order of their codes, so results concatenated keep that order.

    >>> sold = pl.DataFrame({"sku": ["B", "A", "C"], "qty": [1, 2, 3]})
    >>> [part["sku"].to_list() for part, in parts_by_sku([sold], 2)]
    [['B', 'A'], ['C']]
    """
    items = pl.concat([frame["sku"] for frame in frames]).unique().sort()
    size = max(1, -(-len(items) // max(1, count)))
    number = items.to_frame().with_row_index("part").with_columns(pl.col("part") // size)
    cut = [
        frame.join(number, on="sku", how="left", maintain_order="left").partition_by(
            "part", as_dict=True, include_key=False
        )
        for frame in frames
    ]
    keys = [(n,) for n in number["part"].unique().sort()]
    return [
        tuple(by.get(key, frame.clear()) for by, frame in zip(cut, frames, strict=True))
        for key in keys
    ]


def forecast_part(part: tuple[pl.DataFrame, pl.DataFrame], shared: PooledDemand) -> pl.DataFrame:
    """The forecast of one part: its demand and its items; schema `FORECAST`."""
    demand, items = part
    return forecast_frame(outlook(demand, shared, items))


def forecast_on(
    engine: Engine, demand: pl.DataFrame, items: pl.DataFrame, shared: PooledDemand
) -> pl.DataFrame:
    """The forecast of all items, part by part on an engine; schema `FORECAST`."""
    count = max(engine.workers, -(-items["sku"].n_unique() // ITEMS))
    parts = parts_by_sku([demand, items], count)
    made = engine.map(partial(forecast_part, shared=shared), parts)
    return pl.concat(made) if made else pl.DataFrame(schema=FORECAST)
