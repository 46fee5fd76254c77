"""What was agreed with a supplier for a time: terms, commitments, prices.

Call-offs are the purchase orders in the contract's validity; they are derived, never stored.
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
    Flag,
    Number,
    Pct,
    Price,
    Qty,
    Record,
    Text,
    field,
)


class Contract(Record):
    """A contract with a supplier (采购合同); its day of signing is empty until it is signed."""

    table: ClassVar[str] = "contract"
    key: ClassVar[tuple[str, ...]] = ("contract_no",)

    contract_no: Code = field("Contract no.", "合同编号")
    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    title: Text | None = field("Contract title", "合同名称", default=None)
    status: Choice = field(
        "Contract status", "合同状态", default="in_force", choices=("in_force", "terminated")
    )
    signed_on: Day | None = field("Signed on", "签订日期", default=None)
    valid_from_on: Day = field("Valid from", "生效日期")
    valid_until_on: Day = field("Valid until", "有效期至")
    currency: Code | None = field("Currency", "币种", default=None)
    payment_days: Number | None = field("Payment days", "账期(天)", default=None, low=0, high=720)
    payment_terms: Text | None = field("Payment terms", "付款条款", default=None)
    delivery_terms: Text | None = field("Delivery terms", "交货条款", default=None)
    quality_terms: Text | None = field("Quality terms", "质量条款", default=None)
    min_amount: Amount | None = field("Minimum value", "最低采购金额", default=None, low=0)
    max_amount: Amount | None = field("Maximum value", "最高采购金额", default=None, low=0)
    ended_on: Day | None = field("Ended on", "终止日期", default=None, sheet=False)
    end_reason: Text | None = field("Why ended", "终止原因", default=None, sheet=False)
    file: Text | None = field("Signed file", "签署文件", default=None, sheet=False)
    sha256: Code | None = field("SHA-256", "文件校验值", default=None, sheet=False)
    person: Text | None = field("Handled by", "经办人", default=None)
    note: Text | None = field("Note", "备注", default=None)


class ContractLine(Record):
    """An agreed price, per entered unit, and what is to be taken at least and at most."""

    table: ClassVar[str] = "contract_line"
    key: ClassVar[tuple[str, ...]] = ("contract_no", "line_no")

    contract_no: Code = field("Contract no.", "合同编号", refers="contract")
    line_no: Number = field("Line", "行号", low=1)
    sku: Code = field("SKU", "商品编码", refers="item")
    unit: Text | None = field("Unit", "单位", default=None)
    factor: Qty = field("Units per pack", "换算率", default=ONE, low=0.0001, sheet=False)
    unit_price: Price = field("Agreed price", "合同单价", low=0)
    tax_included: Flag = field("Tax included", "含税", default=True)
    tax_rate_pct: Pct | None = field("Tax rate %", "税率(%)", default=None, low=0, high=100)
    min_qty: Qty | None = field("Minimum quantity", "最低采购量", default=None, low=0)
    max_qty: Qty | None = field("Maximum quantity", "最高采购量", default=None, low=0)
    line_note: Text | None = field("Line note", "行备注", default=None)
