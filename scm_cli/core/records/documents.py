"""Documents: a head and its lines, for what is ordered, received, delivered and returned.

Quantities are in the item's own unit; `unit` and `factor` keep how it was entered
(10 箱 of 24 is qty 240, unit 箱, factor 24). Prices are stored as given, per entered unit.
"""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal
from typing import ClassVar

from scm_cli.core.records.base import (
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

ZERO = Decimal(0)
ONE = Decimal(1)


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


class OpeningBalance(Record):
    """What was owed, either way, when the books were opened (期初往来)."""

    table: ClassVar[str] = "opening_balance"
    key: ClassVar[tuple[str, ...]] = ("kind", "partner", "document_no")

    kind: Choice = field(
        "Balance kind",
        "往来类型",
        choices=("receivable", "payable", "advance_received", "advance_paid"),
    )
    partner: Code = field("Partner", "往来单位编码")
    document_no: Code = field("Document no.", "单据号", default="-")
    balance_on: Day | None = field("Balance date", "余额日期", default=None)
    due_on: Day | None = field("Due date", "到期日", default=None)
    amount: Amount = field("Amount", "金额", low=0.01)


class Payment(Record):
    """Money that came in or went out (收款单/付款单)."""

    table: ClassVar[str] = "payment"
    key: ClassVar[tuple[str, ...]] = ("payment_no",)

    payment_no: Code = field("Payment no.", "收付款单号")
    direction: Choice = field("Direction", "收付", choices=("in", "out"))
    partner: Code = field("Partner", "往来单位编码")
    paid_on: Day = field("Paid on", "收付日期")
    amount: Amount = field("Amount", "金额", low=0.01)
    document_no: Code | None = field("Document no.", "单据号", default=None)
    method: Text | None = field("Method", "结算方式", default=None)
    person: Text | None = field("Person", "经手人", default=None)
    note: Text | None = field("Note", "备注", default=None)
