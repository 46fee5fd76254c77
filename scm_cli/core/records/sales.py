"""What customers ordered, got and gave back.

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
    Amount,
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
from scm_cli.core.records.master import PAYMENT_TERMS


class SalesOrder(Record):
    """What a customer asked for, as requested, whether or not it could be delivered."""

    table: ClassVar[str] = "sales_order"
    key: ClassVar[tuple[str, ...]] = ("order_no",)

    order_no: Code = field("Order no.", "销售订单号")
    customer: Code = field("Customer", "客户编码", refers="customer")
    ordered_on: Day = field("Order date", "订单日期")
    requested_on: Day | None = field("Requested date", "要求交期", default=None)
    warehouse: Code | None = field("Warehouse", "仓库", default=None, refers="warehouse")
    status: Choice = field(
        "Order status",
        "订单状态",
        default="confirmed",
        choices=("draft", "confirmed", "closed", "cancelled"),
    )
    channel: Text | None = field("Channel", "渠道", default=None)
    priority: Number = field("Priority", "优先级", default=5, low=1, high=9)
    ship_to: Text | None = field("Ship to", "收货地址", default=None)
    city: Text | None = field("Ship-to city", "收货城市", default=None)
    is_pinned: Flag = field("Pinned", "锁定", default=False)
    payment_terms: Choice | None = field(
        "Payment terms", "付款条件", default=None, choices=PAYMENT_TERMS
    )
    deposit_pct: Pct | None = field("Deposit %", "定金(%)", default=None, low=0, high=100)
    deposit_holds: Choice = field(
        "Deposit holds", "定金未到时", default="confirming", choices=("confirming", "shipping")
    )
    waits_for: Choice | None = field(
        "Waits for", "等待", default=None, choices=("approval", "credit", "deposit"), sheet=False
    )
    approved_by: Text | None = field("Approved by", "审批人", default=None, sheet=False)
    approved_on: Day | None = field("Approved on", "审批日期", default=None, sheet=False)
    person: Text | None = field("Salesperson", "业务员", default=None)
    note: Text | None = field("Note", "备注", default=None)


class SalesOrderLine(Record):
    """One line of a customer's order."""

    table: ClassVar[str] = "sales_order_line"
    key: ClassVar[tuple[str, ...]] = ("order_no", "line_no")

    order_no: Code = field("Order no.", "销售订单号", refers="sales_order")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    list_price: Price | None = field(
        "Price before discount", "折前单价", default=None, low=0, sheet=False
    )
    discount_pct: Pct | None = field(
        "Discount %", "折扣(%)", default=None, low=0, high=100, sheet=False
    )
    price_source: Text | None = field("Price from", "价格来源", default=None, sheet=False)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    kind: Choice = field(
        "Line kind", "行类型", default="normal", choices=("normal", "gift", "sample", "replacement")
    )
    promised_on: Day | None = field("Promised date", "承诺交期", default=None)
    cancelled_qty: Qty = field("Cancelled", "取消数量", default=ZERO, low=0)
    shipped_before_qty: Qty = field("Already shipped", "已发数量", default=ZERO, low=0)
    line_note: Text | None = field("Line note", "行备注", default=None)


class Charge(Record):
    """A document line that is not an item: postage, a fee, a manual correction."""

    table: ClassVar[str] = "charge"
    key: ClassVar[tuple[str, ...]] = ("document_no", "line_no")

    document_no: Code = field("Document no.", "单据号")
    line_no: Number = field("Line", "行号", low=1)
    charged_on: Day | None = field("Date", "日期", default=None)
    code: Text | None = field("Code", "编码", default=None)
    text: Text | None = field("Description", "说明", default=None)
    partner: Code | None = field("Partner", "往来单位", default=None)
    qty: Qty = field("Quantity", "数量", default=ZERO)
    amount: Amount = field("Amount", "金额", default=ZERO)
    reason: Text = field("Reason", "原因")


class Shipment(Record):
    """Goods that left for a customer, with or without an order (销售出库单)."""

    table: ClassVar[str] = "shipment"
    key: ClassVar[tuple[str, ...]] = ("shipment_no",)

    shipment_no: Code = field("Delivery no.", "出库单号")
    customer: Code = field("Customer", "客户编码", refers="customer")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    shipped_on: Day = field("Shipped on", "出库日期")
    carrier: Text | None = field("Carrier", "物流公司", default=None)
    tracking_no: Code | None = field("Tracking no.", "运单号", default=None)
    city: Text | None = field("Ship-to city", "收货城市", default=None)
    delivered_on: Day | None = field("Delivered on", "签收日期", default=None)
    person: Text | None = field("Shipped by", "发货人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class ShipmentLine(Record):
    """One delivered line."""

    table: ClassVar[str] = "shipment_line"
    key: ClassVar[tuple[str, ...]] = ("shipment_no", "line_no")

    shipment_no: Code = field("Delivery no.", "出库单号", refers="shipment")
    line_no: Number = field("Line", "行号", low=1)
    order_no: Code | None = field("Order no.", "销售订单号", default=None, refers="sales_order")
    order_line_no: Number | None = field("Order line", "订单行号", default=None, low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    lot: Code | None = field("Lot", "批号", default=None)


class SalesReturn(Record):
    """Goods that a customer gave back (销售退货单)."""

    table: ClassVar[str] = "sales_return"
    key: ClassVar[tuple[str, ...]] = ("return_no",)

    return_no: Code = field("Return no.", "退货单号")
    customer: Code = field("Customer", "客户编码", refers="customer")
    warehouse: Code | None = field("Warehouse", "仓库", default=None, refers="warehouse")
    returned_on: Day = field("Returned on", "退货日期")
    reason: Text | None = field("Reason", "退货原因", default=None)
    note: Text | None = field("Note", "备注", default=None)


class SalesReturnLine(Record):
    """One returned line; it nets the demand of the original line's date."""

    table: ClassVar[str] = "sales_return_line"
    key: ClassVar[tuple[str, ...]] = ("return_no", "line_no")

    return_no: Code = field("Return no.", "退货单号", refers="sales_return")
    line_no: Number = field("Line", "行号", low=1)
    order_no: Code | None = field("Order no.", "销售订单号", default=None, refers="sales_order")
    order_line_no: Number | None = field("Order line", "订单行号", default=None, low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)
    disposition: Choice = field(
        "Disposition", "处理方式", default="restock", choices=("restock", "scrap", "supplier")
    )
    lot: Code | None = field("Lot", "批号", default=None)
