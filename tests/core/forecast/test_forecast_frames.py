"""Frames in, frames out: declared schemas, the ladder for new items, partitions like the whole."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from scm_cli.core.forecast.demand import Bucket
from scm_cli.core.forecast.frames import (
    FORECAST,
    INTERVAL_DEMAND,
    INTERVALS,
    ForecastRules,
    forecast_frame,
    interval_frame,
    outlook,
    pooled_demand,
)

TODAY = date(2026, 7, 1)  # a Wednesday
DAYS = pl.date_range(date(2026, 1, 1), date(2026, 6, 30), eager=True)


def shop(items: int = 12) -> pl.DataFrame:
    rng = np.random.default_rng(9)
    parts = [
        pl.DataFrame({"sku": f"S{i:02d}", "warehouse": "W", "on": DAYS, "qty": units})
        for i in range(items)
        if len(units := rng.poisson(0.3 + i, len(DAYS)).astype(float))
    ]
    return pl.concat(parts).filter(pl.col("qty") > 0)


ITEMS = pl.DataFrame(
    {
        "sku": ["S00", "S01", "S02", "S03", "NEW1", "NEW2", "NEW3", "NEW4"],
        "warehouse": "W",
        "category": ["tea", "tea", "tea", "cup", "tea", None, None, None],
        "min_qty": [None, None, None, None, None, 10.0, None, None],
        "max_qty": [None, None, None, None, None, 40.0, None, None],
        "guess_daily_qty": [None, None, None, None, None, None, 2.0, None],
    }
)


def lead_times(skus: list[str]) -> pl.DataFrame:
    frame = {"sku": skus, "warehouse": "W", "days": [[7.0, 14.0]] * len(skus)}
    return pl.DataFrame({**frame, "weights": [[0.75, 0.25]] * len(skus)}, schema=INTERVALS)


@pytest.mark.parametrize("bucket", [None, *Bucket])
def test_schemas_and_buckets(bucket: Bucket | None) -> None:
    demand = shop()
    made = outlook(demand, pooled_demand(demand, ForecastRules(30, bucket), TODAY))
    told = forecast_frame(made)
    assert dict(told.schema) == FORECAST
    first = told.group_by("sku").agg(pl.col("bucket_on").min(), pl.col("bucket_days").sum())
    assert first["bucket_on"].unique().to_list() == [made.bucket.start(TODAY)]
    assert first["bucket_days"].min() >= 30
    assert told.null_count().sum_horizontal().item() == 0
    demanded = interval_frame(made, lead_times(["S05"]), [0.5, 0.95])
    assert dict(demanded.schema) == INTERVAL_DEMAND
    assert demanded["mean_qty"].item() == pytest.approx(5.3 * 8.75, rel=0.2)
    assert len(demanded["quantiles_qty"].item()) == 2


def test_partitions_equal_the_whole() -> None:
    demand = shop()
    calendar = pl.DataFrame(
        {
            "event": "sale",
            "from_on": [date(2026, 3, 3), date(2026, 7, 7)],
            "until_on": [date(2026, 3, 5), date(2026, 7, 9)],
            "kind": "promotion",
        }
    )
    shared = pooled_demand(demand, ForecastRules(21), TODAY, ITEMS, calendar)
    whole = outlook(demand, shared, ITEMS)
    leads = lead_times(["S00", "S05", "NEW1"])
    parts = [
        outlook(demand.filter(mine), shared, ITEMS.filter(mine))
        for mine in (
            pl.col("sku") < "S",
            pl.col("sku").is_in(["S00", "S01", "S02", "S03", "S04"]),
            pl.col("sku") > "S04",
        )
    ]
    assert_frame_equal(pl.concat([forecast_frame(p) for p in parts]), forecast_frame(whole))
    assert_frame_equal(
        pl.concat([interval_frame(p, leads, [0.9]) for p in parts]),
        interval_frame(whole, leads, [0.9]),
    )


def test_the_ladder_names_its_rung() -> None:
    demand = shop(4)
    rules = ForecastRules(14, Bucket.DAY)
    made = outlook(demand, pooled_demand(demand, rules, TODAY, ITEMS), ITEMS)
    told = (
        forecast_frame(made)
        .group_by("sku", maintain_order=True)
        .agg(pl.col("method").first(), pl.col("mean_qty").mean())
    )
    rows = {row["sku"]: (row["method"], row["mean_qty"]) for row in told.to_dicts()}
    assert rows["NEW1"][0] == "category"
    assert rows["NEW1"][1] == pytest.approx(1.3, rel=0.2)  # the median of its category
    assert rows["NEW2"] == ("owner min/max", pytest.approx(1.0))
    assert rows["NEW3"] == ("owner guess", pytest.approx(2.0))
    assert rows["NEW4"] == ("none", 0.0)  # told as missing, never guessed


def test_an_event_ahead_lifts_its_buckets_only() -> None:
    demand = shop()
    sale = {"event": "sale", "from_on": [date(2026, 7, 7)], "until_on": [date(2026, 7, 7)]}
    calendar = pl.DataFrame({**sale, "kind": "promotion", "uplift_pct": 100.0})
    rules = ForecastRules(14, Bucket.DAY)
    plain = forecast_frame(outlook(demand, pooled_demand(demand, rules, TODAY)))
    shared = pooled_demand(demand, rules, TODAY, calendar=calendar)
    lifted = forecast_frame(outlook(demand, shared))
    ratio = lifted["mean_qty"] / plain["mean_qty"]
    on_sale = plain["bucket_on"] == date(2026, 7, 7)
    assert ratio.filter(on_sale).to_numpy() == pytest.approx(2.0)
    assert ratio.filter(~on_sale).to_numpy() == pytest.approx(1.0)


def test_no_demand_at_all_gives_empty_or_missing_rows() -> None:
    nothing = shop(1).clear()
    shared = pooled_demand(nothing, ForecastRules(14), TODAY)
    assert forecast_frame(outlook(nothing, shared)).is_empty()
    items = ITEMS.filter(pl.col("sku") == "NEW3")
    made = outlook(nothing, pooled_demand(nothing, ForecastRules(14), TODAY, items), items)
    assert set(forecast_frame(made)["method"]) == {"owner guess"}
