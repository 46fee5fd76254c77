"""Demand that no one would draw in a textbook: a sensible forecast or none, never NaN."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from scm_cli.core.forecast.event_days import CALENDAR
from scm_cli.core.forecast.frames import (
    ForecastRules,
    forecast_frame,
    interval_frame,
    outlook,
    pooled_demand,
)
from scm_cli.core.forecast.preparation import DemandRules, prepared
from scm_cli.core.forecast.tracking import snapshot

TODAY = date(2026, 7, 1)
NO_EVENTS = pl.DataFrame(schema=CALENDAR)
NO_CLOSURES = pl.DataFrame(
    schema={"party_kind": pl.String, "from_on": pl.Date, "until_on": pl.Date}
)
SCHEMA = {"sku": pl.String, "warehouse": pl.String, "on": pl.Date, "qty": pl.Float64}
YEAR = range(1, 366)

#: Name → {days ago: units}, and the most that a forecast of 28 days may say.
ODD: dict[str, tuple[dict[int, float], float]] = {
    "never sold": ({}, 0.0),
    "sold once, yesterday": ({1: 5.0}, 150.0),
    "sold once, a year ago": ({365: 5.0}, 5.0),
    "all equal": (dict.fromkeys(YEAR, 3.0), 84.1),
    "all zero": (dict.fromkeys(YEAR, 0.0), 0.0),
    "only returns": (dict.fromkeys(YEAR, -2.0), 0.0),
    "sales and returns": ({d: 6.0 if d % 2 else -5.0 for d in YEAR}, 100.0),
    "a gap of a year": ({**dict.fromkeys(range(400, 430), 4.0), 2: 4.0, 1: 4.0}, 120.0),
    "one sale of a billion": ({**dict.fromkeys(YEAR, 1.0), 50: 1e9}, 60.0),
    "a billion every day": (dict.fromkeys(YEAR, 1e9), 28.1e9),
    "a ten-thousandth": (dict.fromkeys(YEAR, 1e-4), 0.003),
    "not a number": ({1: float("nan"), 2: float("inf"), 3: 2.0}, 120.0),
}


def demand_of(days: dict[int, float], sku: str = "A") -> pl.DataFrame:
    rows = [(sku, "W", TODAY - timedelta(days=d), q) for d, q in days.items()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def finite(frame: pl.DataFrame) -> None:
    for name in [c for c in frame.columns if frame.schema[c] == pl.Float64]:
        values = frame[name].drop_nulls().to_numpy()
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name


@pytest.mark.parametrize("beside", [0, 20], ids=["alone", "beside usual items"])
@pytest.mark.parametrize("name", ODD)
def test_the_forecast_is_finite_and_sensible(name: str, beside: int) -> None:
    days, most = ODD[name]
    others = [demand_of(dict.fromkeys(YEAR, 1.0 + n), f"S{n}") for n in range(beside)]
    demand = pl.concat([demand_of(days), *others])
    rules = DemandRules(festivals=False)
    ready = prepared(demand, NO_EVENTS, NO_CLOSURES, TODAY, rules).demand
    items = pl.DataFrame({"sku": ["A"], "warehouse": ["W"]})
    made = outlook(ready, pooled_demand(ready, ForecastRules(28), TODAY, items), items)
    told = forecast_frame(made)
    finite(told)
    mine = told.filter(pl.col("sku") == "A", pl.col("bucket_on") >= TODAY)
    first = mine.filter(pl.col("bucket_on") < TODAY + timedelta(days=28))
    assert first["mean_qty"].sum() <= most + 1e-9
    spans = pl.DataFrame({"sku": ["A"], "warehouse": "W", "days": [[0.0, 14.0]]})
    spans = spans.with_columns(weights=pl.lit([0.5, 0.5]))
    asked = interval_frame(made, spans, [0.5, 0.95, 0.99])
    finite(asked.explode("quantiles_qty"))
    plan = pl.DataFrame({"sku": ["A"], "warehouse": "W", "abc_class": "C", "lead_days": 0,
                         "interval_days": 0})  # fmt: skip
    finite(snapshot(made, plan, ready.filter(pl.col("qty").is_finite())).drop("interval_p05_qty"))
