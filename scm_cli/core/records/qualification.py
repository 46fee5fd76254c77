"""A supplier's papers (资质), and how its state came about."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from scm_cli.core.records.base import Choice, Code, Day, Number, Record, Text, field
from scm_cli.errors import Say

#: A paper without an end (长期) is kept with the last day that a cell may hold; registers write 9999.
LONG_TERM = date(2100, 12, 31)
#: How an end is written that never comes.
LONG_TERM_WORDS = (
    "长期", "永久", "长期有效", "无固定期限", "9999-12-31", "9999/12/31", "long-term", "long term", "permanent",
)  # fmt: skip

#: Kind → how it is called in a sentence.
PAPER_NAMES = {
    "business_licence": "business licence",
    "food_licence": "food licence",
    "medical_licence": "medical device licence",
    "hazard_licence": "hazardous goods licence",
    "production_licence": "production licence",
    "quality_system": "quality system certificate",
    "product_certificate": "product certificate",
    "brand_authorisation": "brand authorisation",
    "test_report": "test report",
    "tax_status": "tax status certificate",
    "bank_details": "bank details",
    "insurance": "insurance policy",
    "other": "other paper",
}
PAPER_KINDS = tuple(PAPER_NAMES)


def paper_name(kind: str) -> Say:
    """How a kind of paper is called in a sentence.

    >>> paper_name("test_report").english
    'test report'
    """
    return Say(PAPER_NAMES[kind])


class Qualification(Record):
    """A paper that a supplier has shown; a renewal under the same number replaces it."""

    table: ClassVar[str] = "qualification"
    key: ClassVar[tuple[str, ...]] = ("supplier", "kind", "number")

    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    kind: Choice = field("Paper", "资质类型", choices=PAPER_KINDS)
    number: Code = field("Paper no.", "证书编号")
    issuer: Text | None = field("Issued by", "发证机关", default=None)
    valid_from_on: Day | None = field("Valid from", "生效日期", default=None)
    valid_until_on: Day = field("Valid until", "有效期至")
    file: Text | None = field("File", "文件", default=None)
    sha256: Code | None = field("SHA-256", "文件校验值", default=None, sheet=False)
    entered_on: Day | None = field("Entered on", "登记日期", default=None, sheet=False)
    person: Text | None = field("Entered by", "登记人", default=None, sheet=False)
    note: Text | None = field("Note", "备注", default=None)


class SupplierState(Record):
    """One step of a supplier from state to state: who, when, why, and what was overridden."""

    table: ClassVar[str] = "supplier_state"
    key: ClassVar[tuple[str, ...]] = ("supplier", "step_no")

    supplier: Code = field("Supplier", "供应商编码", refers="supplier")
    step_no: Number = field("Step", "步骤", low=1)
    from_state: Text | None = field("Before", "原状态", default=None)
    state: Text = field("State", "合作状态")
    changed_on: Day = field("Changed on", "变更日期")
    person: Text = field("Changed by", "变更人")
    reason: Text | None = field("Reason", "原因", default=None)
    overridden: Text | None = field("Overridden", "未满足项", default=None)
