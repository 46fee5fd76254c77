"""Every setting, its default and its bounds. `scm config` prints them with their origin."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from scm_cli.settings import COUNTED, is_currency
from scm_cli.settings_carriers import Carriers, Orders, Section
from scm_cli.settings_customers import Campaigns, Customers, Deals
from scm_cli.settings_tickets import Tickets, WorkSpans

#: 1 is Monday, 7 Sunday.
WorkDays = Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]
WEIGHTS_SLACK = 0.01  # of 100: what rounding of the parts may leave


class Service(Section):
    """Which promise the plan keeps, and how high, per ABC class of item."""

    kind: Literal["fill", "cycle", "ready"] = "fill"
    basis: Literal["class", "margin"] = "class"
    spread: float = Field(0.75, ge=0, le=1)
    unmet: Literal["lost", "waits"] = "lost"
    a_pct: float = Field(97.0, ge=50, le=99.9)
    b_pct: float = Field(95.0, ge=50, le=99.9)
    c_pct: float = Field(90.0, ge=50, le=99.9)


class Planning(Section):
    review_days: int = Field(7, ge=1, le=90)
    horizon_days: int = Field(120, ge=28, le=400)
    default_lead_time_days: int = Field(14, ge=0, le=400)
    holding_cost_pct: float = Field(20.0, ge=0, le=200)
    order_line_amount: float = Field(0.0, ge=0, le=10_000)  # what handling one costs
    longest_cycle_days: int = Field(30, ge=1, le=400)
    longest_lot_days: int = Field(180, ge=1, le=2000)  # of demand, for the sake of a price break
    dead_after_days: int = Field(180, ge=30, le=2000)
    excess_days: int = Field(120, ge=14, le=2000)
    budget_amount: float | None = Field(None, ge=0)
    repair_stockouts: bool = True
    expected_purchases: bool = True  # the next ones of regular customers, and open deals
    regular_purchases: int = Field(6, ge=3, le=100)  # of an item by a customer, to tell the next
    regular_spread: float = Field(0.3, ge=0, le=5)  # of the gaps between them, over their mean
    explained_lines: int = Field(1000, ge=0, le=50_000)  # with their workings in the workbook


class Forecasting(Section):
    """What the forecast keeps out of history, which days are special, and how it is watched."""

    abnormal_lines: bool = True  # one-off large lines stay outside the forecast
    abnormal_times: float = Field(5.0, ge=1.5, le=1000)
    abnormal_sale_days: int = Field(12, ge=3, le=1000)
    abnormal_event_times: float = Field(100.0, ge=1.5, le=10_000)  # on days of events
    dealer_sales: bool = True  # what dealers sold on, where they tell it, in place of their orders
    festivals: bool = True  # Spring Festival, 618 and 11.11 beside the owner's events
    watch_days: int = Field(7, ge=1, le=92)  # a forecast is kept for comparison so often
    keep_days: int = Field(365, ge=60, le=2000)
    signal_months: int = Field(6, ge=3, le=60)
    signal_limit: float = Field(5.0, ge=1, le=20)
    signal_bias_pct: float = Field(25.0, ge=0, le=1000)
    band_slack_pct: float = Field(25.0, ge=0, le=1000)


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
    inspection: str = "QC-"
    rfq: str = "RFQ-"
    quote: str = "QT-"
    supplier_shipment: str = "SN-"
    contract: str = "HT-"
    lead: str = "LD-"
    deal: str = "DL-"
    interaction: str = "IN-"
    campaign: str = "CP-"
    ticket: str = "TK-"


class Stock(Section):
    negative: Literal["auto", "warn", "refuse"] = "auto"
    expiry_warn_days: int = Field(30, ge=0, le=720)
    counted_units: tuple[str, ...] = COUNTED


class Approval(Section):
    """Orders above this value wait for `scm purchase approve` or `scm order approve`; none by default."""

    purchase_amount: float | None = Field(None, ge=0)
    sales_amount: float | None = Field(None, ge=0)


class Purchasing(Section):
    """What money, time and delay cost when offers are compared."""

    money_cost_pct: float = Field(6.0, ge=0, le=100)
    late_day_cost_pct: float = Field(0.5, ge=0, le=100)
    order_cost_amount: float = Field(0.0, ge=0)
    deducts_tax: bool = True
    share_weeks: int = Field(13, ge=1, le=52)
    season_notice_days: int = Field(60, ge=1, le=200)


class Weights(Section):
    """What each part of a supplier's score counts for; together 100."""

    on_time_in_full: float = Field(35.0, ge=0, le=100)
    delivered: float = Field(10.0, ge=0, le=100)
    quality: float = Field(30.0, ge=0, le=100)
    price: float = Field(15.0, ge=0, le=100)
    response: float = Field(5.0, ge=0, le=100)
    documents: float = Field(5.0, ge=0, le=100)

    @model_validator(mode="after")
    def _whole(self) -> Weights:
        total = sum(getattr(self, name) for name in type(self).model_fields)
        if abs(total - 100) > WEIGHTS_SLACK:
            raise PydanticCustomError(
                "weights_total", "the weights add to {total}, not 100", {"total": f"{total:g}"}
            )
        return self


