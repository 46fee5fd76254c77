"""Dated requirement for the plan: the forecast consumed by open orders, day by day at first.

Near days decide what is ordered tonight, so they are told one by one; beyond four weeks a
week at a time is enough, and keeps a hundred thousand items in memory. A week's demand lies
evenly on its days (`days`), so that the walk adds up P days of demand for an interval of P.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.consumption import requirement

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats
    from scm_cli.core.forecast.frames import Outlook

NEAR_DAYS = 28
WEEK_DAYS = 7
WINDOW_DAYS = 30
LEAST_QTY = 1e-9  # less is rounding


def required(
    made: Outlook,
    committed: pl.DataFrame,
    horizon_days: int,
    consuming: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Requirement per item, warehouse and day: `sku`, `warehouse`, `on`, `qty`, `days`.

    Day 0 is today; the forecast is told for the days 0 to `horizon_days` - 1, `qty` evenly over
    `days` days from `on`.

    Args:
        made: the outlook; its buckets are spread evenly over their days.
        committed: open confirmed orders: `sku`, `warehouse`, `on`, `qty`; earlier than today
            counts as today. Orders consume the forecast 30 days either way.
        horizon_days: how far to tell.
        consuming: those of `committed` that the forecast held (see `forecast.preparation`); all
            when absent. The others are wanted on top of it.
    """
    mean = made.forecast.mean
    count, buckets = mean.shape
    starts = made.bucket.starts(made.next_on, buckets + 1)
    days = starts.diff().dt.total_days().slice(1).to_numpy().astype(np.float64)
    elapsed = max((made.today - made.next_on).days, 0)
    share = np.ones(buckets)
    share[0] = max(days[0] - elapsed, 0.0) / days[0]
    held = committed if consuming is None else consuming
    orders = _bucketed(made, held, starts, mean.shape)
    window = max(1, round(WINDOW_DAYS / float(days.mean())))
    found = requirement(np.maximum(mean, 0.0) * share, orders, window, window)
    if not count:
        return committed.clear().with_columns(days=pl.lit(1, pl.Int64))
    return _spread(made, found.net, _shares(made, starts, horizon_days), committed)


def _bucketed(
    made: Outlook, committed: pl.DataFrame, starts: pl.Series, shape: tuple[int, int]
) -> Floats:
    orders = np.zeros(shape)
    numbered = committed.join(made.keys.with_row_index("row"), on=["sku", "warehouse"])
    if len(numbered):
        when = numbered["on"].clip(made.today, None).to_numpy()
        column = np.searchsorted(starts.to_numpy(), when, side="right") - 1
        inside = (column >= 0) & (column < shape[1])
        np.add.at(
            orders,
            (numbered["row"].to_numpy()[inside], column[inside]),
            numbered["qty"].cast(pl.Float64).to_numpy()[inside],
        )
    return orders


def _shares(made: Outlook, starts: pl.Series, horizon_days: int) -> tuple[pl.DataFrame, Floats]:
    """Days and weeks ahead (`on`, `days`), and the share of each bucket on each, (buckets, slots)."""
    away = [*range(min(NEAR_DAYS, horizon_days)), *range(NEAR_DAYS, horizon_days, WEEK_DAYS)]
    length = [1 if n < NEAR_DAYS else min(WEEK_DAYS, horizon_days - n) for n in away]
    table = np.zeros((len(starts) - 1, len(away)))
    for column, (first, after) in enumerate(pairwise(starts.to_list())):
        begin, end = max((first - made.today).days, 0), (after - made.today).days
        for day in range(begin, min(end, horizon_days)):
            far = (day - NEAR_DAYS) // WEEK_DAYS
            table[column, day if day < NEAR_DAYS else NEAR_DAYS + far] += 1 / (end - begin)
    slots = pl.DataFrame(
        {"away": away, "days": length}, schema=dict.fromkeys(("away", "days"), pl.Int64)
    )
    on = pl.lit(made.today) + pl.duration(days="away")
    return slots.select(on.alias("on"), "days"), table


def _spread(
    made: Outlook, net: Floats, shares: tuple[pl.DataFrame, Floats], committed: pl.DataFrame
) -> pl.DataFrame:
    """The forecast's part spread over days, the orders on their own days."""
    slots, table = shares
    flow = np.where(net > LEAST_QTY, net, 0.0) @ table
    row, at = np.nonzero(flow)
    told = made.keys[row].select(
        "sku", "warehouse", slots["on"].gather(at), pl.Series("qty", flow[row, at]),
        slots["days"].gather(at),
    )  # fmt: skip
    if committed.is_empty():
        return told
    asked = committed.select(
        "sku", "warehouse", pl.col("on").clip(made.today, None), pl.col("qty").cast(pl.Float64),
        pl.lit(1, pl.Int64).alias("days"),
    )  # fmt: skip
    return pl.concat([told, asked]).sort("sku", "warehouse", "on", "qty")
