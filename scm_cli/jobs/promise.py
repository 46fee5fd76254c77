"""Promises: when a quantity can be at a customer's door, what limits it, what would beat it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.calendar import Closures, WorkCalendar
from scm_cli.core.order import lateness, promise
from scm_cli.core.order.door import Clock, Trip, at_door, by_chance, lane_days
from scm_cli.core.order.expected import Waiting, expected
from scm_cli.core.order.parcels import Place, now_qty, parcels
from scm_cli.core.order.promise import Offer, Other, Promised, Way
from scm_cli.core.order.supply import Coming, Commitment, Found, Stand
from scm_cli.errors import Problem, Say
from scm_cli.jobs import allocate, documents
from scm_cli.store import lookup, orders
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from scm_cli.core.order.lateness import Chances
    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs.allocate import Desk
    from scm_cli.run import Run

ZERO = Decimal(0)
LineKey = tuple[str, int]


@dataclass(slots=True)
class Roads:
    """The ways from warehouses to customers' doors, learnt from deliveries; kept while asked."""

    con: Any
    clock: Clock
    usual: Chances
    _trips: dict[str, list[Trip]] = field(default_factory=dict)

    def way(self, warehouse: str, city: str | None) -> Way:
        """From a warehouse to a city; None: as deliveries usually go."""
        if warehouse not in self._trips:
            told = orders.trips(self.con, [warehouse])
            self._trips[warehouse] = [Trip(r["city"], r["days"], r["deliveries"]) for r in told]
        days = lane_days(self._trips[warehouse], city, self.usual)
        return Way(warehouse, days, self.clock)


def roads(con: Any, run: Run) -> Roads:  # noqa: ANN401 -- the store's connection
    """The roads of the shop as they are known today."""
    shut = orders.closures(con)
    mine, carriers = (
        Closures.of((r["from_on"], r["until_on"]) for r in shut if r["party_kind"] == kind)
        for kind in ("firm", "carrier")
    )
    rests = frozenset(range(7)) - {day - 1 for day in run.setting("working_days")}
    now = run.now.time() if run.now.date() == run.today else None
    cutoff = time.fromisoformat(run.setting("orders.cutoff"))
    clock = Clock(run.today, now, cutoff, WorkCalendar(rests, mine), carriers)
    quick, slow = run.setting("orders.lane_days"), run.setting("orders.lane_slow_days")
    usual = {quick: 0.7, slow: 0.3} if slow > quick else {quick: 1.0}
    return Roads(con, clock, usual)


def coming(desk: Desk, sku: str, warehouse: str) -> list[Coming]:
    """Firm inbound of an item in a warehouse, less what pinned orders hold of it."""
    pinned: dict[tuple[str, int], Decimal] = {}
    for hold in desk.held[sku]:
        if hold["is_pinned"] and hold["source"] == "inbound":
            key = (hold["purchase_no"], hold["purchase_line_no"])
            pinned[key] = pinned.get(key, ZERO) + hold["qty"]
    found = []
    for row in desk.inbound[sku]:
        left = row["open_qty"] - pinned.get((row["purchase_no"], row["line_no"]), ZERO)
        if row["warehouse"] == warehouse and left > 0:
            document = f"{row['purchase_no']}/{row['line_no']}"
            found.append(Coming(document, left, desk.arrival(row)))
    return found


def stand(desk: Desk, sku: str, warehouse: str, without: Collection[LineKey] = ()) -> Stand:
    """What of an item is there, comes, and is needed by others than `without` in a warehouse."""
    usable = sum((r["qty"] for r in desk.lots[sku] if r["warehouse"] == warehouse), ZERO)
    pinned: dict[LineKey, Decimal] = {}
    for hold in desk.held[sku]:
        key = (hold["order_no"], hold["line_no"])
        if hold["is_pinned"] and key not in without:
            pinned[key] = pinned.get(key, ZERO) + hold["qty"]
            if hold["source"] == "stock" and hold["warehouse"] == warehouse:
                usable -= hold["qty"]
    committed = []
    for row in desk.lines[sku]:
        key = (row["order_no"], row["line_no"])
        left = row["open_qty"] - pinned.get(key, ZERO)
        if row["warehouse"] != warehouse or key in without or left <= 0:
            continue
        need = desk.need_on(row)
        days = None if need is None else (need - desk.today).days
        committed.append(Commitment(left, days))
    return Stand(usable, tuple(coming(desk, sku, warehouse)), tuple(committed))


