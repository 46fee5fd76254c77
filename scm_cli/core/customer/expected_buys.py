"""What regular customers and open deals will ask for, told to the plan (see `retime`).

Only customers who buy an item regularly say *when*: of those who buy by chance the next day is as
good as any, and the baseline knows that already.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core import series
from scm_cli.core.customer.repurchase import given_up

if TYPE_CHECKING:
    from datetime import date

KEY = ["sku", "warehouse"]
BUYS = {"customer": pl.String, "sku": pl.String, "warehouse": pl.String, "day": pl.Date, "qty": pl.Float64}  # fmt: skip
STREAM = {"sku": pl.String, "warehouse": pl.String, "customer": pl.String, "on": pl.Date, "qty": pl.Float64,
          "then_on": pl.Date, "daily_qty": pl.Float64}  # fmt: skip


BUCKETS = {"sku": pl.String, "warehouse": pl.String, "bucket_on": pl.Date, "qty": pl.Float64}


@dataclass(frozen=True, slots=True)
class Regular:
    """Who counts as regular: so many purchases at least, gaps spread by so much at most."""

    purchases: int = 6
    spread: float = 0.3  # standard deviation of the gaps over their mean


def streams(bought: pl.DataFrame, today: date, rules: Regular) -> pl.DataFrame:
    """The expected purchases of regular customers, schema `STREAM`: one row per customer and item.

    `bought`: schema `BUYS`. The next purchase, `qty` (median), is expected one median gap after
    the last, today if that day has passed; then nothing until half a gap later (`then_on`), and
    from there on `daily_qty`, since later days are known less and less. Who has given it
    up is left out.

    >>> from datetime import date, timedelta
    >>> days = [date(2026, 1, 1) + timedelta(days=10 * n) for n in range(6)]
    >>> made = pl.DataFrame({"customer": "A", "sku": "P", "warehouse": "W", "day": days, "qty": 5.0})
    >>> streams(made, date(2026, 2, 25), Regular()).select("on", "then_on", "daily_qty").row(0)
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 7), 0.5)
    """
    past = bought.filter((pl.col("day") <= today) & (pl.col("qty") > 0))
    regular = _regular(past.select("customer", *KEY, "day", "qty"), rules)
    gap = pl.col("day").diff().dt.total_days().cast(pl.Float64)
    found = regular.group_by("customer", *KEY, maintain_order=True).agg(
        pl.col("day").last().alias("last_on"), gap.median().alias("gap"), pl.col("qty").median(),
    )  # fmt: skip
    due = pl.col("last_on") + pl.duration(days=pl.col("gap").round().cast(pl.Int64))
    found = found.with_columns(due.alias("due_on"))
    late = (pl.lit(today) - pl.col("due_on")).dt.total_days()
    found = found.filter(~given_up(late, pl.col("gap")))
    half = pl.duration(days=(pl.col("gap") / 2).ceil().cast(pl.Int64))
    return found.with_columns(pl.max_horizontal("due_on", pl.lit(today)).alias("on")).select(
        *KEY, "customer", "on", "qty", (pl.col("on") + half).alias("then_on"),
        (pl.col("qty") / pl.col("gap")).alias("daily_qty"),
    )  # fmt: skip


def _regular(lines: pl.DataFrame, rules: Regular) -> pl.DataFrame:
    """The days of purchase of regular customers, sorted; a shop has few, whatever its lines."""
    keys = ["customer", *KEY]
    # texts stay numbers until only the regular ones are left
    daily = series.daily(series.coded(lines.rename({"day": "on"}))).rename({"on": "day"})
    starts = series.run_starts(daily, keys)
    if not len(starts):
        return daily.cast(lines.select(keys).schema)
    number = np.diff(starts, append=len(daily))
    gap = np.diff(daily["day"].to_physical().to_numpy(), prepend=0).astype(np.float64)
    gap[starts] = 0.0
    gaps = np.maximum(number - 1, 1)
    mean = np.add.reduceat(gap, starts) / gaps
    squares = np.add.reduceat(gap**2, starts) - gaps * mean**2
    spread = np.sqrt(np.maximum(squares, 0.0) / np.maximum(number - 2, 1))
    kept = (number >= rules.purchases) & (spread <= rules.spread * mean)
    return daily.filter(pl.Series(np.repeat(kept, number))).cast(lines.select(keys).schema)


def in_buckets(stream: pl.DataFrame, starts: pl.Series, today: date) -> pl.DataFrame:
    """Expected quantity per bucket, from `today` on: sku, warehouse, bucket_on, qty.

    `starts` are the first days of the buckets and of the one after the last. Σ qty of a row is
    its next purchase and what follows it until the end of the buckets.
    """
    if stream.is_empty() or len(starts) < 2:
        return pl.DataFrame(schema=BUCKETS)
    spans = pl.DataFrame({"bucket_on": starts.head(-1), "after_on": starts.slice(1)})
    spans = spans.with_columns(pl.max_horizontal("bucket_on", pl.lit(today)).alias("from_on"))
    cells = stream.join(spans.filter(pl.col("after_on") > today), how="cross")
    lump = pl.col("on").is_between(pl.col("from_on"), pl.col("after_on"), closed="left")
    days = (pl.col("after_on") - pl.max_horizontal("from_on", "then_on")).dt.total_days()
    told = pl.col("qty") * lump + pl.col("daily_qty") * days.clip(lower_bound=0)
    found = cells.group_by(*KEY, "bucket_on").agg(told.sum().alias("qty"))
    return found.filter(pl.col("qty") > 0).sort(*KEY, "bucket_on")


def from_deals(
    lines: pl.DataFrame, chances: pl.DataFrame, starts: pl.Series, today: date
) -> pl.DataFrame:
    """What open deals bring per bucket, each quantity times its chance: sku, warehouse, bucket_on, qty.

    `lines`: deal_no, sku, warehouse, qty. `chances` come from `pipeline.closing_chances`: deal_no,
    month (0 is this one, −1 later and left out), chance; a month's chance is spread over its days
    that are left.
    """
    spans = [(first, after) for first, after in pairwise(starts) if after > today]
    rows = []
    for month in chances.filter(pl.col("month") >= 0)["month"].unique().sort():
        begin, end = _month(today, month)
        begin = max(begin, today)
        for first, after in spans:
            inside = (min(after, end) - max(first, begin)).days
            if inside > 0:
                rows.append((month, first, inside / (end - begin).days))
    schema = {"month": pl.Int64, "bucket_on": pl.Date, "share": pl.Float64}
    shares = pl.DataFrame(rows, schema, orient="row")
    told = lines.join(chances, on="deal_no").join(shares, on="month")
    qty = (pl.col("qty").cast(pl.Float64) * pl.col("chance") * pl.col("share")).sum()
    return told.group_by(*KEY, "bucket_on").agg(qty.alias("qty")).sort(*KEY, "bucket_on")


def _month(today: date, ahead: int) -> tuple[date, date]:
    """The first day of the month that is `ahead` months after today's, and of the one after it.

    >>> from datetime import date
    >>> _month(date(2026, 11, 5), 1)
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    at = today.year * 12 + today.month - 1 + ahead
    first, after = (today.replace(n // 12, n % 12 + 1, 1) for n in (at, at + 1))
    return first, after
