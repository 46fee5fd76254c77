"""Prices, terms, changes and returns of customers' orders, case by case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scm_cli.core.order import changing, entry, pricing, returns, surplus, terms
from scm_cli.core.records.sales import SalesOrder, SalesOrderLine
from scm_cli.errors import ScmError

D = Decimal
TODAY = date(2026, 1, 5)


def offer(scope: str, price: float, from_qty: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "scope": scope, "from_qty": D(from_qty), "unit_price": D(str(price)), "factor": D(1),
        "valid_from_on": None, "valid_until_on": None, "tax_included": True, "tax_rate_pct": None,
        **more,
    }  # fmt: skip


LADDER = [
    offer("list", 9),
    offer("last", 8.5),
    offer("class", 8),
    offer("customer", 7),
    offer("contract", 7.5),
]


@pytest.mark.parametrize(
    ("offers", "qty", "price", "source"),
    [
        (LADDER, 1, 7.5, "contract"),  # the contract, though the customer's own price is lower
        (LADDER[:4], 1, 7, "customer"),
        (LADDER[:3], 1, 8, "class"),
        (LADDER[:2], 1, 8.5, "last"),
        (LADDER[:1], 1, 9, "list"),
        ([], 1, None, None),
        ([offer("class", 8), offer("class", 6, 100)], 99, 8, "class"),
        ([offer("class", 8), offer("class", 6, 100)], 100, 6, "class"),
        ([offer("contract", 5, valid_until_on=date(2026, 1, 4)), offer("list", 9)], 1, 9, "list"),
        ([offer("contract", 5, valid_from_on=date(2026, 1, 6)), offer("list", 9)], 1, 9, "list"),
    ],
)
def test_the_price_of_the_strongest_source(
    offers: list[dict[str, Any]], qty: int, price: float | None, source: str | None
) -> None:
    found = pricing.filled(offers, D(qty), D(1), TODAY)
    assert (found.unit_price, found.source) == (None if price is None else D(str(price)), source)


def test_a_price_per_box_is_turned_into_the_ordered_unit() -> None:
    box = offer("customer", 96, factor=D(24))
    assert pricing.filled([box], D(24), D(12), TODAY).unit_price == D(48)


@pytest.mark.parametrize(
    ("price", "included", "doubts"),
    [
        ("12", True, []),
        ("9", True, ["the price 9 is below the floor of 10"]),
        ("9", False, []),  # 10.17 with tax
        ("7", True, ["the price 7 is below the floor of 10", "the price 7 is below the cost of 8"]),
        (None, True, ["it has no price"]),
    ],
)
def test_what_looks_wrong_with_a_price(
    price: str | None, included: bool, doubts: list[str]
) -> None:
    line = {"sku": "A", "kind": "normal", "unit_price": None if price is None else D(price),
            "factor": D(1), "tax_included": included, "tax_rate_pct": D(13)}  # fmt: skip
    item = {"floor_price": D(10), "purchase_price": D(8), "tax_rate_pct": D(13)}
    assert [p.what.english for p in pricing.doubts(line, item)] == doubts
    assert list(pricing.doubts({**line, "kind": "gift"}, item)) == []


@pytest.mark.parametrize(
    ("word", "unit", "price", "discount"),
    [
        ("A=10", None, None, None),
        ("A=2箱@96", "箱", D(96), None),
        ("A=2@96-5%", None, D(96), D(5)),
        ("A=2-12.5%", None, None, D("12.5")),
    ],
)
def test_lines_as_they_are_typed(
    word: str, unit: str | None, price: Decimal | None, discount: Decimal | None
) -> None:
    found = entry.wanted({"normal": [word]}, None)[0]
    assert (found.typed.unit, found.typed.price, found.discount_pct) == (unit, price, discount)


@pytest.mark.parametrize("word", ["A=0", "A=-3", "A=x", "A=2@-1", "A=2-101%", "A"])
def test_lines_that_cannot_be_read(word: str) -> None:
    with pytest.raises(ScmError):
        entry.wanted({"normal": [word]}, None)


def test_the_plain_rows_are_those_of_the_records() -> None:
    """An order is entered without the declarations, so they are held together here."""
    assert entry.HEAD.keys() == SalesOrder.model_fields.keys()
    stated = {"order_no": "S", "customer": "C", "ordered_on": TODAY}
    assert entry.head(stated) == SalesOrder(**stated).model_dump()
    row = entry.line(
        {"sku": "A", "qty": D(1), "unit": "pcs", "factor": D(1)},
        entry.wanted({"normal": ["A=1@2-5%"]}, None)[0], pricing.Priced(None, None), entry.Taxed(),
    )  # fmt: skip
    assert {*row, "order_no", "line_no", "promised_on"} == SalesOrderLine.model_fields.keys()


PLAIN = {"payment_terms": None, "deposit_pct": None, "deposit_holds": "confirming",
         "paid_amount": D(0), "approved_by": None, "order_no": "SO-1", "customer": "C"}  # fmt: skip
DEPOSIT = {**PLAIN, "payment_terms": "deposit", "deposit_pct": D(30)}


@pytest.mark.parametrize(
    ("order", "limit", "over", "waits"),
    [
        (PLAIN, None, 0, None),
        (PLAIN, 1000, 0, None),
        (PLAIN, 999, 0, "approval"),
        (PLAIN, 999, 5, "credit"),  # the stronger one is told first
        ({**PLAIN, "approved_by": "boss"}, 999, 5, None),
        (DEPOSIT, None, 0, "deposit"),
        ({**DEPOSIT, "paid_amount": D(300)}, None, 0, None),
        ({**DEPOSIT, "deposit_holds": "shipping"}, None, 0, None),
    ],
)
def test_what_an_order_of_a_thousand_waits_for(
    order: dict[str, Any], limit: float | None, over: int, waits: str | None
) -> None:
    assert terms.waits_for(order, D(1000), limit, D(over)) == waits


@pytest.mark.parametrize(
    ("order", "paid", "ships"),
    [
        (PLAIN, 0, True),
        ({**PLAIN, "payment_terms": "before_shipping"}, 999, False),
        ({**PLAIN, "payment_terms": "before_shipping"}, 1000, True),
        (DEPOSIT, 299, False),
        (DEPOSIT, 300, True),
    ],
)
def test_what_must_be_paid_before_it_ships(order: dict[str, Any], paid: int, ships: bool) -> None:
    told = {**order, "paid_amount": D(paid)}
    if ships:
        terms.require_paid(told, D(1000))
        return
    with pytest.raises(ScmError, match="ships when"):
        terms.require_paid(told, D(1000))


LINE = {"order_no": "SO-1", "line_no": 1, "sku": "A", "qty": D(9), "cancelled_qty": D(0),
        "shipped_qty": D(4), "unit_price": D(2), "list_price": None, "promised_on": None}  # fmt: skip


def test_a_line_shrinks_as_long_as_something_is_left_to_ship() -> None:
    assert changing.changed(LINE, {"qty": D(5)})["qty"] == D(5)
    with pytest.raises(ScmError, match="nothing left to ship"):
        changing.changed(LINE, {"qty": D(4)})
    with pytest.raises(ScmError, match="4 shipped or cancelled; it cannot become 3"):
        changing.changed(LINE, {"qty": D(3)})


def test_a_new_discount_is_taken_off_the_price_before_it() -> None:
    once = changing.changed(LINE, {"discount_pct": D(10)})
    assert (once["unit_price"], once["list_price"]) == (D("1.8"), D(2))
    again = changing.changed({**LINE, **once}, {"discount_pct": D(25)})
    assert (again["unit_price"], again["list_price"]) == (D("1.5"), D(2))


def test_a_return_answers_the_lines_that_shipped_it() -> None:
    shipped = [
        {"order_no": "SO-1", "line_no": 1, "sku": "A", "shipped_qty": D(5), "returned_qty": D(4)},
        {"order_no": "SO-1", "line_no": 3, "sku": "A", "shipped_qty": D(6), "returned_qty": D(0)},
    ]
    found = returns.taken_back({"sku": "A", "qty": D(5)}, shipped)
    assert [(line["line_no"], qty) for line, qty in found] == [(1, D(1)), (3, D(4))]
    with pytest.raises(
        ScmError, match="8 of A come back on order SO-1, which shipped 11 and took 4 back"
    ):
        returns.taken_back({"sku": "A", "qty": D(8)}, shipped)
    with pytest.raises(ScmError, match="has no line for B"):
        returns.taken_back({"sku": "B", "qty": D(1)}, shipped)


@pytest.mark.parametrize(
    ("status", "in_transit", "told"),
    [
        ("approved", 0, "yes"),
        ("confirmed", 0, "ask"),
        ("confirmed", 5, "no"),
        ("approved", 5, "no"),
    ],
)
def test_whether_supply_can_still_be_cancelled(status: str, in_transit: int, told: str) -> None:
    assert surplus.cancellable({"status": status, "in_transit_qty": D(in_transit)}) == told


def test_what_a_deposit_holds_is_said_of_orders_with_one() -> None:
    customer = {"payment_terms": "credit", "deposit_pct": None}
    with pytest.raises(ScmError, match="no deposit is agreed"):
        terms.agreed(customer, {"deposit_holds": "shipping"})
    agreed = terms.agreed(customer, {"deposit_holds": "shipping", "deposit_pct": D(30)})
    assert agreed == {"payment_terms": "deposit", "deposit_pct": D(30)}
