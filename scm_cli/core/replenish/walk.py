"""The dated walk: per item-warehouse, the first day on which the service is missed.

Day 0 is today. With `X(t)` the supply counted by day t (usable stock and firm open lines) and
`D(t)` the demand of days 0..t, an item-warehouse needs by day t

    N(t) = D(t) + safety · √(min(t + 1, P) / P),   at least its confirmed orders by t,

where P is the protection interval (lead time + review period: an order of tonight is usable on
the morning of day L, the next one on that of day L + R, so the P days 0 .. P - 1 are its to serve)
and safety = s - mean demand over P. Uncertainty grows with
the square root of the days ahead (independent days: Silver, Pyke & Thomas 2017, ch. 6), so that
at day P - 1 the test `X < N` is the textbook one, position below the reorder point s.

A day is *short* when N(t) > X(t). The tail of the horizon that stays short for good begins at
`need_day`: no open supply ends it, so it must be bought. A short day before it is a *gap*: an
open line closes it, and `needs.py` decides between hurrying that line and buying.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scm_cli.core.replenish.inputs import Flow, Ready

    Vector = NDArray[np.float64]
    Days = NDArray[np.int64]
    Matrix = NDArray[np.float64]

EPSILON = 1e-6  # quantities have four places
CELLS = 400_000  # of one dense block: a few megabytes


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring rows laid out by day; all matrices are rows × days."""

    first: int
    stop: int
    span: Days  # days planned, per row
    interval: Days  # P
    demand: Matrix  # D, cumulated
    need: Matrix  # N, never falling
    supply: Matrix  # X
    free: Vector  # what lies there beyond the orders that wait for it today


def blocks(ready: Ready) -> Iterator[Block]:
    """The item-warehouses in blocks of bounded size (rows are sorted by their span)."""
    span = ready.items["span_days"].to_numpy().astype(np.int64)
    first = 0
    while first < span.size:
        size = max(1, CELLS // int(span[first]))
        stop = min(span.size, first + size)
        yield _block(ready, first, stop, span[first:stop])
        first = stop


def _block(ready: Ready, first: int, stop: int, span: Days) -> Block:
    days = int(span.max())
    part = slice(first, stop)
    interval = np.minimum(ready.items["interval_days"].to_numpy()[part].astype(np.int64), span)
    safety = ready.array("safety_qty")[part, None]
    demand = _cumulated(ready, "demand", (first, stop), days)
    daily = ready.array("daily_mean_qty")[part]
    day = np.arange(days)
    if days > ready.horizon_days:  # past the forecast, the usual day goes on
        demand += daily[:, None] * np.maximum(day + 1 - ready.horizon_days, 0)
    reach = np.minimum(day + 1, interval[:, None])
    need = np.where(safety > 0, np.sqrt(reach / interval[:, None]), reach / interval[:, None])
    need *= safety
    need += demand
    interval = _kept_fresh(ready, part, demand, need, interval)
    committed = _cumulated(ready, "committed", (first, stop), days)
    np.maximum(need, committed, out=need)
    np.maximum.accumulate(need, axis=1, out=need)
    supply = _cumulated(ready, "supply", (first, stop), days)
    usable = ready.array("usable_qty")[part]
    supply += usable[:, None]
    free = np.maximum(usable - committed[:, 0], 0.0)
    return Block(first, stop, span, interval, demand, need, supply, free)


def _kept_fresh(ready: Ready, part: slice, demand: Matrix, need: Matrix, interval: Days) -> Days:
    """Cap the need of goods that expire at what an order placed today sells; shorten P to it.

    What such an order cannot serve any more is the business of a later one.
    """
    expires = ready.array("fastest_days")[part] + ready.array("shelf_life_days")[part]
    some = np.flatnonzero(~np.isnan(expires))
    last = np.maximum(expires[some].astype(np.int64), 1) - 1
    final = demand.shape[1] - 1
    sold = demand[some, np.minimum(last, final)]
    sold = sold + ready.array("daily_mean_qty")[part][some] * np.maximum(last - final, 0)
    sold = np.maximum(demand[some], sold[:, None])
    need[some] = np.minimum(need[some], sold)
    fresh = interval.copy()
    fresh[some] = np.minimum(fresh[some], last + 1)
    return fresh


def _cumulated(ready: Ready, name: str, rows: tuple[int, int], days: int) -> Matrix:
    """Quantities of a flow summed up to each day; what lies beyond the last day is not counted."""
    flow = getattr(ready, name).of(*rows)
    count = rows[1] - rows[0]
    if not flow.row.size:
        return np.zeros((count, days))
    near = flow.day < days
    long = near & (flow.days > 1) if flow.days is not None else np.zeros_like(near)
    cell = flow.row * days + flow.day
    once = near & ~long
    laid = np.bincount(cell[once], weights=flow.qty[once], minlength=count * days)
    matrix = laid.reshape(count, days).astype(np.float64, copy=False)
    if long.any():
        matrix += _spread(flow, long, cell, matrix.shape)
    return np.cumsum(matrix, axis=1, out=matrix)


def _spread(flow: Flow, long: NDArray[np.bool_], cell: Days, shape: tuple[int, int]) -> Matrix:
    """What lies evenly on several days, day by day: a rate that begins, and one that ends."""
    size, rate = shape[0] * shape[1], flow.qty / (1 if flow.days is None else flow.days)
    end = flow.day + (1 if flow.days is None else flow.days)
    over = long & (end < shape[1])
    slope = np.bincount(cell[long], weights=rate[long], minlength=size)
    after = flow.row[over] * shape[1] + end[over]
    slope -= np.bincount(after, weights=rate[over], minlength=size)
    matrix: Matrix = np.cumsum(slope.reshape(shape), axis=1)
    return np.maximum(matrix, 0.0)
