"""Money of a platform's order: its discount lowers its lines, its currency becomes the firm's own."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from scm_cli.core.money.terms import cents
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Sequence

PRICE = Decimal("0.000001")
ZERO = Decimal(0)


class Priced(NamedTuple):
    """A line of an order, and what is taken off this line alone."""

    qty: Decimal  # in the unit of the price
    unit_price: Decimal | None  # [currency, 6 places]; null: it has none
    discount_amount: Decimal = ZERO  # [currency, 0.01]


def discounted(lines: Sequence[Priced], discount: Decimal) -> list[Decimal | None]:
    """Unit prices after the discounts of lines, and of the whole order by what lines are worth.

    Cents are rounded on the running sum, so that the lines are together worth the order less its
    discount.

    Args:
        lines: the order's lines.
        discount: what is taken off the order [currency, 0.01], that of its lines within.

    Raises:
        ScmError: the lines are worth less than the discount.

    >>> two = [Priced(Decimal(2), Decimal(30)), Priced(Decimal(4), Decimal("1.50"))]
    >>> discounted(two, Decimal(10))
    [Decimal('25.455000'), Decimal('1.272500')]
    >>> discounted([two[0]._replace(discount_amount=Decimal(10)), two[1]], Decimal(0))
    [Decimal('25.000000'), Decimal('1.50')]
    """
    lines = [line if line.unit_price else line._replace(discount_amount=ZERO) for line in lines]
    worths = [cents(line.qty * (line.unit_price or ZERO)) - line.discount_amount for line in lines]
    total = sum(worths, ZERO)
    own = sum((line.discount_amount for line in lines), ZERO)
    discount = max(discount - own, ZERO)
    over = any(worth < 0 < line.discount_amount for line, worth in zip(lines, worths, strict=True))
    if discount > total or over:
        raise ScmError(
            "the discount of {discount} is more than the {total} that the order's lines are worth",
            hint="Correct it.",
            discount=discount + own,
            total=total + own,
        )
    found: list[Decimal | None] = []
    told = before = ZERO
    for line, worth in zip(lines, worths, strict=True):
        told += worth
        after = cents(told - discount * told / total) if total else ZERO
        lowered = line.discount_amount or (discount and worth)
        new = ((after - before) / line.qty).quantize(PRICE, ROUND_HALF_UP) if lowered else None
        found.append(new if lowered else line.unit_price)
        before = after
    return found


def converted(price: Decimal | None, rate: Decimal) -> Decimal | None:
    """A unit price in the firm's own currency, at what one unit of the other costs.

    >>> converted(Decimal("24.50"), Decimal("7.1"))
    Decimal('173.950000')
    """
    return None if price is None else (price * rate).quantize(PRICE, ROUND_HALF_UP)
