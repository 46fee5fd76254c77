"""Every setting, its default and its bounds. `scm config` prints them with their origin."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Service(Section):
    """Which promise the plan keeps, and how high, per ABC class of item."""

    kind: Literal["fill", "cycle", "ready"] = "fill"
    a_pct: float = Field(97.0, ge=50, le=99.9)
    b_pct: float = Field(95.0, ge=50, le=99.9)
    c_pct: float = Field(90.0, ge=50, le=99.9)


class Planning(Section):
    review_days: int = Field(7, ge=1, le=90)
    horizon_days: int = Field(120, ge=28, le=400)
    default_lead_time_days: int = Field(14, ge=0, le=400)
    holding_cost_pct: float = Field(20.0, ge=0, le=200)
    dead_after_days: int = Field(180, ge=30, le=2000)
    excess_days: int = Field(120, ge=14, le=2000)
    budget_amount: float | None = Field(None, ge=0)
    repair_stockouts: bool = True


class Numbers(Section):
    """Prefixes of the document numbers that the program gives."""

    sales_order: str = "SO-"
    purchase_order: str = "PO-"
    receipt: str = "GR-"
    shipment: str = "DN-"
    sales_return: str = "SR-"
    purchase_return: str = "PR-"
    transfer: str = "TR-"
    stock_count: str = "CT-"
    payment: str = "PY-"


class Stock(Section):
    negative: Literal["auto", "warn", "refuse"] = "auto"
    expiry_warn_days: int = Field(30, ge=0, le=720)


class Approval(Section):
    """Purchase orders above this value wait for `scm purchase approve`; none waits by default."""

    purchase_amount: float | None = Field(None, ge=0)


class Folders(Section):
    inbox: str = "inbox"
    outbox: str = "outbox"


class Settings(Section):
    """The whole of scm.toml."""

    company: str = "My company"
    currency: str = "CNY"
    language: Literal["zh", "en"] | None = None
    time_zone: str = "Asia/Shanghai"
    country: str = "CN"
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    default_unit: str = "pcs"
    default_warehouse: str = "MAIN"
    walk_in_customer: str = "WALK-IN"
    forms_show_cost: bool = False
    start_on: date | None = None
    memory_limit: str = "2GB"
    busy_wait_seconds: float = Field(30, ge=0, le=3600)
    service: Service = Service()
    planning: Planning = Planning()
    numbers: Numbers = Numbers()
    stock: Stock = Stock()
    approval: Approval = Approval()
    folders: Folders = Folders()
