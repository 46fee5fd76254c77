"""Demand over an interval: chance that a level is enough, and units missing on average.

Four ways to tell a distribution, one reading of it: normal, gamma, counts (negative binomial,
Poisson where variance ≤ mean), and a table of quantiles as the forecast gives it. `n(s)`, the
loss function, is E[(D - s)⁺] (Zipkin, Foundations of Inventory Management, 2000, appendix C;
Snyder & Shen, Fundamentals of Supply Chain Theory, 2019, appendix C).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from scm_cli.core.forecast.quantile import gamma_share
from scm_cli.core.replenish import normal

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Vector = NDArray[np.float64]

TINY = 1e-9
MOST_COUNTED = 4096  # a table of counts is no longer than this


class IntervalDemand(Protocol):
    """Demand of each row over its protection interval."""

    @property
    def mean(self) -> Vector:
        """E[D] [units]."""

    def enough(self, level: Vector) -> Vector:
        """P(D ≤ level) [-]."""

    def short(self, level: Vector) -> Vector:
        """E[(D - level)⁺] [units]."""

    def highest(self) -> Vector:
        """A level that is enough for every service asked [units]."""


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal demand, mean and standard deviation [units].

    >>> Normal(np.array([100.0]), np.array([20.0])).short(np.array([120.0])).round(4).tolist()
    [1.6663]
    """

    mean: Vector
    sd: Vector

    def enough(self, level: Vector) -> Vector:
        return normal.probability((level - self.mean) / np.maximum(self.sd, TINY))

    def short(self, level: Vector) -> Vector:
        return normal.expected_short(level - self.mean, self.sd)

    def highest(self) -> Vector:
        return self.mean + 10 * self.sd


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma demand: not negative, skewed to the right; mean and standard deviation [units].

    n(s) = mean·(1 - P(k + 1, s/θ)) - s·(1 - P(k, s/θ)), k = mean²/sd², θ = sd²/mean (Burgin,
    Oper. Res. Q. 26, 1975).

    >>> exponential = Gamma(np.array([10.0]), np.array([10.0]))
    >>> exponential.short(np.array([10.0])).round(6).tolist()  # 10 / e
    [3.678794]
    """

    mean: Vector
    sd: Vector

    def _scaled(self, level: Vector) -> tuple[Vector, Vector]:
        sd = np.maximum(self.sd, TINY)
        mean = np.maximum(self.mean, TINY)
        return (mean / sd) ** 2, np.maximum(level, 0.0) * mean / sd**2

    def enough(self, level: Vector) -> Vector:
        shape, at = self._scaled(level)
        return np.where(level < 0, 0.0, gamma_share(shape, np.maximum(at, 1e-290)))

    def short(self, level: Vector) -> Vector:
        shape, at = self._scaled(level)
        at = np.maximum(at, 1e-290)
        beyond = self.mean * (1 - gamma_share(shape + 1, at))
        missing = beyond - np.maximum(level, 0.0) * (1 - gamma_share(shape, at))
        return np.maximum(missing, 0.0) + np.maximum(-level, 0.0)

    def highest(self) -> Vector:
        return self.mean + 30 * self.sd


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole units: negative binomial, Poisson where variance ≤ mean; made by `Counts.of`.

    Meant for means up to a few hundred and some thousand rows at a time.

    >>> poisson = Counts.of([2.0], [2.0])
    >>> poisson.enough(np.array([3.0])).round(6).tolist()  # 19/3 · e⁻²
    [0.857123]
    """

    mean: Vector
    share: NDArray[np.float64]  # rows × counts: P(D ≤ k)
    missing: NDArray[np.float64]  # rows × counts: E[(D - k)⁺]

    @classmethod
    def of(cls, mean: ArrayLike, variance: ArrayLike) -> Counts:
        m = np.maximum(np.atleast_1d(np.asarray(mean, dtype=np.float64)), TINY)
        v = np.maximum(np.atleast_1d(np.asarray(variance, dtype=np.float64)), m * (1 + 1e-9))
        size = min(MOST_COUNTED, int((m + 14 * np.sqrt(v)).max()) + 20)
        fail, shape = (1 - m / v)[:, None], (m * m / (v - m))[:, None]
        count = np.arange(1, size)
        ratio = np.log(shape + count - 1) + np.log(np.maximum(fail, TINY**2)) - np.log(count)
        first = shape * np.log1p(-fail)
        mass = np.exp(np.concatenate([first, first + np.cumsum(ratio, axis=1)], axis=1))
        share = np.minimum(np.cumsum(mass, axis=1), 1.0)
        before = np.cumsum(1 - share, axis=1) - (1 - share)
        return cls(m, share, np.maximum(m[:, None] - before, 0.0))

    def _at(self, level: Vector) -> NDArray[np.int64]:
        return np.clip(np.floor(level + TINY), 0, self.share.shape[1] - 1).astype(np.int64)

    def enough(self, level: Vector) -> Vector:
        rows = np.arange(self.mean.size)
        return np.where(level < 0, 0.0, self.share[rows, self._at(level)])

    def short(self, level: Vector) -> Vector:
        rows, at = np.arange(self.mean.size), self._at(level)
        part = np.clip(level - at, 0.0, 1.0)
        gone = part * (1 - self.share[rows, at])
        return np.maximum(self.missing[rows, at] - gone, 0.0) + np.maximum(-level, 0.0)

    def highest(self) -> Vector:
        return np.full(self.mean.size, float(self.share.shape[1] - 1))


