"""What a ticket is about, held against what the customer was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
from scm_cli.errors import Problem, Say
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a customer was sent of an item, of a lot where one is named; with what left before the books began.
SENT = """
SELECT coalesce(sum(qty), 0) AS qty FROM (
    SELECT l.qty FROM shipment_line l JOIN shipment h USING (shipment_no)
    WHERE h.customer = $customer AND l.sku = $sku AND ($lot IS NULL OR l.lot = $lot)
    UNION ALL
    SELECT l.shipped_before_qty FROM sales_order_line l JOIN sales_order h USING (order_no)
    WHERE h.customer = $customer AND l.sku = $sku AND l.shipped_before_qty > 0
)
"""


def beyond(con: Any, ticket: Mapping[str, Any]) -> tuple[Problem, ...]:  # noqa: ANN401
    """A warning when more is complained about than the customer was ever sent."""
    sku, qty = ticket.get("sku"), ticket.get("qty")
    if sku is None or qty is None:
        return ()
    asked = {"customer": ticket["customer"], "sku": sku, "lot": ticket.get("lot")}
    sent = rows(con, SENT, asked)[0]["qty"]
    if qty <= sent:
        return ()
    told = Say(
        "{qty} of {sku} are complained about, {customer} was sent {sent}",
        qty=number(qty), sku=sku, customer=ticket["customer"], sent=number(sent),
    )  # fmt: skip
    return (Problem("qty", told),)
