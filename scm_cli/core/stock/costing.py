"""What a unit in stock cost: the moving weighted average of an item (移动加权平均).

Goods that come at a known cost change the average; what leaves, leaves at it, and a move between
warehouses changes nothing. What comes without a cost (a surplus found by a count, a customer's
return, a receipt without a price) comes at the average. Where nothing is left, or less than
nothing, the next cost stands alone. The average follows from the moves in the order of their
days, so a move entered late or taken back changes it as if it had been known at once
(IAS 2 Inventories, paragraph 27; 企业会计准则第 1 号, article 14).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

ZERO, STEP = Decimal(0), Decimal("0.000001")
AVERAGE, PRICE = "average", "purchase price"


class Incoming(NamedTuple):
    """Goods that came: on hand before them, how many [stock units], and what each cost."""

    before_qty: Decimal
    qty: Decimal
    unit_cost: Decimal


class Cost(NamedTuple):
    """A unit's cost ex tax, None where nothing is known, and where it comes from."""

    unit_cost: Decimal | None
    source: str | None


def moving_average(incoming: Iterable[Incoming]) -> Decimal | None:
    """The average cost of a unit after all that came, 6 places; None when nothing did.

    Ten at 1.00, four of them sold, six more at 3.00: twelve that cost 2.00 each.

    >>> moving_average([Incoming(Decimal(0), Decimal(10), Decimal(1)),
    ...     Incoming(Decimal(6), Decimal(6), Decimal(3))])
    Decimal('2.000000')
    """
    average: Decimal | None = None
    for each in incoming:
        left = max(each.before_qty, ZERO)
        if average is None or left == 0:
            average = each.unit_cost
        else:
            average += (each.unit_cost - average) * each.qty / (left + each.qty)
    return None if average is None else average.quantize(STEP, ROUND_HALF_UP)


def cost_of(
    average: Decimal | None, purchase_price: Decimal | None, tax_rate_pct: Decimal | None
) -> Cost:
    """The average, else the item's purchase price less its tax.

    >>> cost_of(None, Decimal("11.30"), Decimal(13))
    Cost(unit_cost=Decimal('10.000000'), source='purchase price')
    """
    if average is not None:
        return Cost(average, AVERAGE)
    if purchase_price is None:
        return Cost(None, None)
    net = purchase_price / (1 + (tax_rate_pct or ZERO) / 100)
    return Cost(net.quantize(STEP, ROUND_HALF_UP), PRICE)


def worth(qty: Decimal, cost: Cost) -> Decimal | None:
    """What a quantity is worth, to the cent; None where its cost is not known.

    >>> worth(Decimal(3), Cost(Decimal("1.005"), AVERAGE))
    Decimal('3.02')
    """
    if cost.unit_cost is None:
        return None
    return (qty * cost.unit_cost).quantize(Decimal("0.01"), ROUND_HALF_UP)
