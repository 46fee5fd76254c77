"""One item under every policy: the levels each would set, and what a year of it would cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scm_cli.core.replenish import normal, policy
from scm_cli.core.replenish.loss import Counts, Gamma

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR_DAYS = 365
MOST_COUNTED_QTY = 300.0  # beyond it whole units no longer matter, and counting them takes long


@dataclass(frozen=True, slots=True)
class Case:
    """An item in a warehouse, as its policies see it; money ex tax.

    `interval_days` is lead time + review; mean and sd are of the demand of that interval.
    """

    interval_mean_qty: float
    interval_sd_qty: float
    interval_days: float
    review_days: int
    unit_cost: float
    unit_margin: float
    service_pct: float
    order_line_amount: float
    holding_pct: float

    @property
    def daily_qty(self) -> float:
        return self.interval_mean_qty / self.interval_days

    @property
    def cost(self) -> policy.OrderCost:
        return policy.OrderCost(
            self.daily_qty * YEAR_DAYS, self.order_line_amount, self.holding_pct
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """A policy's levels [units] and what a year costs: orders, holding, margin lost [money]."""

    policy: str
    trigger_qty: float
    target_qty: float
    yearly_amount: float


def yearly_amount(case: Case, trigger_qty: float, lot_qty: float) -> float:
    """Orders, holding and margin of what is short, a year [money].

    K·D/Q + h·(Q/2 + s - μ) + b·n(s)·D/Q with n the loss function of a gamma that has the
    interval's mean and sd (Silver, Pyke & Thomas 2017, §6.7; Burgin 1975).

    >>> case = Case(140.0, 40.0, 14.0, 7, 10.0, 5.0, 95.0, 2.0, 20.0)
    >>> round(yearly_amount(case, 200.0, 70.0), 2)
    789.06
    """
    orders = case.daily_qty * YEAR_DAYS / lot_qty
    held = case.unit_cost * case.holding_pct / 100
    demand = Gamma(np.array([case.interval_mean_qty]), np.array([case.interval_sd_qty]))
    missing = float(demand.short(np.array([trigger_qty]))[0])
    stock = lot_qty / 2 + trigger_qty - case.interval_mean_qty
    lost = case.unit_margin * missing * orders
    return case.order_line_amount * orders + held * max(stock, lot_qty / 2) + lost


def compared(
    case: Case, ours: tuple[float, float], own: tuple[float, float] | None
) -> list[Compared]:
    """Ours, the owner's, and the textbook's policies, cheapest year first.

    Args:
        case: the item; demand, cost and cost of an order line above 0.
        ours: trigger and target that the plan uses.
        own: the owner's min and max, when he has set them.

    >>> case = Case(140.0, 40.0, 14.0, 7, 10.0, 5.0, 95.0, 2.0, 20.0)
    >>> [row.policy for row in compared(case, (206.0, 276.0), None)]
    ['r, Q', 'ours', 'R, S']
    """
    z = float(normal.quantile(np.array([case.service_pct / 100]))[0])
    review = case.daily_qty * case.review_days
    daily_sd = case.interval_sd_qty / math.sqrt(case.interval_days)
    lead = case.interval_days - case.review_days
    up_to = policy.order_up_to((case.daily_qty, daily_sd), lead, case.review_days, z)
    level, lot = policy.reorder_point_and_quantity(
        case.cost, case.unit_cost, case.unit_margin, (case.interval_mean_qty, case.interval_sd_qty)
    )
    found = {
        "ours": ours,
        "R, S": (up_to, up_to),  # at each review, whatever is left
        "r, Q": (level, level + lot),
    }
    if own is not None:
        found["own min, max"] = own
    best = _best_levels(case)
    if best is not None:
        found["s, S"] = (best.trigger_qty + 1, best.target_qty)  # below it an order goes out
    rows = [
        Compared(
            name,
            trigger,
            target,
            yearly_amount(case, trigger, max(target - trigger, review, 1.0)),
        )
        for name, (trigger, target) in found.items()
    ]
    return sorted(rows, key=lambda row: (row.yearly_amount, row.policy))


def _best_levels(case: Case) -> policy.Levels | None:
    """The best (s, S) in whole units where they are few enough to count."""
    if case.interval_mean_qty + 6 * case.interval_sd_qty > MOST_COUNTED_QTY:
        return None
    share = case.review_days / case.interval_days
    period = _chances(case.interval_mean_qty * share, case.interval_sd_qty**2 * share)
    interval = _chances(case.interval_mean_qty, case.interval_sd_qty**2)
    held = case.unit_cost * case.holding_pct / 100 / YEAR_DAYS * case.review_days
    costs = (case.order_line_amount, held, max(case.unit_margin, held))
    return policy.best_levels(period.tolist(), interval.tolist(), costs)[0]


def _chances(mean: float, variance: float) -> NDArray[np.float64]:
    made = Counts.of([mean], [variance])
    return np.diff(made.share[0], prepend=0.0)
