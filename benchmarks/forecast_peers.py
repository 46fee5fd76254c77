"""Ours and statsforecast's models on the same sets, in one run: scores, CPU and their ratios.

python -m benchmarks.forecast_peers SETS CACHE [SET ...] [--series N] [--seed S]

SETS is what `benchmarks.forecast_sets` made. CACHE is a folder in which an environment with
statsforecast from PyPI is made once. With `--series` every program gets the same N series, drawn
by the seed. Each model is one process; `work_ratio` is the peer's seconds of forecasting divided
by ours, `cpu_ratio` that of the whole processes. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.forecast_score import Scored, interval_scores, loaded, means, scores

PACKAGES = ("statsforecast", "polars")
SLOW_MOVERS = ("CrostonSBA", "IMAPA", "ADIDA", "TSB", "SimpleExponentialSmoothingOptimized",
               "DynamicOptimizedTheta", "AutoETS")  # fmt: skip
PEERS: dict[str, tuple[str, ...]] = {
    "m3_monthly": ("AutoETS", "DynamicOptimizedTheta"),
    "m5_every_tenth": SLOW_MOVERS,
    "carparts": SLOW_MOVERS,
    "retail_year_one": SLOW_MOVERS,
    "weekly_100k": ("CrostonSBA",),
}
MEANS: dict[str, tuple[str, ...]] = {
    "mean(AutoETS, DOT)": ("AutoETS", "DynamicOptimizedTheta"),
    "mean of five": ("CrostonSBA", "IMAPA", "TSB", "DynamicOptimizedTheta", "AutoETS"),
}
INTERVALS = {"m3_monthly": (6, 18), "m5_every_tenth": (14, 28), "carparts": (3, 12),
             "retail_year_one": (4, 8)}  # fmt: skip


def environment(cache: Path) -> Path:
    """The Python of an environment that holds the peers, made when it is not there."""
    folder = cache / "forecast-peers"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return python


def version(python: Path) -> str:
    asked = "import importlib.metadata as m; print(m.version('statsforecast'))"
    return subprocess.run(
        [python, "-c", asked], check=True, capture_output=True, text=True
    ).stdout.strip()


def drawn(folder: Path, out: Path, count: int, seed: int) -> Path:
    """The same set with `count` of its series, drawn at random."""
    ids = pl.read_parquet(folder / "train.parquet", columns=["unique_id"])["unique_id"].unique()
    chosen = np.random.default_rng(seed).choice(len(ids), min(count, len(ids)), replace=False)
    kept = ids.sort().gather(np.sort(chosen)).to_frame()
    out.mkdir(parents=True)
    for part in ("train.parquet", "test.parquet"):
        pl.read_parquet(folder / part).join(kept, on="unique_id", how="semi").write_parquet(
            out / part
        )
    shutil.copy(folder / "meta.json", out)
    return out


def told(command: list[str | Path]) -> dict[str, Any]:
    """What a forecaster printed of its own cost."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def ours(name: str, folder: Path, known: Scored, scratch: Path) -> dict[str, Any]:
    """Cost and scores of this project's engine, and of its quantiles over intervals."""
    out, lt = scratch / "ours.parquet", scratch / "lt.parquet"
    run: list[str | Path] = [sys.executable, "-m", "benchmarks.forecast", folder, out]
    found = told(run)
    found["scores"] = scores(known, means(known, out))
    found["intervals"] = []
    for length in INTERVALS.get(name, ()):
        told([*run, "--interval", str(length), "--lt", lt])
        found["intervals"].append(interval_scores(known, lt))
    return found


def peers(name: str, folder: Path, known: Scored, scratch: Path, python: Path) -> dict[str, Any]:
    """Cost and scores of every peer, and of means of some of them."""
    found, mean = {}, {}
    for model in PEERS[name]:
        out = scratch / f"{model}.parquet"
        script = Path(__file__).with_name("forecast_peer.py")
        found[model] = told([python, script, model, folder, out])
        mean[model] = means(known, out)
        found[model]["scores"] = scores(known, mean[model])
        print(name, model, json.dumps(found[model]), file=sys.stderr)
    for label, parts in MEANS.items():
        if len(parts) <= len(mean) and set(parts) <= set(mean):
            cost = {k: sum(found[p][k] for p in parts) for k in ("work_seconds", "cpu_seconds")}
            both = np.mean([mean[p] for p in parts], axis=0)
            found[label] = {**cost, "scores": scores(known, both)}
    return found


def compared(name: str, folder: Path, python: Path) -> dict[str, Any]:
    """One set: ours, the peers, the ratios, and which peers are ahead in what."""
    known = loaded(folder)
    with tempfile.TemporaryDirectory() as scratch:
        mine = ours(name, folder, known, Path(scratch))
        theirs = peers(name, folder, known, Path(scratch), python)
    ahead: list[str] = []
    for model, row in theirs.items():
        row["work_ratio"] = round(row["work_seconds"] / mine["work_seconds"], 1)
        row["cpu_ratio"] = round(row["cpu_seconds"] / mine["cpu_seconds"], 1)
        theirs_scores: dict[str, float] = row["scores"]
        ahead += [
            f"{model} {score}"
            for score in ("owa", "rmsse", "total")
            if theirs_scores.get(score, np.inf) < mine["scores"].get(score, 0.0)
        ]
    return {"series": len(known.ids), "ours": mine, "peers": theirs, "ahead_of_us": ahead}


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("names", nargs="*", default=list(PEERS)[:-1])
    parser.add_argument("--series", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(argv)
    python = environment(asked.cache)
    result: dict[str, Any] = {"statsforecast": version(python), "sets": {}}
    for name in asked.names:
        with tempfile.TemporaryDirectory() as scratch:
            folder = asked.sets / name
            if asked.series:
                folder = drawn(folder, Path(scratch) / name, asked.series, asked.seed)
            result["sets"][name] = compared(name, folder, python)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
