"""The calendar of days on which demand differs: the owner's events and the year's own.

The owner's rows come first: an occasion of every year that the owner entered once, by any of its
names, is left to the owner altogether, so editing the calendar always wins.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

FESTIVAL_WINDOWS = {
    "spring festival -28..-15": (-28, -15),
    "spring festival -14..-8": (-14, -8),
    "spring festival -7..-1": (-7, -1),
    "spring festival 0..6": (0, 6),
    "spring festival 7..15": (7, 15),
}
#: The great online sales, month and day of their first and last day.
SALES = {"618": ((6, 1), (6, 20)), "11.11": ((10, 21), (11, 11))}
#: What owners call them: a name that contains one of these is meant.
NAMES = {
    "spring festival": ("spring festival", "春节", "过年"),
    "618": ("618",),
    "11.11": ("11.11", "双11", "双十一", "double eleven", "double 11"),
}
CLOSED = "closed"  # the firm's own closures
CALENDAR = {
    "event": pl.String,
    "from_on": pl.Date,
    "until_on": pl.Date,
    "kind": pl.String,
    "category": pl.String,
    "uplift_pct": pl.Float64,
}


def conformed(calendar: pl.DataFrame) -> pl.DataFrame:
    """A calendar with all columns of `CALENDAR`, unknown ones empty."""
    known = [
        pl.col(n).cast(t) if n in calendar.columns else pl.lit(None, t).alias(n)
        for n, t in CALENDAR.items()
    ]
    return calendar.select(known)


def spring_festival(first: date, last: date) -> pl.DataFrame:
    """Windows around each Spring Festival that touch `first`..`last`, schema `CALENDAR`.

    The festival moves by up to a month in the sun's calendar, so its effect is learnt by days
    to the festival, never by month.

    >>> spring_festival(date(2026, 2, 17), date(2026, 2, 17))["event"].to_list()
    ['spring festival 0..6']
    """
    rows = [
        (event, day + timedelta(days=start), day + timedelta(days=end), "festival")
        for day in new_years(first.year - 1, last.year + 1)
        for event, (start, end) in FESTIVAL_WINDOWS.items()
    ]
    return _touching(rows, first, last)


def new_years(first_year: int, last_year: int) -> list[date]:
    """The first day of each Spring Festival of these years.

    >>> new_years(2026, 2027)
    [datetime.date(2026, 2, 17), datetime.date(2027, 2, 6)]
    """
    from holidays import country_holidays

    names = country_holidays("CN", years=range(first_year, last_year + 1), language="en_US")
    days = [day for day, name in sorted(names.items()) if "Spring Festival" in name]
    return [day for day in days if day - timedelta(days=1) not in days]


def great_sales(first: date, last: date) -> pl.DataFrame:
    """The great online sales that touch `first`..`last`, schema `CALENDAR`.

    >>> great_sales(date(2026, 6, 10), date(2026, 12, 1))["event"].to_list()
    ['618', '11.11']
    """
    rows = [
        (event, date(year, *begin), date(year, *end), "promotion")
        for year in range(first.year, last.year + 1)
        for event, (begin, end) in SALES.items()
    ]
    return _touching(rows, first, last)


def _touching(rows: list[tuple[str, date, date, str]], first: date, last: date) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=list(CALENDAR)[:4], orient="row")
    near = frame.filter((pl.col("until_on") >= first) & (pl.col("from_on") <= last))
    return conformed(near)


def whole_calendar(
    events: pl.DataFrame, closures: pl.DataFrame, first: date, last: date
) -> pl.DataFrame:
    """The owner's events, the firm's closures, and what every year brings, schema `CALENDAR`.

    Args:
        events: the owner's rows.
        closures: `party_kind`, `from_on`, `until_on`; only the firm's own count.
        first: the calendar is wanted from this day
        last: to this one.

    >>> own = pl.DataFrame({"event": ["618"], "from_on": [date(2026, 6, 5)],
    ...                     "until_on": [date(2026, 6, 18)], "kind": ["promotion"]})
    >>> none = pl.DataFrame(schema={"party_kind": pl.String, "from_on": pl.Date,
    ...                             "until_on": pl.Date})
    >>> whole_calendar(own, none, date(2026, 6, 1), date(2026, 6, 30))["from_on"].to_list()
    [datetime.date(2026, 6, 5)]
    """
    own = conformed(events)
    closed = closures.filter(pl.col("party_kind") == "firm").select(
        pl.lit(CLOSED).alias("event"), "from_on", "until_on", pl.lit("closure").alias("kind")
    )
    usual = pl.concat([spring_festival(first, last), great_sales(first, last)])
    written = [name.lower() for name in own["event"].drop_nulls()]
    rest = usual
    for occasion, names in NAMES.items():
        if any(name in each for each in written for name in names):
            rest = rest.filter(~pl.col("event").str.starts_with(occasion))
    feasts = pl.concat([own, rest]).filter(pl.col("kind") == "festival")
    # a closure of a festival would teach the same fall a second time
    doubled = conformed(closed).join_where(
        feasts.select(feast_from="from_on", feast_until="until_on"),
        pl.col("from_on") <= pl.col("feast_until"),
        pl.col("until_on") >= pl.col("feast_from"),
    )
    closed = conformed(closed).join(doubled, on=["from_on", "until_on"], how="anti")
    whole = pl.concat([own, closed, rest])
    return whole.unique(["event", "from_on"], keep="first").sort("from_on", "event")


def days_of(calendar: pl.DataFrame) -> pl.DataFrame:
    """One row per event and day: `event`, `category`, `on`."""
    ranges = pl.date_ranges("from_on", "until_on")
    sound = conformed(calendar).filter(pl.col("from_on") <= pl.col("until_on"))
    return sound.select("event", "category", on=ranges).explode("on").unique().sort("on", "event")
