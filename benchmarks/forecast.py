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
from typing import NamedTuple

import numpy as np
import polars as pl

from scm_cli.core.forecast.batch import Batch
from scm_cli.core.forecast.engine import forecast

PROBS = [0.5, 0.9, 0.95, 0.99]


def training_batch(train: pl.DataFrame, season: int) -> tuple[pl.Series, pl.Series, Batch]:
    """Series ids, last ds per series, and the batch, in the order of the ids."""
    runs = train["unique_id"].rle().struct.unnest()
    lengths = runs["len"].to_numpy().astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    ahead = np.diff(train["ds"].to_physical().to_numpy()) > 0
    ahead[starts[1:-1] - 1] = True
    if runs["value"].n_unique() < len(runs) or not ahead.all():
        return training_batch(train.sort("unique_id", "ds"), season)
    last = train["ds"].gather(starts[1:] - 1)
    values = train["y"].cast(pl.Float64).fill_null(0.0).to_numpy()
    return runs["value"], last, Batch(values, starts, phase_after(last, season, apart(train["ds"])))


class Apart(NamedTuple):
    """How far apart the buckets of a set lie: in months where they are such, else in days."""

    months: int
    days: int


MONTHS = {range(28, 32): 1, range(89, 93): 3, range(365, 367): 12}


def apart(ds: pl.Series) -> Apart:
    """The usual step between the dates of a set; of numbered periods one."""
    if not ds.dtype.is_temporal():
        return Apart(0, 1)
    known = ds.head(1000).unique().sort().cast(pl.Date)
    gap = round(float(np.median(np.diff(known.to_physical().to_numpy())))) if len(known) > 1 else 1
    return Apart(next((m for days, m in MONTHS.items() if gap in days), 0), max(gap, 1))


def phase_after(last: pl.Series, season: int, each: Apart) -> np.ndarray:
    """Position in the season of the bucket after `last`: buckets are numbered without a break."""
    if not last.dtype.is_temporal():
        return (last.cast(pl.Int64).to_numpy() + 1) % season
    days = last.cast(pl.Date)
    month = days.dt.year().cast(pl.Int64) * 12 + days.dt.month() - 1
    number = month // each.months if each.months else days.dt.epoch("d") // each.days
    return (number.cast(pl.Int64).to_numpy() + 1) % season


def following(last: pl.Series, horizon: int, each: Apart) -> pl.Series:
    """The next `horizon` ds of every series, series after series; ends of months stay such."""
    step = pl.Series("step", np.tile(np.arange(1, horizon + 1), len(last)))
    base = last.gather(np.repeat(np.arange(len(last)), horizon)).alias("ds")
    if not last.dtype.is_temporal():
        return (base + step).cast(last.dtype)
    width, unit = (each.months, "mo") if each.months else (each.days, "d")
    after = pl.col("ds").dt.offset_by((pl.col("step") * width).cast(pl.String) + unit)
    if each.months and (last.dt.month_end() == last).all():
        after = after.dt.month_end()
    return pl.DataFrame([base, step]).select(after.alias("ds"))["ds"]


def quantile_columns(quantiles: np.ndarray) -> dict[str, np.ndarray]:
    return {f"q{p}": quantiles[:, i] for i, p in enumerate(PROBS)}


def peak_mb() -> int:
    """Most memory of this process; the kernel's usage may count the parent's before it began."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(argv: list[str]) -> None:
    folder, out = Path(argv[0]), Path(argv[1])
    options = dict(zip(argv[2::2], argv[3::2], strict=True))
    meta = json.loads((folder / "meta.json").read_text())
    horizon, length = int(meta["h"]), int(options.get("--interval", 0))
    train = pl.read_parquet(folder / "train.parquet", columns=["unique_id", "ds", "y"])
    ids, last, batch = training_batch(train, int(meta["season"]))
    ds = following(last, horizon, apart(train["ds"]))
    del train
    begun = time.process_time()
    made = forecast(batch, horizon, int(meta["season"]))
    by_step = quantile_columns(made.quantiles(PROBS).reshape(-1, len(PROBS)))
    names = ids.gather(np.repeat(np.arange(len(ids)), horizon)).alias("unique_id")
    work = time.process_time() - begun
    rows = {"unique_id": names, "ds": ds, "mean": made.mean.ravel(), **by_step}
    pl.DataFrame(rows).write_parquet(out)
    if length:
        begun = time.process_time()
        ones = np.ones((len(batch), 1))
        demand = made.interval(ones * length, ones, PROBS)
        work += time.process_time() - begun
        total = {"mean": demand.mean, **quantile_columns(demand.quantiles)}
        lt = pl.DataFrame({"unique_id": ids, "L": np.full(len(ids), length), **total})
        lt.write_parquet(options["--lt"])
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "series": len(ids),
        "work_seconds": round(work, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1:])