@dataclass(frozen=True)  # without slots: what follows from the quantiles is kept
class Told:
    """Demand told by quantiles, linear between them, exponential beyond the last.

    `probs` (q,) ascending, `values` rows × q [units]; below the first quantile linear to 0.

    >>> flat = Told(np.array([10.0]), np.array([0.5, 0.9]), np.array([[10.0, 18.0]]))
    >>> flat.enough(np.array([14.0])).round(3).tolist()
    [0.7]
    """

    mean: Vector
    probs: Vector
    values: NDArray[np.float64]

    @cached_property
    def _tail(self) -> Vector:
        """Mean excess over the last quantile [units]."""
        if self.probs.size < 2:
            return np.zeros(self.mean.size)
        fall = np.log((1 - self.probs[-2]) / (1 - self.probs[-1]))
        return np.asarray(np.maximum(self.values[:, -1] - self.values[:, -2], 0.0) / fall)

    @cached_property
    def _ends(self) -> NDArray[np.float64]:
        """Where each segment begins and the last one ends, rows × (q + 1) [units]."""
        start = np.minimum(self.values[:, :1], 0.0)
        return np.maximum.accumulate(np.concatenate([start, self.values], axis=1), axis=1)

    @cached_property
    def _width(self) -> NDArray[np.float64]:
        return np.maximum(np.diff(self._ends, axis=1), TINY)

    @cached_property
    def _middle(self) -> NDArray[np.float64]:
        return (self._ends[:, :-1] + self._ends[:, 1:]) / 2

    @cached_property
    def _steps(self) -> Vector:
        """Chance of each segment."""
        return np.diff(self.probs, prepend=0.0)

    def enough(self, level: Vector) -> Vector:
        inside = np.clip((level[:, None] - self._ends[:, :-1]) / self._width, 0.0, 1.0)
        body = (inside * self._steps).sum(axis=1)
        last = self._ends[:, -1]
        decay = np.exp(-np.maximum(level - last, 0.0) / np.maximum(self._tail, TINY))
        tail = (1 - self.probs[-1]) * np.where(level >= last, 1 - decay, 0.0)
        return np.asarray(body + tail)

    def short(self, level: Vector) -> Vector:
        low, high, at = self._ends[:, :-1], self._ends[:, 1:], level[:, None]
        half = np.maximum(high - at, 0.0) ** 2 / (2 * self._width)
        whole = np.where(at <= low, self._middle - at, half)
        body = (np.where(at >= high, 0.0, whole) * self._steps).sum(axis=1)
        tail, last = np.maximum(self._tail, TINY), self._ends[:, -1]
        excess = np.where(
            level <= last, last - level + tail, tail * np.exp(-np.maximum(level - last, 0.0) / tail)
        )
        return np.asarray(body + (1 - self.probs[-1]) * excess)

    def highest(self) -> Vector:
        return self.values[:, -1] + 40 * self._tail + 1.0
