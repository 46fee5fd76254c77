"""Quantiles of demand: normal, gamma, negative binomial, and what the engine uses of them.

The demand of an interval is told by mean and variance. The engine's quantile is the average of
the normal and the skewed one (negative binomial where demand is counted in whole units, gamma
where it is weighed): the one tends to fall short, the other to overshoot.

Probabilities are (n, q), or (1, q) for the same in every row.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.forecast.batch import Floats

COUNT_MOST = 40.0  # where mean + 4 sd is above this, a count is as good as continuous
SCORES = np.linspace(-6.0, 6.0, 12001)
LOG_SHAPE = 4.0
SHAPE_NODES = 73
TABLE_SCORES = np.linspace(-5.0, 5.0, 101)


@cache
def _normal_share() -> Floats:
    return np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in SCORES])


def normal_score(probs: Floats) -> Floats:
    """Standard normal quantiles of any shape, within ±6, to 6 places.

    >>> normal_score(np.array([0.5, 0.95, 0.99])).round(4).tolist()
    [0.0, 1.6449, 2.3263]
    """
    return np.interp(probs, _normal_share(), SCORES)


def gamma_share(shape: Floats, x: Floats) -> Floats:
    """Regularised lower incomplete gamma P(shape, x), by series and continued fraction.

    Press et al., Numerical Recipes, section 6.2; arrays must broadcast.

    >>> gamma_share(np.array([1.0, 20.0]), np.array([1.0, 20.0])).round(6).tolist()
    [0.632121, 0.529743]
    """
    a, x = np.broadcast_arrays(shape.astype(np.float64), x.astype(np.float64))
    log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])(shape)
    with np.errstate(divide="ignore", under="ignore"):
        front = np.exp(a * np.log(x) - x - log_gamma)
        low = x < a + 1
        result: Floats = np.where(
            low, front * _series(a, np.where(low, x, 0.0)), 1 - front * _tail(a, x)
        )
        return result


def _series(a: Floats, x: Floats) -> Floats:
    term = 1 / a
    total = term.copy()
    for step in range(1, 500):
        term = term * x / (a + step)
        total += term
        if term.max(initial=0.0) < 1e-14:
            break
    return total


def _tail(a: Floats, x: Floats) -> Floats:
    """Lentz's continued fraction for the upper part, meant for x above a + 1."""
    b = np.maximum(x, a + 1) + 1 - a
    c, d = np.full_like(b, 1e300), 1 / b
    fraction = d.copy()
    for step in range(1, 300):
        numerator = -step * (step - a)
        b = b + 2
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        fraction *= d * c
        if np.abs(d * c - 1).max(initial=0.0) < 1e-14:
            break
    return fraction


@cache
def _gamma_roots() -> Floats:
    """Cube roots of gamma quantiles of mean 1, (shapes, scores): nearly straight in both."""
    shapes = np.exp(np.linspace(-LOG_SHAPE, LOG_SHAPE, SHAPE_NODES))[:, None]
    widest = shapes + 9 * np.sqrt(shapes) + 30
    points = np.maximum(widest * np.linspace(0, 1, 400) ** 4, 1e-290)
    share = gamma_share(shapes, points)
    wanted = np.interp(TABLE_SCORES, SCORES, _normal_share())
    rows = [np.interp(wanted, s, np.cbrt(x)) for s, x in zip(share, points, strict=True)]
    return np.stack(rows) / np.cbrt(shapes)


def gamma_quantile(shape: Floats, probs: Floats) -> Floats:
    """Quantiles (n, q) of gamma variables of mean 1 and the given shapes (n,) = 1 / cv².

    Read from one table over log shape and normal score; above shape 54 Wilson and Hilferty
    (PNAS 17, 1931, 684-688) is exact enough. Shapes below 0.018 count as 0.018.

    >>> gamma_quantile(np.array([1.0]), np.array([[0.95]])).round(2).tolist()
    [[3.0]]
    """
    roots, score = _gamma_roots(), normal_score(probs)
    step = 2 * LOG_SHAPE / (SHAPE_NODES - 1)
    row = (np.log(np.clip(shape, math.exp(-LOG_SHAPE), math.exp(LOG_SHAPE))) + LOG_SHAPE) / step
    top = np.minimum(row.astype(np.int64), SHAPE_NODES - 2)[:, None]
    column = (np.clip(score, -5, 5) + 5) * 10
    left = np.minimum(column.astype(np.int64), len(TABLE_SCORES) - 2)
    down, right = row[:, None] - top, column - left
    upper = roots[top, left] * (1 - right) + roots[top, left + 1] * right
    lower = roots[top + 1, left] * (1 - right) + roots[top + 1, left + 1] * right
    third = 1 / (9 * np.maximum(shape, 1.0))[:, None]
    straight = 1 - third + score * np.sqrt(third)
    large = (shape > math.exp(LOG_SHAPE))[:, None]
    root = np.where(large, straight, upper * (1 - down) + lower * down)
    return np.maximum(root, 0.0) ** 3


