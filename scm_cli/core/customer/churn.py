"""Who is leaving: the probability of no purchase in a time ahead, without any contract.

Customers who came back: BG/NBD. Each buys at a rate of its own (gamma over all customers) until,
after some purchase, it stops for good with a chance of its own (beta). From the number of repeat
purchases x, the day of the last one t and the days since the first T follows the chance that the
customer is still there, and what it will do. Source: Fader, Hardie and Lee (2005), "Counting your
customers the easy way", Marketing Science 24(2), equations 6, 7 and 10.

Customers who bought once say nothing of their rate: they are pooled, and the share of those who
waited as long and still came back is counted (Kaplan and Meier 1958, those still waiting censored).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAMPLE = 20_000  # customers from whom the four parameters are learnt; more change no digit shown
MOST_STEPS = 400
CLOSE = 1e-6
FEWEST = 10  # customers who came back, for the model; below, all are pooled
EDGE = 12.0  # logarithms of parameters beyond it are the same as at it


@dataclass(frozen=True, slots=True)
class Rates:
    """The firm's four parameters: purchase rate gamma(r, alpha), drop-out beta(a, b); per day."""

    r: float
    alpha: float
    a: float
    b: float


def fitted(x: Floats, last: Floats, age: Floats) -> Rates | None:
    """The likeliest parameters of BG/NBD; None where fewer than `FEWEST` customers came back.

    `x` repeat purchases, `last` days from the first to the last, `age` days from the first until
    today. Beyond `SAMPLE` customers every n-th is taken, in the order given.
    """
    if int((x > 0).sum()) < FEWEST:
        return None
    every = max(1, len(x) // SAMPLE)
    x, last, age = x[::every], last[::every], np.maximum(age[::every], 1.0)
    scale = float(age.mean())
    loss = _loss(x, last / scale, age / scale)
    r, alpha, a, b = np.exp(np.clip(_simplex(loss, np.zeros(4)), -EDGE, EDGE))
    return Rates(float(r), float(alpha) * scale, float(a), float(b))


def _loss(x: Floats, last: Floats, age: Floats) -> Callable[[Floats], float]:
    """Minus the mean log likelihood as a function of the logarithms of the parameters.

    With all four at 1 the likelihoods of these two are 1/12 + 8/81 and 1/2.

    >>> loss = _loss(np.array([2.0, 0.0]), np.array([0.5, 0.0]), np.array([1.0, 1.0]))
    >>> math.isclose(math.exp(-2 * loss(np.zeros(4))), (1 / 12 + 8 / 81) / 2)
    True
    """
    counts, place = np.unique(x, return_inverse=True)
    came = x > 0

    def gammas(plus: float) -> Floats:
        return np.array([math.lgamma(plus + n) for n in counts])[place]

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, -EDGE, EDGE))
        whole = gammas(r) - math.lgamma(r) + r * math.log(alpha)
        betas = gammas(b) - gammas(a + b) + math.lgamma(a + b) - math.lgamma(b)
        alive = -(r + x) * np.log(alpha + age)
        gone = math.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last)
        either = np.where(came, np.logaddexp(alive, gone), alive)
        return -float(np.mean(whole + betas + either))

    return loss


def _simplex(loss: Callable[[Floats], float], start: Floats) -> Floats:
    """The lowest point by the simplex of Nelder and Mead (1965), from `start`."""
    n = len(start)
    points = [start, *[start + 0.7 * row for row in np.eye(n)]]
    found = sorted(((loss(p), i, p) for i, p in enumerate(points)), key=lambda f: f[:2])
    serial = n
    for _ in range(MOST_STEPS):
        worst, (low, high) = found[-1], (found[0][0], found[-1][0])
        if high - low < CLOSE:
            break
        middle = np.mean([p for _, _, p in found[:-1]], axis=0)
        tries = [middle + step * (middle - worst[2]) for step in (1.0, 2.0, -0.5)]
        first = loss(tries[0])
        best = (first, tries[0])
        if first < low:
            best = min(best, (loss(tries[1]), tries[1]), key=lambda f: f[0])
        elif first >= found[-2][0]:
            best = (loss(tries[2]), tries[2])
        serial += 1
        if best[0] < high:
            found[-1] = (best[0], serial, best[1])
        else:
            centre = found[0][2]
            moved = [centre + 0.5 * (p - centre) for _, _, p in found[1:]]
            found = [found[0], *[(loss(p), serial + i, p) for i, p in enumerate(moved)]]
            serial += n
        found.sort(key=lambda f: f[:2])
    return found[0][2]


def no_purchase(rates: Rates, x: Floats, last: Floats, age: Floats, ahead: Floats) -> Floats:
    """The chance of no purchase within `ahead` days: gone for good, or there and not buying.

    >>> busy = Rates(5.0, 100.0, 0.1, 2.0)
    >>> one = [np.array([v]) for v in (10.0, 190.0, 200.0, 90.0)]
    >>> late = [np.array([v]) for v in (10.0, 190.0, 900.0, 90.0)]
    >>> round(float(no_purchase(busy, *one)[0]), 2), round(float(no_purchase(busy, *late)[0]), 2)
    (0.03, 1.0)
    """
    age = np.maximum(age, 1.0)
    with np.errstate(over="ignore"):
        odds = rates.a / (rates.b + np.maximum(x, 1) - 1) * np.exp(
            (rates.r + x) * (np.log(rates.alpha + age) - np.log(rates.alpha + last))
        )  # fmt: skip
        alive = np.where(x > 0, 1 / (1 + odds), 1.0)
        quiet = np.exp((rates.r + x) * (np.log(rates.alpha + age) - np.log(rates.alpha + age + ahead)))  # fmt: skip
    return np.asarray(1 - alive + alive * quiet)


