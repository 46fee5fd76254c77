"""Orders, changes, receipts, shipments, returns and undos in any sequence: the shop stays sound."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from store_shops import DAY, NOW, Shop, customer, item

from scm_cli.core.order.entry import wanted
from scm_cli.core.stock.entry import Typed
from scm_cli.errors import ScmError
from scm_cli.jobs import (
    allocating,
    counting,
    deliver,
    importing,
    money,
    opening,
    order_change,
    ordering,
    purchase,
    ship,
    stock,
)
from scm_cli.run import Run

if TYPE_CHECKING:
    from scm_cli.store.commit import Committed

D = Decimal
SKUS = ["A", "B"]
skus, few = st.sampled_from(SKUS), st.integers(1, 8)

HELD = """
SELECT sum(held > there) AS wrong FROM (
    SELECT r.qty AS held, coalesce(s.qty, 0) AS there FROM (SELECT sku, warehouse, lot, sum(qty) AS qty
        FROM reservation WHERE source = 'stock' GROUP BY ALL) r LEFT JOIN sellable_lot s ON s.sku = r.sku
        AND s.warehouse = r.warehouse AND s.lot IS NOT DISTINCT FROM r.lot
    UNION ALL SELECT r.qty, coalesce(p.open_qty, 0) FROM (SELECT purchase_no, purchase_line_no AS line_no,
        sum(qty) AS qty FROM reservation WHERE source = 'inbound' GROUP BY ALL) r
        LEFT JOIN purchase_line p USING (purchase_no, line_no)
    UNION ALL SELECT r.qty, coalesce(o.open_qty, 0) FROM (SELECT order_no, line_no, sum(qty) AS qty
        FROM reservation GROUP BY ALL) r LEFT JOIN order_line o USING (order_no, line_no))
"""
#: On hand as everybody asks for it, and as it follows from the moves.
ON_HAND = """
SELECT sku, warehouse AS place, sum(qty) AS qty FROM on_hand_lot
GROUP BY ALL HAVING sum(qty) <> 0 ORDER BY ALL
"""
MOVED = """
SELECT sku, place, sum(qty) AS qty FROM (SELECT sku, to_place AS place, qty FROM stock_move
    UNION ALL SELECT sku, from_place, -qty FROM stock_move) WHERE place NOT LIKE '@%'
GROUP BY ALL HAVING sum(qty) <> 0 ORDER BY ALL
"""
#: Only confirmed orders hold anything, and no closed or unshipped rest holds of what it does not want.
WAITING = "SELECT r.order_no FROM reservation r JOIN sales_order h USING (order_no) WHERE h.status <> 'confirmed'"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with two items, two customers and a supplier, and no stock."""
    folder = tmp_path_factory.mktemp("orders") / "shop"
    shop = Shop(Run(now=NOW, today=DAY, folder=folder, who="test", command="init", pid=1))
    opening.make(shop.run, DAY)
    shop.write(
        {
            "supplier": [{"supplier": "S1", "name": "S1", "state": "approved", "is_internal": False,
                          "lead_time_days": 5}],
            "item": [item(sku, supplier="S1", sale_price=D(5), purchase_price=D(3)) for sku in SKUS],
            "customer": [customer("C1"), customer("C2", customer_class="vip")],
            "warehouse": [{"warehouse": "EAST", "name": "East", "kind": "normal", "priority": 2}],
        }
    )  # fmt: skip
    return folder


def written(result: Any) -> Committed:
    """What a job committed, wherever its answer keeps it."""
    if isinstance(result, tuple):
        result = result[0]
    for name in ("entered", "saved", "committed"):
        result = getattr(result, name, result)
    committed: Committed = result
    return committed


