"""Seasonal factors: each series' own, shrunk towards what all series share.

Own factors are ratios of sums to the centred moving average, so zeros do no harm. They are
shrunk by their own noise (Miller and Williams, IJF 19, 2003, 669-684: shrinkage estimators of
seasonal factors after James and Stein) towards the pooled profile; a series too short for
factors of its own takes the pooled ones. Factors are relative to the end of each history:
row j holds the factor of the j-th bucket after it, (season, n), mean 1.
"""

from __future__ import annotations

import numpy as np

from scm_cli.core.forecast.batch import Floats, Ints, Panel, running_sum

YEARLY = 12  # seasons of so many buckets or more are years, shorter ones weeks
YEARLY_KEPT = 0.85  # what happened a year earlier counts this much as much
WEEKLY_KEPT = 0.99
CYCLES = 2  # whole cycles a series needs for factors of its own


def centred_mean(panel: Panel, season: int) -> Floats:
    """Centred moving average over one season, (T, n), zero where the window is not whole."""
    rows, _count = panel.y.shape
    total = running_sum(panel.y)
    half = season // 2
    mean = np.zeros_like(panel.y)
    if rows <= season:
        return mean
    whole = (total[season:] - total[:-season]) / season  # window beginning at row i
    if season % 2:
        mean[half : rows - half] = whole
    else:
        mean[half : rows - half] = (whole[:-1] + whole[1:]) / 2
    begins = rows - panel.lengths + half
    mean[np.arange(rows)[:, None] < begins] = 0.0
    return mean


def phase_sums(matrix: Floats, season: int) -> Floats:
    """Sums over time by position relative to the end, (season, n)."""
    rows, count = matrix.shape
    padded = -(-rows // season) * season
    whole = np.concatenate([np.zeros((padded - rows, count)), matrix])
    result: Floats = whole.reshape(-1, season, count).sum(0)
    return result


def own_factors(panel: Panel, season: int) -> tuple[Floats, Floats]:
    """Unshrunk factors (season, n), mean 1, and the noise variance of a factor (n,).

    Series with fewer than two whole cycles get ones and infinite noise.
    """
    mean = centred_mean(panel, season)
    covered = mean > 0
    seen = np.where(covered, panel.y, 0.0)
    cycles_ago = np.arange(len(mean) - 1, -1, -1) // season
    recency = (YEARLY_KEPT if season >= YEARLY else WEEKLY_KEPT) ** cycles_ago[:, None]
    base, sold = phase_sums(mean * recency, season), phase_sums(seen * recency, season)
    usable = (panel.lengths >= (CYCLES + 1) * season) & (base > 0).all(0)
    factor = np.where(usable, sold / np.where(usable, base, 1.0), 1.0)
    level = np.where(usable, factor.mean(0), 1.0)
    usable &= level > 0
    factor = np.where(usable, factor / np.where(usable, level, 1.0), 1.0)
    fitted = mean * unrolled(factor, len(panel.y))
    squares = ((seen - fitted) ** 2 * covered * recency**2).sum(0)
    cells = covered.sum(0)
    spread = squares / season * cells / np.maximum(cells - season, 1)
    noise = spread / np.maximum(base.mean(0), 1e-12) ** 2
    return factor, np.where(usable, noise, np.inf)


def shrunk_factors(own: Floats, noise: Floats, pooled: Floats) -> Floats:
    """Own factors pulled to `pooled` (season, n) as far as their noise explains the difference."""
    season = len(own)
    apart = ((own - pooled) ** 2).sum(0) / max(season - 1, 1)
    finite = np.isfinite(noise)
    ratio = np.where(finite, noise, 1.0) / np.maximum(apart, 1e-12)
    trust = np.where(finite, np.clip(1 - ratio * (season - 3) / max(season - 1, 1), 0, 1), 0)
    factor = np.maximum(pooled + trust * (own - pooled), 0.02)
    result: Floats = factor / factor.mean(0)
    return result


def pooled_profile(own: Floats, noise: Floats, phase: Ints, units: Floats) -> Floats:
    """The profile shared by all series, (season,) by absolute position, mean 1.

    It keeps as much of its swing as the series agree: all of it where it explains half or more
    of how their factors differ from 1 beyond noise, none where it explains nothing (series that
    share no calendar). Series weigh by the square root of their units.
    """
    season = len(own)
    weight = np.where(np.isfinite(noise), np.sqrt(np.maximum(units, 0)), 0.0)
    if weight.sum() <= 0:
        return np.ones(season)
    weight /= weight.sum()
    position = (phase[None, :] + np.arange(season)[:, None]) % season
    sums = np.bincount(position.ravel(), (own * weight).ravel(), season)
    profile: Floats = sums / sums.mean()
    noise_mean = (np.where(np.isfinite(noise), noise, 0.0) * weight).sum()
    total = (((own - 1) ** 2).mean(0) * weight).sum() - noise_mean
    apart = (((own - profile[position]) ** 2).mean(0) * weight).sum() - noise_mean
    agreed = float(np.clip(2 * (1 - apart / total), 0, 1)) if total > 0 else 0.0
    result: Floats = 1 + agreed * (profile - 1)
    return result


def by_phase(profile: Floats, phase: Ints) -> Floats:
    """A profile by absolute position, told relative to each series' end: (season, n).

    >>> by_phase(np.array([1.0, 2.0, 3.0]), np.array([0, 2]))[:, 1].tolist()
    [3.0, 1.0, 2.0]
    """
    season = len(profile)
    result: Floats = profile[(phase[None, :] + np.arange(season)[:, None]) % season]
    return result


def unrolled(factor: Floats, rows: int) -> Floats:
    """Factors for the `rows` buckets up to the end of history, (rows, n)."""
    season = len(factor)
    repeats = -(-rows // season)
    return np.tile(factor, (repeats, 1))[repeats * season - rows :]


def deseasoned(panel: Panel, factor: Floats) -> Panel:
    """The panel with its season divided out.

    Where almost nothing is ever sold (a shop closed on Sundays) division says nothing; there the
    mean of the whole season up to that bucket stands in.
    """
    season, rows = len(factor), len(panel.y)
    if season == 1:
        return panel
    closed = factor < 0.1
    y = panel.y / unrolled(np.where(closed, 1.0, factor), rows)
    if closed.any():
        total = running_sum(panel.y)
        mean = (
            total[1:] - np.concatenate([total[:1]] * season + [total[1:-season]])[:rows]
        ) / season
        y = np.where(unrolled(closed.astype(np.float64), rows) > 0, mean, y)
    return Panel(y, panel.lengths, panel.live)
