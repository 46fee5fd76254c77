"""Allocation: who holds what, brought in step whenever stock, supply or orders move."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.order import allocation, lateness, stored
from scm_cli.core.order.allocation import Hold, Line, Source
from scm_cli.core.order.lateness import Seen
from scm_cli.store import facts, orders
from scm_cli.store.commit import Committed, Pending, commit
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scm_cli.core.order.lateness import Chances
    from scm_cli.run import Run

ZERO = Decimal(0)
Table = dict[str, list[dict[str, Any]]]  # rows by item
Used = dict[tuple[str, int, str | None], Decimal]  # (order, line, lot) → what was shipped of holds


@dataclass(slots=True)
class Desk:
    """All that allocation and promises look at, of some items: plain rows, by item."""

    today: date
    place: str
    classes: Sequence[str]
    default_days: int
    unknown_days: int
    lane_days: int
    lines: Table = field(default_factory=lambda: defaultdict(list))
    lots: Table = field(default_factory=lambda: defaultdict(list))
    inbound: Table = field(default_factory=lambda: defaultdict(list))
    held: Table = field(default_factory=lambda: defaultdict(list))
    pools: Mapping[str, Mapping[str, Sequence[Seen]]] = field(default_factory=dict)
    spared: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _arrivals: dict[tuple[str, str, date | None, date, bool], Chances] = field(default_factory=dict)

    def skus(self) -> list[str]:
        """The items of which something is open or held."""
        return sorted({*self.lines, *self.held})

    def arrival(self, row: Mapping[str, Any]) -> Chances:
        """Days until an inbound line is usable, given that it has not come yet."""
        quoted = row["quoted_days"] if row["quoted_days"] is not None else self.default_days
        # a day long past says as much as order day + quoted time
        key = (row["supplier"], str(quoted), row["expected_on"], row["ordered_on"], row["shipped"])
        if key not in self._arrivals:
            line = {**row, "quoted_days": quoted}
            self._arrivals[key] = lateness.arrival(line, self.pools, self.today, self.unknown_days)
        return self._arrivals[key]

    def need_on(self, row: Mapping[str, Any]) -> date | None:
        """The day a line must leave to be at the door on its day; None: as soon as it can."""
        wanted = row["promised_on"] or row["requested_on"]
        if wanted is None:
            return None
        left: date = wanted - timedelta(days=self.lane_days)
        return left if left > self.today else None

    def line(self, row: Mapping[str, Any]) -> Line:
        """An open line as allocation sees it."""
        return Line(
            row["order_no"], row["line_no"], row["warehouse"], row["open_qty"],
            allocation.rank(row, self.classes), self.need_on(row), bool(row["is_pinned"]),
        )  # fmt: skip

    def sources(self, sku: str) -> list[Source]:
        """Lots and inbound lines of an item."""
        found = [Source(r["warehouse"], r["qty"], r["expiry_on"], r["lot"]) for r in self.lots[sku]]
        for row in self.inbound[sku]:
            days = self.arrival(row)
            p50, p90 = (
                self.today + timedelta(days=lateness.quantile(days, share) or 0)
                for share in (0.5, 0.9)
            )
            found.append(
                Source(
                    row["warehouse"], row["open_qty"], p50, None, row["purchase_no"], row["line_no"], p90
                )
            )  # fmt: skip
        return found


def desk(con: Any, run: Run, skus: Sequence[str] | None) -> Desk:  # noqa: ANN401 -- the store's connection
    """What stands of these items; None for all of which something is open or held."""
    made = _empty(con, run)
    _by_item(made.lines, orders.open_lines(con, made.place, skus))
    _by_item(made.held, orders.reservations(con, skus))
    asked = made.skus() if skus is None else skus
    if asked:
        _by_item(made.lots, stored.netted(orders.lots(con, run.today, asked)))
        _by_item(made.inbound, orders.inbound(con, made.place, asked))
    if any(made.inbound.get(sku) for sku in asked):
        made.pools = pools(con, run.today)
    return made


def _empty(con: Any, run: Run) -> Desk:  # noqa: ANN401
    return Desk(
        run.today, facts.default_warehouse(con, run.setting("default_warehouse")) or "",
        run.setting("orders.class_rank"), run.setting("planning.default_lead_time_days"),
        run.setting("orders.unknown_late_days"), run.setting("orders.lane_days"),
    )  # fmt: skip


def in_stock(
    con: Any,  # noqa: ANN401
    run: Run,
    wanted: Mapping[str, Decimal],
    warehouse: str,
) -> Desk | None:
    """A desk of free lots alone, when they hold all that is wanted; None when somebody must wait.

    Free stock is what nobody holds: whoever waits has been offered it, so others need not be
    looked at.
    """
    skus = sorted(wanted)
    held: dict[tuple[str, str, str | None], Decimal] = {}
    for row in orders.reservations(con, skus):
        if row["source"] == "stock":
            key = (row["sku"], row["warehouse"], row["lot"])
            held[key] = held.get(key, ZERO) + row["qty"]
    made = Desk(
        run.today,
        warehouse,
        run.setting("orders.class_rank"),
        0,
        0,
        run.setting("orders.lane_days"),
    )
    for row in stored.netted(orders.lots(con, run.today, skus)):
        left = row["qty"] - held.get((row["sku"], row["warehouse"], row["lot"]), ZERO)
        if left > 0 and row["warehouse"] == warehouse:
            made.lots[row["sku"]].append({**row, "qty": left})
    free = {sku: sum((r["qty"] for r in made.lots[sku]), ZERO) for sku in skus}
    return made if all(free[sku] >= qty for sku, qty in wanted.items()) else None


def pools(con: Any, today: date) -> dict[str, dict[str, list[Seen]]]:  # noqa: ANN401
    """What every supplier's lines did against promise and quoted time."""
    told = orders.delay_pools(con, today)
    return {
        kind: {supplier: [Seen(*each) for each in seen] for supplier, seen in mine.items()}
        for kind, mine in told.items()
    }


