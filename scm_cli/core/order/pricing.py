"""What a customer pays: the contract's price, else their own, their class's, the last one paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where a price comes from, the strongest first; "list" is the item's own sale price.
LADDER = ("contract", "customer", "class", "last", "list")
PLACES = Decimal("0.000001")


class Priced(NamedTuple):
    """A price per entered unit, its tax state, and where it comes from (None: nowhere)."""

    unit_price: Decimal | None
    source: str | None
    tax_included: bool = True
    tax_rate_pct: Decimal | None = None
    document: str | None = None


def filled(
    offers: Sequence[Mapping[str, Any]], qty: Decimal, factor: Decimal, today: date
) -> Priced:
    """The price of the strongest source that is valid for a quantity.

    Args:
        offers: `scope` (of `LADDER`), `from_qty` [stock units], `unit_price` per unit that holds
            `factor` stock units, validity, tax state, `document`.
        qty: [stock units]; within a source the highest break that it reaches counts.
        factor: stock units per entered unit, for which the price is given back.
        today: prices out of their validity do not count.

    >>> row = {"scope": "class", "from_qty": 0, "unit_price": Decimal(5), "factor": Decimal(1),
    ...     "valid_from_on": None, "valid_until_on": None, "tax_included": True, "tax_rate_pct": None}
    >>> filled([row, row | {"scope": "customer", "unit_price": Decimal(4)}], Decimal(1), Decimal(24),
    ...     date(2026, 1, 1)).unit_price
    Decimal('96.000000')
    """
    valid = [
        o for o in offers
        if (o["valid_from_on"] is None or o["valid_from_on"] <= today)
        and (o["valid_until_on"] is None or o["valid_until_on"] >= today)
        and o["from_qty"] <= qty and o["unit_price"] is not None
    ]  # fmt: skip
    best = min(valid, key=lambda o: (LADDER.index(o["scope"]), -o["from_qty"]), default=None)
    if best is None:
        return Priced(None, None)
    price = (best["unit_price"] / best["factor"] * factor).quantize(PLACES, ROUND_HALF_UP)
    return Priced(
        price, best["scope"], bool(best["tax_included"]), best["tax_rate_pct"], best.get("document")
    )


#: What a price may lie below → how that is told.
TOO_LOW = {
    "floor_price": "the price {price} is below the floor of {low}",
    "purchase_price": "the price {price} is below the cost of {low}",
}


def discounted(unit_price: Decimal, discount_pct: Decimal | None) -> Decimal:
    """A price less its discount [%], to 6 places.

    >>> discounted(Decimal("9.99"), Decimal(10))
    Decimal('8.991000')
    """
    return (unit_price * (1 - (discount_pct or Decimal(0)) / 100)).quantize(PLACES, ROUND_HALF_UP)


def doubts(line: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[Problem]:
    """What looks wrong with a normal line's price: none, below the floor, below cost (ex tax).

    >>> line = {"kind": "normal", "sku": "A", "unit_price": Decimal(5), "factor": Decimal(1),
    ...     "tax_included": True, "tax_rate_pct": None}
    >>> item = {"floor_price": Decimal(6), "purchase_price": Decimal(4), "tax_rate_pct": None}
    >>> [p.what.english for p in doubts(line, item)]
    ['the price 5 is below the floor of 6']
    """
    price = line["unit_price"]
    if line["kind"] != "normal":
        return
    if price is None:
        yield Problem(
            line["sku"], Say("it has no price"), Say("Give one: {sku}=QTY@PRICE.", sku=line["sku"])
        )
        return
    rate = line["tax_rate_pct"] if line["tax_rate_pct"] is not None else item["tax_rate_pct"]
    each = price / line["factor"]
    gross = each if line["tax_included"] else each * (1 + (rate or Decimal(0)) / 100)
    for name, template in TOO_LOW.items():
        low = item[name]
        if low is not None and gross < low:
            yield Problem(line["sku"], Say(template, price=_plain(gross), low=_plain(low)))


def _plain(price: Decimal) -> str:
    return f"{price.quantize(Decimal('0.0001'), ROUND_HALF_UP).normalize():f}"
