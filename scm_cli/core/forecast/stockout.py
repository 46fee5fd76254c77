"""Demand that was lost because nothing was there: repaired apart from what was sold.

Only days whose opening and closing usable stock is known to be zero are repaired. Sales of such
a day are a lower bound of demand (censored); under exponential demand the likelihood gives the
mean as all sales divided by the days that were not censored (Lawless, Statistical Models and
Methods for Lifetime Data, 2003, section 4.1), and what an out day missed is that mean again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.forecast.demand import checked, key_columns

if TYPE_CHECKING:
    from datetime import date

USUAL_QUANTILE = 0.9
UNKNOWN_SHARE = 0.5
UNKNOWN_DAYS = 90


def repaired(demand: pl.DataFrame, out_days: pl.DataFrame, today: date) -> pl.DataFrame:
    """Demand with one row a day and a column `repaired_qty` [units], 0 on days not repaired.

    Args:
        demand: series keys, `on`, `qty`; demand as it came, nothing lost in it.
        out_days: series keys, `on`: days that began and ended without usable stock.
        today: history ends the day before.

    A day's repaired total never exceeds the 90 % quantile of the days with sales. To switch the
    repair off, pass `demand` itself on.

    >>> from datetime import date
    >>> sold = pl.DataFrame({"sku": "A", "on": [date(2026, 1, d) for d in (1, 2, 4)], "qty": 6.0})
    >>> out = pl.DataFrame({"sku": ["A"], "on": [date(2026, 1, 3)]})
    >>> repaired(sold, out, date(2026, 1, 5))["repaired_qty"].to_list()
    [0.0, 0.0, 6.0, 0.0]
    """
    clean = checked(demand).filter(pl.col("on") < today)
    keys = key_columns(clean)
    daily = clean.group_by(*keys, "on").agg(pl.col("qty").sum())
    out = out_days.select(*keys, "on").unique().filter(pl.col("on") < today)
    usual = daily.group_by(keys).agg(
        first_on=pl.col("on").min(),
        total_qty=pl.col("qty").clip(0).sum(),
        most_qty=pl.col("qty").filter(pl.col("qty") > 0).quantile(USUAL_QUANTILE),
    )
    lost = out.join(usual, on=keys, nulls_equal=True).filter(pl.col("on") > pl.col("first_on"))
    open_days = (pl.lit(today) - pl.col("first_on")).dt.total_days() - pl.len().over(keys)
    mean = pl.col("total_qty") / open_days.clip(1)
    lost = lost.select(*keys, "on", mean_qty=mean, most_qty=pl.col("most_qty").fill_null(0.0))
    whole = daily.join(lost, on=[*keys, "on"], how="full", coalesce=True, nulls_equal=True)
    sold = pl.col("qty").fill_null(0.0)
    missed = (pl.min_horizontal(sold + pl.col("mean_qty"), "most_qty") - sold).clip(0)
    return whole.select(
        *keys, "on", qty=sold, repaired_qty=missed.fill_null(0.0).cast(pl.Float64)
    ).sort(*keys, "on")


def demand_unknown(out_days: pl.DataFrame, today: date) -> pl.DataFrame:
    """Keys of series that were out of stock for most of the last 90 days.

    >>> from datetime import date
    >>> out = pl.DataFrame({"sku": "A", "on": pl.date_range(date(2026, 1, 1), date(2026, 3, 1),
    ...                     eager=True)})
    >>> demand_unknown(out, date(2026, 3, 2))["sku"].to_list()
    ['A']
    """
    keys = [c for c in out_days.columns if c != "on"]
    age = (pl.lit(today) - pl.col("on")).dt.total_days()
    recent = out_days.filter((age >= 1) & (age <= UNKNOWN_DAYS)).unique([*keys, "on"])
    counted = recent.group_by(keys).agg(days=pl.len())
    return counted.filter(pl.col("days") > UNKNOWN_SHARE * UNKNOWN_DAYS).select(keys).sort(keys)
