"""Demand as the engine wants it: a long sparse frame becomes one ragged batch of buckets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

import numpy as np
import polars as pl

from scm_cli.core.forecast.batch import Batch, Floats, Ints
from scm_cli.core.series import row_of, series_of
from scm_cli.errors import ScmError

DENSE_ZERO_SHARE = 0.65  # buckets emptier than this say little: take wider ones
DAYS_FOR_DAILY = 56
DAYS_FOR_MONTHLY = 540
WEEKS_FOR_YEARLY_SEASON = 157


class Bucket(Enum):
    """Width of a bucket; the values are polars durations."""

    DAY = "1d"
    WEEK = "1w"  # Monday weeks
    MONTH = "1mo"

    def start(self, day: date) -> date:
        """First day of the bucket that holds `day`.

        >>> Bucket.WEEK.start(date(2026, 1, 1)).isoformat()
        '2025-12-29'
        """
        if self is Bucket.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Bucket.MONTH else day

    def starts(self, first: date, count: int) -> pl.Series:
        """First days of `count` buckets, from the one that begins on `first`."""
        if count < 1:
            return pl.Series("bucket_on", [], dtype=pl.Date)
        steps = pl.int_range(count, eager=True).cast(pl.String) + self.value.lstrip("1")
        frame = pl.DataFrame({"step": steps}).select(pl.lit(first).dt.offset_by(pl.col("step")))
        return frame.to_series().alias("bucket_on")

    @property
    def mean_days(self) -> float:
        return {"1d": 1.0, "1w": 7.0, "1mo": 365.25 / 12}[self.value]

    @property
    def most(self) -> int:
        """Buckets of history that are kept; what is older teaches nothing."""
        return {"1d": 730, "1w": 261, "1mo": 120}[self.value]

    def season(self, history_days: int) -> int:
        """Buckets per season: week of days, year of months; of weeks only from three years on."""
        if self is Bucket.WEEK:
            return 52 if history_days >= 7 * WEEKS_FOR_YEARLY_SEASON else 1
        return 7 if self is Bucket.DAY else 12

    def phase(self, day: date) -> int:
        """Position in the season of the bucket that begins on `day`."""
        if self is Bucket.WEEK:
            return (day.toordinal() // 7) % 52
        return day.weekday() if self is Bucket.DAY else day.month - 1


@dataclass(frozen=True, slots=True)
class DemandMatrix:
    """`keys` (n rows, sorted) beside the `batch` of their buckets; the next one is `next_on`."""

    keys: pl.DataFrame
    batch: Batch
    bucket: Bucket
    next_on: date
    season: int

    def including(self, series: pl.DataFrame) -> DemandMatrix:
        """The matrix with series of no demand, which `series` names beside others."""
        keys = series_of(
            pl.concat([self.keys, series.select(self.keys.columns)]), self.keys.columns
        )
        if len(keys) == len(self.keys):
            return self
        at = row_of(keys, self.keys)
        return replace(
            self, keys=keys, batch=self.batch.placed(at, self.bucket.phase(self.next_on))
        )


def key_columns(frame: pl.DataFrame) -> list[str]:
    """The columns that name a series: all but `on` and the quantities."""
    return [c for c in frame.columns if c != "on" and not c.endswith("qty")]


def checked(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without rows that have no finite quantity or no day.

    Raises:
        ScmError: `on` or `qty` is missing.
    """
    missing = {"on", "qty"} - set(frame.columns)
    if missing:
        raise ScmError(
            "demand has no column {column}",
            hint="Demand is a table of series keys, `on` and `qty`.",
            column=", ".join(sorted(missing)),
        )
    typed = frame.with_columns(pl.col("qty").cast(pl.Float64))
    sound = typed.select(pl.col("on").is_not_null() & pl.col("qty").is_finite()).to_series()
    return typed if sound.all(ignore_nulls=False) else typed.filter(sound)


