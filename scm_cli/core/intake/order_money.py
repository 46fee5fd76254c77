"""Money of a platform's order: its discount lowers its lines, its currency becomes the firm's own."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from scm_cli.core.money.terms import cents
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Sequence

PRICE = Decimal("0.000001")
ZERO = Decimal(0)


def discounted(
    lines: Sequence[tuple[Decimal, Decimal | None]], discount: Decimal
) -> list[Decimal | None]:
    """Unit prices after a discount of the whole order, spread over its lines by amount.

    Cents are rounded on the running sum, so that the lines are together worth the order less its
    discount.

    Args:
        lines: quantity in the unit of the price, and unit price [currency, 6 places], of each; null: it has no price.
        discount: what is taken off the order [currency, 0.01].

    Raises:
        ScmError: the lines are worth less than the discount.

    >>> discounted([(Decimal(2), Decimal(30)), (Decimal(4), Decimal("1.50"))], Decimal(10))
    [Decimal('25.455000'), Decimal('1.272500')]
    """
    worths = [cents(qty * (price or ZERO)) for qty, price in lines]
    total = sum(worths, ZERO)
    if discount > total:
        raise ScmError(
            "the discount of {discount} is more than the {total} that the order's lines are worth",
            hint="Correct it.",
            discount=discount,
            total=total,
        )
    found: list[Decimal | None] = []
    told = before = ZERO
    for (qty, price), worth in zip(lines, worths, strict=True):
        if not worth:
            found.append(price)
            continue
        told += worth
        after = cents(told - discount * told / total)
        found.append(((after - before) / qty).quantize(PRICE, ROUND_HALF_UP))
        before = after
    return found


def converted(price: Decimal | None, rate: Decimal) -> Decimal | None:
    """A unit price in the firm's own currency, at what one unit of the other costs.

    >>> converted(Decimal("24.50"), Decimal("7.1"))
    Decimal('173.950000')
    """
    return None if price is None else (price * rate).quantize(PRICE, ROUND_HALF_UP)
