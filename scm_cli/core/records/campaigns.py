"""Segments of customers, campaigns to them, and who was contacted or kept apart.

What a campaign brought is read from orders when it is asked for; only who was in which group, and
how that was drawn, is kept.
"""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import Choice, Code, Day, Number, Pct, Price, Record, Text, field

TREATED, CONTROL = "treated", "control"


class Segment(Record):
    """A rule that tells which customers are meant; who fits is found anew each time."""

    table: ClassVar[str] = "segment"
    key: ClassVar[tuple[str, ...]] = ("segment",)

    segment: Code = field("Segment", "客户分群")
    rule: Text = field("Segment rule", "分群规则")
    made_on: Day | None = field("Made on", "建立日期", default=None, sheet=False)
    note: Text | None = field("Note", "备注", default=None)


class Campaign(Record):
    """A campaign (营销活动): to whom, when, with which words, and how its control was drawn."""

    table: ClassVar[str] = "campaign"
    key: ClassVar[tuple[str, ...]] = ("campaign_no",)

    campaign_no: Code = field("Campaign no.", "活动编号")
    name: Text = field("Campaign name", "活动名称")
    segment: Code | None = field("Segment", "客户分群", default=None)
    rule: Text | None = field("Segment rule", "分群规则", default=None)
    made_on: Day = field("Made on", "建立日期")
    from_on: Day = field("From", "开始日期")
    until_on: Day = field("Until", "结束日期")
    sku: Code | None = field("SKU", "商品编码", default=None, refers="item")
    offer_price: Price | None = field("Offer price", "活动价", default=None, low=0)
    message: Text | None = field("Message", "话术", default=None)
    control_pct: Pct = field("Control %", "对照组(%)", low=0, high=100)
    seed: Number = field("Seed", "随机种子", low=0)
    note: Text | None = field("Note", "备注", default=None)


class CampaignMember(Record):
    """A customer of a campaign: contacted, or kept apart to compare with."""

    table: ClassVar[str] = "campaign_member"
    key: ClassVar[tuple[str, ...]] = ("campaign_no", "customer")

    campaign_no: Code = field("Campaign no.", "活动编号", refers="campaign")
    customer: Code = field("Customer", "客户编码", refers="customer")
    arm: Choice = field("Group", "组别", choices=(TREATED, CONTROL))
    stratum: Text | None = field("Stratum", "分层", default=None)
    reason: Text | None = field("Reason", "原因", default=None)
