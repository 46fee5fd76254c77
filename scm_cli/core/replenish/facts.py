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
    """What a firm sets for all its stock: periods [days] and service level [0-100] per class."""

    review_days: int
    default_lead_time_days: int
    service_pct: Mapping[str, float]


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
