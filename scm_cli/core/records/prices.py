"""What customers pay by agreement, and what may be sent instead of an item."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from typing import ClassVar

from scm_cli.core.records.base import (
    ONE,
    ZERO,
    Choice,
    Code,
    Day,
    Flag,
    Number,
    Pct,
    Price,
    Qty,
    Record,
    Text,
    field,
)


class PriceList(Record):
    """What a customer, or a class of customers, pays for an item from a quantity on."""

    table: ClassVar[str] = "price_list"
    key: ClassVar[tuple[str, ...]] = ("scope", "party", "sku", "from_qty")

    scope: Choice = field("Price for", "价格对象", choices=("contract", "customer", "class"))
    party: Code = field("Customer or class", "客户或类别")
    sku: Code = field("SKU", "商品编码", refers="item")
    from_qty: Qty = field("From quantity", "起始数量", default=ZERO, low=0)
    unit_price: Price = field("Unit price", "单价", low=0)
    unit: Text | None = field("Unit", "单位", default=None)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    valid_from_on: Day | None = field("Valid from", "生效日期", default=None)
    valid_until_on: Day | None = field("Valid until", "有效期至", default=None)
    contract_no: Code | None = field("Contract no.", "合同号", default=None)


class ItemSubstitute(Record):
    """An item that may be sent instead: `factor` of it for each unit of the other."""

    table: ClassVar[str] = "item_substitute"
    key: ClassVar[tuple[str, ...]] = ("sku", "substitute")

    sku: Code = field("SKU", "商品编码", refers="item")
    substitute: Code = field("Substitute", "替代商品编码", refers="item")
    factor: Qty = field("Units for one", "替代比例", default=ONE, low=0.0001)
    rank: Number = field("Rank", "优先顺序", default=1, low=1)
    note: Text | None = field("Note", "备注", default=None)
