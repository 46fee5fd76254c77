"""What an entry in the making sets off: deposits confirm, new lines are promised, all is allocated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.order import supply
from scm_cli.core.order.door import at_door, by_chance
from scm_cli.errors import Problem, Say
from scm_cli.jobs import allocate, documents, ordering, promise
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.core.order.supply import Found
    from scm_cli.jobs.allocate import Desk, Used
    from scm_cli.jobs.promise import Roads
    from scm_cli.run import Run
    from scm_cli.store.commit import Pending

EXAMPLES = 5  # lines that a warning names
MOVED = frozenset(
    {"sales_order", "sales_order_line", "purchase_order", "purchase_order_line", "stock_move"}
)


@dataclass(slots=True)
class Followed:
    """Lines promised, orders that a deposit confirmed, and what their people should hear."""

    promised: int = 0
    confirmed: list[str] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def follow(con: Any, run: Run, pending: Pending) -> Followed:  # noqa: ANN401 -- the store's connection
    """Bring orders in step with what `pending` holds so far, in its own entry."""
    done = Followed()
    if "payment" in pending.counts:
        released(con, run, pending, done)
    skus = allocate.touched(con, pending.number) if MOVED & pending.counts.keys() else []
    if not skus:
        return done
    desk = allocate.desk(con, run, skus)
    before = [row for held in desk.held.values() for row in held]
    changes = Changes()
    changes.update("sales_order_line", _promised(con, run, desk, pending.number, done))
    changes.add(allocate.decided(con, desk))
    if changes:
        pending.apply(changes)
    if before and "stock_move" in pending.counts:
        done.warnings += documents.losses(con, before, skus, _shipped(con, pending.number))
    return done


def _shipped(con: Any, entry: int) -> Used:  # noqa: ANN401 -- the store's connection
    """What the entry's own deliveries took of each order line and lot: it left as it was meant to."""
    return {
        (row["order_no"], row["order_line_no"], row["lot"]): row["qty"]
        for row in rows(con, _SHIPPED, [entry])
    }


_SHIPPED = """
SELECT order_no, order_line_no, lot, sum(qty) AS qty FROM shipment_line
WHERE entry = ? AND order_no IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def released(con: Any, run: Run, pending: Pending, done: Followed) -> None:  # noqa: ANN401
    """Confirm the orders whose deposit `pending` brings; what others still wait for is told."""
    for head in rows(con, _PAID, [pending.number]):
        changes = Changes()
        made = ordering.confirmed(con, run, changes, head, approved=False)
        if changes:
            pending.apply(changes)
        if made.waits_for is None:
            done.confirmed.append(made.number)
        else:
            told = Say("it still waits for {what}", what=Say(made.waits_for))
            done.warnings.append(Problem(made.number, told))
        done.warnings += made.warnings


_PAID = """
SELECT * EXCLUDE (entry) FROM sales_order WHERE status = 'draft' AND waits_for = 'deposit'
    AND order_no IN (SELECT document_no FROM payment WHERE entry = ? AND direction = 'in') ORDER BY order_no
"""
_FRESH = """
SELECT l.order_no, l.line_no FROM sales_order_line l JOIN sales_order h ON h.order_no = l.order_no
WHERE h.status = 'confirmed' AND l.promised_on IS NULL AND (l.entry = $entry OR l.order_no IN (
    SELECT before ->> 'order_no' FROM journal_row
    WHERE entry = $entry AND table_name IN ('sales_order', 'sales_order_line')))
"""


def _promised(
    con: Any,  # noqa: ANN401
    run: Run,
    desk: Desk,
    entry: int,
    done: Followed,
) -> list[dict[str, Any]]:
    """Days for the lines that the entry brought without one, in rank order, item by item.

    The desk's lines are told theirs, so that allocation ranks by them.
    """
    fresh = {(r["order_no"], r["line_no"]) for r in rows(con, _FRESH, {"entry": entry})}
    if not fresh:
        return []
    known, doors = promise.roads(con, run), _Doors()
    found: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    late: list[dict[str, Any]] = []
    for sku in desk.skus():
        mine = defaultdict(list)
        for row in desk.lines[sku]:
            if (row["order_no"], row["line_no"]) in fresh:
                mine[row["warehouse"]].append(row)
        for warehouse, lines in sorted(mine.items()):
            lines.sort(key=lambda row: (*desk.line(row).rank, row["order_no"], row["line_no"]))
            here = promise.stand(desk, sku, warehouse, fresh)
            for row, p90_on in zip(lines, _days(desk, known, doors, here, lines), strict=True):
                if p90_on is None:
                    bare.append(row)
                    continue
                if row["requested_on"] is not None and p90_on > row["requested_on"]:
                    late.append(row)
                found.append({n: row[n] for n in ("order_no", "line_no", "promised_on")})
    done.promised = len(found)
    told = Say("{n} {n:line has|lines have} no firm supply: no day is promised", n=len(bare))
    done.warnings += _doubted(bare, told)
    told = Say(
        "{n} {n:line|lines} cannot be there on the requested day; a later one is promised",
        n=len(late),
    )
    done.warnings += _doubted(late, told)
    return found


@dataclass(slots=True)
class _Doors:
    """Days at the door that were worked out, by road and days until the goods are there."""

    known: dict[tuple[Any, ...], date | None] = field(default_factory=dict)

    def p90_on(self, roads: Roads, row: dict[str, Any], found: Found) -> date | None:
        key = (row["warehouse"], row["city"], *found.days.items())
        if key not in self.known:
            way = roads.way(row["warehouse"], row["city"])
            self.known[key] = by_chance(at_door(found.days, way.lane, way.clock), supply.SURE)
        return self.known[key]


def _days(
    desk: Desk,
    roads: Roads,
    doors: _Doors,
    here: supply.Stand,
    lines: Sequence[dict[str, Any]],
) -> list[date | None]:
    """The sure day of each line; sets what is promised, by which the next ones see it."""
    sure: list[date | None] = []

    def needed(place: int, found: Found) -> int | None:
        row = lines[place]
        sure.append(doors.p90_on(roads, row, found))
        row["promised_on"] = promise.day_of(row, sure[-1])
        return supply.days_after(desk.today, desk.need_on(row))

    supply.in_turn(here, [row["open_qty"] for row in lines], needed)
    return sure


def _doubted(lines: Sequence[dict[str, Any]], told: Say) -> list[Problem]:
    """One warning for all lines with the same doubt, which names the first of them."""
    if not lines:
        return []
    names = [f"{row['order_no']}/{row['line_no']} {row['sku']}" for row in lines[:EXAMPLES]]
    more = [f"+{len(lines) - EXAMPLES}"] if len(lines) > EXAMPLES else []
    mend = Say("See what it waits for: scm order show {number}", number=lines[0]["order_no"])
    return [Problem(", ".join([*names, *more]), told, mend)]
