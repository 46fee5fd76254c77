"""Orders consume the forecast: what is ordered already is not demanded a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats


class Requirement(NamedTuple):
    """`total` (n, h) [units] to be ready for, of which `net` (n, h) is not ordered yet."""

    total: Floats
    net: Floats


def requirement(forecast: Floats, orders: Floats, backward: int, forward: int) -> Requirement:
    """Requirement per bucket = open orders + the forecast that they have not consumed.

    Orders take the forecast of their own bucket first; what exceeds it takes what is left of
    earlier buckets, nearest first, at most `backward` away, then of later ones, at most
    `forward` away (the netting of frePPLe's forecast module). Within its windows the sum of
    the requirement is max(forecast, orders), so an order that was expected changes no plan.

    Args:
        forecast: (n, h) [units per bucket], none negative.
        orders: (n, h) open orders [units] by bucket of their wanted date.
        backward: buckets.
        forward: buckets.

    >>> orders = np.array([[300.0, 500.0, 280.0, 0.0]])
    >>> requirement(np.full((1, 4), 350.0), orders, 4, 4).net.tolist()
    [[0.0, 0.0, 0.0, 320.0]]
    """
    net = np.maximum(forecast - orders, 0.0)
    excess = np.maximum(orders - forecast, 0.0)
    horizon = forecast.shape[1]
    for away in range(1, min(backward, horizon - 1) + 1):
        taken = np.minimum(excess[:, away:], net[:, :-away])
        excess[:, away:] -= taken
        net[:, :-away] -= taken
    for away in range(1, min(forward, horizon - 1) + 1):
        taken = np.minimum(excess[:, :-away], net[:, away:])
        excess[:, :-away] -= taken
        net[:, away:] -= taken
    return Requirement(orders + net, net)