class Asked(NamedTuple):
    """What `order promise` is asked."""

    typed: Typed
    city: str | None = None
    by: date | None = None
    warehouse: str | None = None


def answered(run: Run, asked: Asked) -> dict[str, Any]:
    """One promise with its limits and options; nothing is held by asking."""
    with reading(run) as con:
        line = documents.resolved(con, [asked.typed])[0]
        place = documents.warehouse(con, run, asked.warehouse)
        sku, qty = line["sku"], line["qty"]
        others = orders.substitutes(con, sku)
        desk = allocate.desk(con, run, [sku, *(r["substitute"] for r in others)])
        known = roads(con, run)
        way = known.way(place, asked.city)
        here = stand(desk, sku, place)
        first = promise.promised(here, qty, way)
        row = promise.answer(sku, first, asked.by)
        afar = _elsewhere(con, known, desk, (sku, place, asked.city))
        instead = _instead(con, desk, others, way)
        found = promise.options(first, [*afar, *instead], _parcel(run), _unit_cost(con, sku))
        places = [Place(here, way), *(Place(each.stand, each.way) for each in afar)]
        found += parcels(places, first, _parcel(run))
        buys = _buys(con, run, desk, sku, way, first)
    row |= _uncommitted(first, buys)
    if first.limited_by != "stock":
        found += buys
    if asked.by is not None:
        found = [{**each, "in_time": promise.makes(each, asked.by)} for each in found]
    return {**row, "warehouse": place, "city": asked.city, "options": found}


def _parcel(run: Run) -> Decimal:
    return Decimal(str(run.setting("orders.parcel_amount")))


def _elsewhere(
    con: Any,  # noqa: ANN401
    known: Roads,
    desk: Desk,
    asked: tuple[str, str, str | None],
) -> list[Other]:
    sku, place, city = asked
    found = []
    for row in rows(
        con, "SELECT warehouse FROM warehouse WHERE kind = 'normal' ORDER BY priority, warehouse"
    ):
        code = row["warehouse"]
        if code != place:
            found.append(Other("warehouse", sku, stand(desk, sku, code), known.way(code, city)))
    return found


def _instead(
    con: Any,  # noqa: ANN401
    desk: Desk,
    others: list[dict[str, Any]],
    way: Way,
) -> list[Other]:
    return [
        Other(
            "substitute", r["substitute"], stand(desk, r["substitute"], way.warehouse), way,
            r["factor"], _unit_cost(con, r["substitute"]),
        )
        for r in others
    ]  # fmt: skip


def _unit_cost(con: Any, sku: str) -> Decimal | None:  # noqa: ANN401
    item = lookup.item(con, sku)
    price = item["purchase_price"]
    return None if price is None else Decimal(price) / (1 + (item["tax_rate_pct"] or ZERO) / 100)


def _buys(
    con: Any,  # noqa: ANN401
    run: Run,
    desk: Desk,
    sku: str,
    way: Way,
    first: Promised,
) -> list[dict[str, Any]]:
    """What buying it today would do, by supplier: learnt against the quoted days."""
    told = orders.offers(con, sku, run.today)
    pools = desk.pools or (allocate.pools(con, run.today) if told else {})
    offers = []
    for row in told:
        quoted = row["quoted_days"] if row["quoted_days"] is not None else desk.default_days
        line = {
            "supplier": row["supplier"],
            "expected_on": None,
            "ordered_on": run.today,
            "quoted_days": quoted,
        }
        days = lateness.arrival(line, pools, run.today, desk.unknown_days)
        offers.append(Offer(row["supplier"], row["unit_price"], days))
    return promise.bought(offers, first.qty, way, first)


