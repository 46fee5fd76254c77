"""Quantiles of demand: normal, gamma, negative binomial, and what the engine uses of them.

The demand of an interval is told by mean and variance. The engine's quantile is the average of
the normal and the skewed one (negative binomial where demand is counted in whole units, gamma
where it is weighed): measured on five sets, each alone is off to another side.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scm_cli.core.forecast.batch import Floats

COUNT_MEAN = 40.0  # above this mean + 4 sd a count is as good as continuous
SHAPE_NODES = 73


def normal_score(probs: Floats) -> Floats:
    """Standard normal quantiles, clipped to ±6.

    >>> normal_score(np.array([0.5, 0.95])).round(4).tolist()
    [0.0, 1.6449]
    """
    inverse = NormalDist().inv_cdf
    return np.array([inverse(min(max(float(p), 1e-9), 1 - 1e-9)) for p in probs])


def gamma_share(shape: Floats, x: Floats) -> Floats:
    """Regularised lower incomplete gamma P(shape, x), by series and continued fraction.

    Press et al., Numerical Recipes, section 6.2; arrays must broadcast.

    >>> gamma_share(np.array([1.0]), np.array([1.0])).round(6).tolist()
    [0.632121]
    """
    a, x = np.broadcast_arrays(shape.astype(np.float64), x.astype(np.float64))
    log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])(shape)
    with np.errstate(divide="ignore", under="ignore"):
        front = np.exp(a * np.log(x) - x - log_gamma)
    low = x < a + 1
    term = np.where(low, 1 / a, 0.0)
    total = term.copy()
    for step in range(1, 400):
        term = term * np.where(low, x, 0.0) / (a + step)
        total += term
        if term.max(initial=0.0) < 1e-12:
            break
    high_x = np.where(low, a + 1, x)
    b = high_x + 1 - a
    c, d = np.full_like(b, 1e300), 1 / b
    fraction = d.copy()
    for step in range(1, 200):
        numerator = -step * (step - a)
        b = b + 2
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        fraction *= d * c
        if np.abs(d * c - 1).max(initial=0.0) < 1e-12:
            break
    share: Floats = np.where(low, front * total, 1 - front * fraction)
    return share


def gamma_quantile(shape: Floats, probs: Floats) -> Floats:
    """Quantiles (n, q) of gamma variables of mean 1 and the given shapes (n,) = 1 / cv².

    One table over the logarithm of the shape serves every series; above shape 54 Wilson and
    Hilferty (PNAS 17, 1931, 684-688) is exact enough.

    >>> gamma_quantile(np.array([1.0]), np.array([0.95])).round(2).tolist()
    [[3.0]]
    """
    nodes = np.linspace(-4.0, 4.0, SHAPE_NODES)
    shapes = np.exp(nodes)[:, None]
    widest = shapes + 9 * np.sqrt(shapes) + 25
    spacing = np.linspace(0, 1, 240) ** 3  # dense near zero
    x = widest * spacing
    x[:, 0] = 1e-300
    share = gamma_share(shapes, x)
    score = normal_score(probs)
    log_shape = np.log(np.maximum(shape, 1e-12))
    out = np.empty((len(shape), len(probs)))
    large = log_shape > nodes[-1]
    third = 1 / (9 * np.maximum(shape, 1.0))
    for q, p in enumerate(probs):
        row = [np.interp(p, share[i], x[i]) / shapes[i, 0] for i in range(SHAPE_NODES)]
        smooth = np.interp(log_shape, nodes, np.array(row))
        cube = (1 - third + score[q] * np.sqrt(third)) ** 3
        out[:, q] = np.where(large, cube, smooth)
    return np.maximum(out, 0.0)


def negative_binomial_quantile(mean: Floats, variance: Floats, probs: Floats) -> Floats:
    """Smallest whole numbers (n, q) with P(X ≤ number) ≥ prob; Poisson where variance ≤ mean.

    Meant for small means: it walks the probabilities upwards from zero.

    >>> negative_binomial_quantile(np.array([2.0]), np.array([2.0]), np.array([0.5, 0.95])).tolist()
    [[2.0, 5.0]]
    """
    order = np.argsort(-(mean + 6 * np.sqrt(np.maximum(variance, mean))), kind="stable")
    m = np.maximum(mean[order], 1e-12)
    v = np.maximum(variance[order], m * (1 + 1e-6))
    fail, shape = 1 - m / v, m * m / (v - m)
    mass = np.exp(shape * np.log1p(-fail))
    below = mass.copy()
    out = np.zeros((len(m), len(probs)))
    ends = m + 12 * np.sqrt(v) + 20
    number, active = 0, len(m)
    highest = float(probs.max(initial=0.5))
    while active:
        out[:active] += below[:active, None] < probs
        head = slice(0, active)
        mass[head] *= (number + shape[head]) / (number + 1) * fail[head]
        below[head] += mass[head]
        number += 1
        waiting = np.flatnonzero((below[head] < highest) & (ends[head] > number))
        active = int(waiting[-1]) + 1 if len(waiting) else 0
    result = np.empty_like(out)
    result[order] = out
    return result


def demand_quantile(mean: Floats, sd: Floats, whole: NDArray[np.bool_], probs: Floats) -> Floats:
    """Quantiles (n, q) of demand with this mean and sd (n,); `whole` marks counted demand (n,).

    >>> demand_quantile(np.array([0.0]), np.array([0.0]), np.array([True]), np.array([0.99])).tolist()
    [[0.0]]
    """
    m, variance = np.maximum(mean, 0.0), sd * sd
    shape = m * m / np.maximum(variance, 1e-300)
    skewed = m[:, None] * gamma_quantile(np.minimum(shape, 1e12), probs)
    counted = whole & (m + 4 * sd < COUNT_MEAN) & (m > 0)
    if counted.any():
        skewed[counted] = negative_binomial_quantile(m[counted], variance[counted], probs)
    normal = np.maximum(m[:, None] + sd[:, None] * normal_score(probs), 0.0)
    return np.where(m[:, None] > 0, (normal + skewed) / 2, 0.0)


def mixture_quantile(quantiles: Floats, grid: Floats, weights: Floats, probs: Floats) -> Floats:
    """Quantiles (n, q) of mixtures: `quantiles` (n, k, g) of k parts at `grid` (g,), `weights` (n, k).

    >>> two = np.array([[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]]])
    >>> mixture_quantile(two, np.array([0.1, 0.5, 0.9]), np.array([[0.5, 0.5]]),
    ...                  np.array([0.95])).round().tolist()
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
