"""The master data as sheets, columns named as the records' fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.cells import CARRIERS, CARTON, Row, money
from sample_world.codes import ean13
from sample_world.items import items
from sample_world.parties import customers, suppliers
from sample_world.seasons import (
    DAY,
    FIRST,
    PROMOTIONS,
    SEASON_EVENTS,
    SPRING_FESTIVALS,
    firm_closures,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sample_world.items import Item
    from sample_world.papers import Books


def master_sheets(books: Books) -> dict[str, list[Row]]:
    """Warehouses to events, by kind of sheet."""
    return {
        "warehouses": list(_warehouses()),
        "suppliers": [dict(supplier.card) for supplier in suppliers().values()],
        "customers": [dict(customer.card) for customer in customers().values()],
        "items": [_item(item, books) for item in items().values()],
        "item_units": list(_item_units()),
        "supplier_prices": list(_supplier_prices()),
        "closures": list(_closures()),
        "events": list(_events()),
    }


def _warehouses() -> Iterator[Row]:
    yield {"warehouse": "MAIN", "name": "主仓 Main warehouse", "city": "义乌", "priority": 1}
    yield {"warehouse": "EAST", "name": "上海仓 Shanghai warehouse", "city": "上海", "priority": 2}


def _item(item: Item, books: Books) -> Row:
    habit = books.numbers[item.sku]
    is_fresh = item.sold_since.year == 2025 and item.sold_since.month == 12
    return {
        "sku": item.sku,
        "name": item.name,
        "spec": item.spec,
        "unit": item.unit,
        "barcode": item.barcode,
        "category": item.category,
        "brand": item.brand,
        "purchase_price": money(item.cost_fen),
        "sale_price": money(item.sale_fen),
        "floor_price": money(item.floor_fen),
        "tax_rate_pct": 13,
        "shelf_life_days": item.shelf_life_days or "",
        "min_qty": habit.min_qty if habit.is_written else "",
        "max_qty": habit.max_qty if habit.is_written else "",
        "daily_guess_qty": max(1, round(habit.daily_qty)) if is_fresh else "",
        "supplier": item.offers[0].supplier,
        "status": "ended" if item.sku == planted.ENDED_ITEM else "active",
    }


def _item_units() -> Iterator[Row]:
    for item in items().values():
        if item.pack:
            yield {
                "sku": item.sku,
                "unit": CARTON,
                "factor": item.pack,
                "barcode": ean13(f"69990002{item.barcode[8:12]}"),
                "for_buying": "true",
                "for_selling": "false" if item.shelf_life_days else "true",
            }


def _supplier_prices() -> Iterator[Row]:
    for item in items().values():
        since = planted.PRICE_RISES.get(item.category, (FIRST, 1.0))[0]
        for offer in item.offers:
            for from_qty, fen in ((0, offer.price_fen), (offer.break_qty, offer.break_fen)):
                if from_qty == 0 and fen != offer.price_fen:
                    continue  # this offer has no price break
                yield {
                    "supplier": offer.supplier,
                    "sku": item.sku,
                    "from_qty": from_qty,
                    "unit_price": money(fen),
                    "unit": item.unit,
                    "moq_qty": offer.moq_qty,
                    "order_multiple_qty": offer.multiple_qty,
                    "lead_time_days": suppliers()[offer.supplier].lead_days,
                    "valid_from_on": since,
                    "valid_until_on": offer.valid_until_on,
                    "rank": offer.rank,
                }


def _closures() -> Iterator[Row]:
    def row(kind: str, party: str, closure: tuple[date, date, str]) -> Row:
        start, end, name = closure
        head: Row = {"party_kind": kind, "party": party}
        return head | {"from_on": start, "until_on": end, "name": name}

    for closure in firm_closures():
        yield row("firm", "*", closure)
    for name, supplier in suppliers().items():
        for closure in supplier.closures():
            yield row("supplier", name, closure)
    for carrier in CARRIERS[:2]:
        for festival in SPRING_FESTIVALS:
            shut = (festival - 2 * DAY, festival + 5 * DAY, "春节 Spring Festival")
            yield row("carrier", carrier, shut)


def _events() -> Iterator[Row]:
    for year in (2024, 2025, 2026):
        for name, start, end, kind, category, uplift, items_in in PROMOTIONS + SEASON_EVENTS:
            yield {
                "event": name,
                "from_on": FIRST.replace(year, *start),
                "until_on": FIRST.replace(year, *end),
                "kind": kind,
                "category": category,
                "uplift_pct": uplift,
                "note": "主推 featured: " + " ".join(items_in) if items_in else "",
            }
    for festival in SPRING_FESTIVALS:
        yield {
            "event": "春节 Spring Festival",
            "from_on": festival - 4 * DAY,
            "until_on": festival + 8 * DAY,
            "kind": "festival",
            "uplift_pct": -94,
        }
