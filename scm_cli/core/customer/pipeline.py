"""What the open deals will bring: weighted worth, stalls, wins by month.

Lost deals count nothing anywhere. Frames come from `funnel.standing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.customer.funnel import OPEN, chance_of_wins
from scm_cli.core.customer.ranking import normal_quantile

if TYPE_CHECKING:
    from datetime import date

MONTHS = 6
LATER = "later"


def weighted(stood: pl.DataFrame, chances: dict[int, float]) -> pl.DataFrame:
    """The open deals with `chance_pct` and `weighted_amount`; a deal without worth weighs nothing.

    `stood` holds `worth_amount`; `chances` come from `funnel.stage_chances`.
    """
    chance = pl.col("at").replace_strict(chances, default=None, return_dtype=pl.Float64)
    return stood.filter(pl.col("fate") == OPEN).with_columns(
        (100 * chance).alias("chance_pct"),
        (pl.col("worth_amount").fill_null(0) * chance.fill_null(0)).alias("weighted_amount"),
    )


@dataclass(frozen=True, slots=True)
class StallRules:
    """A deal stalls after `times` the P90 of its stage, or `days` where few deals left it."""

    times: float = 1.5
    days: int = 30
    min_deals: int = 10


def stalled(passed: pl.DataFrame, today: date, rules: StallRules) -> pl.DataFrame:
    """Open deals that stand in their stage for too long, the longest beyond its limit first.

    `passed` comes from `funnel.passages`. Adds `in_stage_days` and `limit_days`. A deal of which
    nobody knows when it came to its stage is measured from the day it was opened; without that
    it is left out.
    """
    left = passed.filter((pl.col("outcome") != OPEN) & pl.col("days").is_not_null())
    usual = left.group_by("rank").agg(
        pl.len().alias("n"), pl.col("days").quantile(0.9, "linear").alias("p90")
    )
    since = pl.coalesce("entered_on", "opened_on")
    found = passed.filter(pl.col("outcome") == OPEN).join(usual, on="rank", how="left")
    limit = pl.when(pl.col("n") >= rules.min_deals).then(pl.col("p90") * rules.times)
    found = found.with_columns(
        (pl.lit(today) - since).dt.total_days().alias("in_stage_days"),
        limit.otherwise(pl.lit(float(rules.days))).ceil().cast(pl.Int64).alias("limit_days"),
    ).filter(pl.col("in_stage_days") > pl.col("limit_days"))
    over = pl.col("in_stage_days") - pl.col("limit_days")
    return found.drop("n", "p90").sort(-over, "deal_no")


def closing_chances(stood: pl.DataFrame, today: date, min_deals: int) -> pl.DataFrame:
    """Per open deal and month: the chance that it is won in that month. Columns deal_no, month, chance.

    Month 0 is the present one, 1 the next; what comes after `MONTHS` or of deals of unknown age is
    month -1. A deal of age a is compared with the closed deals that were still open at that age:
    the share of them that was won within the month. Where fewer than `min_deals` were, nothing of
    its age was ever won often enough to tell: it counts nothing. A deal that names an expected
    day of closing keeps its chance and takes that month.
    """
    days = (pl.col("closed_on") - pl.col("opened_on")).dt.total_days()
    closed = stood.filter((pl.col("fate") != OPEN) & days.is_not_null() & (days >= 0))
    took, won = closed.select(days)["closed_on"].to_numpy(), (closed["fate"] == "won").to_numpy()
    wins = np.sort(took[won])
    every = np.sort(took)
    ends = [_month_end(today, n) for n in range(MONTHS)]
    rows = []
    opened = stood.filter(pl.col("fate") == OPEN)
    for number, since, planned in opened.select("deal_no", "opened_on", "expected_close_on").iter_rows():  # fmt: skip
        age = (today - since).days if since else 0
        left = len(every) - int(np.searchsorted(every, age, "right"))
        if left < min_deals:
            continue
        marks = np.array([age, *[age + (end - today).days for end in ends]])
        upto = np.searchsorted(wins, marks, "right")
        chances = np.diff(upto) / left
        rest = (len(wins) - upto[-1]) / left
        month = _planned(today, planned)
        if month is None and since is None:
            month = -1
        rows += _placed(number, (chances, rest), month)
    return pl.DataFrame(
        rows, {"deal_no": pl.String, "month": pl.Int64, "chance": pl.Float64}, orient="row"
    )


def _placed(
    number: str, chances: tuple[np.ndarray, float], planned: int | None
) -> list[tuple[str, int, float]]:
    by_month, rest = chances
    whole = float(by_month.sum() + rest)
    if planned is not None:
        return [(number, planned, whole)]
    found = [(number, n, float(chance)) for n, chance in enumerate(by_month) if chance > 0]
    return [*found, (number, -1, rest)] if rest > 0 else found


def _planned(today: date, on: date | None) -> int | None:
    if on is None or on < today:
        return None
    month = (on.year - today.year) * 12 + on.month - today.month
    return month if month < MONTHS else -1


def _month_end(today: date, ahead: int) -> date:
    """The last day of the month that is `ahead` months after today's.

    >>> from datetime import date
    >>> _month_end(date(2026, 11, 5), 1)
    datetime.date(2026, 12, 31)
    """
    from datetime import date as day
    from datetime import timedelta

    month = today.month + ahead
    return day(today.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def wins_by_month(
    stood: pl.DataFrame, chances: pl.DataFrame, today: date, range_pct: float
) -> pl.DataFrame:
    """What the open deals will bring: month, wins, low_wins, high_wins, amount, low and high.

    The range of the count is exact for independent deals (Poisson binomial); that of the amount
    takes it as normal: variance Σ value² · p · (1 − p). Deals not yet opened are not in it.
    """
    worth = stood.select("deal_no", pl.col("worth_amount").fill_null(0).alias("value"))
    joined = chances.join(worth, on="deal_no")
    z, tail = normal_quantile(range_pct), (1 - range_pct / 100) / 2
    rows = []
    for month in [*range(MONTHS), -1]:
        mine = joined.filter(month=month)
        p, value = mine["chance"].to_numpy(), mine["value"].cast(pl.Float64).to_numpy()
        upto = np.cumsum(chance_of_wins(p))
        low, high = (int(np.searchsorted(upto, q)) for q in (tail, 1 - tail))
        amount, spread = float((p * value).sum()), float(np.sqrt((value**2 * p * (1 - p)).sum()))
        name = _month_end(today, month).strftime("%Y-%m") if month >= 0 else LATER
        ends = max(amount - z * spread, 0.0), amount + z * spread
        rows.append((name, float(p.sum()), low, high, amount, *ends))
    names = ("month", "wins", "low_wins", "high_wins", "amount", "low_amount", "high_amount")
    return pl.DataFrame(rows, names, orient="row")