class Scoring(Section):
    """How suppliers are scored, graded and reviewed."""

    tolerance_pct: float = Field(0.0, ge=0, le=50)
    grace_days: int = Field(0, ge=0, le=60)
    min_lines: int = Field(5, ge=1, le=1000)
    notice_days: int = Field(14, ge=0, le=90)
    memory_quarters: int = Field(7, ge=1, le=40)
    a_pct: float = Field(90.0, ge=0, le=100)
    b_pct: float = Field(75.0, ge=0, le=100)
    c_pct: float = Field(60.0, ge=0, le=100)
    range_pct: float = Field(90.0, ge=50, le=99.9)
    default_prior_lines: float = Field(10.0, ge=0.1, le=1000)
    high_spend_pct: float = Field(80.0, ge=1, le=100)
    sole_source_pct: float = Field(50.0, ge=1, le=100)
    dear_index_pct: float = Field(105.0, ge=100, le=1000)
    rise_pct: float = Field(5.0, ge=0, le=1000)
    alternative_pct: float = Field(50.0, ge=1, le=100)
    switching_amount: float = Field(0.0, ge=0)
    complaints: bool = True  # what customers found faulty counts as failed
    warn_tiers: tuple[Literal["A", "B", "C", "D", "unrated"], ...] = ("D",)
    block_tiers: tuple[Literal["A", "B", "C", "D", "unrated"], ...] = ()
    weights: Weights = Weights()

    @model_validator(mode="after")
    def _falling(self) -> Scoring:
        if not self.a_pct > self.b_pct > self.c_pct:
            raise PydanticCustomError("tier_bounds", "a_pct, b_pct and c_pct must fall", {})
        return self


PaperKind = Literal[
    "business_licence", "food_licence", "medical_licence", "hazard_licence", "production_licence",
    "quality_system", "product_certificate", "brand_authorisation", "test_report", "tax_status",
    "bank_details", "insurance", "other",
]  # fmt: skip


class Papers(Section):
    """Which papers a supplier's category requires (`*` for all), and when one is told to expire."""

    required: dict[str, tuple[PaperKind, ...]] = Field({})
    warn_days: tuple[int, ...] = (60, 30, 7)


class Risk(Section):
    """From where on a figure of the last `window_days` speaks against a supplier."""

    window_days: int = Field(365, ge=30, le=2000)
    trial_orders: int = Field(3, ge=0, le=100)
    min_lines: int = Field(5, ge=1, le=1000)
    late_pct: float = Field(20.0, gt=0, le=100)
    reject_pct: float = Field(5.0, gt=0, le=100)
    share_pct: float = Field(30.0, gt=0, le=100)


class Contracts(Section):
    """When a contract is told to end, and from where on it is used too little."""

    warn_days: tuple[int, ...] = (60, 30, 7)
    under_use_from_pct: float = Field(25.0, ge=0, le=100)
    under_use_pct: float = Field(80.0, ge=0, le=100)
    price_tolerance_pct: float = Field(0.0, ge=0, le=100)


class Islands(Section):
    """From where on something that one side knows and the other does not is told."""

    transit_days: int = Field(7, ge=0, le=365)  # on the way, where no day was told
    billing_days: int = Field(90, ge=1, le=2000)
    repeat_days: int = Field(60, ge=7, le=730)
    repeat_customers: int = Field(3, ge=1, le=1000)
    trend_days: int = Field(90, ge=14, le=730)
    slack_days: int = Field(7, ge=0, le=365)  # cover above what is enough, before a line is told


class Surge(Section):
    """How demand beyond its band is looked at."""

    window_days: int = Field(7, ge=1, le=90)  # the pace that goes on
    suppliers: int = Field(3, ge=1, le=20)  # of an item that are told


class Pdf(Section):
    """The font file of PDF papers; else one with Chinese characters is looked for."""

    font: str | None = None


def require_country(code: str) -> str:
    """A country whose holidays are known; the list is asked for only where it is not the default."""
    if code != "CN":
        from holidays import list_supported_countries

        if code not in list_supported_countries():
            raise PydanticCustomError("country", "CN, US, DE", {})
    return code


def require_currency(code: str) -> str:
    """Refuse what is no currency's three letters."""
    if not is_currency(code):
        raise PydanticCustomError("currency", "not a currency")
    return code


Country = Annotated[str, AfterValidator(require_country)]

Currency = Annotated[str, AfterValidator(require_currency)]


class Folders(Section):
    inbox: str = "inbox"
    outbox: str = "outbox"


class Settings(Section):
    """The whole of scm.toml."""

    company: str = "My company"
    company_credit_code: str | None = None
    company_address: str | None = None
    currency: Currency = "CNY"
    language: Literal["zh", "en"] | None = None
    time_zone: str = "Asia/Shanghai"
    country: Country = "CN"
    working_days: WorkDays = (1, 2, 3, 4, 5, 6)
    working_hours: WorkSpans = ("09:00-18:00",)
    default_unit: str = "pcs"
    default_warehouse: str = "MAIN"
    walk_in_customer: str = "WALK-IN"
    forms_show_cost: bool = False
    start_on: date | None = None
    memory_limit: str = "2GB"
    busy_wait_seconds: float = Field(30, ge=0, le=3600)
    service: Service = Service()
    planning: Planning = Planning()
    forecasting: Forecasting = Forecasting()
    numbers: Numbers = Numbers()
    stock: Stock = Stock()
    approval: Approval = Approval()
    orders: Orders = Orders()
    carriers: Carriers = Carriers()
    purchasing: Purchasing = Purchasing()
    scoring: Scoring = Scoring()
    papers: Papers = Papers()
    risk: Risk = Risk()
    contracts: Contracts = Contracts()
    deals: Deals = Deals()
    customers: Customers = Customers()
    campaigns: Campaigns = Campaigns()
    tickets: Tickets = Tickets()
    islands: Islands = Islands()
    surge: Surge = Surge()
    pdf: Pdf = Pdf()
    folders: Folders = Folders()
