"""Undo takes an entry back exactly, or names the later entry that builds on it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_shops import DAY, Shop, customer, item, move

from scm_cli.core.changes import Changes
from scm_cli.core.master import row
from scm_cli.errors import Exit, ScmError
from scm_cli.store import numbers
from scm_cli.store.commit import Pending, commit
from scm_cli.store.gateway import writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[Shop], Any]

WRITES: dict[str, Write] = {
    "insert": lambda s: s.write({"item": [item("C"), item("D")]}),
    "update": lambda s: s.write(update={"item": [{"sku": "A", "name": "x", "min_qty": "2.5"}]}),
    "update to nothing": lambda s: s.write(
        update={"item": [{"sku": "A", "unit": "box", "spec": None}]}
    ),
    "delete": lambda s: s.write(delete={"customer": [{"customer": "C2"}]}),
    "all at once": lambda s: s.write(
        {"customer": [customer("C3")]},
        {"item": [{"sku": "B", "spec": "0.5 毫米 'quoted' \"twice\""}]},
        {"customer": [{"customer": "C1"}]},
    ),
    "moves": lambda s: s.write({"stock_move": [move("A", 5, "MAIN", "@customer"), move("B", 7.5)]}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_undo_restores_every_table(shop: Shop, write: Write) -> None:
    before = shop.content()
    write(shop)
    assert shop.content() != before
    shop.undo()
    assert shop.content() == before


@pytest.mark.parametrize("write", [WRITES["all at once"], WRITES["moves"]], ids=["rows", "moves"])
def test_undo_of_the_undo_brings_it_back(shop: Shop, write: Write) -> None:
    before = shop.content()
    write(shop)
    written = shop.content()
    back = shop.undo()
    again = shop.undo(back)
    assert shop.content() == written
    shop.undo(again)
    assert shop.content() == before
    assert shop.findings(deep=True) == []


def test_undo_without_a_number_takes_the_last_that_stands(shop: Shop) -> None:
    before = shop.content()
    shop.write({"item": [item("C")]})
    shop.write({"item": [item("D")]})
    shop.undo()
    shop.undo()
    assert shop.content() == before
    undone = shop.query("SELECT undoes FROM journal WHERE undoes IS NOT NULL ORDER BY entry")
    assert [r["undoes"] for r in undone] == [4, 3]


def test_an_entry_in_the_middle_can_go_when_nothing_builds_on_it(shop: Shop) -> None:
    shop.write(update={"item": [{"sku": "A", "name": "x"}]})
    shop.write(update={"item": [{"sku": "B", "name": "y"}]})
    shop.undo(3)
    assert shop.query("SELECT name FROM item ORDER BY sku") == [{"name": "A"}, {"name": "y"}]


BUILT_UPON: dict[str, tuple[Write, Write]] = {
    "changed again": (
        WRITES["update"],
        lambda s: s.write(update={"item": [{"sku": "A", "name": "z"}]}),
    ),
    "new row changed": (
        WRITES["insert"],
        lambda s: s.write(update={"item": [{"sku": "C", "name": "z"}]}),
    ),
}


@pytest.mark.parametrize(("first", "later"), BUILT_UPON.values(), ids=BUILT_UPON)
def test_undo_is_refused_when_a_later_entry_builds_on_it(
    shop: Shop, first: Write, later: Write
) -> None:
    first(shop)
    later(shop)
    written = shop.content()
    with pytest.raises(ScmError, match="entry 4 changed the same item") as refused:
        shop.undo(3)
    assert refused.value.hint.english == "Undo entry 4 first."
    assert shop.content() == written
    shop.undo(4)
    shop.undo(3)  # what was in the way is gone


def test_a_row_that_one_entry_touched_twice_goes_back_to_its_first_state(shop: Shop) -> None:
    before = shop.content()
    with writing(shop.run) as con:
        pending = Pending(con)
        for step in (
            {"insert": item("C"), "update": {"sku": "A", "name": "once"}},
            {"update": {"sku": "C", "name": "at once"}},
            {"update": {"sku": "A", "name": "twice"}},
        ):
            changes = Changes()
            for put, given in step.items():
                getattr(changes, put)("item", [given])
            pending.apply(changes)
        commit(con, shop.run, Changes(), pending=pending)
    written = shop.content()
    undone = shop.undo()
    assert shop.content() == before
    shop.undo(undone)
    assert shop.content() == written


def test_an_entry_that_made_items_and_moved_them_can_be_taken_back(shop: Shop) -> None:
    before = shop.content()
    shop.write({"item": [item("C")], "stock_move": [move("C", 5)]})
    undone = shop.undo()
    assert shop.content() == before
    assert shop.findings(deep=True) == []
    shop.undo(undone)
    shop.write({"stock_move": [move("C", 5, "MAIN", "@customer")]})
    with pytest.raises(ScmError, match=r"the stock move would name the item C|not enough stock"):
        shop.undo(3)


def test_undo_of_an_order_names_the_receipt_that_came_on_it(shop: Shop) -> None:
    def write(**tables: dict[str, Any]) -> None:
        shop.write({table: [row(table, given)] for table, given in tables.items()})

    head = {"supplier": "S9", "warehouse": "MAIN"}
    write(supplier={"supplier": "S9", "name": "Nine"})
    write(purchase_order={"purchase_no": "PO-1", "ordered_on": shop.run.today, **head})
    for no in ("GR-1", "GR-2"):
        write(
            receipt={"receipt_no": no, "received_on": shop.run.today, **head},
            receipt_line={"receipt_no": no, "line_no": 1, "purchase_no": "PO-1", "sku": "A",
                          "accepted_qty": 2},
        )  # fmt: skip
    told = "entry 4 cannot be undone: receipt GR-2/1 of entry 6 builds on purchase order PO-1"
    with pytest.raises(ScmError, match=told) as refused:
        shop.undo(4)
    assert refused.value.hint.english == "Undo entry 6 first."
    for entry in (6, 5, 4):
        shop.undo(entry)
    assert shop.query("SELECT count(*) AS n FROM purchase_order") == [{"n": 0}]


def test_undo_of_new_rows_is_refused_when_one_was_deleted_since(shop: Shop) -> None:
    WRITES["insert"](shop)
    shop.write(delete={"item": [{"sku": "C"}]})
    with pytest.raises(ScmError, match="entry 4 changed the same item"):
        shop.undo(3)


def test_undo_is_refused_when_new_rows_are_referred_to(shop: Shop) -> None:
    WRITES["insert"](shop)
    shop.write(
        {
            "item_unit": [
                {"sku": "C", "unit": "box", "factor": 10, "for_buying": False, "for_selling": False}
            ]
        }
    )
    with pytest.raises(ScmError, match="item unit C/box of entry 4 builds on item C"):
        shop.undo(3)


@pytest.mark.parametrize(
    ("entry", "said", "code"),
    [(99, "there is no entry 99", Exit.NOT_FOUND), (3, "undone already", Exit.REFUSED)],
)
def test_what_cannot_be_undone_is_said(shop: Shop, entry: int, said: str, code: Exit) -> None:
    shop.write({"item": [item("C")]})
    shop.undo()
    with pytest.raises(ScmError, match=said) as refused:
        shop.undo(entry)
    assert refused.value.exit_code is code


def test_undoing_a_receipt_that_was_sold_on_is_refused_where_stock_was_counted(shop: Shop) -> None:
    shop.write({"stock_count": [
        {"count_no": "CT-1", "warehouse": "MAIN", "counted_on": shop.run.today, "is_full": True}]})  # fmt: skip
    shop.write({"stock_move": [move("B", 5)]})
    shop.write({"stock_move": [move("B", 5, "MAIN", "@customer")]})
    with pytest.raises(ScmError, match="not enough stock"):
        shop.undo(4)


def test_a_dry_run_of_undo_writes_nothing(shop: Shop) -> None:
    shop.write({"item": [item("C")]})
    written = shop.content()
    dry = Shop(replace(shop.run, dry_run=True))
    with pytest.raises(AssertionError):
        dry.undo()
    assert shop.content() == written


def test_numbers_are_not_given_twice(shop: Shop) -> None:
    def order() -> str:
        changes = Changes()
        with writing(shop.run) as con:
            number = numbers.next_numbers(con, changes, "sales_order", "SO-")[0]
            changes.insert(
                "sales_order",
                [{"order_no": number, "customer": "C1", "ordered_on": shop.run.today,
                  "status": "confirmed", "priority": 5}],
            )  # fmt: skip
            commit(con, shop.run, changes)
        return number

    assert order() == "SO-000001"
    shop.undo()
    assert order() == "SO-000002"


KEYS = ("A", "B", "C", "D", "E")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("put", "drop", "move", "undo", "redo")),
        st.sampled_from(KEYS),
        st.integers(1, 99),
    ),
    min_size=3,
    max_size=6,
)


class Told:
    """What should be in the shop, kept beside it: the state before each entry that stands."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.now = shop.content()
        self.standing: list[tuple[int, dict[str, Any]]] = []
        self.taken_back: list[tuple[int, dict[str, Any]]] = []

    def step(self, kind: str, key: str, number: int) -> None:
        before = self.now
        if kind == "undo" and self.standing:
            entry, expected = self.standing.pop()
            self.taken_back.append((self.shop.undo(entry), before))
        elif kind == "redo" and self.taken_back:
            entry, expected = self.taken_back.pop()
            self.standing.append((self.shop.undo(entry), before))
        elif kind in ("put", "drop", "move"):
            entry = self._write(kind, key, number)
            if entry is not None:
                self.standing.append((entry, before))
                self.taken_back.clear()  # they may no longer apply
                self.now = self.shop.content()
            return
        else:
            return
        self.now = self.shop.content()
        assert self.now == expected

    def _write(self, kind: str, key: str, number: int) -> int | None:
        known = {r["customer"] for r in self.shop.query("SELECT customer FROM customer")}
        if kind == "move":
            return self.shop.write({"stock_move": [move("A", number)]}).entry
        if kind == "drop":
            gone = [{"customer": key}] if key in known else []
            return self.shop.write(delete={"customer": gone}).entry
        if key in known:
            row = {"customer": key, "city": str(number), "payment_days": number}
            return self.shop.write(update={"customer": [row]}).entry
        return self.shop.write({"customer": [customer(key, payment_days=number)]}).entry


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_sequence_can_be_taken_back_to_the_start(
    made: Path, tmp_path: Path, steps: list[tuple[str, str, int]]
) -> None:
    folder = tmp_path / "sequence"
    shutil.rmtree(folder, ignore_errors=True)
    shop = Shop(_run_in(shutil.copytree(made, folder)))
    told = Told(shop)
    start = told.now
    for step in steps:
        told.step(*step)
    while told.standing:
        told.step("undo", "", 0)
    assert told.now == start
    assert shop.findings(deep=True) == []


def _run_in(folder: Path) -> Any:
    from store_shops import DAY, NOW

    from scm_cli.run import Run

    return Run(now=NOW, today=DAY, folder=folder, who="test", command="test", pid=1)


def test_an_undo_of_goods_that_left_below_zero_can_be_taken_back(shop: Shop) -> None:
    """Where nothing was counted yet stock may fall below zero; bringing that back is no new rule."""
    from scm_cli.core.stock.entry import Typed
    from scm_cli.jobs import stock

    shop.write({"item": [item("N1")]})
    said = stock.Movement(on=DAY, warehouse="MAIN")
    left = stock.issue(shop.run, [Typed("N1", Decimal(6))], said)
    assert left.warnings
    before = shop.content()
    undone = shop.undo(left.committed.entry)
    shop.undo(undone)
    assert shop.content() == before
