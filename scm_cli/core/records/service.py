"""After-sales: what customers come back with, what was done about it, and how they found that."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import (
    Amount,
    Choice,
    Code,
    Day,
    Number,
    Qty,
    Record,
    Text,
    field,
)

CATEGORIES = (
    "quality", "damaged", "wrong_goods", "missing_goods", "delivery", "invoice", "question", "other",
)  # fmt: skip
PRIORITIES = ("urgent", "high", "normal", "low")
TICKET_STATES = ("open", "resolved", "closed")
TICKET_STEPS = (
    "opened", "replied", "noted", "assigned", "waiting", "resumed", "resolved", "closed", "reopened", "rated",
)  # fmt: skip


class Ticket(Record):
    """A customer's complaint or question, its moments, and how the customer found the answer.

    A moment is a day and, where it is known, a time of day. Whose fault it was is the supplier
    that is stated, else the one that the lot, the delivery or the item leads to.
    """

    table: ClassVar[str] = "ticket"
    key: ClassVar[tuple[str, ...]] = ("ticket_no",)

    ticket_no: Code = field("Ticket no.", "工单编号")
    opened_on: Day = field("Ticket opened on", "受理日期")
    opened_clock: Text | None = field("Ticket opened at (time)", "受理时间", default=None)
    customer: Code = field("Customer", "客户编码", refers="customer")
    subject: Text = field("What is wrong", "问题描述")
    category: Choice = field("Ticket category", "问题类别", default="other", choices=CATEGORIES)
    priority: Choice = field("Priority", "优先级", default="normal", choices=PRIORITIES)
    channel: Text | None = field("Channel", "渠道", default=None)
    order_no: Code | None = field("Order no.", "销售订单号", default=None, refers="sales_order")
    sku: Code | None = field("SKU", "商品编码", default=None, refers="item")
    lot: Code | None = field("Lot", "批号", default=None)
    qty: Qty | None = field("Quantity concerned", "问题数量", default=None, low=0.0001)
    supplier: Code | None = field(
        "Supplier at fault", "责任供应商", default=None, refers="supplier"
    )
    owner: Text | None = field("Ticket owner", "处理人", default=None)
    status: Choice = field("Ticket status", "工单状态", default="open", choices=TICKET_STATES)
    replied_on: Day | None = field("First answer on", "首次响应日期", default=None)
    replied_clock: Text | None = field("First answer at (time)", "首次响应时间", default=None)
    resolved_on: Day | None = field("Resolved on", "解决日期", default=None)
    resolved_clock: Text | None = field("Resolved at (time)", "解决时间", default=None)
    reopened: Number = field("Times reopened", "重开次数", default=0, low=0)
    claim_amount: Amount | None = field("Claimed", "索赔金额", default=None, low=0)
    surveyed_on: Day | None = field("Asked how it went on", "回访日期", default=None)
    rating: Number | None = field("Satisfaction", "满意度", default=None, low=1, high=5)
    rated_on: Day | None = field("Rated on", "评价日期", default=None)
    comment: Text | None = field("Comment of the customer", "客户评价", default=None)
    note: Text | None = field("Note", "备注", default=None)


class TicketEvent(Record):
    """One step of a ticket: an answer, a note, a change of owner, its end."""

    table: ClassVar[str] = "ticket_event"
    key: ClassVar[tuple[str, ...]] = ("ticket_no", "event_no")

    ticket_no: Code = field("Ticket no.", "工单编号", refers="ticket")
    event_no: Number = field("Step", "步骤序号", low=1)
    step: Choice = field("What was done", "处理步骤", choices=TICKET_STEPS)
    happened_on: Day = field("Date", "日期")
    clock: Text | None = field("Time", "时间", default=None)
    person: Text | None = field("By", "经办人", default=None)
    note: Text | None = field("Note", "备注", default=None)
