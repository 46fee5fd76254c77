"""A purchase order put together: its prices, its currency, its days, whether it waits for approval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.purchase import order as rules
from scm_cli.errors import Problem, Say
from scm_cli.jobs import contract, documents, rates
from scm_cli.store import lookup
from scm_cli.store.gateway import rows
from scm_cli.store.price_lists import OFFERED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scm_cli.core.changes import Changes
    from scm_cli.run import Run


def add(
    con: Any,  # noqa: ANN401
    run: Run,
    changes: Changes,
    seller: dict[str, Any],
    place: str,
    lines: Sequence[dict[str, Any]],
    *,
    draft: bool = False,
    note: str | None = None,
) -> str:
    """Add one order to `changes`, in the supplier's currency; its number.

    Lines: `sku, qty, unit, factor, unit_price, requested_on, item`.

    Raises:
        ScmError: a price or the approval limit stands in another currency, and there is no rate.
    """
    from scm_cli.core.records.purchases import PurchaseOrder

    number = documents.number(con, run, changes, "purchase_order")
    rate_of = rates.of_today(con, run)
    made = [
        _line(run, (number, n), line, _offer(con, run, seller, line), (seller, rate_of))
        for n, line in enumerate(lines, 1)
    ]
    amount = sum((m["qty"] / m["factor"] * (m["unit_price"] or 0) for m in made), Decimal(0))
    limit = run.settings.approval.purchase_amount
    if limit is not None:
        amount *= rate_of(seller["currency"])
    status = "draft" if draft else rules.first_status(amount, limit)
    head = PurchaseOrder(
        purchase_no=number, supplier=seller["supplier"], ordered_on=run.today, warehouse=place,
        status=status, currency=seller["currency"], person=run.who, note=note,
    )  # fmt: skip
    changes.insert("purchase_order", [head.model_dump()])
    changes.insert("purchase_order_line", made)
    return number


def _offer(con: Any, run: Run, seller: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """The terms of a line: those of the contract, else of the supplier's price list."""
    supplier, sku = seller["supplier"], line["sku"]
    asked = f"SELECT * FROM {OFFERED} WHERE supplier = ? AND sku = ?"
    offer = dict(rules.price_of(rows(con, asked, [supplier, sku]), line["qty"], run.today) or {})
    held = contract.agreed(con, run, supplier, sku)
    return offer | (contract.offered(held) if held is not None else {})


def _line(
    run: Run,
    key: tuple[str, int],
    line: dict[str, Any],
    offer: dict[str, Any],
    buys: tuple[dict[str, Any], Callable[[str | None], Decimal]],
) -> dict[str, Any]:
    """One line of the order; `buys`: the seller, and what a unit of a currency costs."""
    from scm_cli.core.records.purchases import PurchaseOrderLine

    seller, rate_of = buys
    price = line["unit_price"]
    if price is None:
        asked, owed = offer.get("currency"), seller["currency"]
        rate = Decimal(1) if asked == owed else rate_of(asked) / rate_of(owed)
        price = rules.price_per(offer or line["item"], line["factor"], rate)
    lead = (
        offer.get("lead_time_days")
        or seller["lead_time_days"]
        or run.settings.planning.default_lead_time_days
    )
    return PurchaseOrderLine(
        purchase_no=key[0], line_no=key[1], sku=line["sku"], qty=line["qty"], unit=line["unit"],
        factor=line["factor"], unit_price=price, tax_included=offer.get("tax_included", True),
        tax_rate_pct=offer.get("tax_rate_pct"),
        requested_on=rules.requested(run.today, line["requested_on"], lead, firm="planned" not in line),
    ).model_dump()  # fmt: skip


def planned_line(con: Any, row: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """A buy-list row as an order line, in stock units."""
    item = lookup.item(con, row["sku"])
    return {
        "sku": row["sku"],
        "qty": row["order_qty"],
        "unit": item["unit"],
        "factor": Decimal(1),
        "unit_price": None,
        "requested_on": row["need_by_on"],
        "planned": True,
        "item": item,
    }


def unapproved(con: Any, run: Run, numbers: Sequence[str]) -> list[Problem]:  # noqa: ANN401
    """New orders that pass the approval limit and therefore wait, each named."""
    limit = run.settings.approval.purchase_amount
    if limit is None:
        return []
    asked = (
        "SELECT purchase_no FROM purchase_order WHERE status = 'draft' "
        "AND purchase_no IN (SELECT unnest($numbers::VARCHAR[])) ORDER BY purchase_no"
    )
    mend = Say("It becomes an order with `scm purchase approve`.")
    told = Say(
        "its amount is above the limit of {limit}: it waits for approval", limit=f"{limit:,.2f}"
    )
    found = rows(con, asked, {"numbers": list(numbers)})
    return [Problem(row["purchase_no"], told, mend) for row in found]
