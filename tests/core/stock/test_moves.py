"""Which way goods go for each paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from scm_cli.core.intake import effects
from scm_cli.core.stock import moves

DAY = date(2026, 1, 5)
LINE: dict[str, Any] = {
    "line_no": 1,
    "sku": "A",
    "qty": Decimal(4),
    "accepted_qty": Decimal(4),
    "warehouse": "MAIN",
    "from_warehouse": "MAIN",
    "to_warehouse": "EAST",
    "lot": None,
    "expiry_on": None,
    "factor": Decimal(1),
}
CASES = [
    ("receipt", "receipt_no", "received_on", {}, "@supplier", "MAIN"),
    ("shipment", "shipment_no", "shipped_on", {}, "MAIN", "@customer"),
    ("sales_return", "return_no", "returned_on", {"disposition": "restock"}, "@customer", "MAIN"),
    ("sales_return", "return_no", "returned_on", {"disposition": "scrap"}, "@customer", "@scrap"),
    (
        "sales_return",
        "return_no",
        "returned_on",
        {"disposition": "supplier"},
        "@customer",
        "@supplier",
    ),
    ("purchase_return", "return_no", "returned_on", {}, "MAIN", "@supplier"),
    ("transfer", "transfer_no", "moved_on", {}, "MAIN", "EAST"),
]


@pytest.mark.parametrize(("kind", "number", "dated", "more", "source", "target"), CASES)
def test_one_line_and_a_frame_go_the_same_way(
    kind: str, number: str, dated: str, more: dict[str, str], source: str, target: str
) -> None:
    line = {**LINE, number: "D1", dated: DAY, **more}
    row = moves.move(kind, line, dated)
    assert row is not None
    assert (row["from_place"], row["to_place"], row["qty"]) == (source, target, Decimal(4))
    frame = effects.moves(f"{kind}_line", pl.DataFrame([line], infer_schema_length=None))
    told = frame.row(0, named=True)
    assert {n: told[n] for n in ("from_place", "to_place", "qty", "document_no", "line_no")} == {
        n: row[n] for n in ("from_place", "to_place", "qty", "document_no", "line_no")
    }


def test_nothing_accepted_moves_nothing() -> None:
    line = {**LINE, "receipt_no": "R", "received_on": DAY, "accepted_qty": Decimal(0)}
    assert moves.move("receipt", line, "received_on") is None


@pytest.mark.parametrize(
    ("counted", "book", "expected"),
    [(7, 5, ("@count", "MAIN", 2)), (5, 7, ("MAIN", "@count", 2)), (5, 5, None)],
)
def test_a_count_moves_the_difference(counted: int, book: int, expected: object) -> None:
    line = {"count_no": "C", "line_no": 1, "sku": "A", "warehouse": "MAIN", "counted_on": DAY}
    row = moves.count_move({**line, "counted_qty": Decimal(counted), "book_qty": Decimal(book)})
    told = None if row is None else (row["from_place"], row["to_place"], row["qty"])
    assert told == expected


@pytest.mark.parametrize(
    ("price", "factor", "included", "rate", "cost"),
    [
        ("11.3", 1, True, 13, "10"),
        ("11.3", 1, False, 13, "11.3"),
        ("240", 24, True, None, "10"),
        (None, 1, True, 13, None),
    ],
)
def test_cost_is_net_and_per_stock_unit(
    price: str | None, factor: int, included: bool, rate: int | None, cost: str | None
) -> None:
    line = {
        "unit_price": None if price is None else Decimal(price),
        "factor": Decimal(factor),
        "tax_included": included,
        "tax_rate_pct": None if rate is None else Decimal(rate),
    }
    assert moves.unit_cost(line) == (None if cost is None else Decimal(cost))
