"""The levels of the policies that a replay compares, from what was known on each review day.

`told` forecasts all item-warehouses in one batch per review day, from earlier demand alone;
`ours` turns that into trigger and target as the plan does; `min_max` is what a shop does
without a forecast: its own settings, else so many days of recent sales.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.abnormal import without_abnormal
from scm_cli.core.forecast.frames import ForecastRules, interval_frame, outlook, pooled_demand
from scm_cli.core.replenish.loss import Told
from scm_cli.core.replenish.safety import trigger_qty
from scm_cli.core.replenish.service import FAR, LEAST_SHORT, MOST_SHORT, NEAR, tail_qty
from scm_cli.core.replenish.simulate import Levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.core.forecast.abnormal import AbnormalRules
    from scm_cli.core.replenish.simulate import Floats, Ints

KEY = ["sku", "warehouse"]
PROBS = (0.5, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)
RELEARN = 4  # what all items teach together is learnt anew on every fourth review
RECENT_DAYS = 91
AVERAGE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Window:
    """The replayed days: `days` from `start_on` on, reviewed every `review_days`."""

    start_on: date
    days: int
    review_days: int

    @property
    def reviews(self) -> list[date]:
        return [self.start_on + timedelta(days=n) for n in range(0, self.days, self.review_days)]


@dataclass(frozen=True, slots=True)
class Outlooks:
    """Demand of the protection interval as forecast on each of r review days, n items.

    `mean` (r, n) and `quantiles` (r, n, q) at `PROBS` [units]; `interval_days` (n,) mean length;
    `line_rate` (r, n) days with demand per day, of late.
    """

    mean: Floats
    quantiles: Floats
    interval_days: Floats
    line_rate: Floats

    @property
    def tail(self) -> Floats:
        """How far demand reaches beyond a high level on average [units], (r, n)."""
        near, far = (self.quantiles[:, :, PROBS.index(p)] for p in (NEAR, FAR))
        return tail_qty(near, far)

    @property
    def daily(self) -> Floats:
        """Mean demand a day [units], (r, n)."""
        return np.maximum(self.mean / np.maximum(self.interval_days, 1.0), 0.0)


def grid(demand: pl.DataFrame, keys: pl.DataFrame, start_on: date, days: int) -> Floats:
    """Demand as (days, n) [units] from `start_on` on, columns in the order of `keys`.

    >>> from datetime import date
    >>> rows = pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "on": [date(2026, 1, 2)], "qty": 3.0})
    >>> grid(rows, rows.select("sku", "warehouse"), date(2026, 1, 1), 3).ravel().tolist()
    [0.0, 3.0, 0.0]
    """
    found = np.zeros((days, keys.height))
    at = (pl.col("on") - pl.lit(start_on)).dt.total_days().alias("day")
    rows = demand.join(keys.with_row_index("row"), on=KEY).select("row", at, "qty")
    rows = rows.filter((pl.col("day") >= 0) & (pl.col("day") < days))
    place = rows["day"].to_numpy(), rows["row"].to_numpy()
    np.add.at(found, place, rows["qty"].to_numpy())
    return found


def told(
    demand: pl.DataFrame,
    intervals: pl.DataFrame,
    window: Window,
    abnormal: AbnormalRules | None = None,
) -> Outlooks:
    """Forecasts of every review day, each from the demand before it.

    Args:
        demand: `sku, warehouse, on, qty`, the whole history.
        intervals: `sku, warehouse, days, weights`: possible lengths of the protection interval
            and their chances; its rows give the order of the columns.
        window: the replayed days.
        abnormal: which one-off large lines the forecast leaves out; None leaves all in.
    """
    keys = intervals.select(KEY)
    sold = demand.filter(pl.col("qty") > 0)
    horizon = int(intervals["days"].list.max().max() or 28)  # type: ignore[arg-type]
    rules, shared = ForecastRules(horizon_days=min(max(horizon, 28), 120)), None
    means, quantiles = [], []
    for number, today in enumerate(window.reviews):
        known = sold.filter(pl.col("on") < today)
        if abnormal is not None:
            known = without_abnormal(known, abnormal).drop("abnormal_qty")
        if shared is None or number % RELEARN == 0:
            shared = pooled_demand(known, rules, today)
        made = outlook(known, replace(shared, today=today))
        found = interval_frame(made, intervals, PROBS)
        found = keys.join(found, on=KEY, how="left", maintain_order="left")
        means.append(found["mean_qty"].fill_null(0.0).to_numpy())
        nothing = pl.lit([0.0] * len(PROBS))
        quantiles.append(np.array(found.select(pl.col("quantiles_qty").fill_null(nothing))
                                  .to_series().to_list()).reshape(-1, len(PROBS)))  # fmt: skip
    share = pl.col("weights").list.sum()
    mean_days = (pl.col("days") * pl.col("weights")).list.sum() / share
    return Outlooks(
        np.array(means),
        np.array(quantiles),
        intervals.select(mean_days).to_series().to_numpy(),
        line_rate(sold, keys, window),
    )


def line_rate(sold: pl.DataFrame, keys: pl.DataFrame, window: Window) -> Floats:
    """Days with demand per day over the 91 before each review, (r, n); never quite 0."""
    begin = window.start_on - timedelta(days=RECENT_DAYS)
    days = grid(sold, keys, begin, RECENT_DAYS + window.days) > 0
    return (_before(days.astype(np.float64), window, RECENT_DAYS) + 0.5) / RECENT_DAYS


def _before(daily: Floats, window: Window, width: int) -> Floats:
    """Sums over the `width` days before each review; `daily` begins so many before the start."""
    total = np.concatenate([np.zeros((1, daily.shape[1])), np.cumsum(daily, axis=0)])
    begin = np.arange(0, window.days, window.review_days)
    return np.asarray(total[begin + width] - total[begin])


def ours(made: Outlooks, service_pct: Floats, cycle: Floats, kind: str) -> Levels:
    """Trigger and target on each review day, as the plan sets them.

    Args:
        made: the forecasts.
        service_pct: wanted service per item, (n,) or (r, n) [0-100].
        cycle: quantity bought at a time, (r, n) [units].
        kind: `fill`, `cycle` or `ready`, see `safety`.
    """
    wanted = np.broadcast_to(service_pct, made.mean.shape)
    trigger = np.empty_like(made.mean)
    for k, (mean, values) in enumerate(zip(made.mean, made.quantiles, strict=True)):
        demand = Told(mean, np.array(PROBS), values)
        trigger[k] = trigger_qty(demand, wanted[k], kind, np.maximum(cycle[k], 1e-6))
    trigger = np.where(made.mean > 0, np.ceil(trigger - 1e-6), 0.0)
    more = np.where(made.mean > 0, np.maximum(np.ceil(cycle - 1e-6), 1.0), 0.0)
    return Levels(trigger, trigger + more)


def stricter_pct(service_pct: Floats, multiple: float) -> Floats:
    """Service whose chance of falling short is `multiple` times smaller [0-100].

    >>> stricter_pct(np.array([90.0, 98.0]), 2.0).tolist()
    [95.0, 99.0]
    """
    short = (1 - service_pct / 100) / multiple
    return 100 * (1 - np.clip(short, LEAST_SHORT, MOST_SHORT))


def min_max(
    history: Floats, window: Window, interval_days: Floats, own: tuple[Floats, Floats]
) -> Levels:
    """Order below min up to max: the owner's where set, else counted from the last 30 days.

    Args:
        history: (30 + d, n) demand from 30 days before the first review on [units].
        window: the replayed days.
        interval_days: (n,) mean lead time + review period.
        own: the owner's min and max, (n,) each, NaN where not set.

    Where not set, min = 30-day average · interval and max = min + 30 days of it.

    >>> from datetime import date
    >>> week = Window(date(2026, 2, 1), 7, 7)
    >>> levels = min_max(np.ones((37, 1)), week, np.array([14.0]), (np.array([np.nan]),) * 2)
    >>> levels.trigger.tolist(), levels.target.tolist()
    ([[14.0]], [[44.0]])
    """
    daily = _before(history, window, AVERAGE_DAYS) / AVERAGE_DAYS
    least, most = own
    low = np.where(np.isnan(least), daily * interval_days, least)
    high = np.where(np.isnan(most), low + daily * AVERAGE_DAYS, most)
    high = np.where(np.isnan(least), low + daily * AVERAGE_DAYS, np.maximum(high, low + 1))
    return Levels(low, high)


def drawn(intervals: pl.DataFrame, window: Window, seed: int) -> Ints:
    """Lead times of an order on each review day, (r + 1, n); the interval less the review."""
    from scm_cli.core.replenish.simulate import drawn_lead

    def arrays(name: str) -> Sequence[Floats]:
        return [np.array(each, dtype=np.float64) for each in intervals[name].to_list()]

    days = [each - window.review_days for each in arrays("days")]
    return drawn_lead(days, list(arrays("weights")), len(window.reviews) + 1, seed)
