"""What is owed for goods that left: the price of a delivery's lines, entered after the fact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.errors import Exit, ScmError
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scm_cli.run import Run

CENT = Decimal("0.01")
#: A line without a price of its own goes by its order's terms; these become its own.
_LINES = """
SELECT l.shipment_no, l.line_no, l.sku, l.qty, l.unit_price AS own_price,
    if(l.unit_price IS NULL, coalesce(o.factor, l.factor), l.factor) AS factor,
    if(l.unit_price IS NULL, coalesce(o.tax_included, l.tax_included), l.tax_included) AS tax_included,
    if(l.unit_price IS NULL, coalesce(o.tax_rate_pct, l.tax_rate_pct), l.tax_rate_pct) AS tax_rate_pct
FROM shipment_line l LEFT JOIN sales_order_line o
    ON o.order_no = l.order_no AND o.line_no = l.order_line_no
WHERE l.shipment_no = ? ORDER BY l.line_no
"""


@dataclass(frozen=True, slots=True)
class Billed:
    """A delivery whose lines got a price, and what these lines are worth now."""

    number: str
    customer: str
    amount: Decimal
    committed: Committed

    def as_json(self) -> dict[str, Any]:
        told = {"shipment": self.number, "customer": self.customer, "amount": self.amount}
        return {**told, **self.committed.as_json()}


def bill(run: Run, number: str, typed: Sequence[str]) -> Billed:
    """Give lines of a delivery their price; all lines of an item get the same.

    Raises:
        ScmError: there is no such delivery, it has no such item, a price is none.
    """
    prices = _prices(typed)
    with writing(run) as con:
        head = lookup.one(con, "shipment", "shipment_no", number)
        lines = rows(con, _LINES, [number])
        for sku in prices.keys() - {line["sku"] for line in lines}:
            raise ScmError(
                "delivery {number} has no {sku}",
                hint="It has: {skus}.",
                exit_code=Exit.NOT_FOUND,
                number=number,
                sku=sku,
                skus=", ".join(dict.fromkeys(line["sku"] for line in lines)),
            )
        changes, amount = Changes(), Decimal(0)
        for line in lines:
            price = prices.get(line["sku"])
            if price is None:
                continue
            amount += (line["qty"] / line["factor"] * price).quantize(CENT, ROUND_HALF_UP)
            kept = ("shipment_no", "line_no", "factor", "tax_included", "tax_rate_pct")
            if line["own_price"] != price:
                row = {**{n: line[n] for n in kept}, "unit_price": price}
                changes.update("shipment_line", [row])
        return Billed(number, head["customer"], amount, commit(con, run, changes))


def _prices(typed: Sequence[str]) -> dict[str, Decimal]:
    from scm_cli.core import master

    found: dict[str, Decimal] = {}
    for word in typed:
        sku, _, text = word.partition("=")
        price = master.values("shipment_line", {"unit_price": text})["unit_price"] if text else None
        if not sku or price is None:
            raise ScmError(
                "{word} names no price",
                hint="Write lines as SKU=2.50.",
                exit_code=Exit.USAGE,
                word=word,
            )
        if found.setdefault(sku, price) != price:
            raise ScmError("{sku} has two prices", exit_code=Exit.USAGE, sku=sku)
    return found
