"""What we ask suppliers for, what they offer, and what they say is on its way.

Quantities are in the item's own unit; prices and freight per unit stand as given, per `unit`
(10 箱 of 24: factor 24). Money of a quote is in the quote's currency.
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

QUOTE_STATES = ("open", "accepted", "declined", "replaced")


class ExchangeRate(Record):
    """What one unit of a foreign currency costs in the firm's own, from a day on."""

    table: ClassVar[str] = "exchange_rate"
    key: ClassVar[tuple[str, ...]] = ("currency", "rate_on")

    currency: Code = field("Currency", "币种")
    rate_on: Day = field("Rate date", "汇率日期")
    rate_price: Price = field("Exchange rate", "汇率", low=0.000001)


class Rfq(Record):
    """A request for quotation (询价单): what we would buy, asked of several suppliers."""

    table: ClassVar[str] = "rfq"
    key: ClassVar[tuple[str, ...]] = ("rfq_no",)

    rfq_no: Code = field("RFQ no.", "询价单号")
    asked_on: Day = field("Asked on", "询价日期")
    reply_by_on: Day | None = field("Reply by", "回复截止", default=None)
    warehouse: Code | None = field("Warehouse", "仓库", default=None, refers="warehouse")
    person: Text | None = field("Buyer", "采购员", default=None)
    note: Text | None = field("Note", "备注", default=None)


class RfqLine(Record):
    """One item that a request asks for."""

    table: ClassVar[str] = "rfq_line"
    key: ClassVar[tuple[str, ...]] = ("rfq_no", "line_no")

    rfq_no: Code = field("RFQ no.", "询价单号", refers="rfq")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    need_by_on: Day | None = field("Need by", "需求日期", default=None)
    line_note: Text | None = field("Line note", "行备注", default=None)


class RfqInvite(Record):
    """A supplier that was asked: the day its answer is counted from."""

    table: ClassVar[str] = "rfq_invite"
    key: ClassVar[tuple[str, ...]] = ("rfq_no", "supplier")

    rfq_no: Code = field("RFQ no.", "询价单号", refers="rfq")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    invited_on: Day = field("Invited on", "邀请日期")
    person: Text | None = field("Invited by", "邀请人", default=None)


class Quote(Record):
    """What a supplier offers (报价单), with or without having been asked."""

    table: ClassVar[str] = "quote"
    key: ClassVar[tuple[str, ...]] = ("quote_no",)

    quote_no: Code = field("Quote no.", "报价单号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    rfq_no: Code | None = field("RFQ no.", "询价单号", default=None, refers="rfq")
    quoted_on: Day = field("Quote date", "报价日期")
    valid_until_on: Day | None = field("Valid until", "报价有效期至", default=None)
    status: Choice = field(
        "Quote status",
        "报价状态",
        default="open",
        choices=QUOTE_STATES,
        sheet=False,
    )
    currency: Code | None = field("Currency", "币种", default=None)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    payment_days: Number | None = field(
        "Payment days", "账期(天)", default=None, low=-365, high=720
    )
    freight_amount: Amount = field("Freight per order", "每单运费", default=ZERO, low=0)
    person: Text | None = field("Entered by", "经手人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class QuoteLine(Record):
    """One price of a quote, from a quantity on: an item with breaks has several lines."""

    table: ClassVar[str] = "quote_line"
    key: ClassVar[tuple[str, ...]] = ("quote_no", "line_no")

    quote_no: Code = field("Quote no.", "报价单号", refers="quote")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    from_qty: Qty = field("From quantity", "起始数量", default=ZERO, low=0)
    unit_price: Price = field("Quoted price", "报价", low=0)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    moq_qty: Qty | None = field("Minimum order", "最小起订量", default=None, low=0)
    order_multiple_qty: Qty | None = field("Order multiple", "最小包装量", default=None, low=0)
    lead_time_days: Number | None = field("Lead time (days)", "交期", default=None, low=0, high=720)
    freight_price: Price = field("Freight per unit", "单位运费", default=ZERO, low=0)
    duty_pct: Pct = field("Duty %", "关税(%)", default=ZERO, low=0, high=500)
    line_note: Text | None = field("Line note", "行备注", default=None)


class SupplierShipment(Record):
    """A supplier's notice that goods are on their way (供应商发货单)."""

    table: ClassVar[str] = "supplier_shipment"
    key: ClassVar[tuple[str, ...]] = ("notice_no",)

    notice_no: Code = field("Shipment notice no.", "发货通知单号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    shipped_on: Day = field("Shipped on", "发货日期")
    expected_on: Day | None = field("Expected on", "预计到货日期", default=None)
    carrier: Text | None = field("Carrier", "承运商", default=None)
    tracking_no: Code | None = field("Tracking no.", "运单号", default=None)
    person: Text | None = field("Person", "经手人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class SupplierShipmentLine(Record):
    """Goods of one order line that are on their way."""

    table: ClassVar[str] = "supplier_shipment_line"
    key: ClassVar[tuple[str, ...]] = ("notice_no", "line_no")

    notice_no: Code = field("Shipment notice no.", "发货通知单号", refers="supplier_shipment")
    line_no: Number = field("Line", "行号", low=1)
    purchase_no: Code = field("Purchase order no.", "采购订单号", refers="purchase_order")
    purchase_line_no: Number = field("Purchase line", "采购订单行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Shipped quantity", "发货数量", low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    lot: Code | None = field("Lot", "批号", default=None)
