"""One model of statsforecast on one benchmark set, as `benchmarks.forecast` does it with ours.

python forecast_peer.py MODEL SET_DIR OUT.parquet

Runs in the environment that `benchmarks.forecast_peers` makes, so it imports nothing of this
project. Writes unique_id, ds, mean per test bucket and prints JSON with cpu_seconds and peak_mb.
"""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl
from statsforecast import StatsForecast, models


def model(name: str, season: int) -> object:
    """A model by its name; seasonal ones are told the season."""
    if name in ("AutoETS", "DynamicOptimizedTheta"):
        return getattr(models, name)(season_length=season)
    if name == "TSB":
        return models.TSB(alpha_d=0.1, alpha_p=0.1)
    return getattr(models, name)()


def peak_mb() -> int:
    """Most memory of this process; the kernel's usage may count the parent's before it began."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(argv: list[str]) -> None:
    name, folder, out = argv[0], Path(argv[1]), argv[2]
    meta = json.loads((folder / "meta.json").read_text())
    train = pl.read_parquet(folder / "train.parquet", columns=["unique_id", "ds", "y"])
    train = train.with_columns(pl.col("y").cast(pl.Float64).fill_null(0.0))
    if train["ds"].dtype.is_temporal():  # the models count buckets: numbers serve, and are quicker
        number = pl.int_range(pl.len()).over("unique_id")
    else:
        number = pl.col("ds").cast(pl.Int64)
    train = train.sort("unique_id", "ds").with_columns(number.alias("ds"))
    begun = time.process_time()
    made = StatsForecast(
        models=[model(name, int(meta["season"]))],
        freq=1,
        n_jobs=1,
        fallback_model=models.SimpleExponentialSmoothingOptimized(),  # of series it finds too short
    ).forecast(df=train, h=int(meta["h"]))
    work = time.process_time() - begun
    step = pl.int_range(pl.len()).over("unique_id").alias("step")
    mean = next(c for c in made.columns if c not in ("unique_id", "ds"))
    made.select("unique_id", step, pl.col(mean).cast(pl.Float64).alias("mean")).write_parquet(out)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "series": train["unique_id"].n_unique(),
        "work_seconds": round(work, 3),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main(sys.argv[1:])
