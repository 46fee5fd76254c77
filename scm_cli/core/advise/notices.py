"""Notices: one per thing that is late, short, expiring or overdue, with its cause and its cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its kind, who it concerns, the document, the sentence, the day it is due."""

    kind: str
    who: str
    document: str
    what: Say
    by_on: date | None = None

    def row(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "who": self.who,
            "document": self.document,
            "what": self.what,
            "by_on": self.by_on,
        }


def number(value: Any) -> str:  # noqa: ANN401 -- Decimal, float or int
    """A quantity in a sentence.

    >>> from decimal import Decimal
    >>> number(Decimal("12.5000"))
    '12.5'
    """
    return f"{float(value):,.4f}".rstrip("0").rstrip(".")


def abreast(notices: Iterable[Notice], most: int) -> list[Notice]:
    """At most so many notices, every kind in turn, so that a long kind hides no other.

    The order among those that stay is kept.

    >>> late = [Notice("late order", who, "", Say("late")) for who in "ABC"]
    >>> paper = Notice("paper", "S", "", Say("expires"))
    >>> [n.who for n in abreast([*late, paper], 3)]
    ['A', 'B', 'S']
    """
    seen: dict[str, int] = {}
    turns = []
    for place, notice in enumerate(notices):
        turns.append((seen.get(notice.kind, 0), place, notice))
        seen[notice.kind] = seen.get(notice.kind, 0) + 1
    chosen = sorted(turns, key=lambda turn: turn[:2])[:most]
    return [notice for _, _, notice in sorted(chosen, key=lambda turn: turn[1])]


def never_stocked(n: int) -> list[Notice]:
    """One notice for all items of which no stock was ever entered, in place of an alarm for each."""
    template = (
        "no stock has been entered yet for {n} {n:item|items}: enter opening stock with "
        "`scm template opening_stock stock.xlsx`"
    )
    return [Notice("stock unknown", "", "", Say(template, n=n))] if n else []


def small_orders(totals: Iterable[Mapping[str, Any]]) -> list[Notice]:
    """Suppliers whose suggested order stays below their minimum, whatever was added to it.

    Args:
        totals: `supplier, amount, min_order_amount` per supplier; null asks nothing.

    >>> rows = [{"supplier": "S", "amount": 80, "min_order_amount": 100}]
    >>> print(small_orders(rows)[0].what)
    an order of 80 is below the supplier's minimum of 100
    """
    return [
        Notice(
            "small order",
            row["supplier"],
            "",
            Say(
                "an order of {amount} is below the supplier's minimum of {least}",
                amount=number(row["amount"]),
                least=number(row["min_order_amount"]),
            ),
        )
        for row in totals
        if row["amount"] < (row["min_order_amount"] or 0)
    ]


def late_purchases(lines: Iterable[Mapping[str, Any]], today: date) -> list[Notice]:
    """Open purchase lines whose day has passed."""
    return [
        Notice(
            "late purchase",
            line["supplier"],
            f"{line['purchase_no']}/{line['line_no']}",
            Say(
                "{qty} of {sku} are {days} {days:day|days} late",
                qty=number(line["open_qty"]),
                sku=line["sku"],
                days=(today - line["due_on"]).days,
            ),
            line["due_on"],
        )
        for line in lines
    ]


def promises(lines: Iterable[Mapping[str, Any]], today: date) -> list[Notice]:
    """Customers' lines that will not be there on their day, each with what holds it up.

    `lines`: `order, line, customer, sku, open_qty, promised_on, expected_on` (null: never),
    `cause` (of `core.order.expected`), the `document` that it waits for and its `supplier`.

    >>> from datetime import date
    >>> row = {"order": "SO-1", "line": 1, "customer": "C", "sku": "A", "open_qty": 5, "cause": "supplier late",
    ...     "promised_on": date(2026, 1, 9), "expected_on": date(2026, 1, 12), "document": "PO-1/1",
    ...     "supplier": "S"}
    >>> found = promises([row], date(2026, 1, 5))[0]
    >>> found.kind, found.what.english
    ('promise at risk', '5 of A come on 2026-01-12, with PO-1/1 of S')
    """
    return [
        Notice(
            "late order" if line["promised_on"] < today else "promise at risk",
            line["customer"],
            f"{line['order']}/{line['line']}",
            _held_up(line),
            line["promised_on"],
        )
        for line in lines
    ]


def _held_up(line: Mapping[str, Any]) -> Say:
    goods = {"qty": number(line["open_qty"]), "sku": line["sku"]}
    if line["cause"] == "lost in a count":
        return Say(
            "{qty} of {sku} were not found in count {count}", **goods, count=line["document"]
        )
    if line["document"] is not None and line["expected_on"] is not None:
        return Say(
            "{qty} of {sku} come on {day}, with {document} of {supplier}",
            **goods, day=line["expected_on"], document=line["document"], supplier=line["supplier"],
        )  # fmt: skip
    if line["cause"] == "not shipped" and line["expected_on"] is not None:
        return Say(
            "{qty} of {sku} lie ready and can be there on {day}", **goods, day=line["expected_on"]
        )
    return Say("no firm supply covers {qty} of {sku}", **goods)


def expiring(lots: Iterable[Mapping[str, Any]], today: date) -> list[Notice]:
    """Lots that expire soon or have expired."""
    return [
        Notice(
            "expiring",
            lot["warehouse"],
            f"{lot['sku']} {lot['lot'] or ''}".strip(),
            Say("{qty} expired", qty=number(lot["qty"]))
            if lot["expiry_on"] < today
            else Say(
                "{qty} expire in {days} {days:day|days}",
                qty=number(lot["qty"]),
                days=(lot["expiry_on"] - today).days,
            ),
            lot["expiry_on"],
        )
        for lot in lots
    ]


def below_zero(levels: Mapping[tuple[str, str], Any]) -> list[Notice]:
    """Stock below zero, with its likely cause."""
    return [
        Notice(
            "below zero",
            place,
            sku,
            Say("stock is {qty}: was a receipt forgotten?", qty=number(qty)),
        )
        for (sku, place), qty in levels.items()
    ]


def overdue(partners: Iterable[Mapping[str, Any]]) -> list[Notice]:
    """Money that should have come in."""
    return [
        Notice(
            "overdue money",
            row["partner"],
            row["name"] or "",
            Say(
                "{amount} overdue since {day}",
                amount=f"{row['overdue_amount']:,.2f}",
                day=row["oldest_due_on"],
            ),
            row["oldest_due_on"],
        )
        for row in partners
    ]
