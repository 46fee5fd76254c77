"""Notices of items that customers are about to buy again and that will not be there."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice, number
from scm_cli.errors import Say
from scm_cli.store import crm, expected

if TYPE_CHECKING:
    from scm_cli.run import Run


def notices(con: Any, run: Run) -> list[Notice]:  # noqa: ANN401 -- the store's connection
    """One per item that runs short of its expected repurchases; nothing is loaded where none can."""
    lead, told = run.settings.planning.default_lead_time_days, run.settings.islands
    stock = expected.scarce(con, run.today, told.repeat_days, told.repeat_customers, lead)
    if stock.is_empty():
        return []
    from scm_cli.core.customer import due_items, repurchase

    lines = crm.bought(con, run.settings.walk_in_customer, skus=stock["sku"].to_list())
    ahead = repurchase.next_items(lines, run.today)
    found = due_items.short_of(ahead, stock, run.today, told.repeat_customers)
    return [_notice(row) for row in found.iter_rows(named=True)]


def _notice(row: dict[str, Any]) -> Notice:
    what = Say(
        "{n} customers are due to buy it again: about {qty} within {days} days, {free} are free",
        n=row["customers"],
        qty=number(ceil(row["due_qty"])),
        days=row["lead_days"],
        free=number(max(row["free_qty"], 0)),
    )
    return Notice("bought again", row["sku"], "", what, row["first_on"])
