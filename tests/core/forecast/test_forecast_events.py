"""What events do to demand, and that the festival moves with the moon."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from scm_cli.core.forecast.demand import Bucket
from scm_cli.core.forecast.event_days import spring_festival, whole_calendar
from scm_cli.core.forecast.events import EventEffects, event_factors
from scm_cli.core.forecast.frames import ForecastRules, forecast_frame, outlook, pooled_demand

TODAY = date(2026, 6, 1)
SALE_ON, NEXT_ON = date(2026, 3, 10), date(2026, 9, 10)


def shop(*, lift: float = 3.0, items: int = 4) -> pl.DataFrame:
    days = pl.date_range(date(2026, 1, 1), date(2026, 5, 31), eager=True)
    frame = pl.DataFrame({"sku": [f"S{i}" for i in range(items)]}).with_columns(
        warehouse=pl.lit("W")
    )
    on_sale = pl.col("on").is_between(SALE_ON, SALE_ON + timedelta(days=2))
    qty = pl.when(on_sale).then(10.0 * lift).otherwise(10.0)
    return frame.join(pl.DataFrame({"on": days}), how="cross").with_columns(qty=qty)


def calendar(uplift_pct: float | None = None) -> pl.DataFrame:
    starts = [SALE_ON, NEXT_ON]
    frame = {
        "event": "sale",
        "from_on": starts,
        "until_on": [d + timedelta(days=2) for d in starts],
        "kind": "promotion",
        "uplift_pct": pl.Series([uplift_pct] * 2, dtype=pl.Float64),
    }
    return pl.DataFrame(frame)


@pytest.mark.parametrize("lift", [0.2, 1.0, 3.0])
def test_the_factor_is_learnt_and_pulled_to_no_effect(lift: float) -> None:
    got = event_factors(shop(lift=lift, items=40), calendar(), TODAY)
    factor = got["pooled_factor"][0]
    assert factor == pytest.approx(lift, rel=0.25)
    assert abs(factor - 1) <= abs(lift - 1) + 1e-9


def test_little_evidence_gives_a_small_effect() -> None:
    few = event_factors(shop(items=1), calendar(), TODAY)["pooled_factor"][0]
    many = event_factors(shop(items=40), calendar(), TODAY)["pooled_factor"][0]
    assert 1 < few < many < 3.0 + 1e-9


def test_history_is_cleaned_and_the_next_occasion_lifted() -> None:
    effects = EventEffects.learnt(shop(items=40), calendar(), TODAY)
    calm = effects.calm(shop(items=40))
    on_sale = calm.filter(pl.col("on") == SALE_ON)["qty"].mean()
    assert on_sale == pytest.approx(10, rel=0.2)
    ahead = effects.of_series(pl.DataFrame({"sku": ["S0", "NEW"], "warehouse": ["W", "W"]}))
    lifted = ahead.filter(pl.col("on") == NEXT_ON)["factor"].to_list()
    assert lifted == pytest.approx([3.0, 3.0], rel=0.2)  # a new item takes the pooled factor


def test_an_event_that_never_happened_takes_the_owners_expectation() -> None:
    future = calendar(uplift_pct=50.0).filter(pl.col("from_on") == NEXT_ON)
    effects = EventEffects.learnt(shop(), future, TODAY)
    ahead = effects.of_series(pl.DataFrame({"sku": ["S0"], "warehouse": ["W"]}))
    assert ahead["factor"].to_list() == [1.5] * 3


@pytest.mark.parametrize(
    ("year", "new_year"),  # published dates of the lunar new year
    [(2024, date(2024, 2, 10)), (2025, date(2025, 1, 29)), (2026, date(2026, 2, 17))],
)
def test_the_windows_follow_the_lunar_new_year(year: int, new_year: date) -> None:
    windows = spring_festival(date(year, 1, 1), date(year, 12, 31))
    week = windows.filter(
        (pl.col("event") == "spring festival 0..6") & (pl.col("from_on").dt.year() == year)
    )
    assert week["from_on"].to_list() == [new_year]


def bucket_means(calendar_rows: pl.DataFrame | None, **more: pl.DataFrame) -> dict[date, float]:
    """Mean of each daily bucket ahead of S0, after a learnt calendar."""
    demand = shop(items=40)
    rules = ForecastRules(120, Bucket.DAY)
    shared = pooled_demand(demand, rules, TODAY, more.get("items"), calendar_rows)
    told = forecast_frame(outlook(demand, shared))
    mine = told.filter(pl.col("sku") == "S0")
    return dict(zip(mine["bucket_on"].to_list(), mine["mean_qty"].to_list(), strict=True))


def test_a_learnt_uplift_stands_in_the_mean_of_the_promotions_buckets() -> None:
    plain, lifted = bucket_means(None), bucket_means(calendar())
    for day, mean in lifted.items():
        on_sale = NEXT_ON <= day <= NEXT_ON + timedelta(days=2)
        assert mean / plain[day] == pytest.approx(3.0 if on_sale else 1.0, rel=0.2), day


def test_an_event_of_a_category_lifts_its_items_alone() -> None:
    of_tea = calendar().with_columns(category=pl.lit("tea"))
    items = pl.DataFrame(
        {"sku": [f"S{n}" for n in range(40)], "warehouse": "W",
         "category": ["tea"] * 20 + ["cups"] * 20}
    )  # fmt: skip
    effects = EventEffects.learnt(shop(items=40), of_tea, TODAY, items)
    ahead = effects.of_series(items.select("sku", "warehouse")).filter(pl.col("on") == NEXT_ON)
    lifted = dict(ahead.select("sku", "factor").iter_rows())
    assert lifted["S0"] == pytest.approx(3.0, rel=0.2)
    assert lifted["S30"] == 1.0


@pytest.mark.parametrize(
    ("own", "left"),
    [
        ([], {"618", "11.11"}),
        (["618 大促"], {"11.11"}),
        (["双11", "春节"], {"618"}),
        (["anniversary"], {"618", "11.11"}),
    ],
)
def test_the_owners_calendar_wins_over_the_usual_one(own: list[str], left: set[str]) -> None:
    events = pl.DataFrame(
        {"event": own, "from_on": [TODAY] * len(own), "until_on": [TODAY] * len(own),
         "kind": ["promotion"] * len(own)},
        schema={"event": pl.String, "from_on": pl.Date, "until_on": pl.Date, "kind": pl.String},
    )  # fmt: skip
    closed = pl.DataFrame(
        {"party_kind": ["firm", "supplier"], "from_on": [TODAY] * 2, "until_on": [TODAY] * 2}
    )
    found = whole_calendar(events, closed, date(2026, 1, 1), date(2026, 12, 31))
    names = set(found["event"])
    assert {n for n in names if n in {"618", "11.11"}} == left
    assert set(own) | {"closed"} <= names
    assert any(n.startswith("spring festival") for n in names) == ("春节" not in own)


def test_a_closure_of_a_festival_is_the_festivals() -> None:
    days = [date(2026, 2, 15), date(2026, 8, 3)]  # new year's day is 17 February
    closed = pl.DataFrame({"party_kind": "firm", "from_on": days, "until_on": days})
    none = pl.DataFrame(schema={"event": pl.String, "from_on": pl.Date, "until_on": pl.Date})
    found = whole_calendar(none, closed, date(2026, 1, 1), date(2026, 12, 31))
    assert found.filter(pl.col("event") == "closed")["from_on"].to_list() == [days[1]]
