"""What we ordered, what came in, what went back to suppliers.

Quantities are in the item's own unit; `unit` and `factor` keep how it was entered
(10 箱 of 24 is qty 240, unit 箱, factor 24). Prices are stored as given, per entered unit.
"""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
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


class PurchaseOrder(Record):
    """What we ordered from a supplier."""

    table: ClassVar[str] = "purchase_order"
    key: ClassVar[tuple[str, ...]] = ("purchase_no",)

    purchase_no: Code = field("Purchase order no.", "采购订单号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    ordered_on: Day = field("Order date", "订单日期")
    warehouse: Code | None = field("Warehouse", "仓库", default=None, refers="warehouse")
    status: Choice = field(
        "Order status",
        "订单状态",
        default="confirmed",
        choices=("draft", "approved", "confirmed", "closed", "cancelled"),
    )
    currency: Code | None = field("Currency", "币种", default=None)
    person: Text | None = field("Buyer", "采购员", default=None)
    note: Text | None = field("Note", "备注", default=None)


class PurchaseOrderLine(Record):
    """One line of a purchase order; the first promise is frozen."""

    table: ClassVar[str] = "purchase_order_line"
    key: ClassVar[tuple[str, ...]] = ("purchase_no", "line_no")

    purchase_no: Code = field("Purchase order no.", "采购订单号", refers="purchase_order")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    requested_on: Day | None = field("Requested date", "要求交期", default=None)
    promised_on: Day | None = field("Promised date", "承诺交期", default=None)
    first_promised_on: Day | None = field("First promise", "首次承诺交期", default=None)
    cancelled_qty: Qty = field("Cancelled", "取消数量", default=ZERO, low=0)
    cancelled_by: Choice | None = field(
        "Cancelled by", "取消方", default=None, choices=("us", "supplier")
    )
    changed_by_us: Flag = field("Changed by us", "我方变更", default=False)
    received_before_qty: Qty = field("Already received", "已收数量", default=ZERO, low=0)
    line_note: Text | None = field("Line note", "行备注", default=None)


class Receipt(Record):
    """Goods that came in, with or without an order (采购入库单)."""

    table: ClassVar[str] = "receipt"
    key: ClassVar[tuple[str, ...]] = ("receipt_no",)

    receipt_no: Code = field("Receipt no.", "入库单号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    received_on: Day = field("Received on", "入库日期")
    person: Text | None = field("Received by", "收货人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class ReceiptLine(Record):
    """One received line: accepted goods enter stock, rejected goods do not."""

    table: ClassVar[str] = "receipt_line"
    key: ClassVar[tuple[str, ...]] = ("receipt_no", "line_no")

    receipt_no: Code = field("Receipt no.", "入库单号", refers="receipt")
    line_no: Number = field("Line", "行号", low=1)
    purchase_no: Code | None = field(
        "Purchase order no.", "采购订单号", default=None, refers="purchase_order"
    )
    purchase_line_no: Number | None = field("Purchase line", "采购订单行号", default=None, low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    accepted_qty: Qty = field("Accepted", "合格数量", low=0)
    rejected_qty: Qty = field("Rejected", "不合格数量", default=ZERO, low=0)
    reject_reason: Text | None = field("Reject reason", "不合格原因", default=None)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    lot: Code | None = field("Lot", "批号", default=None)
    expiry_on: Day | None = field("Expiry date", "有效期", default=None)


class PurchaseReturn(Record):
    """Goods that we gave back to a supplier (采购退货单)."""

    table: ClassVar[str] = "purchase_return"
    key: ClassVar[tuple[str, ...]] = ("return_no",)

    return_no: Code = field("Return no.", "退货单号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    returned_on: Day = field("Returned on", "退货日期")
    reason: Text | None = field("Reason", "退货原因", default=None)
    note: Text | None = field("Note", "备注", default=None)


class PurchaseReturnLine(Record):
    """One line given back to a supplier."""

    table: ClassVar[str] = "purchase_return_line"
    key: ClassVar[tuple[str, ...]] = ("return_no", "line_no")

    return_no: Code = field("Return no.", "退货单号", refers="purchase_return")
    line_no: Number = field("Line", "行号", low=1)
    receipt_no: Code | None = field("Receipt no.", "入库单号", default=None, refers="receipt")
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    lot: Code | None = field("Lot", "批号", default=None)
