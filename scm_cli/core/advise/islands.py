"""What falls between two systems, each with its cause and the command that mends it.

Every rule takes plain rows and answers `Island`s; nothing here reads or decides for others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from scm_cli.core.advise.notices import number
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    Rows = Iterable[Mapping[str, Any]]


class Island(NamedTuple):
    """One thing that one side knows and the other does not."""

    kind: str
    who: str
    document: str
    what: Say
    mend: Say

    def row(self) -> dict[str, Any]:
        return self._asdict()


def not_received(notices: Rows, today: date, transit_days: int) -> list[Island]:
    """The supplier says that it shipped, the day has passed, and nothing was received.

    Args:
        notices: `supplier, notice_no, purchase_no, sku, qty` still on the way, `shipped_on`,
            `expected_on` (null: `transit_days` after it was shipped), `tracking_no`.
        today: days before it have passed.
        transit_days: usual days on the way.

    >>> from datetime import date
    >>> row = {"supplier": "S", "notice_no": "SN-1", "purchase_no": "PO-1", "sku": "A", "qty": 5,
    ...     "shipped_on": date(2026, 1, 1), "expected_on": None, "tracking_no": None}
    >>> not_received([row], date(2026, 1, 20), 7)[0].mend.english
    'scm purchase receive PO-1 A=5'
    """
    found = []
    for row in notices:
        due = row["expected_on"] or row["shipped_on"] + timedelta(days=transit_days)
        if due >= today:
            continue
        what = Say(
            "{qty} of {sku} were shipped on {shipped}, were due on {due}, and are not received",
            qty=number(row["qty"]), sku=row["sku"], shipped=row["shipped_on"], due=due,
        )  # fmt: skip
        mend = Say(
            "scm purchase receive {number} {sku}={qty}",
            number=row["purchase_no"], sku=row["sku"], qty=_plain(row["qty"]),
        )  # fmt: skip
        document = f"{row['notice_no']} {row['purchase_no']}"
        found.append(Island("shipped, not received", row["supplier"], document, what, mend))
    return found


def not_picked(lines: Rows, today: date, *, past_cutoff: bool) -> list[Island]:
    """Promised for the day after the order, and still in the warehouse when it should have left.

    Args:
        lines: open lines of confirmed orders: `order_no, line_no, customer, sku, open_qty,
            held_qty` (from stock), `ordered_on, promised_on`.
        today: a line that was ordered before it should have left; one of today when `past_cutoff`.
        past_cutoff: whether today's carrier has gone.

    >>> from datetime import date
    >>> row = {"order_no": "SO-1", "line_no": 1, "customer": "C", "sku": "A", "open_qty": 5,
    ...     "held_qty": 5, "ordered_on": date(2026, 1, 4), "promised_on": date(2026, 1, 5)}
    >>> not_picked([row], date(2026, 1, 5), past_cutoff=False)[0].mend.english
    'scm order ship SO-1'
    """
    found = []
    for row in lines:
        promised = row["promised_on"]
        if promised is None or (promised - row["ordered_on"]).days > 1:
            continue
        if row["ordered_on"] >= today and not past_cutoff:
            continue
        what = Say(
            "{qty} of {sku} are promised for {day} and not shipped; {held} are allocated",
            qty=number(row["open_qty"]), sku=row["sku"], day=promised, held=number(row["held_qty"]),
        )  # fmt: skip
        mend = (
            Say("scm order ship {number}", number=row["order_no"])
            if row["held_qty"] > 0
            else Say("scm order promise {sku} {qty}", sku=row["sku"], qty=_plain(row["open_qty"]))
        )
        document = f"{row['order_no']}/{row['line_no']}"
        found.append(Island("promised next day, not shipped", row["customer"], document, what, mend))  # fmt: skip
    return found


def not_billed(lines: Rows) -> list[Island]:
    """Delivered without a price: nobody owes anything for it.

    `lines`: `customer, shipment_no, order_no` and `line_no` of the order (null: none), `sku, qty`.

    >>> row = {"customer": "C", "shipment_no": "DN-1", "order_no": "SO-1", "line_no": 2, "sku": "A",
    ...     "qty": 5}
    >>> not_billed([row])[0].mend.english
    'scm order change SO-1 --line 2 --price PRICE'
    """
    return [
        Island(
            "delivered, not billed", row["customer"], row["shipment_no"],
            Say("{qty} of {sku} left without a price: nothing is owed for them",
                qty=number(row["qty"]), sku=row["sku"]),
            Say("scm order change {number} --line {line} --price PRICE",
                number=row["order_no"], line=row["line_no"])
            if row["order_no"]
            else Say("scm money bill {number} {sku}=PRICE", number=row["shipment_no"], sku=row["sku"]),
        )
        for row in lines
    ]  # fmt: skip


def not_paid(debts: Rows) -> list[Island]:
    """Delivered to a customer without credit, and not paid.

    `debts`: `customer, document_no, open_amount`, `terms` (what was agreed; null: nothing).

    >>> row = {"customer": "C", "document_no": "DN-1", "open_amount": 8, "terms": "cash"}
    >>> not_paid([row])[0].mend.english
    'scm money pay C 8.00 --document DN-1'
    """
    found = []
    for row in debts:
        amount = f"{row['open_amount']:.2f}"
        what = Say(
            "{amount} of a delivery are not paid, and no days of credit are agreed", amount=amount
        )
        mend = Say(
            "scm money pay {customer} {amount} --document {number}",
            customer=row["customer"], amount=amount, number=row["document_no"],
        )  # fmt: skip
        found.append(Island("delivered, not paid", row["customer"], row["document_no"], what, mend))
    return found


def not_planned(items: Rows, default_lead_days: int) -> list[Island]:
    """Customers buy it again and again, it ends before new goods could come, nobody plans any.

    Args:
        items: without open supply and without a suggestion: `sku, warehouse, supplier` (null:
            none), `customers` who bought it again, `daily_qty` [units/day], `free_qty`
            [units], `lead_days` (null: the default), `rule` of the owner (null: none).
        default_lead_days: for items without a quoted lead time.

    >>> row = {"sku": "A", "warehouse": "W", "supplier": "S", "customers": 4, "daily_qty": 3.0,
    ...     "free_qty": 6, "lead_days": 10, "rule": None}
    >>> not_planned([row], 14)[0].mend.english
    'scm purchase new A=24 --supplier S'
    """
    found = []
    for row in items:
        daily, free = float(row["daily_qty"]), max(float(row["free_qty"]), 0.0)
        lead = row["lead_days"] if row["lead_days"] is not None else default_lead_days
        if daily <= 0 or free / daily >= lead:
            continue
        what = Say(
            "{customers} customers bought it again, {daily} leave a day, {free} last {days} {days:day|days}, "
            "new goods take {lead}, and nothing is planned",
            customers=row["customers"], daily=number(round(daily, 2)), free=number(free),
            days=int(free / daily), lead=lead,
        )  # fmt: skip
        who = row["supplier"] or ""
        found.append(
            Island("bought again, not planned", who, f"{row['sku']} {row['warehouse']}", what,
                   _planned(row, -int(-(daily * lead - free) // 1)))
        )  # fmt: skip
    return found


def _planned(row: Mapping[str, Any], qty: int) -> Say:
    if row["rule"] in ("never", "to_order"):
        return Say("scm stock policy adopt {sku} --rule ours", sku=row["sku"])
    if row["supplier"] is None:
        return Say("scm supplier price SUPPLIER {sku} PRICE", sku=row["sku"])
    return Say(
        "scm purchase new {sku}={qty} --supplier {supplier}",
        sku=row["sku"], qty=qty, supplier=row["supplier"],
    )  # fmt: skip


def not_allocated(places: Rows) -> list[Island]:
    """Goods are free while orders wait for them.

    `places`: `sku, warehouse, free_qty`, `waiting_qty` and the `orders` that wait.

    >>> row = {"sku": "A", "warehouse": "W", "free_qty": 5, "waiting_qty": 3, "orders": ["SO-1"]}
    >>> not_allocated([row])[0].document
    'SO-1'
    """
    return [
        Island(
            "in stock, not allocated", row["warehouse"], ", ".join(row["orders"][:3]),
            Say("{free} of {sku} are free while {waiting} are waited for by {n} {n:order|orders}",
                free=number(row["free_qty"]), sku=row["sku"], waiting=number(row["waiting_qty"]),
                n=len(row["orders"])),
            Say("scm order allocate --sku {sku}", sku=row["sku"]),
        )
        for row in places
    ]  # fmt: skip


def _plain(qty: Any) -> str:  # noqa: ANN401 -- Decimal or int, as the command line takes it
    return (
        f"{qty:f}".rstrip("0").rstrip(".")
        if "." in f"{qty:f}"
        else f"{qty:f}".split(".", maxsplit=1)[0]
    )
