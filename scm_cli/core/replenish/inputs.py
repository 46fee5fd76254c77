"""The plan's inputs, checked and indexed: broken items are set aside, the rest become arrays.

A wrong number spoils its own item-warehouse only: it is named in a `Problem` and answered
with reason `broken`; every other row is planned as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.checks import (
    checked_flow,
    checked_items,
    checked_offers,
    counted_supply,
)
from scm_cli.core.replenish.schemas import (
    FLOW,
    KEY,
    OFFERS,
    SUPPLY,
    PlanInputs,
    PlanRules,
    conformed,
)
from scm_cli.core.series import row_of

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from scm_cli.errors import Problem


@dataclass(frozen=True, slots=True)
class Flow:
    """Dated quantities sorted by item row: `row` and `day` (0 is today) beside `qty`.

    `days` tells over how many days each lies evenly; None where all are of one day.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int64]
    qty: NDArray[np.float64]
    days: NDArray[np.int64] | None = None

    def part(self, rows: NDArray[np.int64]) -> Flow:
        """The flow of the given rows (ascending), numbered anew from 0."""
        low, high = np.searchsorted(self.row, rows), np.searchsorted(self.row, rows, side="right")
        count = high - low
        start = np.cumsum(count) - count
        at = np.arange(count.sum()) + np.repeat(low - start, count)
        days = None if self.days is None else self.days[at]
        return Flow(np.repeat(np.arange(rows.size), count), self.day[at], self.qty[at], days)

    def of(self, first: int, stop: int) -> Flow:
        """The part that belongs to rows first ≤ row < stop, counted from `first`."""
        low, high = np.searchsorted(self.row, [first, stop])
        days = None if self.days is None else self.days[low:high]
        return Flow(self.row[low:high] - first, self.day[low:high], self.qty[low:high], days)


@dataclass(frozen=True, slots=True)
class Ready:
    """Checked inputs: one row of `items` per item-warehouse, numbered by column `row`."""

    items: pl.DataFrame
    demand: Flow
    committed: Flow
    supply: Flow
    lines: pl.DataFrame  # firm supply lines with `row` and `day`
    offers: pl.DataFrame
    problems: tuple[Problem, ...]
    horizon_days: int  # the demand frame reaches so far

    def part(self, rows: NDArray[np.int64], qty: NDArray[np.float64], day: int) -> Ready:
        """The given rows alone, each with `qty` more supply on `day`."""
        supply = self.supply.part(rows)
        more = np.arange(rows.size)
        row = np.concatenate([supply.row, more])
        order = np.argsort(row, kind="stable")
        days = np.concatenate([supply.day, np.full(rows.size, day)])
        return replace(
            self,
            items=self.items[rows],
            demand=self.demand.part(rows),
            committed=self.committed.part(rows),
            supply=Flow(row[order], days[order], np.concatenate([supply.qty, qty])[order]),
        )

    def array(self, column: str) -> NDArray[np.float64]:
        return self.items[column].cast(pl.Float64).to_numpy()


def ready(inputs: PlanInputs, rules: PlanRules) -> Ready:
    """Check, complete and index the inputs of a plan."""
    problems: list[Problem] = []
    items = checked_items(inputs, problems)
    flows = {
        "demand": conformed(inputs.demand, FLOW),
        "committed": conformed(inputs.committed, FLOW),
    }
    supply = counted_supply(conformed(inputs.supply, SUPPLY), rules.today, problems)
    for name, flow in (*flows.items(), ("supply", supply)):
        items = checked_flow(items, flow, name, problems)
    offers = checked_offers(conformed(inputs.offers, OFFERS), rules, problems)
    items = _with_levels(_with_lead(items, offers, rules), rules)
    items = items.sort("span_days", *KEY).with_row_index("row")
    sound = items.filter(~pl.col("broken"))
    index = sound.select(*KEY, "row")
    rows = row_of(supply, index)
    lines = supply.with_columns(
        row=pl.Series(rows, dtype=pl.Int64),
        day=(pl.col("on") - pl.lit(rules.today)).dt.total_days().clip(0, None),
    ).filter(pl.col("row") >= 0)
    lines = lines.sort("row", "day", "document", "line", nulls_last=True)
    return Ready(
        items=items,
        demand=_flow(flows["demand"], index, rules.today),
        committed=_flow(flows["committed"], index, rules.today),
        supply=Flow(*(lines[name].to_numpy() for name in ("row", "day", "qty"))),
        lines=lines,
        offers=offers,
        problems=tuple(problems),
        horizon_days=rules.horizon_days,
    )