def _uncommitted(first: Promised, buys: list[dict[str, Any]]) -> dict[str, Any]:
    """Beside the promise, never in it: the days if it were bought today."""
    soonest = buys[0] if buys and first.p90_on is None else None
    return {
        "uncommitted_p50_on": soonest["promise_p50_on"] if soonest else None,
        "uncommitted_p90_on": soonest["promise_p90_on"] if soonest else None,
    }


def expected_days(desk: Desk, sku: str, warehouse: str) -> dict[LineKey, Found]:
    """When every open line of an item in a warehouse will be there, in rank order."""
    held: dict[LineKey, Decimal] = {}
    for hold in desk.held[sku]:
        if hold["source"] == "stock" and hold["warehouse"] == warehouse:
            key = (hold["order_no"], hold["line_no"])
            held[key] = held.get(key, ZERO) + hold["qty"]
    lines = sorted(
        (desk.line(r) for r in desk.lines[sku] if r["warehouse"] == warehouse),
        key=lambda line: (*line.rank, line.key),
    )
    stock = sum((r["qty"] for r in desk.lots[sku] if r["warehouse"] == warehouse), ZERO)
    free = max(stock - sum(held.values(), ZERO), ZERO)
    waiting = [Waiting(line.key, line.open_qty, held.get(line.key, ZERO)) for line in lines]
    return expected(waiting, coming(desk, sku, warehouse), free)


def expected_on(found: Found, way: Way) -> tuple[date | None, date | None]:
    """The days at the door at 50 % and 90 %."""
    door = at_door(found.days, way.lane, way.clock)
    return by_chance(door, 0.5), by_chance(door, 0.9)


def for_line(desk: Desk, known: Roads, row: dict[str, Any]) -> Promised:
    """The promise of an order line, on the desk or not yet: what is its own is not in its way."""
    here = stand(desk, row["sku"], row["warehouse"], [(row["order_no"], row["line_no"])])
    return promise.promised(here, row["open_qty"], known.way(row["warehouse"], row["city"]))


def _movable(desk: Desk, row: dict[str, Any]) -> tuple[str, Decimal] | None:
    """The warehouse that can spare most of what an order line lacks in its own, and how much."""
    sku, own = row["sku"], row["warehouse"]
    line = [(row["order_no"], row["line_no"])]
    lacking = row["open_qty"] - now_qty(stand(desk, sku, own, line), row["open_qty"])
    places = sorted({lot["warehouse"] for lot in desk.lots[sku]} - {own})
    spare = {
        place: now_qty(stand(desk, sku, place), row["open_qty"]) - desk.spared[sku, place]
        for place in places
    }
    place = max(spare, key=lambda code: min(spare[code], lacking), default="")
    most = min(spare.get(place, ZERO), lacking)
    if most <= 0:
        return None
    desk.spared[sku, place] += most  # the next line of the item is told of what is left
    return place, most


def day_of(row: dict[str, Any], p90_on: date | None) -> date | None:
    """The day to promise: what was asked for, or the day at 90 % when that is later."""
    if p90_on is None:
        return None
    wanted: date | None = row["requested_on"]
    return p90_on if wanted is None else max(p90_on, wanted)


def doubts(desk: Desk, row: dict[str, Any], p90_on: date | None) -> list[Problem]:
    """What a customer should hear of a promise: none can be made, or it is later than asked for."""
    if p90_on is None:
        told = Say("no firm supply covers it: no day is promised")
        asked = {"sku": row["sku"], "qty": f"{row['open_qty'].normalize():f}"}
        mend = Say("See `scm order promise {sku} {qty}`.", **asked)
        spare = _movable(desk, row)
        if spare is not None:
            mend = Say(
                "{other} has {spare} of it free: `scm stock move {sku}={spare} --from {other} "
                "--to {place}`. See `scm order promise {sku} {qty}`.",
                **asked,
                other=spare[0],
                spare=f"{spare[1].normalize():f}",
                place=row["warehouse"],
            )
        return [Problem(row["sku"], told, mend)]
    if row["requested_on"] is not None and p90_on > row["requested_on"]:
        told = Say(
            "it cannot be there on {day}; {sure} is promised", day=row["requested_on"], sure=p90_on
        )
        return [Problem(row["sku"], told)]
    return []
