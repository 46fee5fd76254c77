"""Make the forecast benchmark sets from a folder of public data.

python -m benchmarks.forecast_sets DATA_DIR OUT_DIR [NAME ...]

A set is a folder with `train.parquet`, `test.parquet` (unique_id, ds, y) and `meta.json`
(dataset, h, season, mase_lag, owa). The last h points of each series are the test part.

- m3_monthly: all 1,428 series of `m3_monthly.csv` (h 18, season 12, OWA).
- carparts: months of `carparts.csv` without gaps and with three or more training months sold
  (h 12).
- m5_every_tenth: complete daily series with any sale of `m5_every_tenth_daily.csv` (h 28,
  season 7).
- retail_year_one: Monday weeks of `online_retail_2009_2010.xlsx`, cancellations left out, the
  1,500 items with most training units that sold in the last 12 training weeks (h 8).
- weekly_100k: retail_year_one repeated to 100,000 series of 93 training weeks, for speed alone.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl


class Meta(NamedTuple):
    """What a forecaster may know of a set beside its training part."""

    dataset: str
    h: int
    season: int
    mase_lag: int
    owa: bool = False


def m3_monthly(data: Path) -> tuple[pl.DataFrame, Meta]:
    long = pl.read_csv(data / "m3_monthly.csv").select("unique_id", "ds", "y")
    return long, Meta("m3_monthly", 18, 12, 12, owa=True)


def carparts(data: Path) -> tuple[pl.DataFrame, Meta]:
    meta = Meta("carparts", 12, 1, 1)
    long = pl.read_csv(data / "carparts.csv", try_parse_dates=True).sort("unique_id", "ds")
    sold_months = (pl.col("y").head(pl.len() - meta.h) > 0).sum().over("unique_id")
    return long.filter(pl.col("y").is_not_null().all().over("unique_id") & (sold_months >= 3)), meta


def m5_every_tenth(data: Path) -> tuple[pl.DataFrame, Meta]:
    wide = pl.read_csv(data / "m5_every_tenth_daily.csv", infer_schema_length=None).drop_nulls()
    long = (
        wide.rename({"id": "unique_id"})
        .unpivot(index="unique_id", variable_name="ds", value_name="y")
        .with_columns(pl.col("ds").str.to_date(), pl.col("y").cast(pl.Float64))
    )
    return long.filter(pl.col("y").sum().over("unique_id") > 0), Meta("m5_every_tenth", 28, 7, 1)


def retail_year_one(data: Path) -> tuple[pl.DataFrame, Meta]:
    meta = Meta("retail_year_one", 8, 1, 1)
    lines = pl.read_excel(
        data / "online_retail_2009_2010.xlsx",
        schema_overrides={"Invoice": pl.String, "StockCode": pl.String},
    )
    sold = lines.filter(~pl.col("Invoice").str.starts_with("C"), pl.col("Quantity") > 0)
    weekly = sold.group_by(
        unique_id="StockCode", ds=pl.col("InvoiceDate").cast(pl.Date).dt.truncate("1w")
    ).agg(y=pl.col("Quantity").sum().cast(pl.Float64))
    weeks = weekly.select(  # the last week is not whole
        ds=pl.date_range(pl.col("ds").min(), pl.col("ds").max(), "1w", closed="left")
    )
    cut = weeks["ds"][-meta.h - 1]
    training = weekly.filter(pl.col("ds") <= cut)
    alive = training.group_by("unique_id").agg(
        pl.col("y").sum(), first=pl.col("ds").min(), last=pl.col("ds").max()
    )
    alive = alive.filter(pl.col("last") > weeks["ds"][-meta.h - 13])
    top = alive.sort(["y", "unique_id"], descending=[True, False]).head(1500)
    grid = top.select("unique_id", "first").join(weeks, how="cross")
    grid = grid.filter(pl.col("ds") >= pl.col("first")).drop("first")
    filled = grid.join(weekly, on=["unique_id", "ds"], how="left").with_columns(
        pl.col("y").fill_null(0.0)
    )
    return filled, meta


def weekly_100k(data: Path) -> tuple[pl.DataFrame, Meta]:
    base, meta = retail_year_one(data)
    weeks, series = 93 + meta.h, 100_000
    rows = [g["y"].to_numpy() for _, g in base.sort("ds").group_by("unique_id")]
    whole = np.stack([np.resize(y, weeks) for y in rows])
    values = whole[np.arange(series) % len(whole)]
    week = pl.int_range(weeks, dtype=pl.Int64)
    days = base.select(pl.col("ds").min().repeat_by(weeks).explode() + pl.duration(weeks=week))
    ids = pl.Series([f"S{i:06d}" for i in range(series)])
    long = pl.DataFrame(
        {
            "unique_id": ids.gather(np.repeat(np.arange(series), weeks)),
            "ds": days.to_series().gather(np.tile(np.arange(weeks), series)),
            "y": values.ravel(),
        }
    )
    return long, meta._replace(dataset="weekly_100k")


SETS = {f.__name__: f for f in (m3_monthly, carparts, m5_every_tenth, retail_year_one, weekly_100k)}


def main(argv: list[str]) -> None:
    data, out = Path(argv[0]), Path(argv[1])
    for name in argv[2:] or list(SETS)[:-1]:
        long, meta = SETS[name](data)
        long = long.sort("unique_id", "ds")
        is_test = pl.int_range(pl.len()).over("unique_id") >= pl.len().over("unique_id") - meta.h
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        long.filter(~is_test).write_parquet(folder / "train.parquet")
        long.filter(is_test).write_parquet(folder / "test.parquet")
        (folder / "meta.json").write_text(json.dumps(meta._asdict()))
        series = long["unique_id"].n_unique()
        zero_share = round(len(long.filter(pl.col("y") == 0)) / len(long), 3)
        made = {"set": name, "series": series, "rows": len(long), "zero_share": zero_share}
        print(json.dumps(made))


if __name__ == "__main__":
    main(sys.argv[1:])
