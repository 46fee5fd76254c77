"""The columns of the buy list: what the owner may change, what follows from what."""

from __future__ import annotations

from dataclasses import dataclass

from scm_cli.excel.cellname import column_letters
from scm_cli.excel.plan_lists import Shown

EDIT, TRIAL, SHOW, HIDDEN = "edit", "trial", "show", "hidden"


@dataclass(frozen=True, slots=True)
class BuyColumn(Shown):
    """A column of the buy list.

    `role`: edit (the owner's, read back), trial (a number to play with), show, hidden.
    """

    role: str = SHOW


COLUMNS: tuple[BuyColumn, ...] = (
    BuyColumn("accept", "Accept", "choice", 10, EDIT),
    BuyColumn("later_until_on", "Later until", "day", 13, EDIT),
    BuyColumn("sku", "SKU", "code", 13),
    BuyColumn("name", "Name", "text", 26),
    BuyColumn("warehouse", "Warehouse", "code", 12),
    BuyColumn("kind", "Kind", "text", 10),
    BuyColumn("supplier", "Supplier", "code", 12, EDIT),
    BuyColumn("supplier_name", "Supplier name", "text", 20),
    BuyColumn("order_qty", "Quantity", "qty", 11, EDIT),
    BuyColumn("unit", "Unit", "text", 8),
    BuyColumn("unit_price", "Unit price", "price", 12),
    BuyColumn("amount", "Amount", "amount", 14),
    BuyColumn("order_by_on", "Order by", "day", 13),
    BuyColumn("need_by_on", "Need by", "day", 13, EDIT),
    BuyColumn("reason", "Why", "text", 60),
    BuyColumn("on_hand_qty", "On hand", "qty", 11, TRIAL),
    BuyColumn("inbound_qty", "Inbound", "qty", 11, TRIAL),
    BuyColumn("reserved_qty", "Reserved", "qty", 11, TRIAL),
    BuyColumn("position_qty", "Position", "qty", 11),
    BuyColumn("daily_qty", "Sells a day", "price", 11, TRIAL),
    BuyColumn("lead_time_days", "Lead time (days)", "number", 11, TRIAL),
    BuyColumn("lead_demand_qty", "Sold in lead time", "amount", 12),
    BuyColumn("other_qty", "Review and season", "amount", 12),
    BuyColumn("safety_qty", "Safety stock", "amount", 11, TRIAL),
    BuyColumn("reorder_point_qty", "Reorder point", "amount", 12),
    BuyColumn("target_qty", "Order up to", "amount", 12, TRIAL),
    BuyColumn("short_qty", "Short of it", "amount", 12),
    BuyColumn("days_left", "Days of stock", "number", 11),
    BuyColumn("own_min_qty", "Own min", "qty", 10),
    BuyColumn("own_max_qty", "Own max", "qty", 10),
    BuyColumn("key", "key", "code", 10, HIDDEN),
    BuyColumn("was_qty", "was", "qty", 10, HIDDEN),
)
INDEX = {column.name: index for index, column in enumerate(COLUMNS)}
LETTERS = {column.name: column_letters(index) for index, column in enumerate(COLUMNS)}

#: Columns that follow from others; {suppliers} is the range of codes and names.
FORMULAS = {
    "supplier_name": '=IFERROR(VLOOKUP({supplier},{suppliers},2,FALSE),"")',
    "amount": "=ROUND({order_qty}*{unit_price},2)",
    "position_qty": "={on_hand_qty}+{inbound_qty}-{reserved_qty}",
    "lead_demand_qty": "={daily_qty}*{lead_time_days}",
    "reorder_point_qty": "={lead_demand_qty}+{other_qty}+{safety_qty}",
    "short_qty": "=MAX(0,{target_qty}-{position_qty})",
    "days_left": '=IF({daily_qty}>0,INT({on_hand_qty}/{daily_qty}),"")',
}
NOTES = {
    "accept": "yes: it is ordered; no: not today; later: not before the date beside it",
    "later_until_on": "only with later: no suggestion before this day",
    "supplier": "another supplier may be chosen from the list",
    "order_qty": "in the unit beside it",
    "need_by_on": "the day on which the goods must be there",
    "position_qty": "on hand + inbound - reserved",
    "lead_demand_qty": "sells a day x lead time",
    "other_qty": "what the forecast adds: the days until the next order, the season",
    "reorder_point_qty": "sold in lead time + review and season + safety stock",
    "short_qty": "order up to - position; packs and minimum orders round it up",
    "days_left": "on hand / sells a day",
}
ACCEPT = ("yes", "no", "later")
