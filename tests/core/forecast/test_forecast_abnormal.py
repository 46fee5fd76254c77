"""One-off large lines stay outside the forecast, large lines that recur do not."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from scm_cli.core.forecast.abnormal import AbnormalRules, without_abnormal
from scm_cli.core.forecast.event_days import CALENDAR
from scm_cli.core.forecast.frames import ForecastRules, forecast_frame, outlook, pooled_demand
from scm_cli.core.forecast.preparation import DemandRules, consuming, prepared

FIRST, TODAY = date(2026, 1, 1), date(2026, 7, 1)
NO_EVENTS = pl.DataFrame(schema=CALENDAR)
NO_CLOSURES = pl.DataFrame(
    schema={"party_kind": pl.String, "from_on": pl.Date, "until_on": pl.Date}
)


def sold(days: dict[int, float], usual: float = 4.0, count: int = 180) -> pl.DataFrame:
    """Daily sales of `usual` units, other quantities on some days."""
    rows = [(FIRST + timedelta(days=d), days.get(d, usual)) for d in range(count)]
    frame = pl.DataFrame(rows, schema={"on": pl.Date, "qty": pl.Float64}, orient="row")
    return frame.select(pl.lit("A").alias("sku"), pl.lit("W").alias("warehouse"), "on", "qty")


@pytest.mark.parametrize(
    ("days", "count", "kept_out"),
    [
        ({170: 400.0}, 180, 396.0),  # once: cut to the usual line
        ({100: 400.0, 170: 500.0}, 180, 396.0 + 496.0),  # twice in half a year: still rare
        (dict.fromkeys(range(0, 180, 15), 400.0), 180, 0.0),  # every two weeks: that is demand
        ({170: 19.0}, 180, 0.0),  # less than five times as much
        ({5: 400.0}, 8, 0.0),  # eight days of sales say little about what is usual
        ({}, 0, 0.0),
    ],
    ids=["once", "twice", "recurring", "moderate", "too few days", "nothing sold"],
)
def test_only_rare_large_lines_are_cut(days: dict[int, float], count: int, kept_out: float) -> None:
    demand = sold(days, count=count)
    cut = without_abnormal(demand, AbnormalRules())
    assert cut["abnormal_qty"].sum() == kept_out
    assert (cut["qty"] + cut["abnormal_qty"]).to_list() == demand["qty"].to_list()


def test_many_small_lines_of_one_day_are_no_large_line() -> None:
    demand = sold({170: 400.0}).with_columns(line_qty=pl.lit(4.0))
    assert without_abnormal(demand, AbnormalRules())["abnormal_qty"].sum() == 0


def test_a_large_line_of_a_promotion_is_the_promotions() -> None:
    event = {"event": ["sale"], "from_on": [FIRST + timedelta(days=169)],
             "until_on": [FIRST + timedelta(days=171)], "kind": ["promotion"]}  # fmt: skip
    rules = DemandRules(festivals=False)
    ready = prepared(sold({170: 400.0}), pl.DataFrame(event), NO_CLOSURES, TODAY, rules)
    assert ready.abnormal.is_empty()
    assert ready.demand["qty"].max() == 400


def test_the_forecast_does_not_see_it_unless_that_is_switched_off() -> None:
    def weekly(demand: pl.DataFrame, abnormal: AbnormalRules | None) -> float:
        rules = DemandRules(abnormal, festivals=False)
        ready = prepared(demand, NO_EVENTS, NO_CLOSURES, TODAY, rules).demand
        made = outlook(ready, pooled_demand(ready, ForecastRules(28), TODAY))
        return float(forecast_frame(made)["mean_qty"].mean())  # type: ignore[arg-type]

    calm = weekly(sold({}), AbnormalRules())
    assert weekly(sold({170: 4000.0}), AbnormalRules()) == pytest.approx(calm, rel=0.01)
    assert weekly(sold({170: 4000.0}), None) > 1.5 * calm


def test_open_orders_of_such_size_do_not_consume_the_forecast() -> None:
    ready = prepared(sold({}), NO_EVENTS, NO_CLOSURES, TODAY, DemandRules(festivals=False))
    orders = pl.DataFrame({"sku": "A", "warehouse": "W", "on": TODAY, "qty": [5.0, 900.0]})
    assert consuming(orders, ready.usual, AbnormalRules())["qty"].to_list() == [5.0]
    assert consuming(orders, ready.usual, None)["qty"].to_list() == [5.0, 900.0]
