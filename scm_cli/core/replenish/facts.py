"""What planning reads of a shop: frames only, whoever loads them; and what the firm set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import polars as pl


@dataclass(frozen=True, slots=True)
class StockRules:
    """What a firm sets for all its stock.

    Periods in days; `service_pct` [0-100] per ABC class; `service_spread` and `service_basis`
    as in `service`; `unmet`: demand that finds nothing is lost or waits; `holding_pct` of a
    unit's cost per year; `order_line_amount`: what it costs to order, receive and shelve a line.
    """

    review_days: int
    default_lead_time_days: int
    service_pct: Mapping[str, float]
    service_kind: str = "fill"
    service_basis: str = "class"
    service_spread: float = 0.0
    unmet: str = "lost"
    holding_pct: float = 20.0
    order_line_amount: float = 0.0
    longest_cycle_days: int = 30

    @property
    def kind(self) -> str:
        """Critical ratios are chances of a cycle without shortage, whatever kind is set."""
        return "cycle" if self.service_basis == "margin" else self.service_kind


class PlanningFacts(Protocol):
    """The frames that `stocked` turns into the planner's inputs; columns as in `store.planning`."""

    @property
    def today(self) -> date: ...
    @property
    def place(self) -> str: ...
    @property
    def items(self) -> pl.DataFrame: ...
    @property
    def demand(self) -> pl.DataFrame: ...
    @property
    def levels(self) -> pl.DataFrame: ...
    @property
    def committed(self) -> pl.DataFrame: ...
    @property
    def purchases(self) -> pl.DataFrame: ...
    @property
    def offers(self) -> pl.DataFrame: ...
    @property
    def policies(self) -> pl.DataFrame: ...
    @property
    def sold(self) -> pl.DataFrame: ...
    @property
    def closures(self) -> pl.DataFrame: ...