class Orders(RuleBasedStateMachine):
    """Every rule is a command; what a command refuses must leave nothing behind."""

    folder: Path

    @initialize()
    def open_shop(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        run = Run(now=NOW, today=DAY, folder=shutil.copytree(self.folder, self.place / "shop"),
                  who="test", command="test", pid=1)  # fmt: skip
        self.shop = Shop(replace(run))
        self.done: list[tuple[int, dict[str, Any]]] = []  # entries, and the shop before each

    def teardown(self) -> None:
        if hasattr(self, "place"):
            shutil.rmtree(self.place)

    def act(self, made: Any, *args: Any, **more: Any) -> Any:
        """Run a job; a refusal must change nothing."""
        before = self.shop.content()
        try:
            result = made(self.shop.run, *args, **more)
        except ScmError:
            assert self.shop.content() == before
            return None
        committed = written(result)
        if committed.entry is not None:
            self.done.append((committed.entry, before))
        return result

    def orders(self) -> list[str]:
        return [
            r["order_no"] for r in self.shop.query("SELECT order_no FROM sales_order ORDER BY 1")
        ]

    @rule(sku=skus, qty=few, again=skus, who=st.sampled_from(["C1", "C2"]), data=st.data(),
          priority=st.integers(1, 9), draft=st.booleans())  # fmt: skip
    def new(
        self,
        sku: str,
        qty: int,
        again: str,
        who: str,
        data: st.DataObject,
        priority: int,
        draft: bool,
    ) -> None:
        lines = wanted({"normal": [f"{sku}={qty}", f"{again}=2"]}, None)
        head: dict[str, Any] = {"is_pinned": data.draw(st.booleans()), "priority": priority}
        if data.draw(st.booleans()):
            head |= {"payment_terms": "deposit", "deposit_pct": D(10)}
        if data.draw(st.booleans()):
            head["requested_on"] = DAY + timedelta(data.draw(st.integers(0, 20)))
        self.act(ordering.new, ordering.Asked(who, lines, head, draft=draft))

    @rule(sku=skus, qty=few, again=skus, number=st.integers(1, 5), days=st.integers(0, 20))
    def import_orders(self, sku: str, qty: int, again: str, number: int, days: int) -> None:
        """A sheet of an order; the same number again is the same order, changed."""
        head = "order_no,customer,ordered_on,requested_on,sku,qty,unit_price\n"
        of = f"X-{number},C1,{DAY},{DAY + timedelta(days)}"
        path = self.place / "orders.csv"
        path.write_text(f"{head}{of},{sku},{qty},5\n{of},{again},1,5\n", encoding="utf-8")
        self.act(importing.run_import, [path], importing.Asked())

    @precondition(lambda self: self.orders())
    @rule(data=st.data(), amount=st.integers(1, 9))
    def pay(self, data: st.DataObject, amount: int) -> None:
        row = data.draw(st.sampled_from(self.shop.query("SELECT * FROM sales_order ORDER BY 1")))
        given = {"amount": str(amount), "document_no": row["order_no"]}
        self.act(money.pay, row["customer"], None, given)

    @rule(data=st.data(), what=st.sampled_from(["cancel", "confirm", "change"]), qty=few)
    def work_on_purchase(self, data: st.DataObject, what: str, qty: int) -> None:
        found = self.shop.query("SELECT DISTINCT purchase_no FROM purchase_order ORDER BY 1")
        if not found:
            return
        number = data.draw(st.sampled_from(found))["purchase_no"]
        if what == "cancel":
            self.act(purchase.cancel, number, None, "us")
        elif what == "confirm":
            self.act(purchase.confirm, number, DAY + timedelta(qty), None)
        else:
            self.act(purchase.change, number, 1, {"qty": D(qty)})

    @rule(sku=skus, qty=few, lot=st.sampled_from([None, "L1"]))
    def issue(self, sku: str, qty: int, lot: str | None) -> None:
        said = stock.Movement(on=DAY, warehouse="MAIN", partner="C2", lot=lot)
        self.act(stock.issue, [Typed(sku, D(qty))], said)

    @rule(sku=skus, qty=few, there=st.booleans())
    def move(self, sku: str, qty: int, there: bool) -> None:
        ends = ("MAIN", "EAST") if there else ("EAST", "MAIN")
        self.act(stock.move, [Typed(sku, D(qty))], *ends, stock.Movement(on=DAY))

    @rule(sku=skus, qty=few)
    def sell(self, sku: str, qty: int) -> None:
        self.act(
            ordering.sell,
            ordering.Asked("C1", wanted({"normal": [f"{sku}={qty}@4"]}, None)),
            "cash",
        )

    @rule(sku=skus, qty=few)
    def buy(self, sku: str, qty: int) -> None:
        self.act(purchase.new, "S1", [Typed(sku, D(qty))], None, "MAIN", draft=False)

    @rule(sku=skus, qty=few, lot=st.sampled_from([None, "L1", "L2"]))
    def receive(self, sku: str, qty: int, lot: str | None) -> None:
        said = stock.Movement(on=DAY, warehouse="MAIN", partner="S1", lot=lot)
        self.act(stock.receive, [Typed(sku, D(qty))], said)

    @rule(data=st.data())
    def receive_on_order(self, data: st.DataObject) -> None:
        found = self.shop.query(
            "SELECT purchase_no, sku, open_qty FROM purchase_line WHERE open_qty > 0 ORDER BY 1"
        )
        if found:
            row = data.draw(st.sampled_from(found))
            said = stock.Movement(on=DAY, warehouse="MAIN", order=row["purchase_no"])
            self.act(stock.receive, [Typed(row["sku"], row["open_qty"])], said)

    @rule(sku=skus, qty=st.integers(0, 8))
    def count(self, sku: str, qty: int) -> None:
        self.act(counting.count, [Typed(sku, D(qty))], stock.Movement(on=DAY, warehouse="MAIN"))

    @precondition(lambda self: self.orders())
    @rule(
        data=st.data(),
        what=st.sampled_from(["ship", "cancel", "approve", "return", "change", "deliver"]),
        qty=few,
    )
    def work_on(self, data: st.DataObject, what: str, qty: int) -> None:
        number = data.draw(st.sampled_from(self.orders()))
        if what == "ship":
            self.act(ship.ship, number, [], ship.Sent(DAY))
        elif what == "cancel":
            self.cancel(number)
        elif what == "approve":
            self.act(ordering.approve, number)
        elif what == "return":
            back = deliver.Back(DAY, "odd", data.draw(st.sampled_from(["restock", "scrap"])))
            self.act(deliver.take_back, number, [Typed("A", D(qty))], back)
        elif what == "change":
            head = {
                "is_pinned": bool(qty % 2),
                "priority": qty,
                "requested_on": DAY + timedelta(qty),
            }
            name = data.draw(st.sampled_from(["qty", *head]))
            values = {"qty": D(qty)} if name == "qty" else {name: head[name]}
            self.act(order_change.change, number, 1 if name == "qty" else None, values)
        else:
            self.act(deliver.deliver, number, DAY)

    def cancel(self, number: str) -> None:
        held = "SELECT coalesce(sum(qty), 0) AS qty FROM reservation WHERE order_no = '{}'"
        before = self.shop.query(held.format(number))[0]["qty"]
        result = self.act(order_change.cancel, number, None)
        if result is not None:
            assert self.shop.query(held.format(number))[0]["qty"] == 0
            assert sum(row["qty"] for row in result.more["surplus"]) == before

    @rule()
    def allocate(self) -> None:
        self.act(allocating.run_all, None, anew=True)
        again = allocating.run_all(self.shop.run, None, anew=True)
        assert again.committed.entry is None  # run twice, the second run changes nothing

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        """The last entry is taken back exactly: every document and every derived figure.

        The ledger keeps both entries: nothing leaves it.
        """
        entry, before = self.done.pop()
        moves = self.shop.query("SELECT count(*) AS n, count(reverses) AS undone FROM stock_move")[
            0
        ]
        mine = self.shop.query(f"SELECT count(*) AS n FROM stock_move WHERE entry = {entry}")[0][
            "n"
        ]
        self.shop.undo(entry)
        assert self.shop.content() == before
        after = self.shop.query("SELECT count(*) AS n, count(reverses) AS undone FROM stock_move")[
            0
        ]
        assert (after["n"], after["undone"]) == (moves["n"] + mine, moves["undone"] + mine)

    @precondition(lambda self: len(self.done) > 1)
    @rule(data=st.data())
    def undo_an_older_one(self, data: st.DataObject) -> None:
        """What later entries build on stays; else it is taken back, and that is taken back too."""
        entry, _ = data.draw(st.sampled_from(self.done[:-1]))
        before = self.shop.content()
        try:
            undone = self.shop.undo(entry)
        except ScmError:
            assert self.shop.content() == before
            return
        self.sound()
        self.shop.undo(undone)
        assert self.shop.content() == before

    @invariant()
    def nothing_is_held_beyond_what_is_there(self) -> None:
        if hasattr(self, "shop"):
            self.sound()

    def sound(self) -> None:
        assert not self.shop.query(HELD)[0]["wrong"]
        assert not self.shop.query(WAITING)
        assert self.shop.query(ON_HAND) == self.shop.query(MOVED)
        assert self.shop.findings() == []


def test_whatever_happens_the_shop_stays_sound(bare: Path) -> None:
    Orders.folder = bare
    Orders.TestCase.settings = settings(
        max_examples=3, stateful_step_count=10, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    Orders.TestCase("runTest").runTest()


@pytest.mark.slow
def test_whatever_happens_for_long(bare: Path) -> None:
    Orders.folder = bare
    Orders.TestCase.settings = settings(
        max_examples=15,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Orders.TestCase("runTest").runTest()
