"""Who is leaving: the probability of no purchase in a time ahead, without any contract.

Customers who came back: BG/CNBD-k. Each buys at a rate of its own (gamma over all customers), more
or less regularly (Erlang-k gaps; k = 1 is pure chance, the BG/NBD), until after some purchase it
stops for good with a chance of its own (beta). From the number of repeat purchases x, the day of
the last one t and the days since the first T follows the chance that the customer is still there,
and what it will do. Sources: Fader, Hardie and Lee (2005), "Counting your customers the easy way",
Marketing Science 24(2); Reutterer, Platzer and Schroeder (2021), "Leveraging purchase regularity
for predicting customer behavior the easy way", IJRM 38(1).

Customers who bought once say nothing of their rate: they are pooled, and the share of those who
waited as long and still came back is counted (Kaplan and Meier 1958, those still waiting censored).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.customer.waiting import still_waiting, waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAMPLE = 20_000  # customers from whom the four parameters are learnt; more change no digit shown
MOST_STEPS = 400
CLOSE = 1e-6
FEWEST = 10  # customers who came back, for the model; below, all are pooled
MOST_REGULAR = 6  # Erlang steps; beyond it purchases come like clockwork and k changes little
EDGE = 12.0  # logarithms of parameters beyond it are the same as at it


@dataclass(frozen=True, slots=True)
class Rates:
    """The firm's parameters: purchase rate gamma(r, alpha), drop-out beta(a, b), regularity k; per day."""

    r: float
    alpha: float
    a: float
    b: float
    k: int = 1


@dataclass(frozen=True, slots=True)
class Past:
    """What each customer did: repeat purchases, days from the first to the last and until today.

    `log_gaps` is the sum of the logarithms of the gaps, by which regularities are compared.
    """

    x: Floats
    last: Floats
    age: Floats
    log_gaps: Floats


def fitted(past: Past) -> Rates | None:
    """The likeliest parameters; None where fewer than `FEWEST` customers came back.

    k is raised from 1 for as long as the likelihood grows. Beyond `SAMPLE` customers every n-th
    is taken, in the order given.
    """
    if int((past.x > 0).sum()) < FEWEST:
        return None
    every = max(1, len(past.x) // SAMPLE)
    age = np.maximum(past.age[::every], 1.0)
    scale = float(age.mean())
    x, last = past.x[::every], past.last[::every]
    gaps = past.log_gaps[::every] - x * math.log(scale)
    taken = Past(x, last / scale, age / scale, gaps)
    best, found = math.inf, None
    for k in range(1, MOST_REGULAR + 1):
        loss = _loss(taken, k)
        logs = _simplex(loss, np.zeros(4))
        if loss(logs) >= best:
            break
        best = loss(logs)
        r, alpha, a, b = (float(v) for v in np.exp(np.clip(logs, -EDGE, EDGE)))
        found = Rates(r, alpha * scale, a, b, k)
    return found


def _loss(past: Past, k: int) -> Callable[[Floats], float]:
    """Minus the mean log likelihood as a function of the logarithms of r, alpha, a and b.

    With all four at 1 and k = 1 the likelihoods of these two are 1/12 + 8/81 and 1/2.

    >>> past = Past(*(np.array(v) for v in ([2.0, 0.0], [0.5, 0.0], [1.0, 1.0], [0.0, 0.0])))
    >>> math.isclose(math.exp(-2 * _loss(past, 1)(np.zeros(4))), (1 / 12 + 8 / 81) / 2)
    True
    """
    x = past.x
    counts, place = np.unique(x, return_inverse=True)
    came = x > 0
    fixed = (k - 1) * past.log_gaps - x * math.lgamma(k)

    def gammas(plus: float, times: int = 1) -> Floats:
        return np.array([math.lgamma(plus + times * n) for n in counts])[place]

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, -EDGE, EDGE))
        bought = gammas(r, k) - math.lgamma(r) + r * math.log(alpha)
        bought -= (r + k * x) * np.log(alpha + past.last)
        stayed = gammas(b) - gammas(a + b) + math.lgamma(a + b) - math.lgamma(b)
        with np.errstate(divide="ignore"):
            quiet = np.log(_quiet(Rates(r, alpha, a, b, k), x, past.last, past.age))
        left = math.log(a) - np.log(b + np.maximum(x, 1) - 1)
        return -float(
            np.mean(fixed + bought + stayed + np.where(came, np.logaddexp(quiet, left), quiet))
        )

    return loss


