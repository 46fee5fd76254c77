"""Purchase orders: what the owner orders, and what suppliers make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.chance import Dice, dice
from sample_world.items import Item, items
from sample_world.parties import Supplier, suppliers
from sample_world.seasons import DAY, next_open

if TYPE_CHECKING:
    from datetime import date

    from sample_world.habits import Habit

LISTED_BEFORE_DAYS = 60  # a new item is bought so long before it is first sold
IN_PACKS = 0.15
NEVER = (None, 0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a supplier will bring of a line on a day."""

    day: date
    accepted_qty: int
    rejected_qty: int


@dataclass(slots=True)
class PurchaseLine:
    """One line of a purchase order; quantities in the item's own unit."""

    order: Purchase
    line_no: int
    item: Item
    qty: int
    factor: int
    price_fen: int
    promised_on: date
    first_promised_on: date
    requested_on: date
    arrivals: list[Arrival] = field(default_factory=list)
    revision: tuple[date, date] | None = None
    cancellation: tuple[date, int] | None = None
    accepted_qty: int = 0
    rejected_qty: int = 0
    cancelled_qty: int = 0
    note: str = ""

    @property
    def open_qty(self) -> int:
        return self.qty - self.accepted_qty - self.cancelled_qty


@dataclass(slots=True)
class Purchase:
    """A purchase order."""

    purchase_no: str
    supplier: Supplier
    ordered_on: date
    lines: list[PurchaseLine] = field(default_factory=list)

    @property
    def open_lines(self) -> list[PurchaseLine]:
        return [line for line in self.lines if line.open_qty]


class Buyer:
    """The owner at the desk on Mondays."""

    def __init__(self, numbers: dict[int, dict[str, Habit]]) -> None:
        self.numbers = numbers
        self.purchases: list[Purchase] = []
        self.running: list[Purchase] = []
        self.chance: Dice = dice("buying")

    def review(self, day: date, at_hand: dict[str, int]) -> None:
        """Order up to max what fell to min: naive about seasons, lead times and lateness."""
        if day >= planted.BUYING_STOPPED_ON:
            return
        inbound: dict[str, int] = {}
        for purchase in self.running:
            for line in purchase.open_lines:
                inbound[line.item.sku] = inbound.get(line.item.sku, 0) + line.open_qty
        baskets: dict[str, list[tuple[Item, int]]] = {}
        for sku, item in items().items():
            if day < item.sold_since - LISTED_BEFORE_DAYS * DAY:
                continue
            wanted = self._wanted(item, at_hand[sku] + inbound.get(sku, 0), day)
            if wanted:
                baskets.setdefault(item.offers[0].supplier, []).append((item, wanted))
        for name, basket in baskets.items():
            self._send(suppliers()[name], basket, day)

    def _wanted(self, item: Item, position_qty: int, day: date) -> int:
        habit, offer = self.numbers[day.year][item.sku], item.offers[0]
        bulk_on, bulk_qty = planted.BULK_BUYS.get(item.sku, NEVER)
        wanted = 0
        if bulk_on == day:
            wanted = bulk_qty
        elif position_qty <= habit.min_qty:
            wanted = habit.max_qty - position_qty
        if not wanted:
            return 0
        return max(offer.moq_qty, math.ceil(wanted / offer.multiple_qty) * offer.multiple_qty)

    def _send(self, supplier: Supplier, basket: list[tuple[Item, int]], day: date) -> None:
        worth = sum(qty * item.offers[0].price_fen for item, qty in basket)
        scale = max(1, math.ceil(supplier.min_order_fen / worth))
        purchase = Purchase(f"PO-{len(self.purchases) + 1:06d}", supplier, day)
        late_days = _late_days(supplier, day, self.chance)
        for item, qty in basket:
            line = _line(purchase, item, qty * scale, day, self.chance)
            purchase.lines.append(line)
            _plan(line, late_days, self.chance)
        self.purchases.append(purchase)
        self.running.append(purchase)

    def hear(self, day: date) -> None:
        """Take note of new promises and cancellations that suppliers announce today."""
        for purchase in self.running:
            for line in purchase.open_lines:
                if line.revision and line.revision[0] == day:
                    line.promised_on = line.revision[1]
                if line.cancellation and line.cancellation[0] == day:
                    line.cancelled_qty += line.cancellation[1]
        self.running = [purchase for purchase in self.running if purchase.open_lines]