def _by_item(table: Table, found: Iterable[dict[str, Any]]) -> None:
    for row in found:
        table[row["sku"]].append(row)


def decided(
    con: Any,  # noqa: ANN401
    made: Desk,
    *,
    used: Used | None = None,
    anew: bool = False,
) -> Changes:
    """The reservations that bring the desk's items in step.

    `used` is what was shipped of holds.
    """
    changes = Changes()
    inserts: list[dict[str, Any]] = []
    for sku in made.skus():
        before = made.held[sku]
        lines = [made.line(row) for row in made.lines[sku]]
        holds = [_less(stored.held(row), used or {}) for row in before]
        after = allocation.allocated(lines, made.sources(sku), holds, anew=anew)
        fresh, updates, deletes = stored.differences(before, after, sku)
        inserts += fresh
        changes.update("reservation", updates)
        changes.delete("reservation", deletes)
    if inserts:
        last = orders.last_reservation(con)
        for number, row in enumerate(inserts, last + 1):
            row["reservation_no"] = number
        changes.insert("reservation", inserts)
        changes.series["reservation"] = last + len(inserts)
    return changes


def _less(hold: Hold, used: Used) -> Hold:
    _, lot, purchase_no, _ = hold.source
    gone = used.get((*hold.line, lot), ZERO) if purchase_no is None else ZERO
    return Hold(hold.line, hold.source, max(hold.qty - gone, ZERO), hold.is_pinned)


def committed(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    skus: Sequence[str] | None = None,
    *,
    verify: Callable[[], object] | None = None,
    used: Used | None = None,
) -> Committed:
    """Commit changes that move stock, supply or orders, with the reservations that follow.

    Goods that came are offered to waiting orders in rank order, and what no longer is there is
    let go, in the same entry. Without `skus` the items are those that the changes touch.
    """
    pending = Pending(con)
    if changes:
        pending.apply(changes)
    asked = touched(con, pending.number) if skus is None else sorted(set(skus))
    follow = decided(con, desk(con, run, asked), used=used)
    if follow:
        pending.apply(follow)
    return commit(con, run, Changes(), pending=pending, verify=verify)


def touched(con: Any, entry: int) -> list[str]:  # noqa: ANN401
    """The items whose stock, supply or orders an entry in the making has moved."""
    found = rows(con, _TOUCHED.replace("{entry}", str(entry)))
    return [row["sku"] for row in found if row["sku"] is not None]


_TOUCHED = """
SELECT DISTINCT sku FROM (
    SELECT sku FROM stock_move WHERE entry = {entry}
    UNION ALL SELECT sku FROM sales_order_line WHERE entry = {entry}
    UNION ALL SELECT sku FROM purchase_order_line WHERE entry = {entry}
    UNION ALL SELECT before ->> 'sku' FROM journal_row WHERE entry = {entry}
        AND table_name IN ('sales_order_line', 'purchase_order_line', 'shipment_line', 'receipt_line')
    UNION ALL SELECT l.sku FROM sales_order_line l JOIN journal_row j ON j.entry = {entry}
        AND j.table_name = 'sales_order' AND j.before ->> 'order_no' = l.order_no
    UNION ALL SELECT l.sku FROM purchase_order_line l JOIN journal_row j ON j.entry = {entry}
        AND j.table_name = 'purchase_order' AND j.before ->> 'purchase_no' = l.purchase_no
) ORDER BY sku
"""