def negative_binomial_quantile(mean: Floats, variance: Floats, probs: Floats) -> Floats:
    """Smallest whole numbers (n, q) with P(X ≤ number) ≥ prob; Poisson where variance ≤ mean.

    Meant for small means: it walks the probabilities upwards from zero.

    >>> mean = np.array([2.0])
    >>> negative_binomial_quantile(mean, mean, np.array([[0.5, 0.95]])).tolist()
    [[2.0, 5.0]]
    """
    m = np.maximum(mean, 1e-12)
    v = np.maximum(variance, m * (1 + 1e-6))
    ends = m + 12 * np.sqrt(v) + 20
    wanted = np.broadcast_to(probs, (len(m), probs.shape[1]))
    order = np.argsort(-(m + 4 * np.sqrt(v)), kind="stable")
    m, v, ends, wanted = m[order], v[order], ends[order], wanted[order]
    fail, shape = 1 - m / v, m * m / (v - m)
    mass = np.exp(shape * np.log1p(-fail))
    below, highest = mass.copy(), wanted.max(1, initial=0.0)
    out = np.zeros(wanted.shape)
    number, active = 0, len(m)
    while active:
        head = slice(0, active)
        out[head] += below[head, None] < wanted[head]
        mass[head] *= (number + shape[head]) / (number + 1) * fail[head]
        below[head] += mass[head]
        number += 1
        waiting = np.flatnonzero((below[head] < highest[head]) & (ends[head] > number))
        active = int(waiting[-1]) + 1 if len(waiting) else 0
    result = np.empty_like(out)
    result[order] = out
    return result


def demand_quantile(mean: Floats, sd: Floats, whole: NDArray[np.bool_], probs: Floats) -> Floats:
    """Quantiles (n, q) of demand with this mean and sd (n,); `whole` marks counted demand (n,).

    >>> none = np.array([0.0])
    >>> demand_quantile(none, none, np.array([True]), np.array([[0.99]])).tolist()
    [[0.0]]
    """
    m, variance = np.maximum(mean, 0.0), sd * sd
    ratio = np.clip(sd / np.maximum(m, 1e-12), 1e-6, 1e6)
    skewed = m[:, None] * gamma_quantile(1 / ratio**2, probs)
    counted = whole & (m + 4 * sd < COUNT_MOST) & (m > 0)
    if counted.any():
        asked = np.broadcast_to(probs, skewed.shape)[counted]
        skewed[counted] = negative_binomial_quantile(m[counted], variance[counted], asked)
    normal = np.maximum(m[:, None] + sd[:, None] * normal_score(probs), 0.0)
    return np.where(m[:, None] > 0, (normal + skewed) / 2, 0.0)


def mixture_quantile(quantiles: Floats, grid: Floats, weights: Floats, probs: Floats) -> Floats:
    """Quantiles (n, q) at `probs` (q,) of mixtures of k parts with `weights` (n, k).

    Each part is known by its `quantiles` (n, k, g) at the probabilities `grid` (g,).

    >>> two = np.array([[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]]])
    >>> grid, half = np.array([0.1, 0.5, 0.9]), np.array([[0.5, 0.5]])
    >>> mixture_quantile(two, grid, half, np.array([0.95])).round().tolist()
    [[12.0]]
    """
    edges = np.concatenate(([0.0], (grid[1:] + grid[:-1]) / 2, [1.0]))
    mass = (weights[:, :, None] * np.diff(edges)).reshape(len(weights), -1)
    x = quantiles.reshape(len(weights), -1)
    order = np.argsort(x, axis=1, kind="stable")
    x, mass = np.take_along_axis(x, order, 1), np.take_along_axis(mass, order, 1)
    upto = np.cumsum(mass, axis=1) - mass / 2
    upto /= mass.sum(1, keepdims=True)
    out = np.empty((len(x), len(probs)))
    rows = np.arange(len(x))
    for q, p in enumerate(probs):
        right = np.minimum((upto < p).sum(1), x.shape[1] - 1)
        left = np.maximum(right - 1, 0)
        gap = upto[rows, right] - upto[rows, left]
        part = np.clip((p - upto[rows, left]) / np.where(gap > 0, gap, 1.0), 0, 1)
        out[:, q] = x[rows, left] + part * (x[rows, right] - x[rows, left])
    return out