def _late_days(supplier: Supplier, day: date, chance: Dice) -> int:
    on_time, mean_days = supplier.punctuality(day)
    if chance.happens(on_time):
        return -chance.randint(0, 1)
    return max(1, round(chance.gammavariate(2.0, mean_days / 2.0)))


def _line(purchase: Purchase, item: Item, qty: int, day: date, chance: Dice) -> PurchaseLine:
    supplier = purchase.supplier
    honest = supplier.code != planted.LATE_SUPPLIER  # the others jump their own holidays
    lead = supplier.lead_days
    promised_on = supplier.after_work(day, lead) if honest else day + lead * DAY
    in_packs = item.pack and qty % item.pack == 0 and chance.happens(IN_PACKS)
    bulk = planted.BULK_BUYS.get(item.sku, NEVER)[0] == day
    return PurchaseLine(
        order=purchase,
        line_no=len(purchase.lines) + 1,
        item=item,
        qty=qty,
        factor=item.pack if in_packs else 1,
        price_fen=max(1, round(item.offers[0].price_of(qty) * item.level(day))),
        promised_on=promised_on,
        first_promised_on=promised_on,
        requested_on=day + lead * DAY,
        note="阶梯价囤货 bulk for the price break" if bulk else "",
    )


def _plan(line: PurchaseLine, late_days: int, chance: Dice) -> None:
    """Settle what the supplier will do with the line: when, how much, how good."""
    supplier = line.order.supplier
    base = supplier.after_work(line.order.ordered_on, max(1, supplier.lead_days + late_days))
    day = next_open(max(base, line.order.ordered_on + DAY))
    if late_days > 3 and chance.happens(0.5):
        moved = line.first_promised_on + max(1, round(late_days * chance.uniform(0.3, 1.0))) * DAY
        line.revision = (line.first_promised_on - DAY, moved)
    if chance.happens(supplier.cancel):
        share = 1.0 if chance.happens(0.6) else chance.uniform(0.3, 0.7)
        dropped = _whole(line.qty * share, line.factor)
        line.cancellation = (line.first_promised_on, dropped)
        if dropped < line.qty:
            _bring(line, day, line.qty - dropped, chance)
    elif line.qty > line.factor and chance.happens(supplier.short):
        most = line.qty - line.factor
        first = min(most, _whole(line.qty * chance.uniform(0.6, 0.93), line.factor))
        _bring(line, day, first, chance)
        later = next_open(day + chance.randint(5, 18) * DAY)
        if chance.happens(0.6):
            _bring(line, later, line.qty - first, chance)
        else:
            line.cancellation = (later, line.qty - first)
    else:
        _bring(line, day, line.qty, chance)


def _whole(qty: float, factor: int) -> int:
    """At least one, in whole packs."""
    return max(1, round(qty / factor)) * factor


def _bring(line: PurchaseLine, day: date, qty: int, chance: Dice) -> None:
    rejected = 0
    if chance.happens(line.order.supplier.reject):
        rejected = min(qty, _whole(qty * chance.uniform(0.03, 0.2), line.factor))
    line.arrivals.append(Arrival(day, qty - rejected, rejected))


def due_arrivals(purchase: Purchase, day: date) -> list[tuple[PurchaseLine, Arrival]]:
    """What arrives of the order on that day."""
    return [(line, a) for line in purchase.open_lines for a in line.arrivals if a.day == day]
