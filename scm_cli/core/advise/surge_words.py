"""The sentences of a surge: the line of the morning, and messages that are ready to send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice, number
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def notices(found: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """One line for the morning: how many items, and the one that is furthest beyond its band.

    `found`: `sku, warehouse, cause, expected_qty` (the band's upper bound), `actual_qty`.

    >>> row = {"sku": "A", "warehouse": "W", "cause": "-", "expected_qty": 10.0, "actual_qty": 30.0}
    >>> print(notices([row])[0].what)
    1 item is asked for beyond the band, A most: 30 where 10 were the bound; see scm advise
    """
    if not found:
        return []
    first = max(found, key=lambda r: (r["actual_qty"] / max(r["expected_qty"], 1.0), r["sku"]))
    what = Say(
        "{n} {n:item is|items are} asked for beyond the band, {sku} most: {actual} where {bound} "
        "were the bound; see scm advise",
        n=len(found), sku=first["sku"], actual=number(round(first["actual_qty"])),
        bound=number(round(first["expected_qty"])),
    )  # fmt: skip
    return [Notice("surge", "", "", what)]


def to_supplier(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a supplier that could help."""
    return Say(
        "{name}: we urgently need {qty} of {sku}, usable with us by {day}. Can you ship at once, and "
        "what is the earliest day you can promise? Please confirm quantity, price and day today. {firm}",
        name=name, qty=number(row["order_qty"]), sku=row["sku"], day=row["arrives_on"], firm=firm,
    )  # fmt: skip


def to_expediter(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a supplier whose open order is needed sooner."""
    return Say(
        "{name}: please bring {qty} of {sku} on {document} forward from {old} to {new}; demand is far "
        "above plan. Which part can leave now? {firm}",
        name=name, qty=number(row["qty"]), sku=row["sku"], document=row["document"],
        old=row["from_on"], new=row["to_on"], firm=firm,
    )  # fmt: skip


def to_warehouse(row: Mapping[str, Any]) -> Say:
    """What to tell the warehouse that gives."""
    return Say(
        "Send {qty} of {sku} to {place} today; it runs out there.",
        qty=number(row["qty"]), sku=row["sku"], place=row["warehouse"],
    )  # fmt: skip


def to_customer(row: Mapping[str, Any], name: str, firm: str) -> Say:
    """What to write to a customer whose order waits for it."""
    values = {
        "name": name, "document": row["order_no"], "qty": number(row["open_qty"]), "sku": row["sku"],
        "firm": firm,
    }  # fmt: skip
    if row["promised_on"] is None:
        return Say(
            "{name}: for {qty} of {sku} on your order {document} we have no day yet. We are bringing "
            "supply forward and will tell you the day; a part can leave now if you wish. {firm}",
            **values,
        )
    return Say(
        "{name}: of your order {document} {qty} of {sku} may come later than {day}. We are bringing "
        "supply forward and will tell you the new day; a part can leave now if you wish. {firm}",
        **values, day=row["promised_on"],
    )  # fmt: skip
