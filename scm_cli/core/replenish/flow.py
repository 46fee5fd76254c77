"""Dated requirement for the plan: the forecast consumed by open orders, day by day at first.

Near days decide what is ordered tonight, so they are told one by one; beyond four weeks a
week at a time is enough, and keeps a hundred thousand items in memory.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.consumption import requirement

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats
    from scm_cli.core.forecast.frames import Outlook

NEAR_DAYS = 28
WINDOW_DAYS = 30
LEAST_QTY = 1e-9  # less is rounding
SHARES = {"column": pl.Int64, "on": pl.Date, "share": pl.Float64}


def required(
    made: Outlook,
    committed: pl.DataFrame,
    horizon_days: int,
    consuming: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Requirement per item, warehouse and day: `sku`, `warehouse`, `on`, `qty`.

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
        return committed.clear()
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


def _shares(made: Outlook, starts: pl.Series, horizon_days: int) -> tuple[pl.Series, Floats]:
    """Days on which demand is told, and the share of each bucket on each, (buckets, days)."""
    last = made.today + timedelta(days=horizon_days)
    parts: list[tuple[int, date, float]] = []
    for column, (first, after) in enumerate(pairwise(starts.to_list())):
        begin = max(first, made.today)
        if begin <= last and after > made.today:
            spread = _days(begin, (after - begin).days, made.today)
            parts += [(column, day, share) for day, share in spread]
    told = pl.DataFrame(parts, schema=SHARES, orient="row")
    slots = _slot(told["on"], made.today)
    days = slots.unique().sort()
    table = np.zeros((len(starts) - 1, len(days)))
    at = np.searchsorted(days.to_numpy(), slots.to_numpy())
    np.add.at(table, (told["column"].to_numpy(), at), told["share"].to_numpy())
    return days, table


def _spread(
    made: Outlook, net: Floats, shares: tuple[pl.Series, Floats], committed: pl.DataFrame
) -> pl.DataFrame:
    """The forecast's part spread over days, the orders on their own days."""
    days, table = shares
    flow = np.where(net > LEAST_QTY, net, 0.0) @ table
    row, at = np.nonzero(flow)
    told = made.keys[row].select(
        "sku", "warehouse", days.gather(at).alias("on"), pl.Series("qty", flow[row, at])
    )
    if committed.is_empty():
        return told
    asked = committed.select(
        "sku", "warehouse", pl.col("on").clip(made.today, None), pl.col("qty").cast(pl.Float64)
    )
    return pl.concat([told, asked]).sort("sku", "warehouse", "on", "qty")


def _days(begin: date, count: int, today: date) -> list[tuple[date, float]]:
    """Days of a bucket and the share of its demand on each."""
    if (begin - today).days >= NEAR_DAYS:
        return [(begin, 1.0)]
    return [(begin + timedelta(days=n), 1 / count) for n in range(count)]


def _slot(days: pl.Series, today: date) -> pl.Series:
    """The day itself within four weeks, then the first day of its week from today."""
    away = (days - today).dt.total_days()
    week = (away // 7) * 7
    slot = pl.select(pl.when(away < NEAR_DAYS).then(away).otherwise(week).alias("slot")).to_series()
    return (
        pl.Series("on", [today] * len(days), dtype=pl.Date).dt.offset_by(slot.cast(pl.String) + "d")
        if len(days)
        else days
    )
