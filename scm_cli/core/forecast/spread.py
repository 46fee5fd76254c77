"""How far the demand of a span of buckets strays from its forecast, learnt from own errors.

For spans of 1, 2, 4, ... buckets the squared error of the span's total against the level known
before it is averaged over history, shrunk to what series of that size usually show (Taylor's
power law, variance = a * mean^b; Taylor, Nature 189, 1961), and read between spans on
logarithmic scales. No square-root-of-time rule is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scm_cli.core.forecast.batch import Floats, Panel

PRIOR_WINDOWS = 6.0  # the law counts as much as this many windows of a series' own


@dataclass(frozen=True, slots=True)
class SpanErrors:
    """Mean squared errors `square` (s, n), their independent `windows` (s, n), mean level (n,)."""

    square: Floats
    windows: Floats
    level: Floats


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """log variance = `height` (s,) + `power` (s,) * log mean, per span."""

    height: Floats
    power: Floats


def spans_to(longest: int) -> tuple[int, ...]:
    """1, 2, 4, ... up to and including the first at or above `longest`, at most 64.

    >>> spans_to(8)
    (1, 2, 4, 8)
    """
    spans = [1]
    while spans[-1] < min(longest, 64):
        spans.append(spans[-1] * 2)
    return tuple(spans)


def span_errors(panel: Panel, path: Floats, spans: tuple[int, ...]) -> SpanErrors:
    """Errors of span totals against `path` (T, n), the level after each bucket."""
    rows, count = panel.y.shape
    total = np.concatenate([np.zeros((1, count)), np.cumsum(panel.y, axis=0)])
    warm = np.minimum(panel.lengths // 3, 12)
    first = rows - panel.lengths + warm
    square, windows = np.zeros((len(spans), count)), np.zeros((len(spans), count))
    for s, span in enumerate(spans):
        starts = rows - span
        if starts < 1:
            continue
        error = total[span + 1 :] - total[1:-span] - span * path[:starts]
        usable = np.arange(starts)[:, None] >= first
        cells = usable.sum(0)
        square[s] = np.where(usable, error * error, 0.0).sum(0) / np.maximum(cells, 1)
        windows[s] = cells / span
    level = panel.y.sum(0) / np.maximum(panel.lengths, 1)
    return SpanErrors(square, windows, level)


def power_law(errors: SpanErrors) -> PowerLaw:
    """The law that fits series with at least two windows, by weighted least squares."""
    heights, powers = [], []
    for square, windows in zip(errors.square, errors.windows, strict=True):
        usable = (windows >= 2) & (square > 0) & (errors.level > 0)
        if usable.sum() < 3:
            heights.append(heights[-1] + np.log(2.8) if heights else np.log(2.0))
            powers.append(powers[-1] if powers else 1.5)
            continue
        x, y = np.log(errors.level[usable]), np.log(square[usable])
        weight = np.minimum(windows[usable], 20.0)
        x0, y0 = np.average(x, weights=weight), np.average(y, weights=weight)
        across = (weight * (x - x0) ** 2).sum()
        slope = (weight * (x - x0) * (y - y0)).sum() / across if across > 1e-9 else 1.5
        slope = float(np.clip(slope, 1.0, 2.0))
        middle = np.average(square[usable] / np.exp(slope * x), weights=np.ones(len(x)))
        typical = np.exp(y0 - slope * x0)
        heights.append(np.log(np.sqrt(max(middle, typical) * typical)))
        powers.append(slope)
    return PowerLaw(np.array(heights), np.array(powers))


def span_sd(errors: SpanErrors, law: PowerLaw, mean: Floats) -> Floats:
    """Standard deviations (s, n) [units] of span totals for series now at `mean` per bucket (n,)."""
    floor = np.maximum(mean, 1e-9)
    expected = np.exp(law.height[:, None] + law.power[:, None] * np.log(floor))
    past = np.maximum(errors.level, 1e-9)
    moved = np.clip(floor / past, 0.25, 4.0) ** law.power[:, None]
    own = errors.square * moved
    variance = (errors.windows * own + PRIOR_WINDOWS * expected) / (errors.windows + PRIOR_WINDOWS)
    return np.sqrt(variance)


def sd_at(sd: Floats, spans: tuple[int, ...], periods: Floats) -> Floats:
    """Deviation of totals over `periods` (n, k) buckets, whole or not, read between the spans.

    Below one bucket it falls with the square root; beyond the last span it grows as between
    the last two, at least with the square root and at most in proportion.

    >>> sd_at(np.array([[1.0], [2.0]]), (1, 4), np.array([[4.0, 16.0]])).tolist()
    [[2.0, 4.0]]
    """
    log_span = np.log(np.array(spans, dtype=np.float64))
    log_sd = np.log(np.maximum(sd, 1e-12))
    log_period = np.log(np.maximum(periods, 1e-6))
    if len(spans) == 1:
        return np.exp(log_sd[0][:, None] + 0.5 * log_period)
    left = np.clip(np.searchsorted(log_span, log_period, side="right") - 1, 0, len(spans) - 2)
    columns = np.arange(sd.shape[1])[:, None]
    low, high = log_sd[left, columns], log_sd[left + 1, columns]
    slope = (high - low) / (log_span[left + 1] - log_span[left])
    outside = (log_period > log_span[-1]) | (log_period < 0)
    slope = np.where(outside, np.clip(slope, 0.5, 1.0), slope)
    anchor = np.where(log_period > log_span[-1], high, low)
    from_span = np.where(log_period > log_span[-1], log_span[left + 1], log_span[left])
    return np.exp(anchor + slope * (log_period - from_span))


def joined(parts: list[SpanErrors]) -> SpanErrors:
    """Errors of several panels side by side."""
    return SpanErrors(
        np.concatenate([p.square for p in parts], axis=1),
        np.concatenate([p.windows for p in parts], axis=1),
        np.concatenate([p.level for p in parts]),
    )


def default_law(spans: tuple[int, ...]) -> PowerLaw:
    """Without anything to learn from: 2 * mean^1.5 for one bucket, in proportion to the span."""
    buckets = np.array(spans, dtype=np.float64)
    return PowerLaw(np.log(2.0 * buckets), np.full(len(spans), 1.5))
