"""What a replay takes for granted, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scm_cli.errors import Say

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.replenish.simulate_shop import SimulateRules


@dataclass(frozen=True, slots=True)
class Known:
    """What the sentences count."""

    start_on: date
    days: int
    warm_days: int
    items: int
    new: int
    left_out: int
    without_cost: int
    own_settings: int
    multiple: float
    reached: bool


def assumptions(known: Known, rules: SimulateRules) -> tuple[Say, ...]:
    """Every assumption, one sentence each; those first that differ from shop to shop."""
    told = [
        Say("Replayed: {days} days from {day} on, the first {warm} of them not counted; {n} items in warehouses.",
            days=known.days, day=known.start_on.isoformat(), warm=known.warm_days, n=known.items),
        Say("Ours: levels from forecasts of the demand before each review, every {days} days.",
            days=rules.stock.review_days),
        Say("Settings: own min and max for {own} items, set once; for the others min = average of the last 30 days × "
            "(lead time + review period), max = min + 30 days.", own=known.own_settings),
        Say("Foresight: knows demand and lead times to come; orders on the same days, what the next order comes too "
            "late for. Its shelf may well be empty at the end of a day: it fills again before anyone asks."),
        Say("Lead times are drawn from what is known of each supplier today (seed {seed}), the same for each policy.",
            seed=rules.seed),
        Say("Stock at the start and orders then under way are the shop's own; without a record, a policy starts with "
            "its own target."),
        Say("What was asked for counts as known even where it could not be served; an item's demand of one day is one "
            "line."),
        Say("Minimum and multiple hold per item and warehouse; budget, transfers, expiry and supplier minimums are "
            "left out."),
        Say("Costs: holding {holding} % a year, {order} per order line, and the margin of what is lost; prices, costs, "
            "classes and settings are today's.", holding=f"{rules.stock.holding_pct:g}",
            order=f"{rules.stock.order_line_amount:g}"),
    ]  # fmt: skip
    told.append(
        Say("What is short waits for the next arrival; no sale is lost.")
        if rules.backorder
        else Say("What is short is lost.")
    )
    return (*told, *_some(known, rules))


def _some(known: Known, rules: SimulateRules) -> list[Say]:
    """The sentences that only some replays need."""
    told: list[Say] = []
    if known.new:
        told.append(Say("{n} items that first sold during the replay are left out.", n=known.new))
    if known.left_out:
        told.append(
            Say("{n} items are left out to save time, evenly over what they sell; --most takes more.",
                n=known.left_out)
        )  # fmt: skip
    if known.without_cost:
        told.append(Say("{n} items without a cost count as 1 a unit.", n=known.without_cost))
    if rules.equal is not None:
        told.append(_equal(known, rules.equal))
    return told


def _equal(known: Known, equal: str) -> Say:
    figure = Say("average stock value") if equal == "stock" else Say("lines filled in full")
    if not known.reached:
        return Say(
            "No strictness makes {figure} equal to that of the settings; the nearest is shown.",
            figure=figure,
        )
    return Say(
        "Ours: the chance of falling short is divided by {times}; so {figure} equals that of the settings.",
        times=f"{known.multiple:.2g}",
        figure=figure,
    )
