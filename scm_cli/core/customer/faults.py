"""Whose fault it was, and whom a supplier's faults touched; plain rows.

A fault's supplier is the one that is stated; else the only one that delivered the lot; else, when
the lot says nothing, the only one whose lots went out with the order; else the only one that ever
delivered the item. Where two are possible nobody is blamed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WAYS = {"lot": "by_lot", "delivery": "by_delivery", "item": "by_item"}
CAME = {"lot": "lot_on", "delivery": "delivery_on"}


def blamed(fault: Mapping[str, Any]) -> dict[str, Any]:
    """The fault with `supplier`, `basis` (stated, lot, delivery, item) and `fault_on`.

    `fault_on` is the day on which the goods came, where a lot tells it, else the ticket's.

    Args:
        fault: `opened_on, stated`, lists `by_lot, by_delivery, by_item`, days `lot_on,
            delivery_on`, and whatever else is to be kept.

    >>> from datetime import date
    >>> row = {"opened_on": date(2026, 3, 1), "stated": None, "by_lot": ["S"], "by_delivery": [],
    ...     "by_item": ["S", "T"], "lot_on": date(2026, 2, 1), "delivery_on": None}
    >>> blamed(row)["supplier"], blamed(row)["basis"], blamed(row)["fault_on"]
    ('S', 'lot', datetime.date(2026, 2, 1))
    >>> blamed({**row, "by_lot": ["S", "T"]})["supplier"]
    """
    supplier, basis = fault["stated"], "stated"
    if supplier is None:  # the first way that says anything decides, if only that it is unclear
        basis, names = next(((n, set(fault[c])) for n, c in WAYS.items() if fault[c]), ("", set()))
        supplier = names.pop() if len(names) == 1 else None
    day = fault.get(CAME.get(basis, "")) if supplier is not None else None
    kept = {n: v for n, v in fault.items() if n not in ("stated", *WAYS.values(), *CAME.values())}
    return {
        **kept, "supplier": supplier, "basis": basis if supplier is not None else None,
        "fault_on": day or fault["opened_on"],
    }  # fmt: skip


def sums(faults: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many tickets, of how many customers, worth how much (unknown worth counts nothing).

    >>> sums([{"customer": "C", "amount": 2.5}, {"customer": "C", "amount": None}])
    {'complaints': 2, 'complaint_customers': 1, 'complaint_amount': 2.5}
    """
    every = list(faults)
    return {
        "complaints": len(every),
        "complaint_customers": len({fault["customer"] for fault in every}),
        "complaint_amount": round(sum(fault["amount"] or 0.0 for fault in every), 2),
    }


def sentence(figures: Mapping[str, Any], currency: str) -> Say:
    """Whom a supplier's faults touched, and what they were worth.

    >>> print(sentence(sums([{"customer": "C", "amount": 1200.0}]), "CNY"))
    this supplier's faults touched 1 customer, 1,200.00 CNY (1 ticket)
    """
    return Say(
        "this supplier's faults touched {n} {n:customer|customers}, {amount} {currency} "
        "({tickets} {tickets:ticket|tickets})",
        n=figures["complaint_customers"],
        amount=f"{figures['complaint_amount']:,.2f}",
        currency=currency,
        tickets=figures["complaints"],
    )
