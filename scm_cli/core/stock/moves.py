"""Which way goods go for each kind of document: one table, for one line and for a million."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.stock.places import COUNT, CUSTOMER, OPENING, SCRAP, SUPPLIER

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Way:
    """From one place to another; a name that is a column of the line stands for its value."""

    source: str
    target: str
    qty: str = "qty"


WAYS: dict[str, Way] = {
    "receipt": Way(SUPPLIER, "warehouse", "accepted_qty"),
    "shipment": Way("warehouse", CUSTOMER),
    "sales_return": Way(CUSTOMER, "warehouse"),
    "purchase_return": Way("warehouse", SUPPLIER),
    "transfer": Way("from_warehouse", "to_warehouse"),
    "opening": Way(OPENING, "warehouse"),
}
#: Where returned goods go that do not go back to the shelf.
DISPOSED: dict[str, str] = {"scrap": SCRAP, "supplier": SUPPLIER}


def move(kind: str, line: Mapping[str, Any], day: str) -> dict[str, Any] | None:
    """The ledger row of one document line (head fields included); None when nothing moves.

    >>> line = {"warehouse": "MAIN", "qty": 3, "sku": "A", "lot": None, "expiry_on": None,
    ...     "shipment_no": "D1", "line_no": 1, "shipped_on": "2026-01-02"}
    >>> row = move("shipment", line, "shipped_on")
    >>> row["from_place"], row["to_place"], row["qty"]
    ('MAIN', '@customer', 3)
    """
    way = WAYS[kind]
    qty = line[way.qty]
    if not qty:
        return None
    target = DISPOSED.get(line.get("disposition", ""), "") or line.get(way.target, way.target)
    number = next(line[n] for n in (f"{kind}_no", "return_no") if n in line)
    return {
        "moved_on": line[day],
        "sku": line["sku"],
        "lot": line.get("lot"),
        "expiry_on": line.get("expiry_on"),
        "qty": qty,
        "from_place": line.get(way.source, way.source),
        "to_place": target,
        "unit_cost": line.get("unit_cost"),
        "document_kind": kind,
        "document_no": number,
        "line_no": line["line_no"],
    }


def count_move(line: Mapping[str, Any]) -> dict[str, Any] | None:
    """The move that brings the books to what was counted; None when they agree."""
    difference = line["counted_qty"] - line["book_qty"]
    if not difference:
        return None
    place = line["warehouse"]
    source, target = (COUNT, place) if difference > 0 else (place, COUNT)
    return {
        "moved_on": line["counted_on"],
        "sku": line["sku"],
        "lot": line.get("lot"),
        "expiry_on": None,
        "qty": abs(difference),
        "from_place": source,
        "to_place": target,
        "unit_cost": None,
        "document_kind": "stock_count",
        "document_no": line["count_no"],
        "line_no": line["line_no"],
    }


def unit_cost(line: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- Decimal or None
    """What a received unit costs, ex tax, per stock unit; None without a price."""
    price = line.get("unit_price")
    if price is None:
        return None
    rate = (line.get("tax_rate_pct") or 0) if line.get("tax_included", True) else 0
    net = Decimal(price) / Decimal(line["factor"]) / (1 + Decimal(rate) / 100)
    return net.quantize(Decimal("0.000001"), ROUND_HALF_UP)
