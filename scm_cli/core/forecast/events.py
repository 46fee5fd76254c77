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
from scm_cli.core.series import row_of, series_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Floats, Ints

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
    past = checked(demand).filter(pl.col("on") < today)
    series = series_of(past, keys)
    lines = _Lines.of(past, series)
    every_day = days_of(calendar)["on"].unique().to_numpy()
    seen: dict[str, _Seen] = {}
    ended = conformed(calendar).filter(pl.col("until_on") < today)
    columns = ("event", "category", "from_on", "until_on")
    for event, category, from_on, until_on in ended.select(columns).unique().sort(columns).rows():
        first = from_on - timedelta(days=REFERENCE_DAYS)
        last = min(until_on + timedelta(days=REFERENCE_DAYS), today - timedelta(days=1))
        around = np.arange(first, last + timedelta(days=1), dtype="datetime64[D]")
        reference = np.setdiff1d(around, every_day)
        if len(reference) < LEAST_REFERENCE_DAYS:
            continue
        usual, sells = lines.sums(reference)
        if category is not None and categories is not None:
            sells &= _concerned(series, categories, category)
        during = np.arange(from_on, until_on + timedelta(days=1), dtype="datetime64[D]")
        share = len(during) / len(reference)
        kept = seen.setdefault(event, _Seen.none(len(series)))
        kept.add(sells, np.maximum(usual, 0.0) * share, lines.sums(during)[0])
    return _shrunk(seen, series, calendar)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Demand as arrays, by day: series `row`, day `on` and `qty` of each line; `count` series."""

    row: Ints
    on: NDArray[np.datetime64]
    qty: Floats
    count: int

    @classmethod
    def of(cls, demand: pl.DataFrame, series: pl.DataFrame) -> _Lines:
        day = demand["on"].to_physical()
        by_day = day.arg_sort().to_numpy()
        on = day.to_numpy()[by_day].astype("datetime64[D]")
        return cls(
            row_of(demand, series)[by_day], on, demand["qty"].to_numpy()[by_day], len(series)
        )

    def sums(self, days: NDArray[np.datetime64]) -> tuple[Floats, NDArray[np.bool_]]:
        """Quantity of each series on `days`, (count,), and whether it had any line then."""
        first, last = np.searchsorted(self.on, [days[0], days[-1] + 1])
        wanted = np.zeros((days[-1] - days[0]).astype(int) + 1, dtype=bool)
        wanted[(days - days[0]).astype(int)] = True
        hit = wanted[(self.on[first:last] - days[0]).astype(int)]
        row, qty = self.row[first:last][hit], self.qty[first:last][hit]
        total: Floats = np.bincount(row, qty, self.count).astype(np.float64)
        return total, np.bincount(row, minlength=self.count) > 0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an event's occasions showed of each series, (n,): usual and actual demand, how many."""

    usual_qty: Floats
    qty: Floats
    occasions: Ints

    @classmethod
    def none(cls, count: int) -> _Seen:
        return cls(np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int64))

    def add(self, sells: NDArray[np.bool_], usual_qty: Floats, qty: Floats) -> None:
        """Count one more occasion of the series that sold around it."""
        self.usual_qty[sells] += usual_qty[sells]
        self.qty[sells] += np.maximum(qty[sells], 0.0)
        self.occasions[sells] += 1


def _concerned(series: pl.DataFrame, categories: pl.DataFrame, category: str) -> NDArray[np.bool_]:
    """Whether each series is of `category`, (n,)."""
    concerned = categories.filter(pl.col("category") == category).select(series.columns)
    return row_of(series, concerned.unique()) >= 0


def expected_factor(calendar: pl.DataFrame) -> pl.DataFrame:
    """The owner's expectation per event, 1 where nothing was said: `event`, `expected`."""
    expected = 1 + pl.col("uplift_pct").mean().fill_null(0.0) / 100
    return conformed(calendar).group_by("event").agg(expected=expected.clip(*FACTOR_RANGE))


def _shrunk(seen: dict[str, _Seen], series: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Factors of each event and series that sold around it, drawn to the event's and to 1."""
    told = dict(expected_factor(calendar).iter_rows())
    schema = {"factor": pl.Float64, "pooled_factor": pl.Float64, "occasions": pl.Int64}
    parts = [series.clear().select(pl.lit("").alias("event"), pl.all())]
    parts[0] = parts[0].with_columns(pl.lit(None, dtype).alias(n) for n, dtype in schema.items())
    for event, its in sorted(seen.items()):
        index = np.flatnonzero(its.occasions)
        if not len(index):
            continue
        usual, qty = its.usual_qty[index], its.qty[index]
        pooled = (qty.sum() + PRIOR_UNITS * told[event]) / (usual.sum() + PRIOR_UNITS)
        own = (qty + ITEM_UNITS * pooled) / (usual + ITEM_UNITS)
        part = series[index].select(
            pl.lit(event).alias("event"),
            pl.all(),
            pl.Series("factor", np.clip(own, *FACTOR_RANGE)),
            pl.lit(float(np.clip(pooled, *FACTOR_RANGE))).alias("pooled_factor"),
            pl.Series("occasions", its.occasions[index]),
        )
        parts.append(part)
    return pl.concat(parts)


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
        series = series_of(demand, key_columns(demand))
        first, last = demand["on"].min(), demand["on"].max()
        if not isinstance(first, date) or not isinstance(last, date):
            return demand
        places, table = self.of_days(series, first, last)
        if not len(places):
            return demand
        column = np.full((last - first).days + 1, -1)
        column[(places["on"] - first).dt.total_days().to_numpy()] = places["column"].to_numpy()
        day = demand.select((pl.col("on") - first).dt.total_days().fill_null(0)).to_series()
        at = column[day.to_numpy()]
        hit = np.flatnonzero((at >= 0) & demand["on"].is_not_null().to_numpy())
        factor = np.ones(len(demand))
        factor[hit] = table[row_of(demand, series)[hit], at[hit]]
        quantities = [c for c in demand.columns if c.endswith("qty")]
        return demand.with_columns(pl.col(c) / pl.Series(factor) for c in quantities)
