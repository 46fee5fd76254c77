"""The papers that the firm's days leave behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from sample_world.buying import Purchase, PurchaseLine
    from sample_world.habits import Habit, Opening
    from sample_world.orders import Order, OrderLine
    from sample_world.stock import Batch


@dataclass(frozen=True, slots=True)
class Paper:
    """A document's head. For a transfer, `party` is the receiving warehouse."""

    number: str
    party: str
    warehouse: str
    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivered line, by lot."""

    paper: Paper
    line_no: int
    line: OrderLine
    batch: Batch


@dataclass(frozen=True, slots=True)
class Received:
    """One received line."""

    paper: Paper
    line_no: int
    line: PurchaseLine
    accepted: Batch
    rejected_qty: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods back from a customer."""

    paper: Paper
    delivered: Delivered
    qty: int
    disposition: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """Goods back to a supplier."""

    paper: Paper
    received: Received
    qty: int


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of a transfer."""

    paper: Paper
    line_no: int
    sku: str
    batch: Batch


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a stock count."""

    paper: Paper
    line_no: int
    sku: str
    lot: str
    counted_qty: int
    reason: str


@dataclass(slots=True)
class Books:
    """Everything the firm wrote in its two years."""

    numbers: dict[str, Habit]
    opening: list[Opening]
    orders: list[Order]
    purchases: list[Purchase]
    delivered: list[Delivered] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    sent_back: list[SentBack] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    series: dict[str, int] = field(default_factory=dict)

    def number(self, prefix: str) -> str:
        """The next number of a series of documents."""
        self.series[prefix] = self.series.get(prefix, 0) + 1
        return f"{prefix}-{self.series[prefix]:06d}"
