"""Money papers: opening balances and payments."""

from __future__ import annotations

from datetime import date  # noqa: F401 -- pydantic resolves the annotations at run time
from decimal import Decimal  # noqa: F401 -- likewise
from typing import ClassVar

from scm_cli.core.records.base import Amount, Choice, Code, Day, Record, Text, field


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
