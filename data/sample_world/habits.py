"""How the simulated owner runs the stock: by old min and max, blind to seasons and delays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.chance import dice
from sample_world.items import items
from sample_world.parties import suppliers
from sample_world.seasons import DAY, FIRST, LAST
from sample_world.stock import EAST, MAIN

if TYPE_CHECKING:
    from datetime import date

    from sample_world.orders import Order

FIRST_LOOK_DAYS = 150  # the owner set min and max after that many days, and once a year later
KNOWN_SHARE = 0.6  # for the other items the numbers are only in the owner's head


@dataclass(frozen=True, slots=True)
class Habit:
    """The owner's numbers for an item."""

    min_qty: int
    max_qty: int
    is_written: bool
    daily_qty: float
    east_level_qty: int


def habits(orders: list[Order], year: int) -> dict[str, Habit]:
    """The owner's numbers for a year, from the first months of sales or the year before."""
    chance = dice(f"habits {year}")
    sold, sold_east = _early_sales(orders, year)
    found = {}
    for sku, item in items().items():
        days = min(_learnt_days(year), (LAST - item.sold_since).days + 1)
        daily = max(sold.get(sku, 0) / days, 0.02)
        lead_days = suppliers()[item.offers[0].supplier].lead_days
        min_days = chance.uniform(18, 40) + lead_days / 2
        max_days = min_days + chance.uniform(45, 85)
        if sku in planted.STARVED_ITEMS:
            min_days, max_days = 7.0, 26.0
        min_qty = _round(daily * min_days)
        east = sold_east.get(sku, 0) / days * chance.uniform(30, 45)
        found[sku] = Habit(
            min_qty=min_qty,
            max_qty=max(_round(daily * max_days), min_qty + 1),
            is_written=chance.happens(KNOWN_SHARE) or sku in planted.STARVED_ITEMS,
            daily_qty=daily,
            east_level_qty=_round(east) if item.is_east else 0,
        )
    return found


def _learnt_days(year: int) -> int:
    return FIRST_LOOK_DAYS if year == FIRST.year else 366


def _early_sales(orders: list[Order], year: int) -> tuple[dict[str, int], dict[str, int]]:
    sold: dict[str, int] = {}
    sold_east: dict[str, int] = {}
    for order in orders:
        for line in order.lines:
            if (order.ordered_on - line.item.sold_since).days < _learnt_days(year):
                sold[line.item.sku] = sold.get(line.item.sku, 0) + line.qty
                if order.warehouse == EAST:
                    sold_east[line.item.sku] = sold_east.get(line.item.sku, 0) + line.qty
    return sold, sold_east


def _round(qty: float) -> int:
    """As owners round: two leading digits at most."""
    step = 1 if qty < 20 else 5 if qty < 100 else 10 if qty < 500 else 50
    return max(1, round(qty / step) * step)


@dataclass(frozen=True, slots=True)
class Opening:
    """What lay on a shelf when the books were opened."""

    warehouse: str
    sku: str
    lot: str
    qty: int
    cost_fen: int
    expiry_on: date | None


def opening_stock(numbers: dict[str, Habit]) -> list[Opening]:
    """The first day's stock: about two months of sales, more of what will die."""
    chance = dice("opening")
    found = []
    for sku, item in items().items():
        if item.sold_since > FIRST:
            continue
        days = chance.uniform(45, 110) * (5 if sku in planted.DEAD_ITEMS else 1)
        qty = max(numbers[sku].min_qty, round(numbers[sku].daily_qty * days))
        shares = {MAIN: qty}
        if numbers[sku].east_level_qty:
            shares = {MAIN: qty - round(qty * 0.3), EAST: round(qty * 0.3)}
        expiry = None
        if item.shelf_life_days:
            expiry = FIRST + round(item.shelf_life_days * chance.uniform(0.5, 0.8)) * DAY
        cost_fen = round(item.cost_fen * item.level(FIRST))
        for warehouse, share in shares.items():
            if share:
                lot = "LOT-0" if expiry else ""
                found.append(Opening(warehouse, sku, lot, share, cost_fen, expiry))
    return found
