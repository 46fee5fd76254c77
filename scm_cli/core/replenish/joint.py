"""One order per supplier: what to add so that it reaches the supplier's minimum or free freight.

What is added are the items of the same supplier that would be bought next anyway, each with
the quantity of its next order; it costs holding them until then. Chosen is the cheapest set
whose money closes the gap: a small whole-number program (a covering knapsack) where a solver
is given, else by cost per money with what is superfluous taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.rounding import rounded_up
from scm_cli.core.replenish.schemas import KEY, SUGGESTIONS, conformed
from scm_cli.core.sites.program import Program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.replenish.schemas import PlanRules
    from scm_cli.core.sites.program import Solver

    Floats = NDArray[np.float64]

EPSILON = 1e-6
MOST_CANDIDATES = 200  # of one supplier, the soonest due: more would not be bought ahead
NEVER_DAYS = 3650.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a supplier asks of an order [money]: a minimum, and when freight is free."""

    min_order_amount: float = 0.0
    free_freight_amount: float = 0.0
    freight_amount: float = 0.0


def cheapest_cover(amount: Floats, cost: Floats, gap: float, solver: Solver | None) -> list[int]:
    """Which of n packages to take so that their money is at least `gap` at the least cost.

    Args:
        amount: money of each package, above 0.
        cost: of taking it, 0 or more.
        gap: money to reach.
        solver: of whole-number programs; None chooses greedily.

    Returns:
        Indices, ascending; empty where all of them are not enough.

    >>> money, cost = np.array([60.0, 50.0, 100.0]), np.array([3.0, 3.0, 5.5])
    >>> cheapest_cover(money, cost, 90.0, None)
    [2]
    """
    if gap <= 0 or amount.sum() < gap:
        return []
    if solver is not None:
        count = len(amount)
        found = solver(
            Program(
                cost=cost,
                whole=np.ones(count, dtype=np.bool_),
                low=np.array([1.0]),
                high=np.array([np.inf]),
                starts=np.array([0, count]),
                columns=np.arange(count),
                values=amount / gap,
            )
        )
        return [int(n) for n in np.flatnonzero(found > 0.5)]
    return _greedy(amount, cost, gap)


def _greedy(amount: Floats, cost: Floats, gap: float) -> list[int]:
    """The cheapest of: by cost per money, pruned; one package that is enough alone."""
    order = np.argsort(cost / amount, kind="stable")
    taken: list[int] = []
    for index in order:
        taken.append(int(index))
        if amount[taken].sum() >= gap:
            break
    for index in sorted(taken, key=lambda n: -cost[n]):
        rest = [n for n in taken if n != index]
        if rest and amount[rest].sum() >= gap:
            taken = rest
    alone = np.flatnonzero(amount >= gap)
    if alone.size:
        single = int(alone[np.argmin(cost[alone])])
        if cost[single] < cost[taken].sum():
            taken = [single]
    return sorted(taken)


def candidates(
    suggestions: pl.DataFrame, stock: pl.DataFrame, offers: pl.DataFrame, rules: PlanRules
) -> pl.DataFrame:
    """What could be bought ahead: one package per item-warehouse that is not on the list.

    Args:
        suggestions: `schemas.SUGGESTIONS`.
        stock: `sku, warehouse, supplier, position_qty, trigger_qty, target_qty, daily_mean_qty`.
        offers: `schemas.OFFERS`, approved ones count.
        rules: today, holding cost.

    Returns:
        `sku, warehouse, supplier, order_qty, unit_price, amount, days_early, ahead_amount` (cost
        of holding it until it would be ordered), soonest first per supplier.
    """
    listed = suggestions.filter(pl.col("kind").is_in(["buy", "make", "transfer"])).select(KEY)
    sold = offers.filter("approved").unique(["supplier", "sku"], keep="first", maintain_order=True)
    price = pl.col("unit_price")
    need = (pl.col("target_qty") - pl.col("trigger_qty")).clip(1.0, None)
    asked = pl.max_horizontal(need, pl.col("moq_qty").fill_null(0.0)).ceil()
    left = (pl.col("position_qty") - pl.col("trigger_qty")) / pl.col("daily_mean_qty")
    days = left.clip(0.0, NEVER_DAYS)
    return (
        stock.join(listed, on=KEY, how="anti")
        .filter((pl.col("daily_mean_qty") > 0) & (pl.col("trigger_qty") > 0))
        .join(sold, on=["supplier", "sku"])
        .filter(price > 0)
        .with_columns(
            order_qty=rounded_up(asked, pl.col("order_multiple_qty").fill_null(0.0)),
            days_early=days,
        )
        .with_columns(amount=pl.col("order_qty") * price)
        .with_columns(
            ahead_amount=pl.col("amount") * rules.holding_pct / 100 / 365 * pl.col("days_early")
        )
        .sort("supplier", "days_early", *KEY)
        .filter(pl.int_range(pl.len()).over("supplier") < MOST_CANDIDATES)
    )


