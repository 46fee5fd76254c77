"""A shop in memory for the replay of live orders: the program's own promising and allocation.

The desk is `jobs.allocate.Desk`; promises come from `jobs.promise.stand` and `core.order.promise`,
holds from `core.order.allocation`, lateness from `core.order.lateness`, moves from
`core.stock.moves`. Only what a shop's file would do, keeping rows, is done here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from scm_cli.core.order import allocation, promise, stored
from scm_cli.core.order.door import Clock, Trip, at_door, chance_by, lane_days, leaves_on
from scm_cli.core.order.lateness import Seen
from scm_cli.core.order.promise import Promised, Way
from scm_cli.core.order.supply import Stand
from scm_cli.core.stock.moves import move
from scm_cli.jobs import promise as promises
from scm_cli.jobs.allocate import Desk, Table

ZERO = Decimal(0)
PLACE = "MAIN"
USUAL = {2: 0.7, 4: 0.3}  # the shop's setting before any delivery
UNKNOWN_LATE_DAYS, LANE_DAYS = 5, 2
Key = tuple[str, int]


class Asked(NamedTuple):
    """A line of an order."""

    sku: str
    qty: Decimal


class Supplier(NamedTuple):
    """A supplier: what it quotes, and the lead times that it truly has."""

    code: str
    quoted_days: int
    lead_days: np.ndarray


@dataclass(slots=True)
class Told:
    """What became of an order line."""

    qty: Decimal
    waited: bool
    held_qty: Decimal
    p50_on: date | None = None
    p90_on: date | None = None
    later: bool = False  # promised only once supply was firm
    chance: float = 0.0  # told for the day at 50 %
    open_qty: Decimal = ZERO
    came_on: date | None = None


@dataclass
class LiveShop:
    """Stock, orders and supply of one warehouse, day by day."""

    today: date
    suppliers: list[Supplier]
    lane: dict[int, float]
    rng: np.random.Generator
    lines: Table = field(default_factory=lambda: defaultdict(list))
    lots: Table = field(default_factory=lambda: defaultdict(list))
    inbound: Table = field(default_factory=lambda: defaultdict(list))
    held: Table = field(default_factory=lambda: defaultdict(list))
    told: dict[Key, Told] = field(default_factory=dict)
    moves: list[dict[str, Any]] = field(default_factory=list)
    arriving: dict[date, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    delays: Counter[tuple[str, int]] = field(default_factory=Counter)
    trips: Counter[int] = field(default_factory=Counter)
    trips_on: dict[date, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    purchases: int = 0

    def past(self, lines: int, trips: int) -> None:
        """Purchases and deliveries before the first day."""
        for seller in self.suppliers:
            for days in self.rng.choice(seller.lead_days, lines):
                self.delays[seller.code, int(days) - seller.quoted_days] += 1
        self.trips.update(self._lane_days(trips))

    def _lane_days(self, n: int) -> list[int]:
        drawn: list[int] = self.rng.choice(list(self.lane), n, p=list(self.lane.values())).tolist()
        return drawn

    def opened(self, sku: str, qty: Decimal) -> None:
        row = {"sku": sku, "warehouse": PLACE, "lot": None, "expiry_on": None, "qty": qty}
        self.lots[sku] = [row]
        self._move("opening", {**row, "opening_no": "OS-1", "line_no": 1}, qty)

    def _move(self, kind: str, line: dict[str, Any], qty: Decimal) -> None:
        made = move(kind, {**line, "warehouse": PLACE, "qty": qty, "on": self.today}, "on")
        if made is not None:
            self.moves.append(made)

    def position(self, sku: str) -> Decimal:
        coming = sum((r["open_qty"] for r in self.inbound[sku]), ZERO)
        wanted = sum((r["open_qty"] for r in self.lines[sku]), ZERO)
        stock: Decimal = self.lots[sku][0]["qty"]
        return stock + coming - wanted

    def bought(self, sku: str, seller: Supplier, qty: Decimal) -> None:
        """An order to a supplier: it comes when the draw says."""
        if qty <= 0:
            return
        self.purchases += 1
        row = {
            "purchase_no": f"PO-{self.purchases}", "line_no": 1, "supplier": seller.code, "sku": sku,
            "warehouse": PLACE, "open_qty": qty, "ordered_on": self.today, "expected_on": None,
            "quoted_days": seller.quoted_days, "shipped": False,
        }  # fmt: skip
        self.inbound[sku].append(row)
        days = int(self.rng.choice(seller.lead_days))
        self.arriving[self.today + timedelta(days=days)].append(row)

    def morning(self, today: date) -> None:
        """What came is received and offered to those who wait; what was learnt is brought up to date."""
        self.today = today
        self.trips.update(self.trips_on.pop(today - timedelta(days=1), Counter()))
        came = self.arriving.pop(today, [])
        for row in came:
            days = (today - row["ordered_on"]).days - row["quoted_days"]
            self.delays[row["supplier"], days] += 1
            self.inbound[row["sku"]].remove(row)
            self.lots[row["sku"]][0]["qty"] += row["open_qty"]
            line = {
                **row,
                "receipt_no": f"GR-{row['purchase_no']}",
                "accepted_qty": row["open_qty"],
            }
            self._move("receipt", line, row["open_qty"])
        self._desk()
        for sku in {row["sku"] for row in came}:
            self._allocate(sku)

    def _desk(self) -> None:
        seen: dict[str, list[Seen]] = defaultdict(list)
        for (code, days), n in self.delays.items():
            seen[code].append(Seen(days, True, n))
        still: Counter[tuple[str, int]] = Counter()
        for rows in self.inbound.values():
            for row in rows:
                days = (self.today - row["ordered_on"]).days - row["quoted_days"]
                still[row["supplier"], days] += 1
        for (code, days), n in still.items():
            seen[code].append(Seen(days, False, n))
        self.desk = Desk(
            self.today, PLACE, (), 14, UNKNOWN_LATE_DAYS, LANE_DAYS, self.lines, self.lots,
            self.inbound, self.held, {"quoted": seen},
        )  # fmt: skip
        lane = lane_days([Trip(None, d, n) for d, n in self.trips.items()], None, USUAL)
        self.way = Way(PLACE, lane, Clock(self.today))

    def _allocate(self, sku: str, *, anew: bool = False) -> None:
        lines = [self.desk.line(row) for row in self.lines[sku]]
        holds = [stored.held(row) for row in self.held[sku]]
        found = allocation.allocated(lines, self.desk.sources(sku), holds, anew=anew)
        fresh, _, _ = stored.differences([], found, sku)
        self.held[sku] = [{**row, "reservation_no": 0} for row in fresh]

    def _free(self, sku: str) -> Decimal:
        held = sum((h["qty"] for h in self.held[sku] if h["source"] == "stock"), ZERO)
        stock: Decimal = self.lots[sku][0]["qty"]
        return stock - held

    def ordered(self, number: str, asked: list[Asked]) -> None:
        """Promise and allocate an order, line by line, as `jobs.ordering.held` does."""
        wanted: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for each in asked:
            wanted[each.sku] += each.qty
        free = {sku: self._free(sku) for sku in wanted}
        in_stock = all(free[sku] >= qty for sku, qty in wanted.items())
        for n, each in enumerate(asked, 1):
            row = {
                "order_no": number, "line_no": n, "customer": "C", "sku": each.sku, "warehouse": PLACE,
                "open_qty": each.qty, "priority": 5, "promised_on": None, "requested_on": None,
                "ordered_on": self.today, "is_pinned": False, "customer_class": None, "city": None,
            }  # fmt: skip
            made = self._promised(row, Stand(free[each.sku]) if in_stock else None)
            row["promised_on"] = promises.day_of(row, made.p90_on)
            self.lines[each.sku].append(row)
            free[each.sku] -= each.qty
            self.told[number, n] = Told(
                each.qty, False, ZERO, made.p50_on, made.p90_on, made.p90_on is None,
                _chance(made.door, made.p50_on), each.qty,
            )  # fmt: skip
        for sku in wanted:
            self._allocate(sku)
        for n, each in enumerate(asked, 1):
            mine = self.told[number, n]
            mine.held_qty = sum(
                (h["qty"] for h in self.held[each.sku]
                 if (h["order_no"], h["line_no"]) == (number, n) and h["source"] == "stock"), ZERO
            )  # fmt: skip
            mine.waited = mine.held_qty < each.qty

    def _promised(self, row: dict[str, Any], free: Stand | None) -> Promised:
        key = (row["order_no"], row["line_no"])
        here = free or promises.stand(self.desk, row["sku"], PLACE, key)
        return promise.promised(here, row["open_qty"], self.way)

    def shipped(self) -> None:
        """On working days all that is held of stock leaves."""
        if leaves_on(0, Clock(self.today)) != self.today:
            return
        for sku, holds in self.held.items():
            gone = [h for h in holds if h["source"] == "stock"]
            if not gone:
                continue
            self.held[sku] = [h for h in holds if h["source"] != "stock"]
            open_lines = {(r["order_no"], r["line_no"]): r for r in self.lines[sku]}
            for hold, days in zip(gone, self._lane_days(len(gone)), strict=True):
                key = (hold["order_no"], hold["line_no"])
                self._left(open_lines[key], hold["qty"], days)
            self.lines[sku] = [r for r in self.lines[sku] if r["open_qty"] > 0]

    def _left(self, line: dict[str, Any], qty: Decimal, days: int) -> None:
        door = self.today + timedelta(days=days)
        line["open_qty"] -= qty
        self.lots[line["sku"]][0]["qty"] -= qty
        self._move("shipment", {**line, "lot": None, "shipment_no": line["order_no"]}, qty)
        self.trips_on[door][days] += 1
        mine = self.told[line["order_no"], line["line_no"]]
        mine.open_qty -= qty
        mine.came_on = max(door, mine.came_on or door)

    def night(self) -> None:
        """All is served anew by rank; lines that were promised no day get one where supply is firm."""
        self._desk()
        for sku in [sku for sku, rows in self.lines.items() if rows]:
            self._allocate(sku, anew=True)
            bare = [r for r in self.lines[sku] if r["promised_on"] is None]
            if not bare:
                continue
            days = promises.expected_days(self.desk, sku, PLACE)
            for row in bare:
                key = (row["order_no"], row["line_no"])
                p50, p90 = promises.expected_on(days[key], self.way)
                if p90 is not None:
                    row["promised_on"] = p90
                    mine, door = self.told[key], at_door(days[key].days, *self.way[1:])
                    mine.p50_on, mine.p90_on, mine.chance = p50, p90, _chance(door, p50)

    def waiting(self) -> int:
        return sum(len(rows) for rows in self.lines.values())

    def figures(self) -> dict[str, Any]:
        """What became of the lines, and whether the books add up."""
        lines = list(self.told.values())
        waited = [t for t in lines if t.waited]
        units = sum((t.qty for t in lines), ZERO)
        at_once = sum((min(t.held_qty, t.qty) for t in lines), ZERO)
        return {
            "orders": len({order for order, _ in self.told}),
            "lines": len(lines),
            "purchase_lines": self.purchases,
            "fill_rate_units_pct": _pct(at_once, units),
            "fill_rate_lines_pct": _pct(len(lines) - len(waited), len(lines)),
            "waited": {
                "lines": len(waited),
                "share_pct": _pct(len(waited), len(lines)),
                **kept(waited),
                "promised_at_entry": kept([t for t in waited if not t.later]),
                "promised_later": kept([t for t in waited if t.later]),
            },
            "from_stock": kept([t for t in lines if not t.waited]),
            "open_lines": self.waiting(),
            "moves": len(self.moves),
            "findings": self.findings(),
        }

    def findings(self) -> list[str]:
        """What does not add up, in words; empty when everything does."""
        places: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        for row in self.moves:
            places[row["sku"], row["to_place"]] += row["qty"]
            places[row["sku"], row["from_place"]] -= row["qty"]
        found = []
        for sku, lots in self.lots.items():
            held = sum((h["qty"] for h in self.held[sku] if h["source"] == "stock"), ZERO)
            if places[sku, PLACE] != lots[0]["qty"]:
                found.append(f"{sku}: on hand is not the sum of its moves")
            if lots[0]["qty"] < 0 or held > lots[0]["qty"]:
                found.append(f"{sku}: below zero, or more held than is there")
        totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for (sku, _), qty in places.items():
            totals[sku] += qty
        found += [f"{sku}: the places do not add to zero" for sku, qty in totals.items() if qty]
        sent = sum((t.qty - t.open_qty for t in self.told.values()), ZERO)
        gone = sum((qty for (_, place), qty in places.items() if place == "@customer"), ZERO)
        return found if sent == gone else [*found, "shipped is not what left the warehouse"]


def kept(lines: list[Told]) -> dict[str, float]:
    """How many of the promised lines were at the door by their days."""
    told = [t for t in lines if t.p90_on is not None]
    by90 = sum(1 for t in told if t.p90_on and _came(t, t.p90_on))
    by50 = sum(1 for t in told if t.p50_on and _came(t, t.p50_on))
    chance = sum(t.chance for t in told) / len(told) if told else 0.0
    return {"promised": len(told), "by_p90_pct": _pct(by90, len(told)),
            "by_p50_pct": _pct(by50, len(told)), "told_by_p50_pct": round(chance, 1)}  # fmt: skip


def _chance(door: dict[date, float], day: date | None) -> float:
    """The chance [%] that was told for a day; whole days make it more than 50."""
    return chance_by(door, day) if day is not None else 0.0


def _came(line: Told, day: date) -> bool:
    return line.open_qty <= 0 and line.came_on is not None and line.came_on <= day


def _pct(part: Decimal | int, whole: Decimal | int) -> float:
    return round(100 * float(part) / float(whole), 1) if whole else 0.0
