"""Seeded chance: one independent stream per topic, the same on every machine."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = "sample firm 2025"
T = TypeVar("T")


class Dice(random.Random):
    """A stream of chance with the few distributions that the world needs."""

    def happens(self, probability: float) -> bool:
        return self.random() < probability

    def around(self, mean: float, sigma: float) -> float:
        """Log-normal with the given mean; `sigma` is the spread of its logarithm."""
        return mean * math.exp(self.normalvariate(0.0, sigma) - sigma * sigma / 2)

    def poisson(self, mean: float) -> int:
        """Knuth's product of uniforms; fit for the small means used here."""
        limit, product, count = math.exp(-mean), self.random(), 0
        while product > limit:
            product *= self.random()
            count += 1
        return count

    def one_of(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]


def dice(topic: str) -> Dice:
    """The stream of `topic`; adding a topic leaves the others as they were."""
    return Dice(f"{SEED}: {topic}")
