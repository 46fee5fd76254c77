"""Items, their packs, who offers them at what price, and the owner's habits with them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.chance import Dice, dice
from sample_world.codes import ean13
from sample_world.seasons import FIRST, LAST, promotion, season

if TYPE_CHECKING:
    from datetime import date

HERE = Path(__file__).parent
PACKED_VARIANTS = 3  # only the first colours of a family come by the carton
EAST_ITEMS = 150
NOTED_POPULARITY = 4.5  # what is planted must be seen


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier asks for an item; prices in fen for one unit."""

    supplier: str
    rank: int
    price_fen: int
    moq_qty: int
    multiple_qty: int
    break_qty: int
    break_fen: int
    valid_until_on: str

    def price_of(self, qty: int) -> int:
        return self.break_fen if self.break_qty and qty >= self.break_qty else self.price_fen


@dataclass(slots=True)
class Item:
    """An item: its card, how it is asked for, and who offers it."""

    sku: str
    name: str
    spec: str
    unit: str
    barcode: str
    category: str
    brand: str
    pack: int
    cost_fen: int
    sale_fen: int
    floor_fen: int
    shelf_life_days: int
    popularity: float
    typical_qty: int
    offers: list[Offer]
    is_east: bool = False

    @property
    def sold_since(self) -> date:
        return planted.NEW_ITEMS.get(self.sku, FIRST)

    def demand_factor(self, day: date) -> float:
        """Demand on that day relative to the item's ordinary demand."""
        dead = planted.DEAD_ITEMS.get(self.sku)
        if day < self.sold_since or (dead is not None and day >= dead):
            return 0.0
        factor = season(self.category, day)
        years = (day - FIRST).days / (LAST - FIRST).days
        if self.sku in planted.RISING_ITEMS:
            factor *= 4.0**years
        if self.sku in planted.FALLING_ITEMS:
            factor *= 4.0**-years
        running = promotion(day)
        if running and self.sku in running[1]:
            factor *= planted.SPIKE_FACTOR
        return factor

    def level(self, day: date) -> float:
        """Prices of that day relative to those of today."""
        since, factor = planted.PRICE_RISES.get(self.category, (FIRST, 1.0))
        return 1.0 if day >= since else 1 / factor


@cache
def items() -> dict[str, Item]:
    """All items by SKU."""
    chance = dice("items")
    with (HERE / "families.csv").open(encoding="utf-8", newline="") as file:
        families = list(csv.DictReader(file))
    found: dict[str, Item] = {}
    counts: dict[str, int] = {}
    for family in families:
        strength = chance.around(1, 0.3)
        for at, variant in enumerate(family["variants"].split(";")):
            counts[family["code"]] = counts.get(family["code"], 0) + 1
            sku = f"{family['code']}-{counts[family['code']]:03d}"
            found[sku] = _item(sku, (len(found) + 1, at, variant), family, strength, chance)
    popular = sorted(found.values(), key=lambda i: (-i.popularity, i.sku))
    for item in [*popular[:EAST_ITEMS], found[planted.GIFT_ITEM]]:
        item.is_east = True
    return found


def _item(
    sku: str, place: tuple[int, int, str], family: dict[str, str], strength: float, chance: Dice
) -> Item:
    number, at, variant = place
    variant_cn, variant_en = variant.split(":")
    cost = float(family["cost"]) * (1 + 0.12 * at if variant_en[0].isdigit() else 1)
    cost_fen = max(10, round(cost * 100 * chance.uniform(0.96, 1.04)))
    sale_fen = _shown(cost_fen * chance.uniform(1.4, 1.85))
    popularity = float(family["popularity"]) * strength * chance.around(1, 0.3) / (1 + 0.55 * at)
    popularity = max(popularity, NOTED_POPULARITY if sku in planted.NOTED_ITEMS else 1.3)
    pack = int(family["pack"] or 0) if at < PACKED_VARIANTS else 0
    return Item(
        sku=sku,
        name=f"{family['cn']} {variant_cn} {family['en']} {variant_en}",
        spec=variant_cn,
        unit=family["unit"],
        barcode=ean13(f"69990001{number:04d}"),
        category=family["category"],
        brand=family["brand"],
        pack=pack,
        cost_fen=cost_fen,
        sale_fen=sale_fen,
        floor_fen=min(sale_fen, _shown(cost_fen * 1.15)),
        shelf_life_days=int(family["shelf_life_days"] or 0),
        popularity=popularity,
        typical_qty=next(q for limit, q in TYPICAL if cost_fen <= limit),
        offers=_offers(sku, family["suppliers"].split(), cost_fen, pack, chance),
    )


#: up to that cost in fen, customers usually ask for so many.
TYPICAL = ((150, 40), (400, 20), (1000, 10), (2500, 6), (10**9, 3))


def _shown(fen: float) -> int:
    """A price as shopkeepers set it: to 0.05 when cheap, to 0.1 or 0.5 above."""
    step = 5 if fen < 500 else 10 if fen < 2000 else 50
    return max(step, round(fen / step) * step)


def _offers(sku: str, names: list[str], cost_fen: int, pack: int, chance: Dice) -> list[Offer]:
    found = []
    for rank, name in enumerate(names, start=1):
        factor = 1.0 if rank == 1 else chance.uniform(0.98, 1.14)
        if rank == 2 and sku == planted.CHEAPER_ELSEWHERE:
            factor = 0.85
        price_fen = max(8, round(cost_fen * factor))
        multiple = pack or (10 if cost_fen < 1500 else 1)
        moq = multiple * chance.choices((1, 2, 3), (5, 3, 1))[0]
        has_break = rank == 1 and (sku in planted.BULK_BUYS or chance.happens(0.3))
        quote_ended = (name, sku) == planted.EXPIRED_QUOTE
        found.append(
            Offer(
                supplier=name,
                rank=rank,
                price_fen=price_fen,
                moq_qty=moq,
                multiple_qty=multiple,
                break_qty=moq * 10 if has_break else 0,
                break_fen=max(7, round(price_fen * 0.94)) if has_break else 0,
                valid_until_on="2025-11-30" if quote_ended else "",
            )
        )
    return found
