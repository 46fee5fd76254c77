"""What dealers tell us of their own stock and sales."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from typing import ClassVar

from scm_cli.core.records.base import Code, Day, Qty, Record, Text, field


class DealerStock(Record):
    """What a dealer has left and sold on of an item, as its sheet says, in stock units.

    Where the period is known, what was sold on becomes the demand of these days in place of the
    dealer's own orders: a dealer who fills up or runs down its store does not move the forecast.
    """

    table: ClassVar[str] = "dealer_stock"
    key: ClassVar[tuple[str, ...]] = ("customer", "sku", "until_on")

    customer: Code = field("Customer", "客户编码", refers="customer")
    sku: Code = field("SKU", "商品编码", refers="item")
    from_on: Day | None = field("From", "开始日期", default=None)
    until_on: Day = field("Until", "结束日期")
    on_hand_qty: Qty | None = field("Dealer stock", "经销商库存", default=None, low=0)
    sold_qty: Qty | None = field("Sold on by dealer", "经销商销量", default=None, low=0)
    warehouse: Code | None = field("Warehouse", "仓库", default=None, refers="warehouse")
    note: Text | None = field("Note", "备注", default=None)
