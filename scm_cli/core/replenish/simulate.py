"""A policy replayed on known demand, day by day: what it orders comes late, what is short is lost.

A day of the replay, for all item-warehouses at once:

1. on a day of review, what lies and what is on order is held against the trigger; below it an
   order goes out up to the target, on the supplier's minimum and multiple;
2. what arrives today is put on the shelf (an order of day t with lead time L is there on t + L);
3. the day's demand is served from the shelf; what is missing is lost, or waits (`backorder`).

So an order must last until the next one arrives, lead time + review period later: the protection
interval of `safety`. A policy is nothing but its levels on each review day (`Levels`), hence one
loop serves them all, the owner's, ours, and the one that knows the future (`foresight`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class World:
    """What no policy can change; n item-warehouses, d days, r days of review.

    `demand` (d, n) [units], `lead` (r + 1, n) [days] of an order sent on each review day, and on
    the one after the last; `start_qty` (n,) on hand at first, NaN where every policy starts with
    its own target; `arriving` (d, n) ordered before the replay began; `moq_qty`, `multiple_qty`
    (n,) of an order, 0 for none, and `step_qty` (n,), the smallest part of a unit.
    """

    demand: Floats
    lead: Ints
    review_days: int
    start_qty: Floats
    arriving: Floats
    moq_qty: Floats
    multiple_qty: Floats
    step_qty: Floats
    backorder: bool = False

    @classmethod
    def plain(cls, demand: Floats, lead: Ints, review_days: int, **given: Floats | bool) -> World:
        """A world without minimums, that starts on target with nothing on order."""
        count = demand.shape[1]
        usual: dict[str, Floats | bool] = {
            "start_qty": np.full(count, np.nan),
            "arriving": np.zeros_like(demand),
            "moq_qty": np.zeros(count),
            "multiple_qty": np.zeros(count),
            "step_qty": np.ones(count),
        }
        return cls(demand, lead, review_days, **{**usual, **given})  # type: ignore[arg-type]

    @property
    def review_on(self) -> Ints:
        """Numbers of the days of review, (r,)."""
        return np.arange(0, len(self.demand), self.review_days)


@dataclass(frozen=True, slots=True)
class Levels:
    """Order when the position is below `trigger`, up to `target`; both (r, n) [units]."""

    trigger: Floats
    target: Floats

    def scaled(self, multiple: float) -> Levels:
        """Both levels times `multiple`."""
        return Levels(self.trigger * multiple, self.target * multiple)


@dataclass(frozen=True, slots=True)
class Course:
    """What happened: on hand at the end of each day and served on it (d, n), ordered (r, n)."""

    stock: Floats
    served: Floats
    ordered: Floats


def drawn_lead(days: list[Floats], weights: list[Floats], reviews: int, seed: int) -> Ints:
    """Lead times [days] of an order on each review day, (reviews, n), drawn with `seed`.

    Args:
        days: per item-warehouse the possible lead times [days].
        weights: their probabilities, up to a factor.
        reviews: rows.
        seed: of the generator; the same seed draws the same.

    >>> drawn_lead([np.array([7.0])], [np.array([1.0])], 3, seed=1).ravel().tolist()
    [7, 7, 7]
    """
    chance = np.random.default_rng(seed).random((reviews, len(days)))
    found = np.zeros(chance.shape, dtype=np.int64)
    for column, (each, weight) in enumerate(zip(days, weights, strict=True)):
        upto = np.cumsum(weight) / max(float(np.sum(weight)), EPSILON)
        at = np.minimum(np.searchsorted(upto, chance[:, column]), len(each) - 1)
        found[:, column] = np.maximum(np.rint(each[at]), 0)
    return found


def order_qty(need: Floats, world: World) -> Floats:
    """Needs (n,) as they are ordered: none, or at least the minimum, in whole multiples.

    >>> world = World.plain(np.zeros((1, 3)), np.zeros((2, 3), dtype=np.int64), 7,
    ...     moq_qty=np.full(3, 10.0), multiple_qty=np.full(3, 6.0))
    >>> order_qty(np.array([0.0, 4.0, 13.0]), world).tolist()
    [0.0, 12.0, 18.0]
    """
    asked = np.maximum(need, world.moq_qty)
    for step in (world.step_qty, world.multiple_qty):
        parts = asked / np.where(step > 0, step, 1.0)
        asked = np.where(step > 0, np.ceil(parts - EPSILON * np.maximum(parts, 1.0)) * step, asked)
    result: Floats = np.where(need > EPSILON, asked, 0.0)
    return result


def replayed(world: World, levels: Levels) -> Course:
    """The course of a policy.

    Demand of 4 a day, a lead time of 2 days and a review each day: 12 on hand and on order last
    until the order of tomorrow is there, and nothing is ever short.

    >>> world = World.plain(np.full((6, 1), 4.0), np.full((7, 1), 2), 1)
    >>> course = replayed(world, Levels(np.full((6, 1), 12.0), np.full((6, 1), 12.0)))
    >>> course.stock.ravel().tolist(), float(course.served.sum())
    ([8.0, 4.0, 0.0, 0.0, 0.0, 0.0], 24.0)
    """
    days, count = world.demand.shape
    coming = np.zeros((days + 1, count))  # the last row is after the end
    coming[:days] = world.arriving
    stock = np.where(np.isnan(world.start_qty), np.ceil(levels.target[0]), world.start_qty)
    on_order = world.arriving.sum(0)
    ordered = np.zeros(levels.trigger.shape)
    shelf, served = np.zeros(world.demand.shape), np.zeros(world.demand.shape)
    row, waiting = np.arange(count), np.zeros(count)
    for day in range(days):
        if day % world.review_days == 0:
            k = day // world.review_days
            position = stock + on_order - waiting
            need = np.where(position < levels.trigger[k], levels.target[k] - position, 0.0)
            ordered[k] = order_qty(need, world)
            np.add.at(coming, (np.minimum(day + world.lead[k], days), row), ordered[k])
            on_order = on_order + ordered[k]
        stock, on_order = stock + coming[day], on_order - coming[day]
        caught_up = np.minimum(stock, waiting)
        stock, waiting = stock - caught_up, waiting - caught_up
        served[day] = np.minimum(stock, world.demand[day])
        stock = stock - served[day]
        if world.backorder:
            waiting = waiting + world.demand[day] - served[day]
        shelf[day] = stock
    return Course(shelf, served, ordered)


def foresight(world: World) -> Levels:
    """The levels of one who knows demand and lead times: enough until the next order arrives.

    With minimums and the same days of review this is a bound that a forecast can only near.

    >>> world = World.plain(np.array([[1.0], [2.0], [3.0], [4.0]]), np.full((3, 1), 1), 2)
    >>> foresight(world).target.ravel().tolist()
    [6.0, 7.0]
    """
    days, count = world.demand.shape
    total = np.concatenate([np.zeros((1, count)), np.cumsum(world.demand, axis=0)])
    begin = world.review_on
    lead = world.lead[: len(begin) + 1]
    arrival = np.minimum(np.append(begin, begin[-1] + world.review_days)[:, None] + lead, days)
    target = total[arrival[1:], np.arange(count)] - total[begin]
    return Levels(target, target)
