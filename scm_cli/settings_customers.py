"""Settings of deals, of customers and of the campaigns to them; part of `settings_model`."""

from __future__ import annotations

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from scm_cli.settings_carriers import Section


class Deals(Section):
    """The open stages of a deal in their order, and how deals and leads are judged."""

    stages: tuple[str, ...] = Field(("Prospecting", "Engaging"), min_length=1)
    won: str = "Won"
    lost: str = "Lost"
    range_pct: float = Field(90.0, ge=50, le=99.9)
    stall_times: float = Field(1.5, ge=1, le=100)  # of the 90th percentile of its stage
    stall_days: int = Field(30, ge=1, le=2000)  # where too few deals left the stage
    min_deals: int = Field(10, ge=1, le=10_000)  # of a stage, for its figures to count
    score_min_closed: int = Field(20, ge=2, le=100_000)  # won, and lost, each
    score_min_word: int = Field(5, ge=1, le=100_000)  # closed deals with an answer, to use it
    score_smoothing: float = Field(1.0, gt=0, le=1000)
    answer_hours: float = Field(8.0, gt=0, le=720)  # working hours until a lead is answered

    @model_validator(mode="after")
    def _different(self) -> Deals:
        names = [*self.stages, self.won, self.lost]
        if len({name.casefold() for name in names}) < len(names):
            raise PydanticCustomError("stage_names", "two stages have the same name", {})
        return self


class Customers(Section):
    """How customers are judged by what they buy."""

    repurchase_days: int = Field(365, ge=30, le=2000)
    second_days: int = Field(90, ge=1, le=2000)
    churn_days: int = Field(90, ge=1, le=2000)
    churn_intervals: float = Field(2.0, ge=0.1, le=100)
    overdue_times: float = Field(1.5, ge=1, le=100)  # of the usual interval
    min_together: int = Field(5, ge=1, le=100_000)  # customers who bought both
    min_lift: float = Field(1.2, ge=0, le=1000)
    tags: dict[str, str] = Field({})  # tag = "spend_amount >= 20000 and orders >= 3"


class Campaigns(Section):
    """How campaigns are drawn, how often a customer may be contacted, and how they are judged."""

    window_days: int = Field(30, ge=1, le=365)
    after_days: int = Field(30, ge=1, le=365)  # looked at for purchases that only came earlier
    contact_days: int = Field(30, ge=0, le=365)  # nobody is contacted more than
    most_contacts: int = Field(1, ge=1, le=100)  # so often within them
    control_pct: float = Field(20.0, ge=0, le=90)
    power_pct: float = Field(80.0, ge=50, le=99)
    range_pct: float = Field(90.0, ge=50, le=99.9)
    detectable_points: float = Field(20.0, ge=1, le=100)  # a control that shows no less is no use
    salvage_pct: float = Field(30.0, ge=0, le=100)  # of cost, what goods beyond hope still bring
    due_days: int = Field(14, ge=0, le=365)  # ahead, an expected purchase counts as due
    proposals: int = Field(10, ge=1, le=1000)
