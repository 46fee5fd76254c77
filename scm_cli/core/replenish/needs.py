"""What each item-warehouse needs: bought by which day, how much, and whether a gap is worth it.

Bought is what no open supply will ever cover (`walk.py`), up to the target S: the cover beyond
the interval is capped at S - s, and supply that comes later is taken off. A *gap*, which open
supply ends by itself, is bought only when a new order comes sooner and pays:

- a unit pays while P(short) · margin · min(1, gap days / patience) exceeds its holding cost
  until the next order would be due (newsvendor, Silver, Pyke & Thomas 2017, ch. 9);
- altogether, the margin of the units short must exceed holding the smallest order.

Both tests get harder as stock grows, hence more stock never raises an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.replenish import normal
from scm_cli.core.replenish.walk import EPSILON, Block, blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.replenish.inputs import Ready
    from scm_cli.core.replenish.schemas import PlanRules
    from scm_cli.core.replenish.walk import Days, Matrix, Vector

NEVER = 10**6  # a day that does not come


class Outcome(IntEnum):
    """What the walk found for a row."""

    ENOUGH = 0
    BUY = 1  # no open supply covers it
    BUY_GAP = 2  # open supply comes too late, a new order comes sooner and pays
    EXPEDITE = 3  # a new order cannot arrive before the open supply
    NO_SOONER = 4  # a new order would arrive with the open supply
    NOT_WORTH = 5  # it could, but the excess costs more than the shortage
    SHELF_LIFE = 6  # what is bought would not sell before it expires


@dataclass(frozen=True, slots=True)
class Needs:
    """Per row of `Ready.items`; days count from today, -1 or NEVER where there is none."""

    outcome: Days
    short_day: Days
    close_day: Days
    need_day: Days
    buy_day: Days
    short_qty: Vector
    buy_qty: Vector  # up to the target
    cover_qty: Vector  # most that sells before it expires
    spare_qty: Vector  # above its own target, to give away
    risk_qty: Vector  # units expected short by the end of the interval without an order

    @classmethod
    def empty(cls, rows: int) -> Needs:
        def days(value: int) -> Days:
            return np.full(rows, value, dtype=np.int64)

        def none() -> Vector:
            return np.zeros(rows)

        first = (days(Outcome.ENOUGH), days(-1), days(NEVER), days(NEVER), days(-1))
        return cls(*first, none(), none(), none(), none(), none())


@dataclass(frozen=True, slots=True)
class _Rows:
    """The numbers of the rows under examination, one column each, to go beside matrices."""

    fastest: Vector
    safety: Vector
    cycle: Vector  # S - s
    daily: Vector
    shelf: Vector
    margin: Vector
    holding: Vector  # per unit and day
    smallest: Vector
    spread: Vector  # standard deviation of the interval's demand


def needs(ready: Ready, rules: PlanRules) -> Needs:
    """Walk every row; the result is ordered as `ready.items`."""
    found = Needs.empty(ready.items.height)
    rows = _rows(ready, rules)
    for block in blocks(ready):
        part = slice(block.first, block.stop)
        _examine(block, _Rows(*(getattr(rows, n)[part] for n in _Rows.__slots__)), rules, found)
    return found


def unit_margin(ready: Ready, rules: PlanRules) -> Vector:
    """Margin per unit; where unknown `margin_pct` of cost, and cost 1 where that is unknown."""
    cost = np.nan_to_num(ready.array("unit_cost"), nan=1.0)
    margin = ready.array("unit_margin")
    return np.where(np.isnan(margin), cost * rules.margin_pct / 100, margin)


def _rows(ready: Ready, rules: PlanRules) -> _Rows:
    cost = np.nan_to_num(ready.array("unit_cost"), nan=1.0)
    shelf = ready.array("shelf_life_days")
    return _Rows(
        fastest=np.nan_to_num(ready.array("fastest_days"), nan=NEVER),
        safety=ready.array("safety_qty"),
        cycle=ready.array("target_qty") - ready.array("trigger_qty"),
        daily=ready.array("daily_mean_qty"),
        shelf=np.nan_to_num(shelf, nan=NEVER),
        margin=unit_margin(ready, rules),
        holding=cost * rules.holding_pct / 100 / 365,
        smallest=ready.array("smallest_qty"),
        spread=_spread_qty(ready),
    )


def _spread_qty(ready: Ready) -> Vector:
    """As the forecast told, else what safety stock and service level imply of normal demand."""
    told = ready.array("interval_sd_qty")
    z = normal.quantile(ready.array("service_pct") / 100)
    implied = np.maximum(ready.array("safety_qty"), 0.0) / z
    return np.where(np.isnan(told), implied, np.maximum(told, 0.0))


def _examine(block: Block, rows: _Rows, rules: PlanRules, found: Needs) -> None:
    """Fill the part of `found` that belongs to this block."""
    day = np.arange(block.need.shape[1])
    inside = day < block.span[:, None]
    window = day < block.interval[:, None]
    level = _target_level(block, rows)
    short = (np.minimum(block.need, level) > block.supply + EPSILON) & inside
    _raise_last_day(level, block, rows)
    last_enough = np.where(~short & inside, day, -1).max(axis=1)
    need_day = np.where(last_enough + 1 < block.span, last_enough + 1, NEVER)
    in_window = short & window
    some = in_window.any(axis=1)
    part = slice(block.first, block.stop)
    found.need_day[part] = need_day
    found.short_day[part] = np.where(some, in_window.argmax(axis=1), -1)
    spare = np.where(inside, block.supply - level, np.inf).min(axis=1)
    found.spare_qty[part] = np.clip(spare, 0.0, block.free)  # what has not come cannot be sent on
    chosen = np.flatnonzero(some)
    if chosen.size:
        picked = _picked(block, chosen)
        few = _Rows(*(getattr(rows, n)[chosen] for n in _Rows.__slots__))
        _decide(picked, few, rules, _Target(level[chosen], short[chosen], need_day[chosen]), found)


def _target_level(block: Block, rows: _Rows) -> Matrix:
    """N(t) within the interval, after it the demand to come until S - s of it is covered."""
    day = np.arange(block.need.shape[1])
    last = block.interval[:, None] - 1
    full = np.take_along_axis(block.demand, last, axis=1) + rows.cycle[:, None]
    level = np.minimum(block.demand, full) + rows.safety[:, None]
    level = np.where(day <= last, block.need, level)
    np.maximum.accumulate(level, axis=1, out=level)
    return level


def _raise_last_day(level: Matrix, block: Block, rows: _Rows) -> None:
    """On the last day all of S counts: what sells after the horizon is not known to be less."""
    at = np.arange(block.span.size)
    full = block.demand[at, block.interval - 1] + rows.cycle + rows.safety
    last = block.span - 1
    level[at, last] = np.maximum(level[at, last], full)


def _picked(block: Block, chosen: Days) -> _Picked:
    return _Picked(
        chosen + block.first,
        block.span[chosen],
        block.interval[chosen],
        block.demand[chosen],
        block.need[chosen],
        block.supply[chosen],
    )


@dataclass(frozen=True, slots=True)
class _Picked:
    """The rows of a block that miss their service; `row` is the row of all items."""

    row: Days
    span: Days
    interval: Days
    demand: Matrix
    need: Matrix
    supply: Matrix


@dataclass(frozen=True, slots=True)
class _Target:
    level: Matrix
    short: NDArray[np.bool_]
    need_day: Days


def _decide(picked: _Picked, rows: _Rows, rules: PlanRules, target: _Target, found: Needs) -> None:
    """Choose between buying, hurrying and waiting for rows that miss their service."""
    day = np.arange(picked.need.shape[1])
    need_day = target.need_day[:, None]
    window = day < picked.interval[:, None]
    due = target.need_day < picked.interval
    first = found.short_day[picked.row]
    after = (day > first[:, None]) & ~target.short
    close = np.where(after.any(axis=1), after.argmax(axis=1), NEVER)
    curable = target.short & window & (day >= rows.fastest[:, None]) & (day < need_day)
    economic, worth = _worth(picked, rows, rules, target)
    pays = curable.any(axis=1) & worth
    level = np.where((day < need_day) & pays[:, None], economic, target.level)
    start = np.where(pays, curable.argmax(axis=1), target.need_day)
    wanted = np.where(day >= start[:, None], level - picked.supply, -np.inf)
    wanted = np.where(day < picked.span[:, None], wanted, -np.inf)
    qty = np.maximum(wanted.max(axis=1), 0.0)
    buys = (due | pays) & (qty > EPSILON)
    cover = _cover_qty(picked, rows, start)
    row = picked.row
    found.close_day[row] = np.where(close < picked.span, close, NEVER)
    found.short_qty[row] = np.where(window, picked.need - picked.supply, -np.inf).max(axis=1)
    found.buy_day[row] = np.where(buys, start, -1)
    found.buy_qty[row] = np.where(buys, np.minimum(qty, cover), 0.0)
    found.cover_qty[row] = cover
    found.risk_qty[row] = _risk_qty(picked, rows)
    waiting = np.where(close < rows.fastest, Outcome.EXPEDITE, Outcome.NOT_WORTH)
    waiting = np.where(curable.any(axis=1) | (close < rows.fastest), waiting, Outcome.NO_SOONER)
    bought = np.where(pays & (start < target.need_day), Outcome.BUY_GAP, Outcome.BUY)
    bought = np.where(cover > EPSILON, bought, Outcome.SHELF_LIFE)
    found.outcome[row] = np.where(buys, bought, waiting)


def _spread(picked: _Picked, rows: _Rows) -> Matrix:
    """Standard deviation of the demand up to each day of the interval."""
    reach = np.minimum(np.arange(picked.need.shape[1]) + 1, picked.interval[:, None])
    return np.asarray(np.sqrt(reach / picked.interval[:, None]) * rows.spread[:, None])


def _worth(
    picked: _Picked, rows: _Rows, rules: PlanRules, target: _Target
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Level up to which bridging a gap pays by the day, and whether it pays at all."""
    level = target.level.copy()
    worth = np.zeros(picked.row.size, dtype=np.bool_)
    day = np.arange(picked.need.shape[1])
    reached = (day >= rows.fastest[:, None]) & (day < picked.interval[:, None])
    before = day < target.need_day[:, None]
    some = np.flatnonzero((target.short & reached & before).any(axis=1))
    if not some.size:
        return level, worth
    spread = _spread(picked, rows)[some]
    here = reached[some]
    left = picked.supply[some] - picked.demand[some]
    missing = np.where(here, normal.expected_short(left, spread), 0.0)
    gap_days = (target.short[some] & here).sum(axis=1)
    lost = np.minimum(missing.sum(axis=1) / rules.patience_days, missing.max(axis=1))
    margin = np.maximum(rows.margin[some], 0.0)
    until = np.minimum(target.need_day[some], picked.span[some]) - rows.fastest[some]
    holding = rows.holding[some] * np.maximum(until, 1.0)
    value = margin * np.minimum(1.0, gap_days / rules.patience_days)
    chance = holding / np.maximum(value, 1e-12)
    worth[some] = (chance < 1) & (lost * margin > holding * rows.smallest[some])
    z = normal.quantile(1 - np.minimum(chance, 1.0))
    economic = picked.demand[some] + z[:, None] * spread
    level[some] = np.minimum(level[some], economic)
    return level, worth


def _cover_qty(picked: _Picked, rows: _Rows, start: Days) -> Vector:
    """Most that sells from arrival until it expires, over what is there by then."""
    arrives = np.clip(np.maximum(start, rows.fastest), 0, picked.span - 1).astype(np.int64)
    until = arrives + rows.shelf
    last = np.minimum(until, picked.span).astype(np.int64) - 1
    at = np.arange(picked.row.size)
    sold = picked.demand[at, np.maximum(last, 0)] * (last >= 0)
    sold = sold + rows.daily * np.maximum(until - picked.span, 0)
    cover = np.maximum(sold - picked.supply[at, arrives], 0.0)
    return np.where(rows.shelf >= NEVER, np.inf, cover)


def _risk_qty(picked: _Picked, rows: _Rows) -> Vector:
    at = np.arange(picked.row.size)
    last = picked.interval - 1
    left = picked.supply[at, last] - picked.demand[at, last]
    return normal.expected_short(left, rows.spread)
