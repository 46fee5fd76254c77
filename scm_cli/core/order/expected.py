"""When what was ordered will really come: by rank, from what is held and what is on its way.

A promise that was given stays; these days move with every receipt and every word of a supplier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from scm_cli.core.order.supply import Coming, Found, covered

ZERO = Decimal(0)


class Waiting(NamedTuple):
    """An open line in rank order: what is open, and what of it is held from stock [stock units]."""

    key: tuple[str, int]
    open_qty: Decimal
    held_qty: Decimal


def expected(
    lines: Sequence[Waiting], coming: Sequence[Coming], free_qty: Decimal = ZERO
) -> dict[tuple[str, int], Found]:
    """When the whole of each line is there [days from today], the first in rank served first.

    Args:
        lines: all open lines of one item in one warehouse, in rank order.
        coming: its firm inbound.
        free_qty: stock that nobody holds.

    >>> come = [Coming("PO-1/1", Decimal(10), {4: 1.0})]
    >>> two = [Waiting(("SO-1", 1), Decimal(5), Decimal(5)), Waiting(("SO-2", 1), Decimal(8), Decimal(2))]
    >>> found = expected(two, come)
    >>> found["SO-1", 1].days, found["SO-2", 1]
    ({0: 1.0}, Found(days={4: 1.0}, limited_by='PO-1/1'))
    """
    needs: list[Decimal] = []
    ahead = -free_qty
    for line in lines:
        ahead += max(line.open_qty - line.held_qty, ZERO)
        needs.append(ahead)
    days = covered(coming, needs)
    found = {}
    for line, need, when in zip(lines, needs, days, strict=True):
        if line.held_qty >= line.open_qty or need <= 0:
            found[line.key] = Found({0: 1.0}, "stock")
        else:
            found[line.key] = Found(when, _limiting(coming, need) if when else None)
    return found


def _limiting(coming: Sequence[Coming], need: Decimal) -> str | None:
    so_far = ZERO
    for each in sorted(coming, key=lambda c: (c.p50_days, c.document)):
        so_far += each.qty
        if so_far >= need:
            return each.document
    return None


def lateness_cause(found: Found, coming: Mapping[str, Mapping[str, Any]], today: Any) -> str:  # noqa: ANN401
    """Why a line will not be there on its day, in one word of a fixed list.

    `coming` maps an inbound document line to its `expected_on`.

    >>> from datetime import date
    >>> lateness_cause(Found({4: 1.0}, "PO-1/1"), {"PO-1/1": {"expected_on": date(2026, 1, 1)}}, date(2026, 1, 5))
    'supplier late'
    """
    if not found.days:
        return "no firm supply"
    if found.limited_by == "stock":
        return "not shipped"
    row = coming.get(found.limited_by or "")
    day = row["expected_on"] if row else None
    return "supplier late" if day is not None and day < today else "waits for supply"
