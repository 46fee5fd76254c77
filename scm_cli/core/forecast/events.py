"""What promotions and festivals do to demand: factors learnt from past events.

The factor of an event is its demand over the usual demand of the same number of days, pooled
over all items that sold around it and over its repetitions, pulled to 1 (or to the owner's
expected uplift) while there is little evidence; an item's own factor is pulled to the pooled one
(ratio-to-baseline with gamma-Poisson shrinkage: Gelman et al., Bayesian Data Analysis, 2.7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.forecast.demand import checked, key_columns
from scm_cli.core.forecast.event_days import conformed, days_of

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats

LEAST_REFERENCE_DAYS = 7
REFERENCE_DAYS = 28  # usual demand is taken from these days before and after an event
PRIOR_UNITS = 50.0  # of expected demand: evidence that counts as much as "no effect"
ITEM_UNITS = 30.0  # likewise, for an item beside the pooled factor
FACTOR_RANGE = (0.02, 50.0)


def event_factors(
    demand: pl.DataFrame,
    calendar: pl.DataFrame,
    today: date,
    categories: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Learnt factors: `event`, series keys, `factor`, `pooled_factor`, `occasions`.

    Args:
        demand: series keys, `on`, `qty` [units], daily or sparse.
        calendar: `event`, `from_on`, `until_on`, `kind` and optionally `uplift_pct`, the
            owner's expectation, which is the starting point instead of no effect, and
            `category`, outside of which the event teaches nothing.
        today: only occasions that ended before this day teach.
        categories: series keys and `category`.

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
    every_day = days_of(calendar).select("on").unique()
    schema = {"event": pl.String(), **{k: past.schema[k] for k in keys}}
    seen = [pl.DataFrame(schema={**schema, "usual_qty": pl.Float64(), "qty": pl.Float64()})]
    ended = conformed(calendar).filter(pl.col("until_on") < today)
    columns = ("event", "category", "from_on", "until_on")
    for event, category, from_on, until_on in ended.select(columns).unique().sort(columns).rows():
        first = from_on - timedelta(days=REFERENCE_DAYS)
        last = min(until_on + timedelta(days=REFERENCE_DAYS), today - timedelta(days=1))
        around = pl.DataFrame({"on": pl.date_range(first, last, eager=True)})
        reference_days = len(around.join(every_day, on="on", how="anti"))
        if reference_days < LEAST_REFERENCE_DAYS:
            continue
        near = past.filter(pl.col("on").is_between(first, last))
        if category is not None and categories is not None:
            concerned = categories.filter(pl.col("category") == category).select(keys)
            near = near.join(concerned, on=keys, how="semi")
        usual = _sum(near.join(every_day, on="on", how="anti"), keys)
        share = ((until_on - from_on).days + 1) / reference_days
        usual = usual.select(*keys, usual_qty=pl.col("qty").clip(0) * share)
        during = _sum(near.filter(pl.col("on").is_between(from_on, until_on)), keys)
        both = usual.join(during, on=keys, how="left", nulls_equal=True)
        seen.append(both.select(pl.lit(event).alias("event"), *keys, "usual_qty", "qty"))
    return _shrunk(pl.concat(seen), keys, calendar)


def _sum(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return frame.group_by(keys).agg(pl.col("qty").sum())


def expected_factor(calendar: pl.DataFrame) -> pl.DataFrame:
    """The owner's expectation per event, 1 where nothing was said: `event`, `expected`."""
    expected = 1 + pl.col("uplift_pct").mean().fill_null(0.0) / 100
    return conformed(calendar).group_by("event").agg(expected=expected.clip(*FACTOR_RANGE))


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
    """A `calendar` of events, the `factors` that were learnt for them, `categories` of series."""

    calendar: pl.DataFrame
    factors: pl.DataFrame
    categories: pl.DataFrame = field(default_factory=pl.DataFrame)

    @classmethod
    def learnt(
        cls,
        demand: pl.DataFrame,
        calendar: pl.DataFrame,
        today: date,
        categories: pl.DataFrame | None = None,
    ) -> EventEffects:
        """Effects of the events in `calendar` as `demand` before `today` shows them."""
        factors = event_factors(demand, calendar, today, categories)
        return cls(calendar, factors, pl.DataFrame() if categories is None else categories)

    def of_days(self, series: pl.DataFrame, first: date, last: date) -> tuple[pl.DataFrame, Floats]:
        """Event days from `first` to `last` and the factor of each series on them.

        A series without evidence of its own takes the event's pooled factor, an event without
        any takes the owner's expectation. Events that meet on a day multiply.

        Returns:
            `on` and `column`, and factors (n series, columns): days on which the same events
            meet share a column.
        """
        days = days_of(self.calendar).filter(pl.col("on").is_between(first, last))
        named = days.select("on", pl.struct("event", "category").alias("what"))
        sets = named.group_by("on").agg(pl.col("what").sort())
        kinds = sets.select("what").unique(maintain_order=True).with_row_index("column")
        table = np.ones((len(series), len(kinds)))
        known: dict[tuple[str, str | None], Floats] = {}
        for column, what in enumerate(kinds["what"].to_list()):
            for each in what:
                name = (each["event"], each["category"])
                if name not in known:
                    known[name] = self._of_event(series, *name)
                table[:, column] *= known[name]
        places = sets.join(kinds, on="what").select("on", pl.col("column").cast(pl.Int64))
        return places.sort("on"), np.clip(table, *FACTOR_RANGE)

    def _of_event(self, series: pl.DataFrame, event: str, category: str | None) -> Floats:
        """Factor of one event for each series, (n,)."""
        keys = series.columns
        mine = self.factors.filter(pl.col("event") == event)
        expected = expected_factor(self.calendar).filter(pl.col("event") == event)["expected"][0]
        usual = mine["pooled_factor"][0] if len(mine) else expected
        joined = series.join(
            mine.select(*keys, "factor"), on=keys, how="left", maintain_order="left",
            nulls_equal=True,
        )  # fmt: skip
        factor = joined["factor"].fill_null(usual).to_numpy()
        if category is None:
            return factor
        if not len(self.categories):
            return np.ones(len(series))
        concerned = self.categories.select(*keys, "category").unique(keys, keep="first")
        its = series.join(concerned, on=keys, how="left", maintain_order="left", nulls_equal=True)[
            "category"
        ]
        return np.where((its == category).fill_null(False).to_numpy(), factor, 1.0)

    def of_series(self, series: pl.DataFrame) -> pl.DataFrame:
        """Factor of each series on each event day: series keys, `on`, `factor`."""
        places, table = self.of_days(series, date.min, date.max)
        numbered = series.with_row_index("row").join(places, how="cross")
        factor = table[numbered["row"].to_numpy(), numbered["column"].to_numpy()]
        told = numbered.with_columns(pl.Series("factor", factor))
        return told.select(*series.columns, "on", "factor").sort(*series.columns, "on")

    def calm(self, demand: pl.DataFrame) -> pl.DataFrame:
        """Demand with the effects of its events divided out; columns and order stay."""
        keys = key_columns(demand)
        series = demand.select(keys).unique(maintain_order=True)
        first, last = demand["on"].min(), demand["on"].max()
        if not isinstance(first, date) or not isinstance(last, date):
            return demand
        places, table = self.of_days(series, first, last)
        placed = demand.join(places, on="on", how="left", maintain_order="left").join(
            series.with_row_index("row"), on=keys, how="left", maintain_order="left",
            nulls_equal=True,
        )  # fmt: skip
        column = placed["column"].to_numpy()
        hit = np.isfinite(column) if column.dtype.kind == "f" else np.ones(len(column), dtype=bool)
        factor = np.ones(len(placed))
        row = placed["row"].to_numpy()[hit]
        factor[hit] = table[row, column[hit].astype(np.int64)] if table.size else 1.0
        quantities = [c for c in demand.columns if c.endswith("qty")]
        divided = [pl.col(c) / pl.Series(factor) for c in quantities]
        return placed.with_columns(divided).select(demand.columns)