def _quiet(rates: Rates, x: Floats, last: Floats, until: Floats) -> Floats:
    """The chance that a customer who is there buys nothing from its last purchase until that day.

    Fewer than k steps of the Erlang clock: a sum of k negative binomial terms.
    """
    n = rates.r + rates.k * x
    share = (rates.alpha + last) / (rates.alpha + np.maximum(until, last))
    term = np.exp(n * np.log(share))
    total = term
    for j in range(1, rates.k):
        term = term * (n + j - 1) / j * (1 - share)
        total = total + term
    return np.asarray(np.minimum(total, 1.0))


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
    now = _quiet(rates, x, last, np.maximum(age, 1.0))
    then = _quiet(rates, x, last, np.maximum(age, 1.0) + ahead)
    left = rates.a / (rates.b + np.maximum(x, 1) - 1)
    alive = np.where(x > 0, now / (now + left), 1.0)
    silent = np.divide(then, now, out=np.ones_like(now), where=now > 0)
    return np.asarray(1 - alive + alive * silent)


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
    value_amount (at risk: the sales of the last 365 days × the risk), lifetime_amount (what was
    bought so far and, of another year like the last, the share that is not at risk).
    """
    if bought.is_empty():
        names = ("ahead_days", "churn_pct", "value_amount", "lifetime_amount")
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
    risk = risks(found, purchases, today, (waits, came))
    late = (pl.lit(today) - pl.col("expected_on")).dt.total_days()
    return found.with_columns(
        late.clip(lower_bound=0).alias("overdue_days"),
        (pl.col("recency_days") > rules.overdue_times * pl.col("usual_interval_days")).alias("is_overdue"),
        pl.Series("churn_pct", 100 * risk),
    ).with_columns(
        (pl.col("yearly_amount").clip(lower_bound=0) * pl.col("churn_pct") / 100).alias("value_amount")
    ).with_columns(
        (pl.col("spend_amount") + pl.col("yearly_amount").clip(lower_bound=0) - pl.col("value_amount"))
        .alias("lifetime_amount")
    )  # fmt: skip


def risks(
    found: pl.DataFrame,
    purchases: pl.DataFrame,
    today: date,
    waits: tuple[Floats, NDArray[np.bool_]],
) -> Floats:
    """The chance of no purchase in `ahead_days` per row: the model, or pooled for who bought once."""
    past = history(found, purchases, today)
    ahead = found["ahead_days"].to_numpy()
    pooled = still_waiting(waiting(*waits), past.age - past.last, ahead)
    rates = fitted(past)
    if rates is None:
        return pooled
    return np.where(past.x > 0, no_purchase(rates, past.x, past.last, past.age, ahead), pooled)


def history(found: pl.DataFrame, purchases: pl.DataFrame, today: date) -> Past:
    """What the model asks of each row of `found` (customer, purchases, first_on, last_on)."""
    daily = purchases.filter(pl.col("day") <= today).select("customer", "day").unique()
    gap = pl.col("day").diff().over("customer").dt.total_days()
    logs = daily.sort("customer", "day").with_columns(gap.cast(pl.Float64).log().alias("gap"))
    logs = logs.group_by("customer").agg(pl.col("gap").sum().alias("log_gaps"))
    rows = found.join(logs, on="customer", how="left", maintain_order="left").select(
        (pl.col("purchases") - 1).cast(pl.Float64).alias("x"),
        (pl.col("last_on") - pl.col("first_on")).dt.total_days().cast(pl.Float64).alias("last"),
        (pl.lit(today) - pl.col("first_on")).dt.total_days().cast(pl.Float64).alias("age"),
        pl.col("log_gaps").fill_null(0.0),
    )
    return Past(*(rows[name].to_numpy() for name in ("x", "last", "age", "log_gaps")))


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
