"""The sentences of a plan: one per kind and reason, with the values they are filled from."""

from __future__ import annotations

from datetime import date
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping

_SELLS = (
    "sells {daily_mean_qty} a day, {lead_days} {lead_days:day|days} to arrive, "
    "{on_hand_qty} left and {inbound_qty} on the way"
)
_SELDOM_QTY = 0.1  # a day: below it the pace is told by the month
_MONTH_DAYS = 365 / 12
_BY_DAY, _BY_MONTH = "sells {daily_mean_qty} a day", "sells {monthly_qty} a month"
_SLOW = ", this supplier is usually {delay_days} {delay_days:day|days} late"

SUGGESTED = {
    ("buy", "below_service"): _SELLS + ": buy {order_qty} by {order_by_on}",
    ("buy", "late"): _SELLS
    + ": buy {order_qty} today; for {late_days} {late_days:day|days} until it comes there is less than is safe",
    ("buy", "before_inbound"): _SELLS
    + ", which comes too late: buy {order_qty} by {order_by_on} to bridge the gap",
    ("buy", "minimum_expires"): _SELLS
    + ": buy {order_qty} by {order_by_on}, but not all of it sells before it expires",
    (
        "buy",
        "fills_order",
    ): "due on {need_by_on}: buy {order_qty} now, so that the order reaches what "
    "the supplier asks for",
    ("make", "below_service"): "sells {daily_mean_qty} a day, {on_hand_qty} left, "
    "{lead_days} {lead_days:day|days} to make: make {order_qty}, start by {order_by_on}",
    ("make", "late"): "sells {daily_mean_qty} a day, {on_hand_qty} left, "
    "{lead_days} {lead_days:day|days} to make: make {order_qty}, start today, "
    "for {late_days} {late_days:day|days} until it is done there is less than is safe",
    ("make", "before_inbound"): "sells {daily_mean_qty} a day, {on_hand_qty} left, what is on the "
    "way comes too late: make {order_qty}, start by {order_by_on}",
    ("make", "minimum_expires"): "make {order_qty}, start by {order_by_on}, "
    "but not all of it sells before it expires",
    ("transfer", "spare_elsewhere"): "sells {daily_mean_qty} a day, {on_hand_qty} left, "
    "{from_warehouse} has more than it needs: move {order_qty} by {order_by_on}",
    ("expedite", "needed_sooner"): "{document} brings {order_qty} on {arrives_on}, "
    "needed on {need_by_on}, and a new order is no better: hurry it",
    ("defer", "needed_later"): "{document} brings {order_qty} on {arrives_on}, "
    "needed only on {need_by_on}: put it off",
    ("cancel", "not_needed"): "{document} brings {order_qty} on {arrives_on}, "
    "and nothing within the horizon needs it: call it off",
}

NOT_BOUGHT = {
    "broken": "not planned: a number of this item is wrong, see the problems",
    "no_data": "not planned: no sales history and no minimum of your own",
    "transferred": "not bought: another warehouse has enough to spare",
    "minimum_expires": "not bought: the minimum of {moq_qty} would mostly expire "
    "({shelf_life_days} {shelf_life_days:day|days})",
    "not_stocked": "not bought: the item is not stocked here, but {short_qty} are missing "
    "from {short_on}",
    "expedite_instead": "not bought: {short_qty} short from {short_on}, but a new order "
    "cannot come before the open one of {closes_on}: hurry that",
    "inbound_no_later": "not bought: {short_qty} short from {short_on}, but the open order of "
    "{closes_on} comes as soon as a new one",
    "not_worth": "not bought: {short_qty} short from {short_on} until {closes_on}, "
    "and the excess would cost more than the shortage",
    "shelf_life": "not bought: more would not sell before it expires ({shelf_life_days} {shelf_life_days:day|days})",
    "no_supplier": "not bought: {needed_qty} are needed from {short_on}, "
    "but no approved supplier offers it",
    "beyond_budget": "not bought: {needed_qty} are needed from {short_on}, but the budget does not reach so far",
    "covered_by_inbound": "not bought: {on_hand_qty} left, and {inbound_qty} on the way are enough",
    "no_demand": "not bought: {on_hand_qty} left, and it does not sell",
    "above_trigger": "not bought: {on_hand_qty} is below your minimum of {owner_min_qty}, "
    "but above what the service needs ({reorder_point_qty})",
    "sells_seldom": "not bought: {on_hand_qty} left, and it sells too seldom to keep more",
}


def suggestion_say(row: Mapping[str, object], *, delay_days: float | None = None) -> Say:
    """What a person would say about one suggestion.

    Args:
        row: a row of `schemas.SUGGESTIONS`.
        delay_days: by how much this supplier usually misses its promise [days]; told when it
            is half a day or more.

    >>> row = {"kind": "buy", "reason": "below_service", "daily_mean_qty": 4.2, "lead_days": 12,
    ...     "on_hand_qty": 31.0, "inbound_qty": 50.0, "order_qty": 60.0, "order_by_on": "Thursday"}
    >>> print(suggestion_say(row, delay_days=3))
    sells 4.2 a day, 12 days to arrive, 31 left and 50 on the way, this supplier is usually 3 days late: buy 60 by Thursday
    >>> print(suggestion_say({**row, "reason": "late", "lead_days": 1, "late_days": 1}))
    sells 4.2 a day, 1 day to arrive, 31 left and 50 on the way: buy 60 today; for 1 day until it comes there is less than is safe
    >>> print(suggestion_say({**row, "daily_mean_qty": 0.021}))
    sells 0.64 a month, 12 days to arrive, 31 left and 50 on the way: buy 60 by Thursday
    """  # noqa: E501
    template = SUGGESTED[str(row["kind"]), str(row["reason"])]
    late = row["kind"] == "buy" and delay_days is not None and delay_days >= 0.5
    if late:
        template = template.replace(_SELLS, _SELLS + _SLOW)
    known = {**row, "delay_days": delay_days}
    daily = row.get("daily_mean_qty")
    if isinstance(daily, float) and daily < _SELDOM_QTY:
        template = template.replace(_BY_DAY, _BY_MONTH)
        known["monthly_qty"] = daily * _MONTH_DAYS
    return Say(template, **_values(template, known))


def not_bought_say(row: Mapping[str, object]) -> Say:
    """Why an item that one would expect is not bought; `row` of `schemas.NOT_BOUGHT`.

    >>> print(not_bought_say({"reason": "no_demand", "on_hand_qty": 0.0}))
    not bought: 0 left, and it does not sell
    """
    template = NOT_BOUGHT[str(row["reason"])]
    return Say(template, **_values(template, row))


def templates() -> list[str]:
    """Every sentence that the plan can say, for translation."""
    slow = [t.replace(_SELLS, _SELLS + _SLOW) for t in SUGGESTED.values() if _SELLS in t]
    told = [*SUGGESTED.values(), *slow]
    seldom = [t.replace(_BY_DAY, _BY_MONTH) for t in told if _BY_DAY in t]
    return [*told, *seldom, *NOT_BOUGHT.values()]


def tidy(value: object) -> object:
    """A number as a person writes it: whole where it is whole, else two places."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 2)
    if value is None:
        return "?"
    return value.isoformat() if isinstance(value, date) else value


def _values(template: str, row: Mapping[str, object]) -> dict[str, object]:
    return {name: tidy(row[name]) for name in _named(template) if name in row}


@cache
def _named(template: str) -> tuple[str, ...]:
    """The values that a template names."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name))