def _with_lead(items: pl.DataFrame, offers: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """`fastest_days` until a new order can be used, its minimum; null where nobody supplies."""
    fastest = offers.sort("sku", "lead_days_p50", "moq_qty").group_by("sku").first()
    fastest = fastest.select("sku", "lead_days_p50", smallest_qty="moq_qty")
    making = pl.col("kind") == "make"
    days = (
        pl.when(making)
        .then(pl.col("make_days").fill_null(1))
        .when(pl.col("kind") == "buy")
        .then("lead_days_p50")
    )
    return items.join(fastest, on="sku", how="left", maintain_order="left").with_columns(
        fastest_days=days.clip(0, rules.longest_days),
        smallest_qty=pl.when(making).then(0.0).otherwise(pl.col("smallest_qty").fill_null(0.0)),
    )


def _with_levels(items: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """Trigger s, target S > s, safety and interval; the owner's min and max where s is missing.

    A broken row gets zeros, so that it is carried along and answers nothing.
    """
    owner = pl.col("trigger_qty").is_null() & pl.col("min_qty").is_not_null()
    to_order = pl.col("to_order").fill_null(False)
    known = (pl.coalesce("trigger_qty", "min_qty").is_not_null() | to_order) & ~pl.col("broken")
    stocked = known & (pl.col("kind") != "none") & ~to_order
    review = pl.col("review_days").fill_null(1)
    reach = pl.col("fastest_days").fill_null(0) + review
    target = pl.when(owner).then("max_qty").otherwise("target_qty")
    numbers = ["usable_qty", "daily_mean_qty", "unit_step_qty", "interval_mean_qty"]
    items = items.with_columns(
        owner_levels=owner,
        known=known,
        trigger_qty=pl.when(stocked).then(pl.coalesce("trigger_qty", "min_qty")).otherwise(0.0),
        target_qty=pl.when(stocked).then(target).otherwise(0.0),
        interval_mean_qty=pl.when(owner | ~stocked).then(0.0).otherwise("interval_mean_qty"),
        interval_days=pl.coalesce("interval_days", reach).clip(1, rules.longest_days),
        service_pct=pl.col("service_pct").fill_null(95.0).clip(50.1, 99.99),
        review_days=review,
    ).with_columns(
        pl.when("broken").then(0.0).otherwise(pl.col(n).fill_null(0.0)).alias(n) for n in numbers
    )
    above = pl.max_horizontal("target_qty", pl.col("trigger_qty") + pl.col("unit_step_qty"))
    return items.with_columns(
        target_qty=pl.when(stocked).then(above).otherwise(0.0),
        safety_qty=pl.col("trigger_qty") - pl.col("interval_mean_qty"),
        span_days=pl.max_horizontal(pl.col("interval_days") + 1, pl.lit(rules.horizon_days)),
    )


def _flow(flow: pl.DataFrame, index: pl.DataFrame, today: date) -> Flow:
    row = row_of(flow, index)
    epoch = (today - today.__class__(1970, 1, 1)).days
    day = np.maximum(flow["on"].to_physical().fill_null(0).to_numpy() - epoch, 0)
    qty = flow["qty"].fill_null(0.0).to_numpy()
    days = flow["days"].fill_null(1).clip(1, None).to_numpy()
    if row.size and (row[0] < 0 or np.any(row[1:] < row[:-1])):
        order = np.argsort(row, kind="stable")
        row, day, qty, days = row[order], day[order], qty[order], days[order]
    return Flow(row, day, qty, days)
