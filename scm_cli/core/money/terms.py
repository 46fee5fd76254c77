"""What a delivered or received line is worth, and the day on which it is due."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Money to the cent, half up, as invoices are rounded.

    >>> cents(Decimal("2.345"))
    Decimal('2.35')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def line_amount(
    qty: Decimal,
    factor: Decimal,
    unit_price: Decimal,
    added_tax_pct: Decimal | None,
) -> Decimal:
    """What one line is worth with tax [currency, 0.01].

    `qty` [stock units] over `factor` [stock units per priced unit] times `unit_price`
    [currency per priced unit]. `added_tax_pct` [%] is the rate of a price without tax, None
    when the price holds the tax. The line and its tax are each rounded to the cent, and a
    document is the sum of its lines, as EN 16931 (BR-CO-10, BR-DEC-23) has it.

    >>> line_amount(Decimal(48), Decimal(24), Decimal("10.005"), None)
    Decimal('20.01')
    >>> line_amount(Decimal(3), Decimal(1), Decimal("3.35"), Decimal(13))
    Decimal('11.36')
    """
    net = cents(qty * unit_price / factor)
    return net if added_tax_pct is None else net + cents(net * added_tax_pct / 100)


def due_on(dated_on: date, payment_days: int | None) -> date:
    """The last day to pay without being late: N days after the goods changed hands.

    A partner without agreed `payment_days` pays on delivery, as PRC Civil Code art. 628
    has it for sales without agreed terms.

    >>> due_on(date(2026, 1, 31), 30), due_on(date(2026, 1, 31), None)
    (datetime.date(2026, 3, 2), datetime.date(2026, 1, 31))
    """
    return dated_on + timedelta(days=payment_days or 0)
