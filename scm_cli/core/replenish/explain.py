"""Why this number: the arithmetic of one suggestion, step by step, in words.

The steps are read from the row itself, so that what is explained is what was planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scm_cli.core.replenish.sayings import not_bought_say, suggestion_say, tidy
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how it is computed, from what, and what came out."""

    name: Say
    formula: Say
    inputs: dict[str, object]
    result: object


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentence a person would say, and the steps that lead to it."""

    sentence: Say
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one column of a suggestion follows from others."""

    column: str
    name: str
    formula: str
    needs: tuple[str, ...]


_RULES = (
    _Rule(
        "position_qty", "position", "on hand + on the way - confirmed orders",
        ("on_hand_qty", "inbound_qty", "committed_qty"),
    ),
    _Rule(
        "interval_mean_qty", "expected demand", "forecast of the days until the next order arrives",
        ("daily_mean_qty", "interval_days"),
    ),
    _Rule(
        "reorder_point_qty", "reorder point", "expected demand + safety for the service level",
        ("interval_mean_qty", "safety_qty"),
    ),
    _Rule(
        "short_qty", "shortage", "largest gap, day by day, between what the service needs and "
        "stock with dated supply", ("reorder_point_qty", "position_qty", "moved_qty", "need_by_on"),
    ),
    _Rule(
        "needed_qty", "needed", "up to the target, less supply that comes later",
        ("target_qty", "position_qty", "moved_qty"),
    ),
    _Rule(
        "order_qty", "rounded order", "raised to the supplier's minimum, or to a price break that "
        "pays, over all warehouses, rounded up to the multiple",
        ("needed_qty", "moq_qty", "order_multiple_qty", "all_order_qty"),
    ),
    _Rule(
        "arrives_on", "arrival", "need-by day, or today + lead time when that is later",
        ("need_by_on", "lead_days"),
    ),
    _Rule(
        "order_by_on", "order by", "need-by day - lead time, not before today",
        ("need_by_on", "lead_days"),
    ),
    _Rule(
        "true_unit_cost", "supplier", "makes the date at the lowest true cost: price + holding "
        "what the minimum forces + margin lost to lateness", ("supplier", "unit_price"),
    ),
    _Rule("amount", "amount", "ordered quantity × unit price", ("order_qty", "unit_price")),
)  # fmt: skip


def explanation(row: Row, *, delay_days: float | None = None) -> Explanation:
    """Explain one row of a plan, suggested or not.

    Args:
        row: a row of `schemas.SUGGESTIONS` or `schemas.NOT_BOUGHT`, as a mapping; where they are known
            with `all_order_qty`, what is ordered of the item for all warehouses together, and
            `moved_qty`, what the plan moves in from others (below 0: out to them).
        delay_days: by how much the supplier usually misses its promise [days].

    Returns:
        The sentence and the steps whose result the row holds, in the order of the arithmetic.

    >>> from datetime import date
    >>> row = {"kind": "buy", "reason": "below_service", "on_hand_qty": 31.0, "inbound_qty": 50.0,
    ...     "committed_qty": 6.0, "position_qty": 75.0, "order_qty": 60.0, "lead_days": 12,
    ...     "daily_mean_qty": 4.2, "order_by_on": date(2026, 3, 5), "need_by_on": date(2026, 3, 17)}
    >>> why = explanation(row)
    >>> str(why.steps[0].formula), why.steps[0].result
    ('on hand + on the way - confirmed orders', 75)
    """
    suggested = "kind" in row
    say = suggestion_say(row, delay_days=delay_days) if suggested else not_bought_say(row)
    message = row.get("kind") in {"expedite", "defer", "cancel"}
    skipped = {"order_qty", "needed_qty"} if message else set()
    steps = (_step(rule, row) for rule in _RULES if rule.column not in skipped)
    return Explanation(say, tuple(step for step in steps if step is not None))


def _step(rule: _Rule, row: Row) -> Step | None:
    if row.get(rule.column) is None:
        return None
    inputs = {name: tidy(row[name]) for name in rule.needs if row.get(name) is not None}
    result = tidy(row[rule.column])
    return Step(Say(rule.name), Say(rule.formula), inputs, result)
