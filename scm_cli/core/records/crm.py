"""Leads, deals and what was said: where customers come from, and on the way to which order.

Stages are settings (`deals.stages`), so a stage is text here and checked by `core.customer.deals`.
A day of which nobody knows anything is empty, not guessed: deals taken over from elsewhere often
lack the day on which they began.
"""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import (
    ONE,
    Amount,
    Choice,
    Code,
    Day,
    Number,
    Price,
    Qty,
    Record,
    Text,
    field,
)

LEAD_STATES = ("new", "contacted", "qualified", "converted", "lost")
INTERACTIONS = ("call", "visit", "message", "email", "quotation", "other")


class Salesperson(Record):
    """Who looks after leads and deals, and for which of them this person is meant."""

    table: ClassVar[str] = "salesperson"
    key: ClassVar[tuple[str, ...]] = ("person",)

    person: Code = field("Salesperson", "业务员")
    manager: Text | None = field("Manager", "主管", default=None)
    region: Text | None = field("Regions served", "负责地区", default=None)
    category: Text | None = field("Categories served", "负责品类", default=None)
    most_leads: Number | None = field("Most open leads", "线索上限", default=None, low=0)
    works_from: Text | None = field("Works from", "上班时间", default=None)
    works_until: Text | None = field("Works until", "下班时间", default=None)
    status: Choice = field("Status", "状态", default="active", choices=("active", "ended"))


class Lead(Record):
    """Somebody who may buy: where it came from, who answers, what became of it."""

    table: ClassVar[str] = "lead"
    key: ClassVar[tuple[str, ...]] = ("lead_no",)

    lead_no: Code = field("Lead no.", "线索编号")
    came_on: Day = field("Came on", "线索日期")
    came_clock: Text | None = field("Came at (time)", "线索时刻", default=None)
    name: Text | None = field("Contact", "联系人", default=None)
    company: Text | None = field("Company", "公司名称", default=None)
    mobile: Text | None = field("Mobile", "手机", default=None)
    phone: Text | None = field("Phone", "座机", default=None)
    email: Text | None = field("E-mail", "电子邮箱", default=None)
    uscc: Code | None = field("Credit code", "统一社会信用代码", default=None)
    region: Text | None = field("Region", "地区", default=None)
    category: Text | None = field("Interested in", "意向品类", default=None)
    source: Text | None = field("Lead source", "线索来源", default=None)
    channel: Text | None = field("Channel", "渠道", default=None)
    campaign: Text | None = field("Campaign", "推广计划", default=None)
    owner: Text | None = field("Owner", "业务员", default=None)
    status: Choice = field("Lead status", "线索状态", default="new", choices=LEAD_STATES)
    customer: Code | None = field("Customer", "客户编码", default=None, refers="customer")
    lost_reason: Text | None = field("Lost reason", "流失原因", default=None)
    assigned_why: Text | None = field("Why this owner", "分配原因", default=None, sheet=False)
    note: Text | None = field("Note", "备注", default=None)


class LeadSpend(Record):
    """What a channel cost in a stretch of days."""

    table: ClassVar[str] = "lead_spend"
    key: ClassVar[tuple[str, ...]] = ("channel", "campaign", "from_on")

    channel: Text = field("Channel", "渠道")
    campaign: Text = field("Campaign", "推广计划", default="")
    from_on: Day = field("From", "开始日期")
    until_on: Day = field("Until", "结束日期")
    spend_amount: Amount = field("Spend", "推广费用", low=0)
    note: Text | None = field("Note", "备注", default=None)


class Deal(Record):
    """A sale in the making (商机): its stage, worth, next step, and how it ended."""

    table: ClassVar[str] = "deal"
    key: ClassVar[tuple[str, ...]] = ("deal_no",)

    deal_no: Code = field("Deal no.", "商机编号")
    name: Text | None = field("Deal", "商机名称", default=None)
    customer: Code | None = field("Customer", "客户编码", default=None, refers="customer")
    lead_no: Code | None = field("Lead no.", "线索编号", default=None, refers="lead")
    owner: Text | None = field("Owner", "业务员", default=None)
    source: Text | None = field("Deal source", "商机来源", default=None)
    stage: Text = field("Stage", "商机阶段")
    opened_on: Day | None = field("Opened on", "开始日期", default=None)
    closed_on: Day | None = field("Closed on", "结束日期", default=None)
    value_amount: Amount | None = field("Value", "商机金额", default=None, low=0)
    expected_close_on: Day | None = field("Expected close", "预计成交日期", default=None)
    next_step: Text | None = field("Next step", "下一步", default=None)
    next_step_on: Day | None = field("Next step on", "下一步日期", default=None)
    lost_reason: Text | None = field("Lost reason", "流失原因", default=None)
    note: Text | None = field("Note", "备注", default=None)


class DealLine(Record):
    """An item that the deal is about."""

    table: ClassVar[str] = "deal_line"
    key: ClassVar[tuple[str, ...]] = ("deal_no", "line_no")

    deal_no: Code = field("Deal no.", "商机编号", refers="deal")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    qty: Qty = field("Quantity", "数量", default=ONE, low=0.0001)
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price | None = field("Unit price", "单价", default=None, low=0)


class DealEvent(Record):
    """One change of stage; the entry that made it tells the hour."""

    table: ClassVar[str] = "deal_event"
    key: ClassVar[tuple[str, ...]] = ("deal_no", "event_no")

    deal_no: Code = field("Deal no.", "商机编号", refers="deal")
    event_no: Number = field("Change", "变更序号", low=1)
    stage: Text = field("Stage", "商机阶段")
    from_stage: Text | None = field("From stage", "原阶段", default=None)
    changed_on: Day | None = field("Changed on", "变更日期", default=None)
    person: Text | None = field("Changed by", "变更人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class Interaction(Record):
    """A call, a visit, a message: with a lead, in a deal, or with a customer."""

    table: ClassVar[str] = "interaction"
    key: ClassVar[tuple[str, ...]] = ("interaction_no",)

    interaction_no: Code = field("Interaction no.", "跟进编号")
    happened_on: Day = field("Date", "跟进日期")
    clock: Text | None = field("Time", "跟进时间", default=None)
    kind: Choice = field("Interaction", "跟进方式", default="call", choices=INTERACTIONS)
    customer: Code | None = field("Customer", "客户编码", default=None, refers="customer")
    lead_no: Code | None = field("Lead no.", "线索编号", default=None, refers="lead")
    deal_no: Code | None = field("Deal no.", "商机编号", default=None, refers="deal")
    person: Text | None = field("By", "跟进人", default=None)
    note: Text | None = field("What was said", "跟进内容", default=None)


class CustomerTag(Record):
    """A tag that a person put on a customer; tags by rule are not stored."""

    table: ClassVar[str] = "customer_tag"
    key: ClassVar[tuple[str, ...]] = ("customer", "tag")

    customer: Code = field("Customer", "客户编码", refers="customer")
    tag: Text = field("Tag", "标签")
    tagged_on: Day | None = field("Tagged on", "标记日期", default=None)
    note: Text | None = field("Note", "备注", default=None)
