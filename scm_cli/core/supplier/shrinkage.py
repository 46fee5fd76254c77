r"""Shares of few lines, drawn toward what the shop's suppliers do on the whole.

A supplier with two lines, both on time, is not better than one with 97 of 100. Its share is
taken as Beta-binomial: suppliers' true shares vary about the shop's mean m with strength s (the
lines that the mean weighs as much as), so that

    shrunk share = (k + s·m) / (n + s),   range = quantiles of Beta(k + s·m, n − k + s·(1 − m))

m and s are learnt from all suppliers by moments: the intraclass correlation
ρ = (S/(m(1−m)) − (K−1)) / (N − Σn²/N − (K−1)) with S = Σ n(p − m)², and s = 1/ρ − 1
(Kleinman, J. Am. Stat. Assoc. 68, 1973; Casella, The American Statistician 39, 1985). The
mean weighs each supplier by n / (1 + (n − 1)ρ), so that the largest does not speak for all.
The incomplete beta function is its continued fraction (Abramowitz & Stegun 26.5.8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST, MOST = 1.0, 1000.0  # lines that the mean weighs as much as
FEWEST = 3  # suppliers from which a spread can be learnt
STEPS, TERMS, TINY = 26, 300, 1e-300  # halvings: to 1e-8


@dataclass(frozen=True, slots=True)
class Prior:
    """What the shop's suppliers do on the whole: mean share, and the lines that it weighs."""

    mean: float
    lines: float


def prior(share: Floats, n: Floats, default_lines: float) -> Prior | None:
    """Mean and strength learnt from all suppliers; None when none has a line.

    Args:
        share: of each supplier, 0-1; not read where n is 0.
        n: its lines.
        default_lines: strength when there are too few suppliers to learn one.

    >>> round(prior(np.array([0.5, 0.9, 0.7]), np.array([200.0, 200, 200]), 10).mean, 6)
    0.7
    >>> prior(np.array([]), np.array([]), 10) is None
    True
    """
    known = n > 0
    p, lines = np.asarray(share, float)[known], np.asarray(n, float)[known]
    if not len(p):
        return None
    mean = _mean(p, lines)
    total, suppliers = lines.sum(), len(p)
    room = total - (lines**2).sum() / total - (suppliers - 1)
    if suppliers < FEWEST or room <= 0:
        return Prior(mean, default_lines)
    spread = float((lines * (p - mean) ** 2).sum()) / (mean * (1 - mean))
    alike = min(max((spread - (suppliers - 1)) / room, 1 / (MOST + 1)), 1 / (LEAST + 1))
    return Prior(_mean(p, lines / (1 + (lines - 1) * alike)), 1 / alike - 1)


def _mean(p: Floats, weights: Floats) -> float:
    """Weighed share, at least half a line short of certainty either way."""
    total = float(weights.sum())
    edge = 0.5 / (total + 1)
    return min(max(float((weights * p).sum()) / total, edge), 1 - edge)


def shrunk(share: Floats, n: Floats, learnt: Prior) -> Floats:
    """Shares drawn toward the mean; without a line the mean itself.

    >>> shrunk(np.array([1.0, 0.5]), np.array([2.0, 98.0]), Prior(0.8, 8.0)).round(3).tolist()
    [0.84, 0.523]
    """
    k = np.where(n > 0, share, 0.0) * n
    found: Floats = (k + learnt.lines * learnt.mean) / (n + learnt.lines)
    return found


def credible(share: Floats, n: Floats, learnt: Prior, level: float) -> tuple[Floats, Floats]:
    """The range that holds the true share with chance `level` (0-1).

    >>> low, high = credible(np.array([0.9]), np.array([100.0]), Prior(0.8, 10.0), 0.9)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.838, 0.935)
    """
    k = np.where(n > 0, share, 0.0) * n
    a, b = k + learnt.lines * learnt.mean, n - k + learnt.lines * (1 - learnt.mean)
    pairs, where = np.unique(np.stack([a, b], axis=1).round(9), axis=0, return_inverse=True)
    side = (1 - level) / 2
    ends = np.repeat([side, 1 - side], len(pairs))
    both = beta_quantile(np.tile(pairs[:, 0], 2), np.tile(pairs[:, 1], 2), ends)
    low, high = both[: len(pairs)], both[len(pairs) :]
    return low[where.ravel()], high[where.ravel()]


def variance(share: Floats, n: Floats, learnt: Prior) -> Floats:
    """Variance of what is believed of the true share."""
    mean = shrunk(share, n, learnt)
    found: Floats = mean * (1 - mean) / (n + learnt.lines + 1)
    return found


def beta_quantile(a: Floats, b: Floats, chance: Floats) -> Floats:
    """Where the distribution Beta(a, b) reaches `chance`, by bisection.

    >>> float(beta_quantile(np.array([2.0]), np.array([1.0]), np.array([0.25]))[0].round(6))
    0.5
    """
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(STEPS):
        middle = (low + high) / 2
        under = beta_share(a, b, middle) < chance
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return (low + high) / 2


def beta_share(a: Floats, b: Floats, x: Floats) -> Floats:
    """Chance that Beta(a, b) lies below x: the regularised incomplete beta function.

    >>> float(beta_share(np.array([2.0]), np.array([3.0]), np.array([0.4]))[0].round(4))
    0.5248
    """
    turned = x > (a + 1) / (a + b + 2)  # the fraction converges fast on the other side only
    p, q, y = np.where(turned, b, a), np.where(turned, a, b), np.where(turned, 1 - x, x)
    part = _front(p, q, y) * _fraction(p, q, y) / p
    found: Floats = np.where(turned, 1 - part, part)
    return found


def _front(a: Floats, b: Floats, x: Floats) -> Floats:
    of_gamma = _ln_gamma(a + b) - _ln_gamma(a) - _ln_gamma(b)
    inside = np.clip(x, TINY, 1.0)
    found: Floats = np.exp(of_gamma + a * np.log(inside) + b * np.log1p(-np.clip(x, 0, 1 - 1e-16)))
    return found


def _ln_gamma(x: Floats) -> Floats:
    return np.array([math.lgamma(each) for each in x.tolist()])


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """Lentz's way of taking the continued fraction (Thompson & Barnett, J. Comput. Phys. 1986)."""
    c = np.ones(len(a))
    d = 1 / _not_nought(1 - (a + b) * x / (a + 1))
    found: Floats = d.copy()
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_nought(1 + term * d)
            c = _not_nought(1 + term / c)
            found *= c * d
        if np.all(np.abs(c * d - 1) < 1e-10):
            break
    return found


def _not_nought(x: Floats) -> Floats:
    return np.where(np.abs(x) < TINY, TINY, x)
