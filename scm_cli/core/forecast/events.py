"""What promotions and festivals do to demand: factors learnt from past events.

The factor of an event is its demand over the usual demand of the same number of days, pooled
over all items that sold around it and over its repetitions, pulled to 1 (or to the owner's
expected uplift) while there is little evidence; an item's own factor is pulled to the pooled one
(ratio-to-baseline with gamma-Poisson shrinkage: Gelman et al., Bayesian Data Analysis, 2.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from scm_cli.core.forecast.demand import checked, key_columns

LEAST_REFERENCE_DAYS = 7
REFERENCE_DAYS = 28  # usual demand is taken from these days before and after an event
PRIOR_UNITS = 50.0  # of expected demand: evidence that counts as much as "no effect"
ITEM_UNITS = 30.0  # likewise, for an item beside the pooled factor
FACTOR_RANGE = (0.02, 50.0)
FESTIVAL_WINDOWS = {
    "spring festival -28..-15": (-28, -15),
    "spring festival -14..-8": (-14, -8),
    "spring festival -7..-1": (-7, -1),
    "spring festival 0..6": (0, 6),
    "spring festival 7..15": (7, 15),
}
CALENDAR = {"event": pl.String, "from_on": pl.Date, "until_on": pl.Date, "kind": pl.String}


def spring_festival(first: date, last: date) -> pl.DataFrame:
    """Windows around each Spring Festival that touch `first`..`last`, schema `CALENDAR`.

    The festival moves by up to a month in the sun's calendar, so its effect is learnt by days
    to the festival, never by month.

    >>> spring_festival(date(2026, 2, 17), date(2026, 2, 17))["event"].to_list()
    ['spring festival 0..6']
    """
    from holidays import country_holidays

    names = country_holidays("CN", years=range(first.year - 1, last.year + 2), language="en_US")
    new_years = [day for day, name in sorted(names.items()) if "Spring Festival" in name]
    firsts = [day for day in new_years if day - timedelta(days=1) not in new_years]
    rows = [
        (event, day + timedelta(days=start), day + timedelta(days=end), "festival")
        for day in firsts
        for event, (start, end) in FESTIVAL_WINDOWS.items()
    ]
    frame = pl.DataFrame(rows, schema=CALENDAR, orient="row")
    return frame.filter((pl.col("until_on") >= first) & (pl.col("from_on") <= last))


def event_days(calendar: pl.DataFrame) -> pl.DataFrame:
    """One row per event and day: `event`, `from_on`, `on`."""
    ranges = pl.date_ranges("from_on", "until_on")
    whole = calendar.filter(pl.col("from_on") <= pl.col("until_on"))
    return whole.select("event", "from_on", on=ranges).explode("on").unique()


def event_factors(demand: pl.DataFrame, calendar: pl.DataFrame, today: date) -> pl.DataFrame:
    """Learnt factors: `event`, series keys, `factor`, `pooled_factor`, `occasions`.

    Args:
        demand: series keys, `on`, `qty` [units], daily or sparse.
        calendar: `event`, `from_on`, `until_on`, `kind` and optionally `uplift_pct`, the
            owner's expectation, which is the starting point instead of no effect.
        today: only occasions that ended before this day teach.

    Events that never happened yet have no rows; `EventEffects` then uses the owner's uplift.

    >>> days = pl.date_range(date(2026, 1, 1), date(2026, 3, 1), eager=True)
    >>> rows = pl.DataFrame({"sku": "A", "on": days, "qty": 100.0}).with_columns(
    ...     qty=pl.when(pl.col("on") == date(2026, 2, 1)).then(300.0).otherwise(100.0))
    >>> sale = pl.DataFrame({"event": ["sale"], "from_on": [date(2026, 2, 1)],
    ...                      "until_on": [date(2026, 2, 1)], "kind": ["promotion"]})
    >>> event_factors(rows, sale, date(2026, 3, 2))["pooled_factor"].round(1).to_list()
    [2.3]
    """
    keys = key_columns(demand)
    past = checked(demand).filter(pl.col("on") < today).select(*keys, "on", "qty")
    every_day = event_days(calendar).select("on").unique()
    calm = past.join(every_day, on="on", how="anti")
    schema = {"event": pl.String(), **{k: past.schema[k] for k in keys}}
    seen = [pl.DataFrame(schema={**schema, "usual_qty": pl.Float64(), "qty": pl.Float64()})]
    ended = calendar.filter(pl.col("until_on") < today)
    for event, from_on, until_on in ended.select("event", "from_on", "until_on").unique().rows():
        first = from_on - timedelta(days=REFERENCE_DAYS)
        last = min(until_on + timedelta(days=REFERENCE_DAYS), today - timedelta(days=1))
        around = pl.DataFrame({"on": pl.date_range(first, last, eager=True)})
        reference_days = len(around.join(every_day, on="on", how="anti"))
        if reference_days < LEAST_REFERENCE_DAYS:
            continue
        usual = _sum_between(calm, keys, first, last).with_columns(pl.col("qty").clip(0))
        share = ((until_on - from_on).days + 1) / reference_days
        usual = usual.select(*keys, usual_qty=pl.col("qty") * share)
        both = usual.join(
            _sum_between(past, keys, from_on, until_on), on=keys, how="left", nulls_equal=True
        )
        seen.append(both.select(pl.lit(event).alias("event"), *keys, "usual_qty", "qty"))
    return _shrunk(pl.concat(seen), keys, calendar)


def _sum_between(frame: pl.DataFrame, keys: list[str], first: date, last: date) -> pl.DataFrame:
    inside = frame.filter(pl.col("on").is_between(first, last))
    return inside.group_by(keys).agg(pl.col("qty").sum())


def expected_factor(calendar: pl.DataFrame) -> pl.DataFrame:
    """The owner's expectation per event, 1 where nothing was said: `event`, `expected`."""
    uplift = pl.col("uplift_pct") if "uplift_pct" in calendar.columns else pl.lit(None, pl.Float64)
    expected = 1 + uplift.cast(pl.Float64).mean().fill_null(0.0) / 100
    return calendar.group_by("event").agg(expected=expected.clip(*FACTOR_RANGE))


