"""What lies where, by lot. Goods that come in during a day can leave on the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

MAIN, EAST = "MAIN", "EAST"


@dataclass(slots=True)
class Batch:
    """A quantity of one lot; items without shelf life have one batch without a lot."""

    lot: str
    expiry_on: date | None
    qty: int


class Stock:
    """Quantities by warehouse, SKU and lot; none is ever below zero."""

    def __init__(self) -> None:
        self.shelves: dict[tuple[str, str], list[Batch]] = {}
        self._arriving: list[tuple[str, str, Batch]] = []

    def batches(self, warehouse: str, sku: str) -> list[Batch]:
        return self.shelves.setdefault((warehouse, sku), [])

    def on_hand(self, warehouse: str, sku: str) -> int:
        return sum(batch.qty for batch in self.batches(warehouse, sku))

    def usable(self, warehouse: str, sku: str, day: date) -> int:
        """On hand without what has expired."""
        return sum(b.qty for b in self.batches(warehouse, sku) if not _expired(b, day))

    def arrive(self, warehouse: str, sku: str, batch: Batch) -> None:
        """Note goods that came in today."""
        if batch.qty > 0:
            self._arriving.append((warehouse, sku, batch))

    def shelve(self) -> None:
        """Put what came in today on the shelves, in the evening."""
        for warehouse, sku, batch in self._arriving:
            shelf = self.batches(warehouse, sku)
            same = next((b for b in shelf if b.lot == batch.lot), None)
            if same is None:
                shelf.append(Batch(batch.lot, batch.expiry_on, batch.qty))
            else:
                same.qty += batch.qty
        self._arriving.clear()

    def take(self, warehouse: str, sku: str, qty: int, day: date) -> list[Batch]:
        """Take `qty`, first expired first out; the batches taken."""
        taken = []
        shelf = [b for b in self.batches(warehouse, sku) if b.qty and not _expired(b, day)]
        for batch in sorted(shelf, key=lambda b: (str(b.expiry_on), b.lot)):
            part = min(qty, batch.qty)
            if part:
                batch.qty -= part
                qty -= part
                taken.append(Batch(batch.lot, batch.expiry_on, part))
        if qty:
            raise ValueError(f"{sku} in {warehouse} is {qty} short on {day}")
        return taken

    def take_lot(self, warehouse: str, sku: str, lot: str, most_qty: int) -> int:
        """Take up to `most_qty` of one lot; the quantity taken."""
        for batch in self.batches(warehouse, sku):
            if batch.lot == lot:
                part = min(most_qty, batch.qty)
                batch.qty -= part
                return part
        return 0


def _expired(batch: Batch, day: date) -> bool:
    return batch.expiry_on is not None and batch.expiry_on <= day
