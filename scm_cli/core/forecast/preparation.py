"""Demand made ready for the forecast: one-off large lines kept apart, the calendar put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from scm_cli.core.forecast.abnormal import (
    AbnormalRules,
    is_abnormal,
    usual_lines,
    without_abnormal,
)
from scm_cli.core.forecast.demand import key_columns
from scm_cli.core.forecast.event_days import conformed, days_of, whole_calendar


@dataclass(frozen=True, slots=True)
class DemandRules:
    """`abnormal` None keeps every line in; `festivals` False leaves the owner's calendar alone."""

    abnormal: AbnormalRules | None = AbnormalRules()
    festivals: bool = True
    horizon_days: int = 120


@dataclass(frozen=True, slots=True)
class PreparedDemand:
    """`demand` to forecast from, what was kept out of it, and the calendar.

    `abnormal`: series keys, `on`, `qty` asked for, `abnormal_qty` of it kept out.
    `usual`: series keys, `usual_qty`, the usual largest line (see `abnormal.is_abnormal`).
    """

    demand: pl.DataFrame
    abnormal: pl.DataFrame
    usual: pl.DataFrame
    calendar: pl.DataFrame


def consuming(
    orders: pl.DataFrame, usual: pl.DataFrame, rules: AbnormalRules | None
) -> pl.DataFrame:
    """The open orders that consume the forecast: all but one-off large ones, which it never held.

    Args:
        orders: series keys, `on`, `qty`, one row per open line.
        usual: of `PreparedDemand`.
        rules: what makes a line abnormal; None when every line is in the forecast.
    """
    if rules is None or usual.is_empty():
        return orders
    return orders.filter(~is_abnormal(orders, usual, rules))


def prepared(
    demand: pl.DataFrame,
    events: pl.DataFrame,
    closures: pl.DataFrame,
    today: date,
    rules: DemandRules,
) -> PreparedDemand:
    """Demand as the forecast should see it.

    Args:
        demand: series keys, `on`, `qty`, optionally `line_qty`, the largest line of the day.
        events: the owner's calendar (see `event_days.CALENDAR`).
        closures: `party_kind`, `from_on`, `until_on`.
        today: history ends the day before.
        rules: what the firm set.

    >>> days = pl.date_range(date(2026, 1, 1), date(2026, 1, 20), eager=True)
    >>> rows = pl.DataFrame({"sku": "A", "on": days, "qty": [2.0] * 19 + [500.0]})
    >>> none = pl.DataFrame(schema={"event": pl.String, "from_on": pl.Date, "until_on": pl.Date})
    >>> closed = none.rename({"event": "party_kind"})
    >>> ready = prepared(rows, none, closed, date(2026, 1, 21), DemandRules(festivals=False))
    >>> ready.demand["qty"].max(), ready.abnormal["abnormal_qty"].to_list()
    (2.0, [498.0])
    """
    calendar = conformed(events)
    first = demand["on"].min()
    if rules.festivals and isinstance(first, date):
        last = today + timedelta(days=rules.horizon_days)
        calendar = whole_calendar(events, closures, first, last)
    keys = key_columns(demand)
    plain = demand.select(*keys, "on", "qty")
    if rules.abnormal is None:
        none = plain.clear().with_columns(pl.lit(0.0).alias("abnormal_qty"))
        unknown = plain.select(*keys, pl.col("qty").alias("usual_qty")).clear()
        return PreparedDemand(plain, none, unknown, calendar)
    usual = usual_lines(demand, rules.abnormal)
    cut = without_abnormal(demand, rules.abnormal, days_of(calendar), usual)
    kept_out = cut.filter(pl.col("abnormal_qty") > 0).select(
        *keys, "on", pl.col("qty") + pl.col("abnormal_qty"), "abnormal_qty"
    )
    return PreparedDemand(cut.select(*keys, "on", "qty"), kept_out, usual, calendar)
