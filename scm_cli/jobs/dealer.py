"""`scm order share-stock`: what a dealer can have of each item, at its own price."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.order.dealers import shared
from scm_cli.core.order.pricing import filled
from scm_cli.jobs import allocate, documents, promise
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.store import deals, lookup
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from scm_cli.run import Run

ONE = Decimal(1)
#: What the sheet tells, in this order; nothing of it is a cost.
COLUMNS = (
    "sku", "name", "spec", "unit", "available_qty", "next_on", "next_qty", "unit_price", "tax_included",
)  # fmt: skip


def share(run: Run, code: str, warehouse: str | None) -> tuple[str, list[dict[str, Any]]]:
    """Write the availability sheet of a customer; its path, and its rows.

    Raises:
        ScmError: there is no such customer or warehouse.
    """
    from scm_cli.excel.dealer_book import Availability, write_availability

    with reading(run) as con:
        customer = lookup.one(con, "customer", "customer", code)
        place = documents.warehouse(con, run, warehouse)
        found = _rows(con, run, customer, place)
    about = Availability(
        customer["customer"], customer["name"], run.settings.company, run.today, place
    )
    path = folder(run) / "share" / f"stock {safe(code)} {run.today.isoformat()}.xlsx"
    return str(write_availability(path, about, found, run.lang)), found


def _rows(con: Any, run: Run, customer: dict[str, Any], place: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """Active items that have or will have something to promise, or that the customer buys."""
    items = rows(con, "SELECT * EXCLUDE (entry) FROM item WHERE status = 'active' ORDER BY sku")
    bought = {
        r["sku"] for r in rows(
            con, "SELECT DISTINCT sku FROM order_line WHERE customer = ?", [customer["customer"]]
        )
    }  # fmt: skip
    desk = allocate.desk(con, run, [item["sku"] for item in items])
    offers = deals.prices(con, customer, items)
    found = []
    for item in items:
        sku = item["sku"]
        free = shared(promise.stand(desk, sku, place), run.today)
        if not free.available_qty and free.next_on is None and sku not in bought:
            continue
        price = filled(offers[sku], ONE, ONE, run.today)
        found.append(
            {
                **{name: item[name] for name in COLUMNS[:4]}, **free._asdict(),
                "unit_price": price.unit_price,
                "tax_included": None if price.unit_price is None else price.tax_included,
            }
        )  # fmt: skip
    return found
