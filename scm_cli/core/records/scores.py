"""What suppliers are judged by: inspections of what came in, and the score of each quarter."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import (
    ZERO,
    Amount,
    Choice,
    Code,
    Day,
    Flag,
    Number,
    Pct,
    Qty,
    Record,
    Text,
    field,
)

TIERS = ("A", "B", "C", "D", "unrated")
ROLES = ("strategic", "bottleneck", "leverage", "routine")
ADVICE = ("keep", "renegotiate", "drop", "develop a second source")


class Inspection(Record):
    """Goods looked at after they came in (质检): what failed, and whether anyone was in danger."""

    table: ClassVar[str] = "inspection"
    key: ClassVar[tuple[str, ...]] = ("inspection_no",)

    inspection_no: Code = field("Inspection no.", "质检单号")
    inspected_on: Day = field("Inspected on", "质检日期")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    receipt_no: Code | None = field("Receipt no.", "入库单号", default=None, refers="receipt")
    sku: Code = field("SKU", "商品编码", refers="item")
    lot: Code | None = field("Lot", "批号", default=None)
    inspected_qty: Qty = field("Inspected", "检验数量", low=0.0001)
    failed_qty: Qty = field("Failed", "检验不合格数量", default=ZERO, low=0)
    is_safety: Flag = field("Safety failure", "安全事故", default=False)
    finding: Text | None = field("Finding", "质检结论", default=None)
    person: Text | None = field("Inspector", "质检员", default=None)


class SupplierScore(Record):
    """A supplier in a quarter: raw figures with their counts, shrunk score, grade; derived."""

    table: ClassVar[str] = "supplier_score"
    key: ClassVar[tuple[str, ...]] = ("supplier", "period")

    supplier: Code = field("Supplier", "供应商编码")
    period: Code = field("Period", "评分期间")
    from_on: Day = field("From", "起始日期")
    until_on: Day = field("Until", "截止日期")
    lines: Number = field("Lines due", "到期行数")
    assumed_lines: Number = field("Lines without a promise", "无承诺行数")
    on_time_lines: Number = field("Lines on time", "准时行数")
    in_full_lines: Number = field("Lines on time in full", "准时足量行数")
    on_time_pct: Pct | None = field("On time %", "准时率(%)", default=None)
    delivered_pct: Pct | None = field("Delivered %", "交付率(%)", default=None)
    on_time_in_full_pct: Pct | None = field("On time in full %", "准时足量率(%)", default=None)
    on_time_low_pct: Pct | None = field("On time, low %", "准时率下限(%)", default=None)
    on_time_high_pct: Pct | None = field("On time, high %", "准时率上限(%)", default=None)
    late_days_p90: Number | None = field(
        "Days late, 90th percentile", "迟交天数90分位", default=None
    )
    received_lines: Number = field("Lines received", "收货行数")
    quality_pct: Pct | None = field("Pass rate %", "质量合格率(%)", default=None)
    price_index_pct: Pct | None = field("Price index", "价格指数", default=None)
    price_coverage_pct: Pct | None = field("Price coverage %", "价格可比率(%)", default=None)
    price_trend_pct: Pct | None = field("Own price trend %", "自身价格变化(%)", default=None)
    asked: Number = field("Requests sent", "询价次数")
    answered_pct: Pct | None = field("Answered in time %", "按时报价率(%)", default=None)
    documents_pct: Pct | None = field("Papers in order %", "资质齐备率(%)", default=None)
    spend_amount: Amount | None = field("Spend", "采购额", default=None)
    score_pct: Pct | None = field("Score", "得分", default=None)
    score_low_pct: Pct | None = field("Score, low", "得分下限", default=None)
    score_high_pct: Pct | None = field("Score, high", "得分上限", default=None)
    grade: Choice = field("Grade of the period", "本期等级", choices=TIERS)
    tier: Choice = field("Tier", "供应商等级", choices=TIERS)
    cause: Text | None = field("Cause of the tier", "等级原因", default=None)
    role: Choice | None = field("Role", "供应商定位", default=None, choices=ROLES)
    advice: Choice | None = field("Advice", "建议", default=None, choices=ADVICE)
