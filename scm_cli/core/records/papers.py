"""Papers of the warehouse: transfers, counts, the opening.

Quantities are in the item's own unit; `unit` and `factor` keep how it was entered
(10 箱 of 24 is qty 240, unit 箱, factor 24). Prices are stored as given, per entered unit.
"""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import ONE, Code, Day, Flag, Number, Price, Qty, Record, Text, field


class Transfer(Record):
    """Goods moved between warehouses (调拨单)."""

    table: ClassVar[str] = "transfer"
    key: ClassVar[tuple[str, ...]] = ("transfer_no",)

    transfer_no: Code = field("Transfer no.", "调拨单号")
    from_warehouse: Code = field("From warehouse", "调出仓库", refers="warehouse")
    to_warehouse: Code = field("To warehouse", "调入仓库", refers="warehouse")
    moved_on: Day = field("Moved on", "调拨日期")
    person: Text | None = field("Moved by", "经手人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class TransferLine(Record):
    """One transferred line."""

    table: ClassVar[str] = "transfer_line"
    key: ClassVar[tuple[str, ...]] = ("transfer_no", "line_no")

    transfer_no: Code = field("Transfer no.", "调拨单号", refers="transfer")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    lot: Code | None = field("Lot", "批号", default=None)


class StockCount(Record):
    """A dated statement of what lies in a warehouse (盘点单)."""

    table: ClassVar[str] = "stock_count"
    key: ClassVar[tuple[str, ...]] = ("count_no",)

    count_no: Code = field("Count no.", "盘点单号")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    counted_on: Day = field("Counted on", "盘点日期")
    is_full: Flag = field("Full count", "全盘", default=False)
    person: Text | None = field("Counted by", "盘点人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class StockCountLine(Record):
    """One counted item; the difference to the books becomes a move."""

    table: ClassVar[str] = "stock_count_line"
    key: ClassVar[tuple[str, ...]] = ("count_no", "line_no")

    count_no: Code = field("Count no.", "盘点单号", refers="stock_count")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    lot: Code | None = field("Lot", "批号", default=None)
    counted_qty: Qty = field("Counted", "实盘数量", low=0)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    book_qty: Qty | None = field("Book", "账面数量", default=None, sheet=False)
    reason: Text | None = field("Reason", "差异原因", default=None)


class OpeningStock(Record):
    """What lay in a warehouse when the books were opened (期初库存)."""

    table: ClassVar[str] = "opening_stock"
    key: ClassVar[tuple[str, ...]] = ("warehouse", "sku", "lot")

    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    sku: Code = field("SKU", "商品编码", refers="item")
    lot: Code = field("Lot", "批号", default="")
    qty: Qty = field("Opening quantity", "期初数量", low=0)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_cost: Price | None = field("Unit cost", "成本价", default=None, low=0)
    expiry_on: Day | None = field("Expiry date", "有效期", default=None)
