"""The replenishment plan: for every item-warehouse what to move, buy, make, hurry or call off.

    check → walk → transfers → purchases and production → messages → what is not bought, and why

Each step is a function of frames; a plan of all items equals the plans of `partition_by("sku")`
put together. Orders go up to a target strictly above the trigger, and everything suggested is
counted where it will arrive: a plan that is accepted leaves nothing to plan.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.calendar import previous_working_day
from scm_cli.core.replenish.breaks import priced
from scm_cli.core.replenish.inputs import Flow, Ready, ready
from scm_cli.core.replenish.messages import messages
from scm_cli.core.replenish.needs import Needs, Outcome, needs, unit_margin
from scm_cli.core.replenish.not_bought import facts, not_bought, on_day
from scm_cli.core.replenish.rounding import ordered, rounded_up
from scm_cli.core.replenish.schemas import (
    BREAKS,
    KEY,
    SUGGESTIONS,
    Plan,
    PlanInputs,
    PlanRules,
    conformed,
)
from scm_cli.core.replenish.sourcing import sourced
from scm_cli.core.replenish.transfers import transfers

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

EPSILON = 1e-6


def plan(inputs: PlanInputs, rules: PlanRules) -> Plan:
    """Plan every item-warehouse.

    Args:
        inputs: frames of `schemas` (ITEMS, FLOW demand and committed, SUPPLY, PROTECTION,
            OFFERS). Demand holds the requirement of `rules.horizon_days` days, orders included;
            committed are the confirmed orders among it. Lines before today count as today.
        rules: today, horizon, costs, tolerances.

    Returns:
        Suggestions, what is not bought and why, and problems: wrong numbers spoil their own
        item only. Sorted; the same inputs give the same plan.

    Sources: order-up-to (s, S) with dated netting, DESIGN of the project; reschedule messages
    as in MRP (Orlicky, Material Requirements Planning, 1975).

    >>> from datetime import date
    >>> item = {"sku": "A", "warehouse": "W", "usable_qty": 31.0, "daily_mean_qty": 4.0}
    >>> inputs = PlanInputs(
    ...     items=pl.DataFrame([item]),
    ...     demand=pl.DataFrame({"sku": "A", "warehouse": "W", "qty": 4.0,
    ...         "on": pl.date_range(date(2026, 1, 1), date(2026, 3, 31), eager=True)}),
    ...     supply=pl.DataFrame(schema={"sku": pl.String, "warehouse": pl.String}),
    ...     protection=pl.DataFrame({"sku": ["A"], "warehouse": ["W"], "interval_days": [13],
    ...         "interval_mean_qty": [52.0], "trigger_qty": [70.0], "target_qty": [90.0]}),
    ...     offers=pl.DataFrame({"supplier": ["S"], "sku": ["A"], "unit_price": [2.0],
    ...         "lead_days_p50": [6], "moq_qty": [50.0], "approved": [True]}))
    >>> row = plan(inputs, PlanRules(today=date(2026, 1, 1))).suggestions.row(0, named=True)
    >>> row["kind"], row["supplier"], row["order_qty"], row["order_by_on"].isoformat()
    ('buy', 'S', 59.0, '2026-01-01')
    """
    checked = ready(inputs, rules)
    rows = _rows(checked, needs(checked, rules), rules)
    moves = transfers(rows.filter(pl.col("sku").is_duplicated()), rules.transfer_days)
    rows = _after_transfers(checked, rows, moves, rules)
    orders = _orders(rows, checked.offers, conformed(inputs.breaks, BREAKS), rules)
    notes = messages(checked, _planned(rows, moves, orders, rules), rules)
    found = [
        _order_rows(rows, orders, rules),
        _transfer_rows(rows, moves, rules),
        _message_rows(rows, notes, rules.today),
    ]
    suggestions = pl.concat([conformed(part, SUGGESTIONS) for part in found])
    return Plan(
        suggestions.sort(*KEY, "kind", "supplier", "document", "line", "from_warehouse"),
        not_bought(rows, orders, rules.today),
        tuple(sorted(checked.problems, key=lambda p: (p.where, str(p.what)))),
    )


def _rows(checked: Ready, found: Needs, rules: PlanRules) -> pl.DataFrame:
    """Items with what the walk found and the quantities that a person looks at."""
    count = checked.items.height
    totals = {
        "inbound_qty": _total(checked.supply, count),
        "committed_qty": _total(checked.committed, count),
    }
    columns = {name: getattr(found, name) for name in Needs.__slots__}
    return checked.items.with_columns(
        pl.col("row").cast(pl.Int64),
        *(pl.Series(name, values) for name, values in (columns | totals).items()),
        margin=pl.Series(unit_margin(checked, rules)),
        priced=pl.any_horizontal(pl.col("unit_cost", "unit_margin").is_not_null()),
    ).with_columns(
        pl.when("known").then(pl.col("buy_qty", "spare_qty")).otherwise(0.0),
        position_qty=pl.col("usable_qty") + pl.col("inbound_qty") - pl.col("committed_qty"),
    )


def _total(flow: Flow, count: int) -> NDArray[np.float64]:
    known = flow.row >= 0
    return np.bincount(flow.row[known], flow.qty[known], count).astype(np.float64)


def _after_transfers(
    checked: Ready, rows: pl.DataFrame, moves: pl.DataFrame, rules: PlanRules
) -> pl.DataFrame:
    """Walk the receiving rows again with what they receive: the rest is needed less and later."""
    rows = rows.with_columns(
        received_qty=pl.lit(0.0), moved_day=pl.col("buy_day"), needed_qty=pl.col("buy_qty")
    )
    got = moves.group_by(KEY).agg(got_qty=pl.col("order_qty").sum())
    got = rows.select(*KEY, "row").join(got, on=KEY).sort("row")
    if got.is_empty():
        return rows
    part = checked.part(got["row"].to_numpy(), got["got_qty"].to_numpy(), rules.transfer_days)
    again = needs(part, rules)
    columns = {name: getattr(again, name) for name in Needs.__slots__ if name != "spare_qty"}
    fresh = got.select("row", received_qty="got_qty").with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        needed_qty=pl.Series(again.buy_qty),
    )
    return rows.update(fresh, on="row").sort("row")


def _orders(
    rows: pl.DataFrame, offers: pl.DataFrame, breaks: pl.DataFrame, rules: PlanRules
) -> pl.DataFrame:
    """Purchases from their suppliers and production, rounded; `wasted` where most would expire."""
    wanted = rows.filter(pl.col("needed_qty") > EPSILON)
    bought = sourced(
        wanted.filter(pl.col("kind") == "buy").select(
            "row",
            *KEY,
            "needed_qty",
            "buy_day",
            "daily_mean_qty",
            "unit_cost",
            "margin",
            "unit_step_qty",
            "cover_qty",
        ),
        offers,
        rules,
    )
    bought = ordered(priced(bought, breaks, rules)).with_columns(order_kind=pl.lit("buy"))
    made = wanted.filter(pl.col("kind") == "make").select(
        "row",
        *KEY,
        "needed_qty",
        "buy_day",
        "unit_cost",
        "margin",
        "unit_step_qty",
        "cover_qty",
        supplier=pl.lit(None, pl.String),
        order_qty=rounded_up(pl.col("needed_qty"), pl.col("unit_step_qty")),
        unit_price="unit_cost",
        lead_days="fastest_days",
        order_kind=pl.lit("make"),
    )
    orders = pl.concat([bought, made], how="diagonal_relaxed")
    return orders.with_columns(
        wasted=_wasted(),
        expires=pl.col("order_qty") > pl.col("cover_qty").ceil() + EPSILON,
        arrives_day=pl.max_horizontal("buy_day", "lead_days"),
        order_day=(pl.col("buy_day") - pl.col("lead_days")).clip(0, None),
    )


def _wasted() -> pl.Expr:
    """Whether the least that is sold or made would lose more by expiring than it earns."""
    group = ["sku", "supplier", "order_kind"]
    least = pl.max_horizontal(
        rounded_up(pl.col("moq_qty"), pl.col("order_multiple_qty")),
        "order_multiple_qty",
        "unit_step_qty",
    )
    cover = pl.col("cover_qty").sum().over(group)
    sold = pl.min_horizontal(least, cover)
    waste = (least - cover.ceil()).clip(0.0, None)
    cost = pl.coalesce("unit_price", "unit_cost").fill_null(0.0)
    loses = sold * pl.col("margin").max().over(group) < waste * cost
    return loses.fill_null(False)


def _planned(
    rows: pl.DataFrame, moves: pl.DataFrame, orders: pl.DataFrame, rules: PlanRules
) -> pl.DataFrame:
    """All that this plan moves, as dated quantities per row."""
    index = rows.select(*KEY, "row")
    came = moves.join(index, on=KEY).select("row", qty="order_qty", day=pl.lit(rules.transfer_days))
    went = moves.join(index, left_on=["sku", "from_warehouse"], right_on=KEY).select(
        "row", qty=-pl.col("order_qty"), day=pl.lit(0)
    )
    new = orders.filter(~pl.col("wasted")).select("row", qty="order_qty", day="arrives_day")
    return pl.concat([came, went, new], how="vertical_relaxed").cast(
        {"row": pl.Int64, "day": pl.Int64}
    )


_MARGIN = pl.when("priced").then(pl.min_horizontal("order_qty", "risk_qty") * pl.col("margin"))


def _order_rows(rows: pl.DataFrame, orders: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    late = (pl.col("lead_days") - pl.col("buy_day")).clip(0, None)
    reason = (
        pl.when("expires").then(pl.lit("minimum_expires"))
        .when(late > 0).then(pl.lit("late"))
        .when(pl.col("outcome") == Outcome.BUY_GAP).then(pl.lit("before_inbound"))
        .otherwise(pl.lit("below_service"))
    )  # fmt: skip
    outcome = rows.select("row", "outcome", "priced")
    orders = orders.filter(~pl.col("wasted")).drop(*KEY, "daily_mean_qty", strict=False)
    return (
        orders.join(facts(rows), on="row")
        .join(outcome, on="row")
        .with_columns(
            kind="order_kind",
            order_by_on=_worked(on_day(pl.col("order_day"), rules.today), rules),
            need_by_on=on_day(pl.col("buy_day"), rules.today),
            arrives_on=on_day(pl.col("arrives_day"), rules.today),
            late_days=late,
            amount=pl.col("order_qty") * pl.col("unit_price"),
            margin_amount=_MARGIN,
            reason=reason,
        )
    )


def _worked(days: pl.Expr, rules: PlanRules) -> pl.Expr:
    """The last working day up to each day, but not before today."""
    work = rules.work
    if work is None:
        return days
    reach = range(rules.longest_days + 1)
    ahead = (rules.today + timedelta(days=n) for n in reach)
    moved = {day: max(previous_working_day(day, work), rules.today) for day in ahead}
    return days.replace_strict(moved, default=days, return_dtype=pl.Date)


def _transfer_rows(rows: pl.DataFrame, moves: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    day = rows.select("row", "margin", "priced", buy_day="moved_day")
    late = (rules.transfer_days - pl.col("buy_day")).clip(0, None)
    return (
        moves.join(facts(rows), on=KEY)
        .join(day, on="row")
        .with_columns(
            kind=pl.lit("transfer"),
            reason=pl.lit("spare_elsewhere"),
            order_by_on=on_day(
                (pl.col("buy_day") - rules.transfer_days).clip(0, None), rules.today
            ),
            need_by_on=on_day(pl.col("buy_day"), rules.today),
            arrives_on=pl.lit(rules.today + timedelta(days=rules.transfer_days)),
            late_days=late,
            lead_days=pl.lit(rules.transfer_days),
            margin_amount=_MARGIN,
        )
    )


def _message_rows(rows: pl.DataFrame, notes: pl.DataFrame, today: date) -> pl.DataFrame:
    reason = {"expedite": "needed_sooner", "defer": "needed_later", "cancel": "not_needed"}
    return notes.join(facts(rows), on="row").with_columns(
        order_qty="qty",
        reason=pl.col("kind").replace_strict(reason, return_dtype=pl.String),
        need_by_on=on_day(pl.col("needed_day"), today),
        arrives_on=on_day(pl.col("day"), today),
        late_days=pl.when(pl.col("kind") == "expedite").then(pl.col("day") - pl.col("needed_day")),
    )
