"""Who comes back: repurchase rate, second purchases, retention, what is bought next and when.

`purchases`: customer, day and more, as in `rfm`. A purchase is a day: two orders of one day are
no repurchase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.customer.ranking import wilson_pct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

GIVEN_UP_INTERVALS = 2


def rates(
    purchases: pl.DataFrame, ends: Sequence[date], window_days: int, range_pct: float
) -> pl.DataFrame:
    """The repurchase rate in the window that ends with each day of `ends`.

    Customers with purchases on at least 2 distinct days ÷ customers with at least 1. Columns:
    until_on, customers, repeated, repurchase_pct, low_pct, high_pct.

    >>> from datetime import date
    >>> made = pl.DataFrame({"customer": ["A", "A", "B", "B"], "day": [
    ...     date(2026, 3, 1), date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 2)]})
    >>> rates(made, [date(2026, 3, 31)], 365, 90)["repurchase_pct"].to_list()
    [50.0]
    """
    daily = purchases.select("customer", "day").unique()
    rows = []
    for end in ends:
        since = pl.lit(end) - pl.duration(days=window_days)
        counted = (
            daily.filter((pl.col("day") > since) & (pl.col("day") <= end))
            .group_by("customer")
            .len()
        )
        rows.append((end, len(counted), int((counted["len"] > 1).sum())))
    found = pl.DataFrame(
        rows, {"until_on": pl.Date, "customers": pl.Int64, "repeated": pl.Int64}, orient="row"
    )
    share = wilson_pct(found["repeated"].to_numpy(), found["customers"].to_numpy(), range_pct)
    names = ("repurchase_pct", "low_pct", "high_pct")
    made = [pl.Series(n, v) for n, v in zip(names, share, strict=True)]
    return found.with_columns(made).with_columns(pl.col(names).fill_nan(None))


def second_purchases(purchases: pl.DataFrame, today: date, days: int) -> pl.DataFrame:
    """Per month of the first purchase: how many bought again within `days` of it.

    A cohort counts only customers whose `days` have passed by `today`. Columns: cohort (2026-03),
    customers, watched, returned, second_pct (of the watched; null when there are none).
    """
    daily = purchases.filter(pl.col("day") <= today).select("customer", "day").unique()
    daily = daily.sort("customer", "day")
    first = daily.group_by("customer", maintain_order=True).agg(
        pl.col("day").first().alias("first_on"), pl.col("day").get(1, null_on_oob=True).alias("second_on")
    )  # fmt: skip
    watched = pl.col("first_on") <= pl.lit(today) - pl.duration(days=days)
    soon = (pl.col("second_on") - pl.col("first_on")).dt.total_days() <= days
    return (
        first.group_by(pl.col("first_on").dt.strftime("%Y-%m").alias("cohort"))
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            watched.sum().cast(pl.Int64).alias("watched"),
            (watched & soon).sum().cast(pl.Int64).alias("returned"),
        )
        .with_columns(
            pl.when(pl.col("watched") > 0)
            .then(100.0 * pl.col("returned") / pl.col("watched"))
            .alias("second_pct")
        )
        .sort("cohort")
    )


def retention(purchases: pl.DataFrame, today: date) -> pl.DataFrame:
    """The retention triangle: cohort, customers, month (0 is that of the first), active, active_pct.

    A cohort has a row for each month up to that of `today`, also when nobody bought in it.
    """

    def month(name: str) -> pl.Expr:
        return pl.col(name).dt.year() * 12 + pl.col(name).dt.month() - 1

    daily = purchases.filter(pl.col("day") <= today).select("customer", "day").unique()
    first = daily.group_by("customer").agg(pl.col("day").min().alias("first_on"))
    seen = daily.join(first, on="customer").select(
        "customer", month("first_on").alias("began"), (month("day") - month("first_on")).alias("month")
    ).unique()  # fmt: skip
    sizes = seen.filter(month=0).group_by("began").agg(pl.len().cast(pl.Int64).alias("customers"))
    now = today.year * 12 + today.month - 1
    cells = sizes.with_columns(pl.int_ranges(0, now - pl.col("began") + 1).alias("month"))
    active = seen.group_by("began", "month").agg(pl.len().cast(pl.Int64).alias("active"))
    found = cells.explode("month").join(active, on=["began", "month"], how="left")
    year, number = pl.col("began") // 12, pl.col("began") % 12 + 1
    return found.sort("began", "month").select(
        pl.format("{}-{}", year, number.cast(pl.String).str.zfill(2)).alias("cohort"),
        "customers", "month", pl.col("active").fill_null(0),
        (100.0 * pl.col("active").fill_null(0) / pl.col("customers")).alias("active_pct"),
    )  # fmt: skip


def given_up(overdue_days: pl.Expr, interval_days: pl.Expr) -> pl.Expr:
    """Whether a customer has probably stopped buying an item: overdue by more than two intervals.

    >>> late = pl.DataFrame({"overdue_days": [20, 21], "interval_days": [10.0, 10.0]})
    >>> late.select(given_up(pl.col("overdue_days"), pl.col("interval_days"))).to_series().to_list()
    [False, True]
    """
    return overdue_days > GIVEN_UP_INTERVALS * interval_days


def next_items(lines: pl.DataFrame, today: date) -> pl.DataFrame:
    """What each customer buys next and when: one row per customer and item bought on ≥ 2 days.

    `lines`: customer, sku, day, qty. Columns: customer, sku, purchases, last_on, interval_days
    (median gap), expected_on (last + interval), expected_qty (median), overdue_days (≥ 0), sorted
    so that the first row of a customer is the next one: the earliest expected, but what has been
    given up comes last.
    """
    daily = lines.filter((pl.col("day") <= today) & (pl.col("qty") > 0))
    daily = daily.group_by("customer", "sku", "day").agg(pl.col("qty").sum())
    daily = daily.sort("customer", "sku", "day")
    found = (
        daily.group_by("customer", "sku", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("purchases"),
            pl.col("day").last().alias("last_on"),
            pl.col("day").diff().dt.total_days().median().alias("interval_days"),
            pl.col("qty").cast(pl.Float64).median().alias("expected_qty"),
        )
        .filter(pl.col("purchases") > 1)
    )
    ahead = pl.duration(days=pl.col("interval_days").round().cast(pl.Int64))
    found = found.with_columns((pl.col("last_on") + ahead).alias("expected_on"))
    late = (pl.lit(today) - pl.col("expected_on")).dt.total_days()
    found = found.with_columns(late.clip(lower_bound=0).alias("overdue_days"))
    last = given_up(pl.col("overdue_days"), pl.col("interval_days"))
    return found.sort("customer", last, "expected_on", -pl.col("purchases"), "sku")
