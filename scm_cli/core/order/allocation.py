"""Who holds what of one item: stock by lot, first expiry first, and named inbound lines.

Ranks decide: priority, day, class of customer. Nothing is held twice: what is held of a lot never
exceeds what is usable of it, what is held of an inbound line never what is open on it, and an
order line never holds more than it still needs. A pinned order keeps what it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

ZERO = Decimal(0)
LineKey = tuple[str, int]


class Line(NamedTuple):
    """An order line with something open [stock units]; `rank` sorts, the smallest is served first.

    `need_on` is the day it must leave, None when as soon as it can.
    """

    order_no: str
    line_no: int
    warehouse: str
    open_qty: Decimal
    rank: tuple[Any, ...]
    need_on: date | None = None
    is_pinned: bool = False

    @property
    def key(self) -> LineKey:
        return self.order_no, self.line_no


class Source(NamedTuple):
    """Where goods are held from: a lot in a warehouse, or a purchase line that will arrive there.

    `qty` is what is usable or open; `on` the lot's expiry or the day the line is expected,
    `safe_on` the day by which it has come at 90 %.
    """

    warehouse: str
    qty: Decimal
    on: date | None = None
    lot: str | None = None
    purchase_no: str | None = None
    purchase_line_no: int | None = None
    safe_on: date | None = None

    @property
    def is_stock(self) -> bool:
        return self.purchase_no is None

    @property
    def key(self) -> tuple[Any, ...]:
        return self.warehouse, self.lot, self.purchase_no, self.purchase_line_no

    @property
    def order(self) -> tuple[Any, ...]:
        """Stock before inbound; first expiry, smallest lot (or first arrival) first."""
        return not self.is_stock, self.on or date.max, self.qty, str(self.key)


class Hold(NamedTuple):
    """What an order line holds of a source [stock units]."""

    line: LineKey
    source: tuple[Any, ...]
    qty: Decimal
    is_pinned: bool = False


@dataclass
class _Book:
    """Holds in the making; every quantity goes through `take` and `give`."""

    sources: dict[tuple[Any, ...], Source]
    free: dict[tuple[Any, ...], Decimal]
    held: dict[LineKey, dict[tuple[Any, ...], Decimal]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def take(self, line: Line, source: tuple[Any, ...], qty: Decimal) -> Decimal:
        """Hold up to `qty`, never more than is free; what was taken."""
        taken = max(min(qty, self.free[source]), ZERO)
        if taken:
            self.free[source] -= taken
            mine = self.held[line.key]
            mine[source] = mine.get(source, ZERO) + taken
        return taken

    def give(self, line: Line, source: tuple[Any, ...], qty: Decimal) -> None:
        mine = self.held[line.key]
        self.free[source] += qty
        mine[source] -= qty
        if not mine[source]:
            del mine[source]

    def qty(self, line: Line, *, stock: bool | None = None) -> Decimal:
        """What a line holds: of stock, of inbound, or of both."""
        mine = self.held.get(line.key, {})
        return sum((q for s, q in mine.items() if stock in (None, self.sources[s].is_stock)), ZERO)


def allocated(
    lines: Sequence[Line],
    sources: Sequence[Source],
    holds: Iterable[Hold],
    *,
    anew: bool = False,
) -> list[Hold]:
    """The holds as they should be, given those that are.

    Args:
        lines: open lines of one item.
        sources: its usable lots and open inbound lines.
        holds: what is held now; what no longer fits is let go, the last in rank first.
        anew: forget the holds of lines that are not pinned and serve all in rank order.

    First kept holds, then free stock in rank order (it also takes the place of inbound that a
    line held), then, where a line waits and a later one holds stock that inbound will bring it
    in time, the two change; then inbound, the first to come first.

    >>> a = Line("SO-1", 1, "MAIN", Decimal(8), (1,))
    >>> b = Line("SO-2", 1, "MAIN", Decimal(5), (2,))
    >>> lots = [Source("MAIN", Decimal(10), lot="L1")]
    >>> [(h.line[0], h.qty) for h in allocated([b, a], lots, [])]
    [('SO-1', Decimal('8')), ('SO-2', Decimal('2'))]
    """
    ranked = sorted(lines, key=lambda line: (*line.rank, line.key))
    known = {source.key: source for source in sources}
    book = _Book(known, {key: source.qty for key, source in known.items()})
    _keep(book, ranked, holds, anew=anew)
    by_place: dict[str, list[Source]] = defaultdict(list)
    for source in sorted(sources, key=lambda each: each.order):
        by_place[source.warehouse].append(source)
    for line in ranked:
        _from_stock(book, line, by_place[line.warehouse])
    givers = [
        (at, line) for at, line in enumerate(ranked)
        if line.need_on is not None and not line.is_pinned and book.qty(line, stock=True)
    ]  # fmt: skip
    for at, line in enumerate(ranked if givers else ()):
        _changed_places(book, line, (at, givers), by_place[line.warehouse])
    for line in ranked:
        _from_inbound(book, line, by_place[line.warehouse])
    return [
        Hold(line.key, source, qty, line.is_pinned)
        for line in ranked
        for source, qty in sorted(book.held.get(line.key, {}).items(), key=str)
    ]


def _keep(book: _Book, ranked: Sequence[Line], holds: Iterable[Hold], *, anew: bool) -> None:
    mine: dict[LineKey, list[Hold]] = defaultdict(list)
    for hold in holds:
        if hold.source in book.sources:
            mine[hold.line].append(hold)
    for line in sorted(ranked, key=lambda each: not each.is_pinned):
        if anew and not line.is_pinned:
            continue
        for hold in sorted(mine[line.key], key=lambda each: book.sources[each.source].order):
            if book.sources[hold.source].warehouse == line.warehouse:
                book.take(line, hold.source, min(hold.qty, line.open_qty - book.qty(line)))


def _from_stock(book: _Book, line: Line, sources: Sequence[Source]) -> None:
    """Free lots, first expiry first; inbound that is no longer needed is let go, the last first."""
    need = line.open_qty - book.qty(line, stock=True)
    for source in sources:
        if need <= 0 or not source.is_stock:
            break
        need -= book.take(line, source.key, need)
    over = book.qty(line) - line.open_qty
    for source in reversed(sources):
        if over <= 0 or source.is_stock:
            break
        back = min(over, book.held[line.key].get(source.key, ZERO))
        if back > 0:
            book.give(line, source.key, back)
            over -= back


def _changed_places(
    book: _Book,
    line: Line,
    givers: tuple[int, Sequence[tuple[int, Line]]],
    sources: Sequence[Source],
) -> None:
    """A waiting line takes stock from later ones that free inbound serves by their day.

    `givers` is the line's place in rank, and who holds stock until a day, with their places.
    """
    short = line.open_qty - book.qty(line, stock=True)
    inbound = [s for s in sources if not s.is_stock and s.safe_on is not None]
    if short <= 0 or not any(book.free[s.key] for s in inbound):
        return
    at, holders = givers
    for place, other in reversed(holders):
        if place <= at:
            return
        if other.need_on is None or other.warehouse != line.warehouse:
            continue
        for source in reversed(inbound):
            if source.safe_on is None or source.safe_on > other.need_on:
                continue
            short -= _changed(book, line, other, source, short)
            if short <= 0:
                return


def _changed(book: _Book, line: Line, other: Line, inbound: Source, most: Decimal) -> Decimal:
    """Give `line` stock of `other`, which holds `inbound` instead; how much."""
    done = ZERO
    for key in [k for k in book.held.get(other.key, {}) if book.sources[k].is_stock]:
        moved = min(most - done, book.held[other.key][key], book.free[inbound.key])
        if moved <= 0:
            continue
        over = book.qty(line) + moved - line.open_qty
        book.give(other, key, moved)
        book.take(other, inbound.key, moved)
        _let_go(book, line, over)
        book.take(line, key, moved)
        done += moved
    return done


def _let_go(book: _Book, line: Line, qty: Decimal) -> None:
    """Inbound that stock takes the place of, the last to come first."""
    mine = [k for k in book.held.get(line.key, {}) if not book.sources[k].is_stock]
    for key in sorted(mine, key=lambda k: book.sources[k].order, reverse=True):
        back = min(qty, book.held[line.key][key])
        if back > 0:
            book.give(line, key, back)
            qty -= back


def _from_inbound(book: _Book, line: Line, sources: Sequence[Source]) -> None:
    need = line.open_qty - book.qty(line)
    for source in sources:
        if need <= 0:
            break
        if not source.is_stock:
            need -= book.take(line, source.key, need)


def rank(row: Mapping[str, Any], classes: Sequence[str]) -> tuple[Any, ...]:
    """Who is served first: priority (1 first), the day promised or asked for, the customer's class.

    `classes` is the shop's order of classes; others come after them.

    >>> row = {"priority": 5, "promised_on": None, "requested_on": None, "ordered_on": date(2026, 1, 1),
    ...     "customer_class": "B"}
    >>> rank(row, ("A", "B"))[2]
    1
    """
    wanted = row["promised_on"] or row["requested_on"] or row["ordered_on"]
    known = row["customer_class"] in classes
    place = list(classes).index(row["customer_class"]) if known else len(classes)
    return row["priority"], wanted, place, row["ordered_on"]
