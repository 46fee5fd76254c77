"""Why this number: the arithmetic of one suggestion, step by step, in words and for Excel.

The steps are recomputed from the row itself, so that what is explained is what was planned. The
Excel formulas stand over named cells (`{on_hand_qty}` is replaced by the cell's address); a
formula is given only where it reproduces the planned value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scm_cli.core.replenish.sayings import not_bought_say, suggestion_say, tidy
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how it is computed, from what, and what came out."""

    name: Say
    formula: Say
    inputs: dict[str, object]
    result: object
    excel: str | None = None  # formula over {named} cells


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
    excel: str | None
    value: Callable[..., float] | None  # of `needs`, in their order


def _rounded_order(needed: float, moq: float, multiple: float) -> float:
    raised = max(needed, moq)
    return math.ceil(raised / multiple - 1e-9) * multiple if multiple > 0 else math.ceil(raised)


_ORDER = "CEILING(MAX({needed_qty},{moq_qty}),MAX({order_multiple_qty},1))"
_RULES = (
    _Rule(
        "position_qty", "position", "on hand + on the way - confirmed orders",
        ("on_hand_qty", "inbound_qty", "committed_qty"),
        "={on_hand_qty}+{inbound_qty}-{committed_qty}", lambda a, b, c: a + b - c,
    ),
    _Rule(
        "interval_mean_qty", "expected demand", "forecast of the days until the next order arrives",
        ("daily_mean_qty", "interval_days"), "={daily_mean_qty}*{interval_days}",
        lambda a, b: a * b,
    ),
    _Rule(
        "reorder_point_qty", "reorder point", "expected demand + safety for the service level",
        ("interval_mean_qty", "safety_qty"), "={interval_mean_qty}+{safety_qty}",
        lambda a, b: a + b,
    ),
    _Rule(
        "short_qty", "shortage", "largest gap, day by day, between what the service needs and "
        "stock with dated supply", ("reorder_point_qty", "position_qty", "need_by_on"),
        "=MAX(0,{reorder_point_qty}-{position_qty})", lambda a, b, _: max(0.0, a - b),
    ),
    _Rule(
        "needed_qty", "needed", "up to the target, less supply that comes later",
        ("target_qty", "position_qty"), "=MAX(0,{target_qty}-{position_qty})",
        lambda a, b: max(0.0, a - b),
    ),
    _Rule(
        "order_qty", "rounded order", "raised to the supplier's minimum, or to a price break that "
        "pays, over all warehouses, rounded up to the multiple", ("needed_qty", "moq_qty", "order_multiple_qty"),
        "=" + _ORDER, _rounded_order,
    ),
    _Rule(
        "arrives_on", "arrival", "need-by day, or today + lead time when that is later",
        ("need_by_on", "lead_days"), None, None,
    ),
    _Rule(
        "order_by_on", "order by", "need-by day - lead time, not before today",
        ("need_by_on", "lead_days"), "=MAX({today_on},{need_by_on}-{lead_days})", None,
    ),
    _Rule(
        "true_unit_cost", "supplier", "makes the date at the lowest true cost: price + holding "
        "what the minimum forces + margin lost to lateness", ("supplier", "unit_price"), None, None,
    ),
    _Rule(
        "amount", "amount", "ordered quantity × unit price", ("order_qty", "unit_price"),
        "={order_qty}*{unit_price}", lambda a, b: a * b,
    ),
)  # fmt: skip


def explanation(row: Row, *, delay_days: float | None = None) -> Explanation:
    """Explain one row of a plan, suggested or not.

    Args:
        row: a row of `schemas.SUGGESTIONS` or `schemas.NOT_BOUGHT`, as a mapping.
        delay_days: by how much the supplier usually misses its promise [days].

    Returns:
        The sentence and the steps whose result the row holds, in the order of the arithmetic.

    >>> from datetime import date
    >>> row = {"kind": "buy", "reason": "below_service", "on_hand_qty": 31.0, "inbound_qty": 50.0,
    ...     "committed_qty": 6.0, "position_qty": 75.0, "order_qty": 60.0, "lead_days": 12,
    ...     "daily_mean_qty": 4.2, "order_by_on": date(2026, 3, 5), "need_by_on": date(2026, 3, 17)}
    >>> why = explanation(row)
    >>> why.steps[0].result, why.steps[0].excel
    (75, '={on_hand_qty}+{inbound_qty}-{committed_qty}')
    """
    suggested = "kind" in row
    say = suggestion_say(row, delay_days=delay_days) if suggested else not_bought_say(row)
    message = row.get("kind") in {"expedite", "defer", "cancel"}
    skipped = {"order_qty", "needed_qty"} if message else set()
    steps = (_step(rule, row) for rule in _RULES if rule.column not in skipped)
    return Explanation(say, tuple(step for step in steps if step is not None))


def excel_formulas(row: Row) -> dict[str, str]:
    """Live formulas of the columns that follow from other columns of the same row.

    A column whose planned value the formula does not give (dated supply, a minimum shared with
    other warehouses, a cap) is left out: there the plan's value stands.

    >>> excel_formulas({"order_qty": 60.0, "unit_price": 2.0, "amount": 120.0})
    {'amount': '={order_qty}*{unit_price}'}
    >>> excel_formulas({"order_qty": 60.0, "unit_price": 2.0, "amount": 100.0})
    {}
    """
    formulas = {rule.column: _formula(rule, row) for rule in _RULES}
    return {column: formula for column, formula in formulas.items() if formula is not None}


def _formula(rule: _Rule, row: Row) -> str | None:
    """The rule's Excel formula if it gives the value of the row."""
    if rule.excel is None or row.get(rule.column) is None:
        return None
    if any(row.get(name) is None for name in rule.needs):
        return None
    if rule.value is None:
        return rule.excel
    planned, given = row[rule.column], rule.value(*(row[name] for name in rule.needs))
    same = isinstance(planned, int | float) and math.isclose(planned, given, abs_tol=1e-6)
    return rule.excel if same else None


def _step(rule: _Rule, row: Row) -> Step | None:
    if row.get(rule.column) is None:
        return None
    inputs = {name: tidy(row[name]) for name in rule.needs if row.get(name) is not None}
    result = tidy(row[rule.column])
    return Step(Say(rule.name), Say(rule.formula), inputs, result, _formula(rule, row))
