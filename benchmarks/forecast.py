"""Forecast one benchmark set with the engine and print what it cost.

python -m benchmarks.forecast SET_DIR OUT.parquet [--interval L --lt LT.parquet]

Reads `train.parquet` and `meta.json` alone; writes unique_id, ds, mean and quantiles per test
bucket, and with --lt the demand of the first L buckets. Prints JSON with cpu_seconds and peak_mb.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from scm_cli.core.forecast.batch import Batch
from scm_cli.core.forecast.engine import forecast

PROBS = [0.5, 0.9, 0.95, 0.99]


def training_batch(train: pl.DataFrame, season: int) -> tuple[pl.Series, pl.Series, Batch]:
    """Series ids, last ds per series, and the batch, in the order of the ids."""
    ordered = train.sort("unique_id", "ds") if not sorted_already(train) else train
    by_id = ordered.group_by("unique_id", maintain_order=True)
    ends = by_id.agg(pl.len(), pl.col("ds").last())
    starts = np.concatenate(([0], np.cumsum(ends["len"].to_numpy()))).astype(np.int64)
    last = ends["ds"]
    if last.dtype.is_temporal():
        dates = last.to_frame().select(d=pl.col("ds").cast(pl.Date))["d"]
        number = dates.dt.month() if season == 12 else dates.dt.epoch("d")
        phase = number.cast(pl.Int64).to_numpy() + (0 if season == 12 else 1)
    else:
        phase = last.cast(pl.Int64).to_numpy() + 1
    values = ordered["y"].cast(pl.Float64).fill_null(0.0).to_numpy()
    return ends["unique_id"], last, Batch(values, starts, phase % season)


def sorted_already(train: pl.DataFrame) -> bool:
    before = pl.struct("unique_id", "ds").shift(1)
    del before
    same = pl.col("unique_id") == pl.col("unique_id").shift(1)
    falls = (pl.col("unique_id") < pl.col("unique_id").shift(1)) | (
        same & (pl.col("ds") <= pl.col("ds").shift(1))
    )
    return not train.select(falls.any()).item()


def following(last: pl.Series, horizon: int, train: pl.DataFrame) -> pl.Series:
    """The next `horizon` ds of every series, series after series."""
    step = pl.Series("step", np.tile(np.arange(1, horizon + 1), len(last)))
    base = last.gather(np.repeat(np.arange(len(last)), horizon)).alias("ds")
    if not last.dtype.is_temporal():
        return (base + step).cast(last.dtype)
    known = train["ds"].head(1000).unique().sort()
    gap = int(known.diff().drop_nulls().dt.total_days().median() or 1)
    unit = "mo" if 27 < gap < 32 else "d"
    each = 1 if unit == "mo" else gap
    offsets = (step * each).cast(pl.String) + unit
    return pl.DataFrame([base, offsets]).select(pl.col("ds").dt.offset_by(pl.col("step")))["ds"]


def main(argv: list[str]) -> None:
    folder, out = Path(argv[0]), Path(argv[1])
    options = dict(zip(argv[2::2], argv[3::2], strict=True))
    meta = json.loads((folder / "meta.json").read_text())
    horizon, season = int(meta["h"]), int(meta["season"])
    train = pl.read_parquet(folder / "train.parquet", columns=["unique_id", "ds", "y"])
    ids, last, batch = training_batch(train, season)
    ds = following(last, horizon, train)
    del train
    begun = time.process_time()
    made = forecast(batch, horizon, season)
    quantiles = made.quantiles(PROBS).reshape(-1, len(PROBS))
    length = int(options.get("--interval", 0))
    if length:
        ones = np.ones((len(batch), 1))
        demand = made.interval(ones * length, ones, PROBS)
        columns = {f"q{p}": demand.quantiles[:, i] for i, p in enumerate(PROBS)}
        lt = {"unique_id": ids, "L": np.full(len(ids), length), "mean": demand.mean, **columns}
    work = time.process_time() - begun
    names = ids.gather(np.repeat(np.arange(len(ids)), horizon))
    by_step = {f"q{p}": quantiles[:, i] for i, p in enumerate(PROBS)}
    rows = {"unique_id": names, "ds": ds, "mean": made.mean.ravel(), **by_step}
    pl.DataFrame(rows).write_parquet(out)
    if length:
        pl.DataFrame(lt).write_parquet(options["--lt"])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "series": len(ids),
        "work_seconds": round(work, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1:])