def bucket_choice(frame: pl.DataFrame, today: date) -> Bucket:
    """The narrowest bucket in which the usual unit of demand still meets a filled bucket.

    Days need 56 days of history and series filled often enough, months 18 months; weeks else.
    A series counts by the square root of its sales lines, so that fast ones decide.

    >>> rows = pl.DataFrame({"sku": "A", "on": [date(2026, 1, 1)], "qty": [1.0]})
    >>> bucket_choice(rows, date(2026, 6, 1)).name
    'WEEK'
    """
    past = checked(frame).filter((pl.col("on") < today) & (pl.col("qty") > 0))
    if past.is_empty():
        return Bucket.WEEK
    keys = key_columns(past)
    days = past.select((pl.lit(today) - pl.col("on").min()).dt.total_days()).item()
    by_series = past.group_by(keys).agg(
        lines=pl.len().sqrt(),
        span=(pl.lit(today) - pl.col("on").min()).dt.total_days(),
        days=pl.col("on").n_unique(),
        weeks=pl.col("on").dt.truncate("1w").n_unique(),
    )
    weight = pl.col("lines") / pl.col("lines").sum()
    empty_days, empty_weeks = by_series.select(
        (weight * (1 - pl.col("days") / pl.col("span").clip(1))).sum().alias("d"),
        (weight * (1 - pl.col("weeks") / (pl.col("span") / 7).clip(1))).sum().alias("w"),
    ).row(0)
    if empty_days <= DENSE_ZERO_SHARE and days >= DAYS_FOR_DAILY:
        return Bucket.DAY
    sparse = empty_weeks > DENSE_ZERO_SHARE and days >= DAYS_FOR_MONTHLY
    return Bucket.MONTH if sparse else Bucket.WEEK


def demand_matrix(
    frame: pl.DataFrame,
    bucket: Bucket,
    today: date,
    season: int | None = None,
) -> DemandMatrix:
    """The buckets of every series from its first demand to the last whole bucket before `today`.

    Args:
        frame: series keys, `on` (date), `qty` [units]; several rows a day are added, days
            without a row had no demand. A column `repaired_qty` is added to `qty`.
        bucket: width.
        today: the bucket that holds this day is not over and not used.
        season: buckets per season; chosen from bucket and history when absent.

    >>> rows = pl.DataFrame({"sku": ["A", "A"], "on": [date(2026, 3, 1), date(2026, 3, 4)],
    ...                      "qty": [2.0, 5.0]})
    >>> demand_matrix(rows, Bucket.DAY, date(2026, 3, 6)).batch.values.tolist()
    [2.0, 0.0, 0.0, 5.0, 0.0]
    """
    next_on = bucket.start(today)
    clean = checked(frame)
    keys = key_columns(clean)
    quantity = pl.col("qty")
    if "repaired_qty" in clean.columns:
        quantity = quantity + pl.col("repaired_qty").fill_null(0.0)
    found = series_of(clean, keys)
    told = clean.select(_buckets_back(bucket, next_on).alias("back"), quantity.alias("qty"))
    back = told["back"].to_numpy()
    row, qty = row_of(clean, found), told["qty"].to_numpy()
    inside = (back >= 1) & (back <= bucket.most)
    if not inside.all():
        row, back, qty = row[inside], back[inside], qty[inside]
    batch = _batch(row, back, qty, np.full(len(found), bucket.phase(next_on)))
    history_days = int(batch.lengths.max(initial=0) * bucket.mean_days)
    return DemandMatrix(found, batch, bucket, next_on, season or bucket.season(history_days))


def _buckets_back(bucket: Bucket, next_on: date) -> pl.Expr:
    """How many buckets before `next_on` a day lies; 1 is the newest."""
    if bucket is Bucket.MONTH:
        months = pl.col("on").dt.year().cast(pl.Int64) * 12 + pl.col("on").dt.month()
        return next_on.year * 12 + next_on.month - months
    width = 7 if bucket is Bucket.WEEK else 1
    days = pl.lit(next_on.toordinal() - 719_163) - pl.col("on").dt.epoch("d").cast(pl.Int64)
    return (days + width - 1) // width


def _batch(row: Ints, back: Ints, qty: Floats, phase: Ints) -> Batch:
    """Quantities (lines,) of series `row`, `back` buckets ago, summed into a ragged batch."""
    first = np.zeros(len(phase), dtype=np.int64)
    np.maximum.at(first, row, back)
    ends = np.cumsum(first)
    total = int(ends[-1]) if len(ends) else 0
    place = ends[row]
    place -= back
    values = np.bincount(place, qty, total).astype(np.float64, copy=False)
    whole = Batch(values, np.concatenate(([0], ends)).astype(np.int64), phase)
    return whole.from_first_demand()
