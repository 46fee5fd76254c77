"""Who holds what: ranks, lots, inbound lines; and whatever happens, nothing is held twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from scm_cli.core.order.allocation import Hold, Line, Source, allocated, rank
from scm_cli.core.order.stored import differences

D = Decimal
TODAY = date(2026, 1, 5)


def line(no: int, qty: int, *, place: int | None = None, **more: Any) -> Line:
    return Line(f"SO-{no}", 1, "MAIN", D(qty), (place or no,), **more)


def lot(qty: int, name: str | None = None, expiry_on: date | None = None) -> Source:
    return Source("MAIN", D(qty), expiry_on, name)


def inbound(no: int, qty: int, days: int, safe_days: int | None = None) -> Source:
    on = TODAY + timedelta(days=days)
    safe = TODAY + timedelta(days=safe_days if safe_days is not None else days)
    return Source("MAIN", D(qty), on, None, f"PO-{no}", 1, safe)


def told(holds: list[Hold]) -> list[tuple[str, str | None, int]]:
    return [(h.line[0], h.source[2] or h.source[1], int(h.qty)) for h in holds]


def test_the_first_in_rank_is_served_first_and_in_part() -> None:
    found = allocated([line(2, 8), line(1, 8)], [lot(10)], [])
    assert told(found) == [("SO-1", None, 8), ("SO-2", None, 2)]


def test_the_first_to_expire_goes_first() -> None:
    lots = [lot(5, "late", date(2026, 9, 1)), lot(5, "none"), lot(3, "soon", date(2026, 3, 1))]
    found = allocated([line(1, 10)], lots, [])
    assert sorted(told(found)) == [("SO-1", "late", 5), ("SO-1", "none", 2), ("SO-1", "soon", 3)]


def test_what_stock_does_not_cover_is_held_of_inbound_the_soonest_first() -> None:
    found = allocated([line(1, 12)], [lot(4), inbound(2, 9, 20), inbound(1, 5, 8)], [])
    assert sorted(told(found), key=str) == [
        ("SO-1", "PO-1", 5),
        ("SO-1", "PO-2", 3),
        ("SO-1", None, 4),
    ]


def test_goods_that_come_go_to_the_first_in_rank_whoever_held_the_inbound() -> None:
    lines = [line(1, 5), line(2, 5)]
    holds = [Hold(("SO-2", 1), inbound(9, 5, 3).key, D(5))]
    assert told(allocated(lines, [lot(5)], holds)) == [("SO-1", None, 5)]


def test_what_is_held_stays_and_only_anew_moves_it() -> None:
    lines, holds = [line(1, 8), line(2, 8)], [Hold(("SO-2", 1), lot(8).key, D(8))]
    assert told(allocated(lines, [lot(8)], holds)) == [("SO-2", None, 8)]
    assert told(allocated(lines, [lot(8)], holds, anew=True)) == [("SO-1", None, 8)]


def test_a_pinned_order_keeps_what_it_holds() -> None:
    lines = [line(1, 8), line(2, 8, is_pinned=True)]
    holds = [Hold(("SO-2", 1), lot(8).key, D(8), True)]
    assert told(allocated(lines, [lot(8)], holds, anew=True)) == [("SO-2", None, 8)]


def test_a_later_order_changes_to_inbound_that_serves_it_in_time() -> None:
    """The formula promises such stock, so confirming must be able to give it."""
    later = line(2, 80, need_on=TODAY + timedelta(days=30))
    holds = [Hold(("SO-2", 1), lot(100).key, D(80))]
    sources = [lot(100), inbound(1, 60, 10, 15)]
    found = allocated([line(1, 50), later], sources, holds)
    assert sorted(told(found), key=str) == [
        ("SO-1", None, 50),
        ("SO-2", "PO-1", 30),
        ("SO-2", None, 50),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"need_on": TODAY + timedelta(days=12)},  # inbound is not sure by then
        {"need_on": None},  # wants it now
        {"need_on": TODAY + timedelta(days=30), "is_pinned": True},
    ],
)
def test_nobody_else_gives_his_stock_away(other: dict[str, Any]) -> None:
    holds = [Hold(("SO-2", 1), lot(10).key, D(10), bool(other.get("is_pinned")))]
    found = allocated([line(1, 5), line(2, 10, **other)], [lot(10), inbound(1, 9, 10, 15)], holds)
    assert ("SO-2", None, 10) in told(found)


def test_ranks_are_priority_day_and_class() -> None:
    plain = {
        "priority": 5,
        "promised_on": None,
        "requested_on": None,
        "ordered_on": TODAY,
        "customer_class": None,
    }
    ordered = [
        {**plain, "priority": 1, "ordered_on": TODAY + timedelta(days=9)},
        {**plain, "requested_on": TODAY - timedelta(days=1)},
        {**plain, "customer_class": "A"},
        {**plain, "customer_class": "B"},
        plain,
        {**plain, "promised_on": TODAY + timedelta(days=4), "requested_on": TODAY},
    ]
    assert sorted([*ordered[3:], *ordered[:3]], key=lambda row: rank(row, ("A", "B"))) == ordered


def test_only_what_differs_is_written() -> None:
    row = {"reservation_no": 7, "order_no": "SO-1", "line_no": 1, "sku": "A", "source": "stock",
           "warehouse": "MAIN", "lot": None, "purchase_no": None, "purchase_line_no": None,
           "qty": D(4), "is_pinned": False}  # fmt: skip
    same = Hold(("SO-1", 1), ("MAIN", None, None, None), D(4))
    assert differences([row], [same], "A") == ([], [], [])
    assert differences([row], [same._replace(qty=D(5))], "A")[1] == [
        {"reservation_no": 7, "qty": D(5), "is_pinned": False}
    ]
    assert differences([row], [], "A")[2] == [{"reservation_no": 7}]


class Warehouse(RuleBasedStateMachine):
    """Orders, receipts, shipments and losses of one item in any sequence.

    The test's own books: what lies in each lot, what is open on each purchase and order line,
    what was shipped. After every step the holds must fit them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lots: dict[str, Decimal] = defaultdict(Decimal)
        self.inbound: dict[int, Decimal] = {}
        self.lines: dict[int, Line] = {}
        self.shipped: dict[int, Decimal] = defaultdict(Decimal)
        self.received = self.lost = D(0)
        self.holds: list[Hold] = []
        self.numbers = 0

    def sources(self) -> list[Source]:
        stock = [
            Source("MAIN", qty, TODAY + timedelta(days=len(name)), name)
            for name, qty in self.lots.items() if qty > 0
        ]  # fmt: skip
        return stock + [
            inbound(no, int(qty), 5 + no, 9 + no) for no, qty in self.inbound.items() if qty > 0
        ]

    def settle(self, *, anew: bool = False) -> None:
        open_lines = [each for each in self.lines.values() if each.open_qty > 0]
        self.holds = allocated(open_lines, self.sources(), self.holds, anew=anew)

    def held(self, no: int, *, stock: bool | None = None) -> Decimal:
        return sum(
            (h.qty for h in self.holds
             if h.line[0] == f"SO-{no}" and stock in (None, h.source[2] is None)), D(0)
        )  # fmt: skip

    @rule(
        qty=st.integers(1, 20),
        priority=st.integers(1, 3),
        pinned=st.booleans(),
        need=st.none() | st.integers(1, 40),
    )
    def order(self, qty: int, priority: int, pinned: bool, need: int | None) -> None:
        self.numbers += 1
        need_on = None if need is None else TODAY + timedelta(days=need)
        self.lines[self.numbers] = Line(
            f"SO-{self.numbers}", 1, "MAIN", D(qty), (priority, self.numbers), need_on, pinned
        )
        self.settle()

    @rule(qty=st.integers(1, 20))
    def buy(self, qty: int) -> None:
        self.numbers += 1
        self.inbound[self.numbers] = D(qty)
        self.settle()

    @precondition(lambda self: self.inbound)
    @rule(data=st.data(), lot_name=st.sampled_from(["L", "LL", "LLL"]))
    def receive(self, data: st.DataObject, lot_name: str) -> None:
        no = data.draw(st.sampled_from(sorted(self.inbound)))
        if not self.inbound[no]:
            return
        qty = D(data.draw(st.integers(1, int(self.inbound[no]))))
        waiting = sorted(
            (each for each in self.lines.values() if each.open_qty > self.held_of(each)),
            key=lambda each: each.rank,
        )
        self.inbound[no] -= qty
        self.lots[lot_name] += qty
        self.received += qty
        self.settle()
        if waiting:  # the first in rank got what came, as far as it needed it
            first = waiting[0]
            assert (
                self.held_of(first) >= min(first.open_qty, qty)
                or self.held_of(first) == first.open_qty
            )

    def held_of(self, each: Line) -> Decimal:
        return self.held(int(each.order_no[3:]), stock=True)

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def ship(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.lines)))
        mine = [h for h in self.holds if h.line[0] == f"SO-{no}" and h.source[2] is None]
        others = {n: self.held(n) for n in self.lines if n != no}
        for hold in mine:
            self.lots[hold.source[1]] -= hold.qty
            self.shipped[no] += hold.qty
            old = self.lines[no]
            self.lines[no] = old._replace(open_qty=old.open_qty - hold.qty)
        self.holds = [h for h in self.holds if h not in mine]
        self.settle()
        for other, qty in others.items():  # shipping takes nothing from others
            assert self.held(other) >= qty

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        no = data.draw(st.sampled_from(sorted(self.lines)))
        before, freed = self.total(), self.held(no)
        waited = sum((o.open_qty - self.held(n) for n, o in self.lines.items() if n != no), D(0))
        self.lines[no] = self.lines[no]._replace(open_qty=D(0))
        self.settle()
        assert self.held(no) == 0
        # exactly what was held is free again, but for what others waited for
        assert before - freed <= self.total() <= before - freed + min(freed, waited)

    def total(self) -> Decimal:
        return sum((h.qty for h in self.holds), D(0))

    @precondition(lambda self: any(self.lots.values()))
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        """A count finds less: what is held shrinks with it."""
        name = data.draw(st.sampled_from(sorted(n for n, q in self.lots.items() if q > 0)))
        qty = D(data.draw(st.integers(1, int(self.lots[name]))))
        self.lots[name] -= qty
        self.lost += qty
        self.settle()

    @rule()
    def anew(self) -> None:
        self.settle(anew=True)

    @invariant()
    def on_hand_is_the_sum_of_moves(self) -> None:
        assert sum(self.lots.values()) == self.received - self.lost - sum(self.shipped.values())

    @invariant()
    def nothing_is_held_beyond_what_is_there(self) -> None:
        held: dict[Any, Decimal] = defaultdict(Decimal)
        for hold in self.holds:
            held[hold.source] += hold.qty
        there = {source.key: source.qty for source in self.sources()}
        assert all(qty <= there.get(key, D(0)) for key, qty in held.items())

    @invariant()
    def no_line_holds_more_than_it_needs(self) -> None:
        for no, each in self.lines.items():
            assert self.held(no) <= each.open_qty

    @invariant()
    def nothing_lies_free_while_somebody_waits(self) -> None:
        free = sum((s.qty for s in self.sources()), D(0)) - self.total()
        waiting = sum((each.open_qty - self.held(no) for no, each in self.lines.items()), D(0))
        assert free == 0 or waiting == 0

    @invariant()
    def settling_again_changes_nothing(self) -> None:
        before = list(self.holds)
        self.settle()
        assert self.holds == before


Warehouse.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWarehouse = Warehouse.TestCase
