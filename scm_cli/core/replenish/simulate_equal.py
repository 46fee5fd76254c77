"""Two policies made alike in one figure, so that they can be compared in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.replenish.simulate import Levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from scm_cli.core.replenish.simulate import Floats

STEPS = 20
KNOTS = np.geomspace(1 / 64, 256, 8)


class Dial:
    """Levels at any strictness, read between some that were worked out.

    Inverting a service for every item and review day is dear; between knots, which stand in a
    row on a logarithmic scale, the levels are taken to be straight. Target keeps its distance.

    >>> dial = Dial(lambda m: Levels(np.array([[m]]), np.array([[m + 1]])))
    >>> round(float(dial(256.0).target[0, 0]), 3)
    257.0
    """

    def __init__(self, levels: Callable[[float], Levels]) -> None:
        made = [levels(float(multiple)) for multiple in KNOTS]
        self._triggers = np.array([each.trigger for each in made])
        self._more = made[0].target - made[0].trigger

    def __call__(self, multiple: float) -> Levels:
        place = np.interp(np.log(multiple), np.log(KNOTS), np.arange(len(KNOTS)))
        left = min(int(place), len(KNOTS) - 2)
        part = place - left
        trigger: Floats = self._triggers[left] * (1 - part) + self._triggers[left + 1] * part
        raised = np.ceil(trigger - 1e-6)
        return Levels(raised, raised + self._more)


def matched(figure: Callable[[float], float], wanted: float) -> tuple[float, bool]:
    """The multiple at which `figure`, which rises with it, is `wanted`; and whether it gets there.

    Searched between the first and last of `KNOTS`, 20 times halved on a logarithmic scale; what
    lies outside gives the nearest end and False.

    >>> multiple, reached = matched(lambda m: 10 * m, 25.0)
    >>> round(multiple, 3), reached
    (2.5, True)
    """
    low, high = float(KNOTS[0]), float(KNOTS[-1])
    for end, misses in ((low, figure(low) > wanted), (high, figure(high) < wanted)):
        if misses:
            return end, False
    for _ in range(STEPS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if figure(middle) < wanted else (low, middle)
    return float(np.sqrt(low * high)), True
