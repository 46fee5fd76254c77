"""What the planner reads and answers: schemas of the frames, the rules, the plan.

Quantities are in the item's stock unit, money in the firm's currency, percentages 0-100.
A nullable column may be left out of a frame; `conformed` adds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scm_cli.core.calendar import WorkCalendar
    from scm_cli.errors import Problem

Schema: TypeAlias = "Mapping[str, type[pl.DataType]]"

ITEMS: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "kind": pl.String,  # buy, make, none (not stocked); null is buy
    "usable_qty": pl.Float64,
    "service_pct": pl.Float64,  # null is 95
    "min_qty": pl.Float64,  # the owner's own
    "max_qty": pl.Float64,
    "daily_mean_qty": pl.Float64,  # null is 0
    "unit_cost": pl.Float64,
    "unit_margin": pl.Float64,
    "shelf_life_days": pl.Int64,
    "review_days": pl.Int64,  # null is 1
    "unit_step_qty": pl.Float64,  # the smallest quantity that can be moved; null is 1
    "make_days": pl.Int64,  # for kind make; null is 1
    "to_order": pl.Boolean,  # nothing is kept: only confirmed orders are supplied; null is no
}
FLOW: Schema = {  # demand and committed
    "sku": pl.String,
    "warehouse": pl.String,
    "on": pl.Date,
    "qty": pl.Float64,
    "days": pl.Int64,  # it lies evenly on so many days from `on`; null is 1
}
SUPPLY: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "on": pl.Date,  # expected, usable from the morning of that day
    "qty": pl.Float64,
    "document": pl.String,
    "line": pl.Int64,
    "firm": pl.Boolean,  # lines that are not firm are not counted
    "latest_p90_on": pl.Date,  # stands in when the expected day has passed
    "shipped": pl.Boolean,  # it is on its way: too late to put off or call off; null is no
}
PROTECTION: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "supplier": pl.String,
    "interval_days": pl.Int64,  # lead time + review period
    "interval_mean_qty": pl.Float64,
    "trigger_qty": pl.Float64,  # s: what the service needs for the interval
    "target_qty": pl.Float64,  # S: order up to
    "interval_sd_qty": pl.Float64,  # of the interval's demand; null: as safety and service imply
}
OFFERS: Schema = {
    "supplier": pl.String,
    "sku": pl.String,
    "unit_price": pl.Float64,  # true price per stock unit; null is the item's cost
    "moq_qty": pl.Float64,
    "order_multiple_qty": pl.Float64,
    "lead_days_p50": pl.Int64,  # calendar days for an order sent today, closures jumped
    "lead_days_p90": pl.Int64,
    "approved": pl.Boolean,
    "rank": pl.Int64,
    "min_order_amount": pl.Float64,
    "valid_until_on": pl.Date,
}

BREAKS: Schema = {  # all units cost `unit_price` when `from_qty` or more are ordered at once
    "supplier": pl.String,
    "sku": pl.String,
    "from_qty": pl.Float64,
    "unit_price": pl.Float64,
}

SUGGESTIONS: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "kind": pl.String,  # buy, transfer, make, expedite, defer, cancel
    "supplier": pl.String,
    "order_qty": pl.Float64,
    "order_by_on": pl.Date,
    "need_by_on": pl.Date,  # the first day the service is missed without it
    "arrives_on": pl.Date,  # need_by_on, or later when nothing can come sooner
    "late_days": pl.Int64,
    "on_hand_qty": pl.Float64,
    "inbound_qty": pl.Float64,
    "committed_qty": pl.Float64,
    "position_qty": pl.Float64,
    "reorder_point_qty": pl.Float64,
    "target_qty": pl.Float64,
    "safety_qty": pl.Float64,
    "interval_mean_qty": pl.Float64,
    "interval_days": pl.Int64,
    "lead_days": pl.Int64,
    "lead_days_p90": pl.Int64,
    "daily_mean_qty": pl.Float64,
    "short_qty": pl.Float64,  # deepest miss of the service within the interval
    "needed_qty": pl.Float64,  # before minimum, multiple and rounding
    "moq_qty": pl.Float64,
    "order_multiple_qty": pl.Float64,
    "unit_price": pl.Float64,
    "true_unit_cost": pl.Float64,
    "amount": pl.Float64,
    "margin_amount": pl.Float64,  # margin protected, at most that of the order
    "reason": pl.String,
    "from_warehouse": pl.String,
    "document": pl.String,
    "line": pl.Int64,
    "expected_on": pl.Date,  # of the open line that a message is about
    "owner_min_qty": pl.Float64,
    "owner_max_qty": pl.Float64,
}
NOT_BOUGHT: Schema = {
    "sku": pl.String,
    "warehouse": pl.String,
    "reason": pl.String,
    "on_hand_qty": pl.Float64,
    "inbound_qty": pl.Float64,
    "committed_qty": pl.Float64,
    "position_qty": pl.Float64,
    "reorder_point_qty": pl.Float64,
    "target_qty": pl.Float64,
    "daily_mean_qty": pl.Float64,
    "needed_qty": pl.Float64,
    "short_qty": pl.Float64,
    "short_on": pl.Date,  # first day the service is missed
    "closes_on": pl.Date,  # the open supply that ends it
    "supplier": pl.String,
    "moq_qty": pl.Float64,
    "shelf_life_days": pl.Int64,
    "owner_min_qty": pl.Float64,
    "owner_max_qty": pl.Float64,
}

KEY = ["sku", "warehouse"]


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The numbers a firm may tune; days are calendar days, percentages 0-100."""

    today: date
    horizon_days: int = 90
    holding_pct: float = 25.0  # of unit cost, per year
    order_line_amount: float = 1.0  # cost of ordering, receiving and shelving a line
    longest_lot_days: int = 365  # a cheaper price is worth no more days of demand
    margin_pct: float = 30.0  # of unit cost, where the margin is not known
    patience_days: float = 7.0  # a customer who waits this long is lost
    transfer_days: int = 2
    freeze_days: int = 3  # an open line due sooner is on its way: no message
    defer_tolerance_days: int = 14
    work: WorkCalendar | None = None  # order days are moved back to working days
    longest_days: int = 730  # lead times beyond are cut to this


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """The frames of a plan; schemas ITEMS, FLOW, SUPPLY, PROTECTION, OFFERS, FLOW, BREAKS."""

    items: pl.DataFrame
    demand: pl.DataFrame
    supply: pl.DataFrame
    protection: pl.DataFrame
    offers: pl.DataFrame
    committed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FLOW))
    breaks: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BREAKS))


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do (`SUGGESTIONS`), what not and why (`NOT_BOUGHT`), what could not be planned."""

    suggestions: pl.DataFrame
    not_bought: pl.DataFrame
    problems: tuple[Problem, ...] = ()


def conformed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the columns of `schema`, typed; what is left out becomes null.

    >>> conformed(pl.DataFrame({"qty": [1], "sku": ["A"]}), FLOW).columns
    ['sku', 'warehouse', 'on', 'qty', 'days']
    """
    if not frame.width:
        return pl.DataFrame(schema=dict(schema))
    missing = [pl.lit(None, kind).alias(n) for n, kind in schema.items() if n not in frame.columns]
    typed = (pl.col(name).cast(kind, strict=False) for name, kind in schema.items())
    return frame.with_columns(missing).select(typed)
