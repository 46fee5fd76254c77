"""Score forecasts of a benchmark set by the definitions of the M4 and M5 competitions.

Each measure is averaged inside a series, then over series; series without any movement in their
training part are left out. Scales: MASE mean |y_t - y_(t-lag)| of the training part, RMSSE mean
squared step from the first demand on. `total` is |sum F - sum A| over the horizon, scaled like
MASE: the error that ordering feels. OWA compares with Naive2 (Makridakis, Spiliotis,
Assimakopoulos, IJF 36, 2020, 54-74).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

SEASON_SCORE = 1.645


@dataclass(frozen=True)
class Scored:
    """A set as a scorer needs it: ids, what came (n, h), training series, scales (n,)."""

    ids: list[str]
    actual: np.ndarray
    history: list[np.ndarray]
    lag_scale: np.ndarray
    step_scale: np.ndarray
    square_scale: np.ndarray
    season: int
    owa: bool

    @property
    def usable(self) -> np.ndarray:
        return (self.lag_scale > 0) & (self.square_scale > 0)


def loaded(folder: Path) -> Scored:
    """The set in `folder`, training and test part."""
    meta = json.loads((folder / "meta.json").read_text())
    train = pl.read_parquet(folder / "train.parquet").sort("unique_id", "ds")
    test = pl.read_parquet(folder / "test.parquet").sort("unique_id", "ds")
    groups = train.group_by("unique_id", maintain_order=True).agg("y")
    history = [g.to_numpy().astype(np.float64) for g in groups["y"]]
    lag = int(meta["mase_lag"])
    steps = [np.diff(y[np.flatnonzero(y)[0] :]) if y.any() else np.zeros(0) for y in history]
    return Scored(
        groups["unique_id"].cast(pl.String).to_list(),
        test["y"].to_numpy().astype(np.float64).reshape(len(history), int(meta["h"])),
        history,
        np.array([np.abs(y[lag:] - y[:-lag]).mean() if len(y) > lag else 0.0 for y in history]),
        np.array([np.abs(d).mean() if len(d) else 0.0 for d in steps]),
        np.array([(d * d).mean() if len(d) else 0.0 for d in steps]),
        int(meta["season"]),
        bool(meta["owa"]),
    )


def means(known: Scored, out: Path) -> np.ndarray:
    """Means (n, h) of a forecast file, in the order of the set."""
    made = pl.read_parquet(out).with_columns(pl.col("unique_id").cast(pl.String))
    ordered = made.sort("unique_id", maintain_order=True)
    assert ordered["unique_id"].unique(maintain_order=True).to_list() == known.ids
    return ordered["mean"].to_numpy().reshape(known.actual.shape)


def scores(known: Scored, mean: np.ndarray) -> dict[str, float]:
    """sMAPE, MASE, RMSSE, total, bias, and OWA where the set asks for it."""
    kept = known.usable
    error = (mean - known.actual)[kept]
    smape, mase = _smape_mase(known, mean)
    squared = (error**2).mean(1) / known.square_scale[kept]
    total = np.abs(error.sum(1)) / error.shape[1] / known.lag_scale[kept]
    found = {
        "smape": smape,
        "mase": mase,
        "rmsse": float(np.sqrt(squared).mean()),
        "total": float(total.mean()),
        "bias": float((mean - known.actual).sum() / known.actual.sum()),
    }
    if known.owa:
        horizon = known.actual.shape[1]
        plain = np.stack([naive2(y, known.season, horizon) for y in known.history])
        their_smape, their_mase = _smape_mase(known, plain)
        found["owa"] = (smape / their_smape + mase / their_mase) / 2
    return {name: round(value, 5) for name, value in found.items()}


def interval_scores(known: Scored, lt: Path) -> dict[str, Any]:
    """Pinball [scaled, per bucket] and coverage of the demand over the first L buckets."""
    made = pl.read_parquet(lt).sort("unique_id")
    length, kept = int(made["L"][0]), known.usable
    came = known.actual[:, :length].sum(1)[kept]
    found: dict[str, Any] = {"length": length}
    for prob in (0.95, 0.99):
        short = came - made[f"q{prob}"].to_numpy()[kept]
        loss = np.maximum(prob * short, (prob - 1) * short) / known.step_scale[kept] / length
        found[f"pinball_{prob}"] = round(float(loss.mean()), 5)
        found[f"coverage_{prob}"] = round(float((short <= 0).mean()), 4)
    return found


def _smape_mase(known: Scored, mean: np.ndarray) -> tuple[float, float]:
    off, size = np.abs(mean - known.actual), np.abs(mean) + np.abs(known.actual)
    smape = 200 * np.divide(off, size, out=np.zeros_like(off), where=size > 0).mean()
    kept = known.usable
    return float(smape), float((off.mean(1)[kept] / known.lag_scale[kept]).mean())


def naive2(y: np.ndarray, season: int, horizon: int) -> np.ndarray:
    """The last value, seasonally adjusted where the autocorrelation test finds a season."""
    factor = _factors(y, season)
    last = y[-1] / factor[(len(y) - 1) % season]
    path: np.ndarray = last * factor[(len(y) + np.arange(horizon)) % season]
    return path


def _factors(y: np.ndarray, season: int) -> np.ndarray:
    none = np.ones(season)
    away = y - y.mean()
    if season == 1 or len(y) < 3 * season or not away.any():
        return none
    acf = np.array([(away[k:] * away[:-k]).sum() for k in range(1, season + 1)]) / (away**2).sum()
    limit = SEASON_SCORE * np.sqrt((1 + 2 * (acf[:-1] ** 2).sum()) / len(y))
    if abs(acf[-1]) <= limit:
        return none
    even = season % 2 == 0
    window = np.r_[0.5, np.ones(season - 1), 0.5] if even else np.ones(season)
    trend = np.convolve(y, window / season, "valid")
    first = (len(window) - 1) // 2
    ratio = y[first : first + len(trend)] / np.where(trend == 0, np.nan, trend)
    phase = (np.arange(len(trend)) + first) % season
    factor = np.array([np.nanmean(ratio[phase == k]) for k in range(season)])
    factor /= np.nanmean(factor)
    return factor if np.isfinite(factor).all() and (factor > 0).all() else none
