"""What the program itself writes: stock moves, reservations, the derived plan."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from typing import ClassVar

from scm_cli.core.records.base import (
    Amount,
    Choice,
    Code,
    Day,
    Flag,
    Number,
    Price,
    Qty,
    Record,
    Text,
    field,
)


class StockMove(Record):
    """One append-only move of goods between two places; corrections are reversals."""

    table: ClassVar[str] = "stock_move"
    key: ClassVar[tuple[str, ...]] = ("move_no",)

    move_no: Number = field("Move", "流水号")
    moved_on: Day = field("Moved on", "日期")
    sku: Code = field("SKU", "商品编码", refers="item")
    lot: Code | None = field("Lot", "批号", default=None)
    expiry_on: Day | None = field("Expiry date", "有效期", default=None)
    qty: Qty = field("Quantity", "数量", low=0.0001)
    from_place: Code = field("From", "来源")
    to_place: Code = field("To", "去向")
    unit_cost: Price | None = field("Unit cost", "单位成本", default=None)
    document_kind: Text = field("Document kind", "单据类型")
    document_no: Code = field("Document no.", "单据号")
    line_no: Number = field("Line", "行号")
    reverses: Number | None = field("Reverses", "冲销流水号", default=None)


class Reservation(Record):
    """A quantity held for a named order line, from stock or from a named inbound line."""

    table: ClassVar[str] = "reservation"
    key: ClassVar[tuple[str, ...]] = ("reservation_no",)

    reservation_no: Number = field("Reservation", "预留号")
    order_no: Code = field("Order no.", "销售订单号", refers="sales_order")
    line_no: Number = field("Line", "行号")
    sku: Code = field("SKU", "商品编码", refers="item")
    source: Choice = field("Source", "来源", choices=("stock", "inbound"))
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    lot: Code | None = field("Lot", "批号", default=None)
    purchase_no: Code | None = field("Purchase order no.", "采购订单号", default=None)
    purchase_line_no: Number | None = field("Purchase line", "采购订单行号", default=None)
    qty: Qty = field("Quantity", "数量", low=0.0001)
    is_pinned: Flag = field("Pinned", "锁定", default=False)


class PlanAcceptance(Record):
    """A line of a plan workbook that was answered: ordered, put off or declined, once."""

    table: ClassVar[str] = "plan_acceptance"
    key: ClassVar[tuple[str, ...]] = ("plan_key",)

    plan_key: Code = field("Plan line", "计划行")
    answer: Choice = field("Answer", "答复", choices=("yes", "no", "later"))
    sku: Code = field("SKU", "商品编码", refers="item")
    warehouse: Code = field("Warehouse", "仓库", refers="warehouse")
    purchase_no: Code | None = field("Purchase order no.", "采购订单号", default=None)
    answered_on: Day = field("Answered on", "答复日期")


class Forecast(Record):
    """Expected demand of an item in a warehouse in one bucket; derived, replaced whole."""

    table: ClassVar[str] = "forecast"
    key: ClassVar[tuple[str, ...]] = ("sku", "warehouse", "bucket_on")

    sku: Code = field("SKU", "商品编码")
    warehouse: Code = field("Warehouse", "仓库")
    bucket_on: Day = field("Bucket", "时段")
    bucket_days: Number = field("Days", "天数")
    mean_qty: Qty = field("Mean", "均值")
    p50_qty: Qty = field("50th percentile", "50分位")
    p90_qty: Qty = field("90th percentile", "90分位")
    p95_qty: Qty = field("95th percentile", "95分位")
    method: Text = field("Method", "方法")


class ForecastAccuracy(Record):
    """What the forecast of a past run said of an item, and what then came; derived.

    The month is thirty days, one lead time ahead of the run; the interval is lead time + review
    from the run on. What came is empty until the days are over.
    """

    table: ClassVar[str] = "forecast_accuracy"
    key: ClassVar[tuple[str, ...]] = ("made_on", "sku", "warehouse")

    made_on: Day = field("Made on", "预测日期")
    sku: Code = field("SKU", "商品编码")
    warehouse: Code = field("Warehouse", "仓库")
    abc_class: Text = field("ABC class", "ABC分类")
    pattern: Text = field("Demand pattern", "需求类型")
    from_on: Day = field("Month from", "当月起")
    until_on: Day = field("Month until", "当月止")
    forecast_qty: Qty = field("Forecast", "预测量")
    naive_qty: Qty = field("Naive forecast", "简单预测量")
    actual_qty: Qty | None = field("Actual", "实际量", default=None)
    interval_until_on: Day = field("Interval until", "保护期止")
    interval_p05_qty: Qty = field("5th percentile of the interval", "保护期5分位")
    interval_p95_qty: Qty = field("95th percentile of the interval", "保护期95分位")
    interval_actual_qty: Qty | None = field("Actual of the interval", "保护期实际量", default=None)


class Suggestion(Record):
    """What to do tonight about an item in a warehouse; derived, replaced whole."""

    table: ClassVar[str] = "suggestion"
    key: ClassVar[tuple[str, ...]] = ("sku", "warehouse", "kind", "document")

    sku: Code = field("SKU", "商品编码")
    warehouse: Code = field("Warehouse", "仓库")
    kind: Choice = field(
        "Kind",
        "建议类型",
        choices=("buy", "transfer", "make", "expedite", "defer", "cancel"),
    )
    document: Code = field("Document", "单据", default="")
    supplier: Code | None = field("Supplier", "供应商编码", default=None)
    from_warehouse: Code | None = field("From warehouse", "调出仓库", default=None)
    order_qty: Qty = field("Quantity", "数量")
    unit: Text | None = field("Unit", "单位", default=None)
    order_by_on: Day | None = field("Order by", "最晚下单日", default=None)
    need_by_on: Day | None = field("Need by", "需求日期", default=None)
    on_hand_qty: Qty = field("On hand", "现存量")
    inbound_qty: Qty = field("Inbound", "采购未入库")
    reserved_qty: Qty = field("Reserved", "占用量")
    reorder_point_qty: Qty = field("Reorder point", "再订货点")
    target_qty: Qty = field("Order-up-to level", "补货上限")
    unit_price: Price | None = field("Unit price", "单价", default=None)
    amount: Amount | None = field("Amount", "金额", default=None)
    reason: Text = field("Reason", "原因")
