"""What stock is worth, item by item and in all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.calendar import require_past
from scm_cli.core.stock import costing
from scm_cli.errors import Say
from scm_cli.store import lookup
from scm_cli.store.costs import costs
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scm_cli.run import Run

ZERO = Decimal(0)


def listed(run: Run, on: date, warehouse: str | None = None) -> list[dict[str, Any]]:
    """On hand per item and warehouse on the evening of a day, at cost, the most money first.

    Raises:
        ScmError: the day is still to come (exit 2), or there is no such warehouse (exit 4).
    """
    require_past(on, run.today)
    with reading(run) as con:
        lookup.known_warehouse(con, warehouse)
        known = costs(con, on)
        found = [
            {
                **row,
                "unit_cost": known[row["sku"]].unit_cost,
                "cost_from": known[row["sku"]].source,
                "value_amount": costing.worth(row["on_hand_qty"], known[row["sku"]]),
            }
            for row in rows(con, _HELD, {"on": on, "place": warehouse})
        ]
    return sorted(found, key=lambda r: (-(r["value_amount"] or ZERO), r["sku"], r["warehouse"]))


_HELD = """
SELECT e.sku, i.name, e.place AS warehouse, sum(e.qty)::DECIMAL(18,4) AS on_hand_qty
FROM stock_entry e JOIN item i USING (sku)
WHERE e.moved_on <= $on AND e.place NOT LIKE '@%' AND ($place IS NULL OR e.place = $place)
GROUP BY ALL HAVING sum(e.qty) <> 0
"""


def note(found: Sequence[dict[str, Any]]) -> Say:
    """The total in a sentence, and how many rows it lacks."""
    lacking = len([row for row in found if row["unit_cost"] is None])
    amount = sum((row["value_amount"] or ZERO for row in found), ZERO)
    return Say(
        "Stock is worth {amount} before tax; {n} {n:row has|rows have} no known cost.",
        amount=f"{amount:,.2f}",
        n=lacking,
    )
