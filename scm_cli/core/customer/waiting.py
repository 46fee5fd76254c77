"""How long customers wait who bought once: Kaplan and Meier (1958), those still waiting censored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The share still waiting after each of `days`, and how long everybody waited, in order."""

    days: Floats
    share: Floats
    waits: Floats


def waiting(days: Floats, came: NDArray[np.bool_]) -> Waiting:
    """Kaplan-Meier; the curve begins with day -1 and 1.

    `days` until the second purchase (`came`), or until today for those still waiting.

    >>> curve = waiting(np.array([5.0, 9.0, 9.0]), np.array([True, False, True]))
    >>> curve.days.tolist(), curve.share.round(3).tolist()
    ([-1.0, 5.0, 9.0], [1.0, 0.667, 0.333])
    """
    times = np.unique(days[came])
    ordered, events = np.sort(days), np.sort(days[came])
    risk = len(days) - np.searchsorted(ordered, times, "left")
    hits = np.searchsorted(events, times, "right") - np.searchsorted(events, times, "left")
    share = np.concatenate([[1.0], np.cumprod(1 - hits / risk)])
    return Waiting(np.concatenate([[-1.0], times]), share, ordered)


def still_waiting(curve: Waiting, age: Floats, ahead: Floats) -> Floats:
    """The chance that who waited `age` days waits `ahead` more.

    Half a customer who came and half a one who did not are added (Jeffreys' prior), so that few
    who waited as long are no certainty, and none of them says one half.

    >>> curve = waiting(np.array([5.0] * 30), np.array([True] * 30))
    >>> still_waiting(curve, np.array([0.0, 9.0]), np.array([90.0, 90.0])).round(3).tolist()
    [0.016, 0.5]
    """
    now = curve.share[np.searchsorted(curve.days, age, "right") - 1]
    then = curve.share[np.searchsorted(curve.days, age + ahead, "right") - 1]
    told = np.divide(then, now, out=np.ones_like(now), where=now > 0)
    others = len(curve.waits) - np.searchsorted(curve.waits, age, "left")
    return np.asarray((told * others + 0.5) / (others + 1))