def topped_up(
    suggestions: pl.DataFrame,
    stock: pl.DataFrame,
    offers: pl.DataFrame,
    rules: PlanRules,
    solver: Solver | None = None,
) -> pl.DataFrame:
    """The suggestions, with what is bought ahead to reach a minimum or free freight.

    Arguments as of `candidates`; `offers` also with `free_freight_amount` and `freight_amount`.
    A minimum is reached whenever it can be; free freight only when the freight saved is more
    than holding costs. Added rows have reason `fills_order`.

    A supplier with a minimum of 100: 80 are needed, B is due in five days, C in fifty.

    >>> from datetime import date
    >>> from scm_cli.core.replenish.schemas import PlanRules
    >>> needed = pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "kind": ["buy"],
    ...     "supplier": ["S"], "amount": [80.0], "reason": ["below_service"]})
    >>> stock = pl.DataFrame({"sku": ["A", "B", "C"], "warehouse": "W", "supplier": "S",
    ...     "position_qty": [0.0, 15.0, 60.0], "trigger_qty": 10.0, "target_qty": 20.0,
    ...     "daily_mean_qty": 1.0})
    >>> offers = pl.DataFrame({"supplier": "S", "sku": ["A", "B", "C"], "approved": True,
    ...     "unit_price": 2.0, "moq_qty": 0.0, "order_multiple_qty": 0.0, "lead_days_p50": 4,
    ...     "lead_days_p90": 6, "min_order_amount": 100.0})
    >>> told = topped_up(conformed(needed, SUGGESTIONS), stock, offers, PlanRules(date(2026, 1, 5)))
    >>> told.select("sku", "order_qty", "reason").rows()
    [('A', None, 'below_service'), ('B', 10.0, 'fills_order')]
    """
    bought = suggestions.filter((pl.col("kind") == "buy") & (pl.col("amount") > 0))
    total = dict(bought.group_by("supplier").agg(pl.col("amount").sum()).iter_rows())
    asked = _terms(offers)
    short = [s for s, terms in asked.items() if s in total and _gaps(total[s], terms)]
    if not short:
        return suggestions
    ready = candidates(suggestions, stock.filter(pl.col("supplier").is_in(short)), offers, rules)
    added = []
    for supplier in sorted(short):
        mine = ready.filter(pl.col("supplier") == supplier)
        chosen = _chosen(mine, total[supplier], asked[supplier], solver)
        added.append(mine[chosen])
    extra = pl.concat(added) if added else ready.clear()
    if extra.is_empty():
        return suggestions
    return pl.concat([suggestions, conformed(_told(extra, rules), SUGGESTIONS)]).sort(
        *KEY, "kind", "supplier", "document", "line", "from_warehouse"
    )


def _terms(offers: pl.DataFrame) -> dict[str, Terms]:
    """Each supplier's highest minimum and threshold."""
    names = ("min_order_amount", "free_freight_amount", "freight_amount")
    lacking = [pl.lit(0.0).alias(n) for n in names if n not in offers.columns]
    rows = offers.with_columns(lacking).group_by("supplier").agg(pl.col(names).max().fill_null(0.0))
    return {row[0]: Terms(*row[1:]) for row in rows.select("supplier", *names).iter_rows()}


def _gaps(total: float, terms: Terms) -> list[tuple[float, float]]:
    """What is missing to the minimum, then to free freight, and what reaching it is worth."""
    found = []
    if total < terms.min_order_amount - EPSILON:
        found.append((terms.min_order_amount - total, np.inf))
    if terms.freight_amount > 0 and total < terms.free_freight_amount - EPSILON:
        found.append((terms.free_freight_amount - total, terms.freight_amount))
    return found


def _chosen(mine: pl.DataFrame, total: float, terms: Terms, solver: Solver | None) -> list[int]:
    """The packages that reach the furthest of the gaps that is worth its cost."""
    amount, cost = mine["amount"].to_numpy(), mine["ahead_amount"].to_numpy()
    best: list[int] = []
    spent = 0.0
    for gap, worth in sorted(_gaps(total, terms)):
        taken = cheapest_cover(amount, cost, gap, solver)
        dear = float(cost[taken].sum()) - spent
        if taken and dear < worth:
            best, spent = taken, float(cost[taken].sum())
    return best


def _told(extra: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    today = pl.lit(rules.today)
    need = today + pl.duration(days=pl.col("days_early").floor().cast(pl.Int64))
    return extra.with_columns(
        kind=pl.lit("buy"),
        reason=pl.lit("fills_order"),
        order_by_on=today,
        need_by_on=need,
        arrives_on=today + pl.duration(days=pl.col("lead_days_p50")),
        late_days=pl.lit(0),
        lead_days=pl.col("lead_days_p50"),
        needed_qty=pl.col("target_qty") - pl.col("trigger_qty"),
        reorder_point_qty="trigger_qty",
        true_unit_cost=pl.col("unit_price") + pl.col("ahead_amount") / pl.col("order_qty"),
    )
