"""What customers ask for, day by day, whether or not it can be delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.chance import Dice, dice
from sample_world.items import Item, items
from sample_world.parties import Customer, customers
from sample_world.seasons import DAY, FIRST, all_days, appetite, next_open, promotion

if TYPE_CHECKING:
    from datetime import date

MOST_LINES = 12
PROMOTION_PRICE = 0.9
GIFT_FROM_FEN = 150_000


@dataclass(slots=True)
class OrderLine:
    """One line of a customer's order; quantities in the item's own unit."""

    order: Order
    line_no: int
    item: Item
    qty: int
    factor: int
    price_fen: int
    kind: str = "normal"
    promised_on: date | None = None
    cancelled_qty: int = 0
    shipped_qty: int = 0

    @property
    def open_qty(self) -> int:
        return self.qty - self.cancelled_qty - self.shipped_qty


@dataclass(slots=True)
class Order:
    """A customer's order."""

    order_no: str
    customer: Customer
    ordered_on: date
    requested_on: date
    ready_on: date
    warehouse: str
    channel: str
    lines: list[OrderLine] = field(default_factory=list)


def orders() -> list[Order]:
    """Every order of the two years, in order of its day."""
    chance = dice("orders")
    everyone = list(customers().values())
    tastes = {c.code: _taste(c, chance) for c in everyone}
    due = {c.code: c.since + int(chance.uniform(0, c.gap_days)) * DAY for c in everyone}
    found: list[Order] = []
    for day in all_days():
        factors = {sku: item.demand_factor(day) for sku, item in items().items()}
        chance.shuffle(everyone)
        for customer in everyone:
            if due[customer.code] > day or customer.is_gone(day):
                continue
            if not chance.happens(appetite(day)):
                continue
            found.append(_order(len(found) + 1, customer, day, chance))
            _fill(found[-1], tastes[customer.code], factors, chance)
            gap = chance.gammavariate(6.0, customer.gap_on(day) / 6.0)
            due[customer.code] = day + max(1, round(gap)) * DAY
    return found


def _taste(customer: Customer, chance: Dice) -> dict[str, float]:
    """The customer's assortment: SKU to weight."""
    found = {}
    for item in items().values():
        if customer.warehouse == "EAST" and not item.is_east:
            continue
        liked = item.category in customer.trade.favourites
        if chance.happens(0.55 if liked or item.sku in planted.NOTED_ITEMS else 0.22):
            found[item.sku] = item.popularity * (1.8 if liked else 1.0) * chance.around(1, 0.5)
    return found


def _order(number: int, customer: Customer, day: date, chance: Dice) -> Order:
    in_advance = chance.happens(0.02)
    wait = chance.randint(8, 20) if in_advance else chance.randint(2, 5)
    requested_on = next_open(day + wait * DAY)
    ready_on = next_open(day)
    for _ in range(chance.choices((0, 1, 2), (60, 32, 8))[0]):
        ready_on = next_open(ready_on + DAY)
    if in_advance:
        ready_on = next_open(requested_on - DAY)
    return Order(
        order_no=f"SO-{number:06d}",
        customer=customer,
        ordered_on=day,
        requested_on=max(requested_on, ready_on),
        ready_on=ready_on,
        warehouse=customer.warehouse,
        channel=chance.one_of(customer.trade.channels),
    )


def _fill(order: Order, taste: dict[str, float], factors: dict[str, float], chance: Dice) -> None:
    weights = [weight * factors[sku] for sku, weight in taste.items()]
    intensity = sum(weights) / sum(taste.values())
    wanted = chance.poisson(order.customer.trade.lines * intensity)
    count = min(MOST_LINES, max(1, wanted))
    for sku in dict.fromkeys(chance.choices(list(taste), weights, k=count)):
        order.lines.append(_line(order, items()[sku], chance))
    worth = sum(line.qty * line.price_fen for line in order.lines)
    if promotion(order.ordered_on) and worth >= GIFT_FROM_FEN:
        order.lines.append(_free(order, items()[planted.GIFT_ITEM], 5, "gift"))
    elif order.customer.trade.size >= 2 and chance.happens(0.01):
        kept = order.customer.warehouse
        fresh = [
            item
            for item in items().values()
            if FIRST < item.sold_since <= order.ordered_on and (item.is_east or kept == "MAIN")
        ]
        if fresh:
            order.lines.append(_free(order, fresh[-1], 1, "sample"))


def _line(order: Order, item: Item, chance: Dice) -> OrderLine:
    qty = _round_qty(chance.around(item.typical_qty * order.customer.size, 0.5))
    factor = 1
    sold_in_packs = item.pack and not item.shelf_life_days
    if sold_in_packs and qty >= 0.55 * item.pack and chance.happens(0.6):
        factor = item.pack
        qty = max(1, round(qty / factor)) * factor
    price = item.sale_fen * order.customer.trade.price_factor * item.level(order.ordered_on)
    running = promotion(order.ordered_on)
    if running and item.sku in running[1]:
        price *= PROMOTION_PRICE
    return OrderLine(
        order=order,
        line_no=len(order.lines) + 1,
        item=item,
        qty=qty,
        factor=factor,
        price_fen=max(item.floor_fen if item.level(order.ordered_on) == 1 else 1, round(price)),
    )


def _free(order: Order, item: Item, qty: int, kind: str) -> OrderLine:
    return OrderLine(order, len(order.lines) + 1, item, qty, 1, 0, kind)


def _round_qty(wanted: float) -> int:
    """As people ask: by tens above twenty, by ones below."""
    return max(1, round(wanted)) if wanted < 20 else round(wanted / 10) * 10