def _shrunk(seen: pl.DataFrame, keys: list[str], calendar: pl.DataFrame) -> pl.DataFrame:
    sums = [pl.col("qty").fill_null(0.0).clip(0).sum(), pl.col("usual_qty").sum()]
    items = seen.group_by("event", *keys).agg(*sums, occasions=pl.len().cast(pl.Int64))
    pooled = items.group_by("event").agg(
        all_qty=pl.col("qty").sum(), all_usual=pl.col("usual_qty").sum()
    )
    pooled = pooled.join(expected_factor(calendar), on="event").select(
        "event",
        pooled_factor=(pl.col("all_qty") + PRIOR_UNITS * pl.col("expected"))
        / (pl.col("all_usual") + PRIOR_UNITS),
    )
    own = (pl.col("qty") + ITEM_UNITS * pl.col("pooled_factor")) / (
        pl.col("usual_qty") + ITEM_UNITS
    )
    return (
        items.join(pooled, on="event")
        .select(
            "event",
            *keys,
            factor=own.clip(*FACTOR_RANGE),
            pooled_factor=pl.col("pooled_factor").clip(*FACTOR_RANGE),
            occasions="occasions",
        )
        .sort("event", *keys)
    )


@dataclass(frozen=True, slots=True)
class EventEffects:
    """A `calendar` of events and the `factors` that were learnt for them."""

    calendar: pl.DataFrame
    factors: pl.DataFrame

    @classmethod
    def learnt(cls, demand: pl.DataFrame, calendar: pl.DataFrame, today: date) -> EventEffects:
        """Effects of the events in `calendar` as `demand` before `today` shows them."""
        return cls(calendar, event_factors(demand, calendar, today))

    def of_series(self, series: pl.DataFrame) -> pl.DataFrame:
        """Factor of each series on each event day: series keys, `on`, `factor`.

        A series without evidence of its own takes the event's pooled factor, an event without
        any takes the owner's expectation. Events that meet on a day multiply.
        """
        keys = series.columns
        pooled = self.factors.group_by("event").agg(pl.col("pooled_factor").first())
        days = event_days(self.calendar).join(expected_factor(self.calendar), on="event")
        days = days.join(pooled, on="event", how="left").join(series, how="cross")
        own = self.factors.select("event", *keys, "factor")
        whole = days.join(own, on=["event", *keys], how="left", nulls_equal=True)
        factor = pl.coalesce("factor", "pooled_factor", "expected")
        effect = whole.group_by(*keys, "on").agg(factor=factor.product())
        return effect.with_columns(pl.col("factor").clip(*FACTOR_RANGE)).sort(*keys, "on")

    def calm(self, demand: pl.DataFrame) -> pl.DataFrame:
        """Demand with the effects of its events divided out; the columns stay."""
        keys = key_columns(demand)
        effects = self.of_series(demand.select(keys).unique())
        joined = demand.join(effects, on=[*keys, "on"], how="left", nulls_equal=True)
        quantities = [c for c in demand.columns if c.endswith("qty")]
        divided = [pl.col(c) / pl.col("factor").fill_null(1.0) for c in quantities]
        return joined.with_columns(divided).select(demand.columns)
