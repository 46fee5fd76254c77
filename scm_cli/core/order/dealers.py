"""What a dealer may be told of our stock: what can be promised today, and when more comes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from scm_cli.core.order.supply import Stand

ZERO = Decimal(0)


class Shared(NamedTuple):
    """Available now [stock units], and the next arrival that leaves something over."""

    available_qty: Decimal
    next_on: date | None
    next_qty: Decimal | None


def shared(stand: Stand, today: date) -> Shared:
    """Available-to-promise of an item in a warehouse, as sure as promises are (90 %).

    ATP(t) = min over t' >= t of (usable on hand + inbound by t' - committed by t'); inbound counts
    on its 90 % day, what others need at once on today. The next arrival is the first day on which
    the ATP is higher, with how much more can be promised from then on.

    >>> from scm_cli.core.order.supply import Coming, Commitment, Stand
    >>> come = Coming("PO-1/1", Decimal(50), {10: 1.0})
    >>> shared(Stand(Decimal(20), (come,), (Commitment(Decimal(5)),)), date(2026, 1, 1))
    Shared(available_qty=Decimal('15'), next_on=datetime.date(2026, 1, 11), next_qty=Decimal('50'))
    >>> shared(Stand(Decimal(3), (come,), (Commitment(Decimal(5)),)), date(2026, 1, 1)).available_qty
    Decimal('0')
    """
    days: dict[int, Decimal] = {0: stand.usable_qty}
    for each in stand.coming:
        days[each.p90_days] = days.get(each.p90_days, ZERO) + each.qty
    for line in stand.committed:
        days[line.need_days or 0] = days.get(line.need_days or 0, ZERO) - line.qty
    level, levels = ZERO, []
    for day in sorted(days):
        level += days[day]
        levels.append((day, level))
    free, atp = None, []
    for day, level in reversed(levels):
        free = level if free is None else min(free, level)
        atp.append((day, max(free, ZERO)))
    now = atp[-1][1]
    later = next(((day, qty) for day, qty in reversed(atp) if qty > now), None)
    if later is None:
        return Shared(now, None, None)
    return Shared(now, today + timedelta(days=later[0]), later[1] - now)
