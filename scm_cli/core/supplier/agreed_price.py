"""The agreed price: which contract's holds on a day, and what of an order lies outside it."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
from scm_cli.core.supplier.contracts import standing
from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

PRICE = Decimal("0.000001")


def agreed(lines: Sequence[Row], on: date) -> Row | None:
    """The contract line whose price holds on a day: that of the contract which began last.

    `lines` are contract lines of one supplier and item with their contract's days beside them.

    >>> line = {"contract_no": "HT-1", "valid_from_on": date(2026, 1, 1), "status": "in_force",
    ...     "valid_until_on": date(2026, 12, 31), "ended_on": None}
    >>> agreed([line], date(2027, 1, 1)) is None, agreed([line], date(2026, 5, 1))["contract_no"]
    (True, 'HT-1')
    """
    held = [line for line in lines if standing(line, on) == "in force"]
    return max(held, key=lambda line: (line["valid_from_on"], line["contract_no"]), default=None)


def base_price(line: Row) -> Decimal:
    """The price of one of the item's own unit, tax as stated, to 6 places.

    >>> base_price({"unit_price": Decimal("48"), "factor": Decimal(24)})
    Decimal('2.000000')
    """
    found: Decimal = line["unit_price"] / line["factor"]
    return found.quantize(PRICE, ROUND_HALF_UP)


def price_doubts(ordered: Row, contract_line: Row, tolerance_pct: float) -> list[Problem]:
    """An order line outside the agreed price says so; without tax, where one price has it.

    `ordered` is a purchase line with `unit_price` per `factor` of the item's own unit.

    >>> line = {"contract_no": "HT-1", "unit_price": Decimal(4), "factor": Decimal(1),
    ...     "tax_included": True, "tax_rate_pct": None}
    >>> asked = {**line, "sku": "A1", "unit_price": Decimal("4.20")}
    >>> [p.what.english for p in price_doubts(asked, line, 0.0)]
    ['4.2 is not the price of contract HT-1: 4 is agreed (+5.0 %)']
    """
    if ordered["unit_price"] is None:
        return []
    alike = ordered["tax_included"] == contract_line["tax_included"]
    price = _as_stated if alike else _ex_tax
    asked, held = price(ordered), price(contract_line)
    off = (asked / held - 1) * 100 if held else Decimal(100 if asked else 0)
    if abs(off) <= Decimal(str(tolerance_pct)) + Decimal("0.005"):
        return []
    told = Say(
        "{asked} is not the price of contract {contract}: {held} is agreed ({off} %)",
        asked=number(ordered["unit_price"]),
        contract=contract_line["contract_no"],
        held=number(contract_line["unit_price"] / contract_line["factor"] * ordered["factor"]),
        off=f"{off:+.1f}",
    )
    return [Problem(ordered["sku"], told)]


def expired_doubts(ordered: Row, offers: Sequence[Row]) -> list[Problem]:
    """An order line at a price of the supplier's that had expired when it was ordered.

    Args:
        ordered: as in `price_doubts`, with `ordered_on`.
        offers: the supplier's prices of the item per `factor` own units, with their validity.

    >>> line = {"sku": "A1", "unit_price": Decimal(4), "factor": Decimal(1), "tax_included": True,
    ...     "tax_rate_pct": None, "ordered_on": date(2026, 3, 1)}
    >>> old = {**line, "valid_from_on": None, "valid_until_on": date(2026, 2, 1)}
    >>> [p.what.english for p in expired_doubts(line, [old])]
    ['4 is a price that expired on 2026-02-01']
    >>> expired_doubts(line, [old, {**old, "valid_until_on": None}])
    []
    """
    if ordered["unit_price"] is None:
        return []
    day, price = ordered["ordered_on"], base_price(ordered)
    same = [
        o for o in offers
        if base_price(o) == price and o["tax_included"] == ordered["tax_included"]
    ]  # fmt: skip
    over = [o["valid_until_on"] for o in same if o["valid_until_on"] and o["valid_until_on"] < day]
    if not over or len(over) < len(same):
        return []
    told = Say(
        "{price} is a price that expired on {day}",
        price=number(ordered["unit_price"]), day=max(over),
    )  # fmt: skip
    return [Problem(ordered["sku"], told)]


def _as_stated(line: Row) -> Decimal:
    price: Decimal = line["unit_price"] / line["factor"]
    return price


def _ex_tax(line: Row) -> Decimal:
    rate = (line["tax_rate_pct"] or Decimal(0)) if line["tax_included"] else Decimal(0)
    return _as_stated(line) / (1 + rate / 100)
