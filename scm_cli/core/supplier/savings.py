"""Savings: what was paid against what was paid last, and against the budget."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CENT = Decimal("0.01")
MICRO = Decimal("0.000001")


def savings(
    lines: Iterable[Mapping[str, Any]],
    last: Mapping[str, Decimal],
    budget: Mapping[str, Decimal],
) -> list[dict[str, Any]]:
    """Per supplier and item: quantity, mean price, and what it saved against both yardsticks.

    Args:
        lines: `supplier, sku, qty` [stock units] and `price` (at cost, per stock unit).
        last: item → its last price before the period, from whomever it was bought.
        budget: item → its budget price.

    Returns:
        Rows by what was saved against the last price, most first; null where there is no
        yardstick, never a saving of nothing. Dearer purchases are negative.

    >>> line = {"supplier": "S1", "sku": "A", "qty": Decimal(10), "price": Decimal("9")}
    >>> row = savings([line], {"A": Decimal("10")}, {})[0]
    >>> float(row["saved_last_amount"]), row["saved_budget_amount"]
    (10.0, None)
    """
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for line in lines:
        total = sums.setdefault((line["supplier"], line["sku"]), [Decimal(0), Decimal(0)])
        total[0] += line["qty"]
        total[1] += line["qty"] * line["price"]
    rows = [
        {
            "supplier": supplier, "sku": sku, "qty": qty, "mean_price": _rounded(paid / qty, MICRO),
            "last_price": last.get(sku), "budget_price": budget.get(sku),
            "saved_last_amount": _saved(qty, paid, last.get(sku)),
            "saved_budget_amount": _saved(qty, paid, budget.get(sku)),
        }
        for (supplier, sku), (qty, paid) in sums.items()
        if qty
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (-(r["saved_last_amount"] or 0), r["supplier"], r["sku"]))


def _saved(qty: Decimal, paid: Decimal, yardstick: Decimal | None) -> Decimal | None:
    return None if yardstick is None else _rounded(qty * yardstick - paid, CENT)


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    return value.quantize(places, ROUND_HALF_UP)
