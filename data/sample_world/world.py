"""The days of the firm: goods out in the daytime, goods in towards the evening."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sample_world import planted
from sample_world.buying import Arrival, Buyer, PurchaseLine, due_arrivals
from sample_world.chance import dice
from sample_world.habits import habits, opening_stock
from sample_world.items import items
from sample_world.orders import Order, OrderLine, orders
from sample_world.papers import (
    Books,
    Counted,
    Delivered,
    Moved,
    Paper,
    Received,
    Returned,
    SentBack,
)
from sample_world.seasons import DAY, all_days, is_open, next_open
from sample_world.stock import EAST, MAIN, Batch, Stock

if TYPE_CHECKING:
    from datetime import date

MONDAY, TUESDAY = 0, 1
RETURN_SHARE = 0.012
RETURN_REASONS = {  # reason: what becomes of the goods
    "破损 damaged": "scrap",
    "质量问题 quality": "scrap",
    "发错货 wrong item": "restock",
    "客户多订 ordered too much": "restock",
}
BACK_SHARE = 0.02
BACK_REASONS = ("批次质量 batch quality", "包装破损 torn packing", "规格不符 wrong specification")
COUNT_REASONS = ("漏记出库 issue not booked", "破损 breakage", "点数错误 miscounted before")
MISCOUNTED_SHARE = 0.05
EXPIRED_REASON = "过期报废 expired"
WORTH_A_PART = 0.3  # of the open quantity; less is not worth a parcel


class Firm:
    """The firm at work, one day after the other."""

    def __init__(self) -> None:
        asked = orders()
        self.numbers = {year: habits(asked, year) for year in (2024, 2025)}
        opening = opening_stock(self.numbers[2024])
        self.buyer = Buyer(self.numbers)
        self.books = Books(self.numbers[2025], opening, asked, self.buyer.purchases)
        self.stock = Stock()
        self.waiting: dict[str, list[OrderLine]] = {MAIN: [], EAST: []}
        self.coming_back: dict[date, list[Delivered]] = {}
        self.going_back: dict[date, list[Received]] = {}
        self.chance = dice("warehouse")
        for o in self.books.opening:
            self.stock.arrive(o.warehouse, o.sku, Batch(o.lot, o.expiry_on, o.qty))
        self.stock.shelve()

    def live(self) -> Books:
        """All days; the books at the end of the last."""
        by_day: dict[date, list[Order]] = {}
        for order in self.books.orders:
            by_day.setdefault(order.ordered_on, []).append(order)
        for day in all_days():
            self.buyer.hear(day)
            for order in by_day.get(day, []):
                self.waiting[order.warehouse].extend(order.lines)
            if is_open(day):
                self._work(day)
            elif day in planted.COUNT_DAYS:
                self._count(MAIN, day)
                self._count(EAST, day)
        return self.books

    def _work(self, day: date) -> None:
        """Outgoing goods leave from the evening before, so no order of booking goes below zero."""
        if day.weekday() == TUESDAY:
            self._transfer(day)
        self._send_back(day)
        for warehouse in (MAIN, EAST):
            self._deliver(warehouse, day)
        self._receive(day)
        self._take_back(day)
        if day.weekday() == MONDAY:
            self.buyer.review(day, self._positions())
        self.stock.shelve()

    def _positions(self) -> dict[str, int]:
        """On hand in both warehouses less what customers wait for."""
        found = {s: self.stock.on_hand(MAIN, s) + self.stock.on_hand(EAST, s) for s in items()}
        for line in [*self.waiting[MAIN], *self.waiting[EAST]]:
            found[line.item.sku] -= line.open_qty
        return found

    def _transfer(self, day: date) -> None:
        lines: list[tuple[str, Batch]] = []
        for sku, numbers in self.numbers[day.year].items():
            level, there = numbers.east_level_qty, self.stock.on_hand(EAST, sku)
            if there * 2 <= level:
                qty = min(level - there, self.stock.usable(MAIN, sku, day) // 2)
                lines += [(sku, batch) for batch in self.stock.take(MAIN, sku, qty, day)]
        if not lines:
            return
        paper = Paper(self.books.number("TR"), EAST, MAIN, day)
        for at, (sku, batch) in enumerate(lines, start=1):
            self.stock.arrive(EAST, sku, batch)
            self.books.moved.append(Moved(paper, at, sku, batch))

    def _deliver(self, warehouse: str, day: date) -> None:
        ready = [line for line in self.waiting[warehouse] if line.order.ready_on <= day]
        ready.sort(key=lambda x: (x.order.requested_on, x.order.order_no, x.line_no))
        for _, lines in groupby(ready, key=lambda x: x.order.order_no):
            parcels = [(line, batch) for line in lines for batch in self._picked(line, day)]
            if parcels:
                self._ship(parcels, day)
        self.waiting[warehouse] = [line for line in self.waiting[warehouse] if line.open_qty]

    def _picked(self, line: OrderLine, day: date) -> list[Batch]:
        usable = self.stock.usable(line.order.warehouse, line.item.sku, day)
        qty = min(line.open_qty, usable // line.factor * line.factor)
        if qty < line.open_qty:
            self._keep_waiting(line, day)
            if qty < WORTH_A_PART * line.open_qty or not line.open_qty:
                return []
        line.shipped_qty += qty
        return self.stock.take(line.order.warehouse, line.item.sku, qty, day)

    def _keep_waiting(self, line: OrderLine, day: date) -> None:
        """Promise the line for the next goods that were promised to us, or give it up."""
        order = line.order
        if (day - order.requested_on).days > order.customer.trade.patience_days:
            line.cancelled_qty += line.open_qty
        elif line.promised_on is None:
            sku, promises = line.item.sku, [day + 14 * DAY]
            for purchase in self.buyer.running:
                promises += [x.promised_on for x in purchase.open_lines if x.item.sku == sku]
            hoped = min(p for p in promises if p >= day)
            line.promised_on = max(order.requested_on, next_open(hoped + 2 * DAY))

    def _ship(self, parcels: list[tuple[OrderLine, Batch]], day: date) -> None:
        order = parcels[0][0].order
        number = self.books.number("DN")
        paper = Paper(number, order.customer.code, order.warehouse, day)
        for at, (line, batch) in enumerate(parcels, start=1):
            delivered = Delivered(paper, at, line, batch)
            self.books.delivered.append(delivered)
            if line.kind == "normal" and self.chance.happens(RETURN_SHARE):
                back_on = next_open(day + self.chance.randint(3, 20) * DAY)
                self.coming_back.setdefault(back_on, []).append(delivered)

    def _receive(self, day: date) -> None:
        for purchase in self.buyer.running:
            arrivals = due_arrivals(purchase, day)
            if arrivals:
                paper = Paper(self.books.number("GR"), purchase.supplier.code, MAIN, day)
                for at, (line, arrival) in enumerate(arrivals, start=1):
                    self._book_in(paper, at, line, arrival)

    def _book_in(self, paper: Paper, at: int, line: PurchaseLine, arrival: Arrival) -> None:
        lot, expiry_on = "", None
        if line.item.shelf_life_days:
            lot = f"LOT-{int(paper.number[3:])}-{at}"
            left = round(line.item.shelf_life_days * self.chance.uniform(0.75, 0.95))
            expiry_on = paper.day + left * DAY
        batch = Batch(lot, expiry_on, arrival.accepted_qty)
        line.accepted_qty += arrival.accepted_qty
        line.rejected_qty += arrival.rejected_qty
        line.cancelled_qty += arrival.rejected_qty  # rejects are credited, not replaced
        self.stock.arrive(paper.warehouse, line.item.sku, batch)
        received = Received(paper, at, line, batch, arrival.rejected_qty)
        self.books.received.append(received)
        if batch.qty >= 20 and self.chance.happens(BACK_SHARE):
            back_on = next_open(paper.day + self.chance.randint(4, 25) * DAY)
            self.going_back.setdefault(back_on, []).append(received)

    def _send_back(self, day: date) -> None:
        for received in self.going_back.get(day, []):
            most = max(1, round(received.accepted.qty * self.chance.uniform(0.02, 0.08)))
            sku, lot = received.line.item.sku, received.accepted.lot
            qty = self.stock.take_lot(received.paper.warehouse, sku, lot, most)
            if qty:
                reason = self.chance.one_of(BACK_REASONS)
                warehouse, supplier = received.paper.warehouse, received.paper.party
                paper = Paper(self.books.number("PR"), supplier, warehouse, day, reason)
                self.books.sent_back.append(SentBack(paper, received, qty))

    def _take_back(self, day: date) -> None:
        for delivered in self.coming_back.get(day, []):
            whole, batch = delivered.batch.qty, delivered.batch
            qty = whole if whole <= 3 else max(1, round(whole * self.chance.uniform(0.1, 1.0)))
            reason = self.chance.one_of(tuple(RETURN_REASONS))
            disposition = RETURN_REASONS[reason]
            head = delivered.paper
            paper = Paper(self.books.number("SR"), head.party, head.warehouse, day, reason)
            if disposition == "restock":
                back = Batch(batch.lot, batch.expiry_on, qty)
                self.stock.arrive(head.warehouse, delivered.line.item.sku, back)
            self.books.returned.append(Returned(paper, delivered, qty, disposition))

    def _count(self, warehouse: str, day: date) -> None:
        """A full count on a Sunday: nothing else moves that day."""
        paper = Paper(self.books.number("CT"), warehouse, warehouse, day)
        line_no = 0
        for sku in items():
            for batch in self.stock.batches(warehouse, sku):
                if batch.qty == 0 and batch.lot:
                    continue
                line_no += 1
                counted, reason = self._found(batch, day)
                batch.qty = counted
                entry = Counted(paper, line_no, sku, batch.lot, counted, reason)
                self.books.counted.append(entry)

    def _found(self, batch: Batch, day: date) -> tuple[int, str]:
        if batch.expiry_on is not None and batch.expiry_on <= day and batch.qty:
            return 0, EXPIRED_REASON
        if not self.chance.happens(MISCOUNTED_SHARE):
            return batch.qty, ""
        difference = round(self.chance.normalvariate(-0.3, 1.0) * max(2.0, batch.qty * 0.01))
        counted = max(0, batch.qty + difference)
        return counted, self.chance.one_of(COUNT_REASONS) if counted != batch.qty else ""