def waiting(days: Floats, came: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Kaplan-Meier: days and the share still waiting after each; it begins with day -1 and 1.

    `days` until the second purchase (`came`), or until today for those still waiting.

    >>> [v.tolist() for v in waiting(np.array([5.0, 9.0, 9.0]), np.array([True, False, True]))]
    [[-1.0, 5.0, 9.0], [1.0, 0.6666666666666667, 0.33333333333333337]]
    """
    times = np.unique(days[came])
    ordered, events = np.sort(days), np.sort(days[came])
    risk = len(days) - np.searchsorted(ordered, times, "left")
    hits = np.searchsorted(events, times, "right") - np.searchsorted(events, times, "left")
    return np.concatenate([[-1.0], times]), np.concatenate([[1.0], np.cumprod(1 - hits / risk)])


def still_waiting(curve: tuple[Floats, Floats], age: Floats, ahead: Floats) -> Floats:
    """The chance that who waited `age` days waits `ahead` more; 1 where nobody came back so late."""
    days, share = curve
    now = share[np.searchsorted(days, age, "right") - 1]
    then = share[np.searchsorted(days, age + ahead, "right") - 1]
    return np.where(now > 0, then / np.where(now > 0, now, 1), 1.0)


@dataclass(frozen=True, slots=True)
class ChurnRules:
    """Looked ahead: at least `days`, else `intervals` usual intervals; overdue after `times` one."""

    days: int = 90
    intervals: float = 2.0
    overdue_times: float = 1.5


def churn(
    bought: pl.DataFrame, purchases: pl.DataFrame, today: date, rules: ChurnRules
) -> pl.DataFrame:
    """`bought` (from `rfm.buying`) with the risk of each customer.

    basis (own, pooled), usual_interval_days (pooled: the median wait of those who came back),
    ahead_days (max of `days` and `intervals` × interval), expected_on (last + interval),
    overdue_days (beyond it, ≥ 0), is_overdue (gap above `overdue_times` intervals), churn_pct,
    value_amount (at risk: the sales of the last 365 days × the risk).
    """
    if bought.is_empty():
        names = ("ahead_days", "churn_pct", "value_amount")
        return bought.with_columns(
            pl.lit(None, pl.String).alias("basis"), pl.lit(None, pl.Date).alias("expected_on"),
            pl.lit(None, pl.Int64).alias("overdue_days"), pl.lit(False).alias("is_overdue"),
            *[pl.lit(None, pl.Float64).alias(n) for n in names],
        )  # fmt: skip
    waits, came = _second(purchases, bought, today)
    usual = float(np.median(waits[came])) if came.any() else float(rules.days)
    own = pl.col("usual_interval_days").is_not_null()
    found = bought.with_columns(
        pl.when(own).then(pl.lit("own")).otherwise(pl.lit("pooled")).alias("basis"),
        pl.col("usual_interval_days").fill_null(usual),
    ).with_columns(
        pl.max_horizontal(pl.lit(float(rules.days)), rules.intervals * pl.col("usual_interval_days"))
        .alias("ahead_days"),
        (pl.col("last_on") + pl.duration(days=pl.col("usual_interval_days").round().cast(pl.Int64)))
        .alias("expected_on"),
    )  # fmt: skip
    risk = risks(found, today, (waits, came))
    late = (pl.lit(today) - pl.col("expected_on")).dt.total_days()
    return found.with_columns(
        late.clip(lower_bound=0).alias("overdue_days"),
        (pl.col("recency_days") > rules.overdue_times * pl.col("usual_interval_days")).alias("is_overdue"),
        pl.Series("churn_pct", 100 * risk),
    ).with_columns(
        (pl.col("yearly_amount").clip(lower_bound=0) * pl.col("churn_pct") / 100).alias("value_amount")
    )  # fmt: skip


def risks(found: pl.DataFrame, today: date, waits: tuple[Floats, NDArray[np.bool_]]) -> Floats:
    """The chance of no purchase in `ahead_days` per row: BG/NBD, or pooled for who bought once."""
    x = (found["purchases"] - 1).to_numpy().astype(float)
    last = (found["last_on"] - found["first_on"]).dt.total_days().to_numpy().astype(float)
    age = found.select((pl.lit(today) - pl.col("first_on")).dt.total_days()).to_series()
    since, ahead = age.to_numpy().astype(float), found["ahead_days"].to_numpy()
    pooled = still_waiting(waiting(*waits), since - last, ahead)
    rates = fitted(x, last, since)
    if rates is None:
        return pooled
    return np.where(x > 0, no_purchase(rates, x, last, since, ahead), pooled)


def _second(
    purchases: pl.DataFrame, bought: pl.DataFrame, today: date
) -> tuple[Floats, NDArray[np.bool_]]:
    """Days from the first purchase to the second, or to today, and which of them came."""
    daily = purchases.filter(pl.col("day") <= today).select("customer", "day").unique()
    later = daily.join(bought.select("customer", "first_on"), on="customer")
    later = later.filter(pl.col("day") > pl.col("first_on"))
    second = later.group_by("customer").agg(pl.col("day").min().alias("second_on"))
    both = bought.select("customer", "first_on").join(second, on="customer", how="left")
    until = pl.col("second_on").fill_null(pl.lit(today)) - pl.col("first_on")
    waits = both.select(until.dt.total_days().cast(pl.Float64).alias("days"))["days"].to_numpy()
    return waits, both["second_on"].is_not_null().to_numpy()
