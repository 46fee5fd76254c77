"""How far the demand of a span of buckets strays from its forecast, learnt from own errors.

For spans of 1, 2, 4, ... buckets the squared error of the span's total against the level known
before it is averaged over history, shrunk to what series of that size usually show (Taylor's
power law, variance = a * mean^b; Taylor, Nature 189, 1961), and read between spans on
logarithmic scales. No square-root-of-time rule is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scm_cli.core.forecast.batch import Floats, Panel, running_sum

PRIOR_WINDOWS = 6.0  # the law counts as much as so many windows of a series' own, if unknown
WINDOW_NOISE = 2.0  # variance of the log of a variance seen in one window
FALL_FOLLOWED = 0.5
LEAST_APART = 0.1  # of log variances: series never keep closer to a law than this


@dataclass(frozen=True, slots=True)
class SpanErrors:
    """Mean squared errors `square` (s, n), their independent `windows` (s, n), mean level (n,)."""

    square: Floats
    windows: Floats
    level: Floats


@dataclass(frozen=True, slots=True)
class SpreadLaw:
    """log variance of one bucket = `height` + `power` * log mean; spans grow from one another.

    From each span to the next the log variance grows by `growth` (s,), the first being 0. The law
    counts as much as `windows` (s,) windows of a series' own errors.
    """

    height: float
    power: float
    growth: Floats
    windows: Floats


def spans_to(longest: int) -> tuple[int, ...]:
    """1, 2, 4, ... up to and including the first at or above `longest`; at least two, at most 64.

    >>> spans_to(8)
    (1, 2, 4, 8)
    """
    spans = [1]
    while spans[-1] < min(max(longest, 2), 64):
        spans.append(spans[-1] * 2)
    return tuple(spans)


def span_errors(panel: Panel, path: Floats, spans: tuple[int, ...]) -> SpanErrors:
    """Errors of span totals against `path` (T, n), the level after each bucket."""
    rows, count = panel.y.shape
    total = running_sum(panel.y)
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


def spread_law(errors: SpanErrors, spans: tuple[int, ...]) -> SpreadLaw:
    """The law that the series with at least two windows follow.

    It counts the more, the closer series keep to it beyond what their few windows explain
    (empirical Bayes on log variances). Spans without three such series grow by default.
    """
    law = default_law(spans)
    height, power, growth, windows = law.height, law.power, law.growth.copy(), law.windows.copy()
    for s in range(len(spans)):
        known = (errors.windows[s] >= 2) & (errors.square[max(s - 1, 0)] > 0) & (errors.level > 0)
        known &= errors.square[s] > 0
        if known.sum() < 3:
            continue
        y, weight = np.log(errors.square[s, known]), np.minimum(errors.windows[s, known], 20.0)
        if s == 0:
            height, power, off = _line(np.log(errors.level[known]), y, weight)
        else:
            step = y - np.log(errors.square[s - 1, known])
            growth[s] = np.average(step, weights=weight)
            off = step - growth[s]
        noise = np.average(WINDOW_NOISE / errors.windows[s, known], weights=weight)
        apart = max(float(np.average(off**2, weights=weight)) - float(noise), LEAST_APART)
        windows[s] = WINDOW_NOISE / apart
    return SpreadLaw(height, power, growth, windows)


def _line(x: Floats, y: Floats, weight: Floats) -> tuple[float, float, Floats]:
    """Height and slope (1 to 2) of a weighted line, and how far each point lies off it."""
    x0, y0 = np.average(x, weights=weight), np.average(y, weights=weight)
    across = float(np.average((x - x0) ** 2, weights=weight))
    slope = (
        float(np.average((x - x0) * (y - y0), weights=weight)) / across if across > 1e-9 else 1.5
    )
    slope = min(max(slope, 1.0), 2.0)
    off: Floats = y - y0 - slope * (x - x0)
    # half-way between the median series and the mean variance, which a few series dominate
    lift = 0.5 * float(np.log(np.mean(np.exp(np.minimum(off, 8.0)))))
    return float(y0 - slope * x0) + lift, slope, off


def span_sd(errors: SpanErrors, law: SpreadLaw, mean: Floats) -> Floats:
    """Deviations (s, n) [units] of span totals, for series now at `mean` per bucket (n,).

    Own errors were seen at another level: where it rose they grow as the law says, where it fell
    they shrink by half as much, since what sold more before may again.
    """
    now, past = np.maximum(mean, 1e-9), np.maximum(errors.level, 1e-9)
    follows = np.where(now > past, 1.0, FALL_FOLLOWED) * law.power
    own = errors.square * np.clip(now / past, 0.25, 4.0) ** follows
    variance = np.empty_like(own)
    expected = np.exp(law.height + law.power * np.log(now))
    for s, seen in enumerate(errors.windows):
        expected = expected * np.exp(law.growth[s])
        expected = (seen * own[s] + law.windows[s] * expected) / (seen + law.windows[s])
        variance[s] = expected
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
    left = np.clip(np.searchsorted(log_span, log_period, side="right") - 1, 0, len(spans) - 2)
    columns = np.arange(sd.shape[1])[:, None]
    low, high = log_sd[left, columns], log_sd[left + 1, columns]
    slope = (high - low) / (log_span[left + 1] - log_span[left])
    outside = (log_period > log_span[-1]) | (log_period < 0)
    slope = np.where(outside, np.clip(slope, 0.5, 1.0), slope)
    anchor = np.where(log_period > log_span[-1], high, low)
    from_span = np.where(log_period > log_span[-1], log_span[left + 1], log_span[left])
    result: Floats = np.exp(anchor + slope * (log_period - from_span))
    return result


def joined(parts: list[SpanErrors]) -> SpanErrors:
    """Errors of several panels side by side."""
    return SpanErrors(
        np.concatenate([p.square for p in parts], axis=1),
        np.concatenate([p.windows for p in parts], axis=1),
        np.concatenate([p.level for p in parts]),
    )


def default_law(spans: tuple[int, ...]) -> SpreadLaw:
    """Without anything to learn from: 2 * mean^1.5 for one bucket, growing as span^1.25."""
    growth = 1.25 * np.diff(np.log(np.array([1, *spans], dtype=np.float64)))
    return SpreadLaw(float(np.log(2.0)), 1.5, growth, np.full(len(spans), PRIOR_WINDOWS))
