"""Settings of after-sales: targets by priority, what counts against a supplier, surveys."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from scm_cli.settings_carriers import Section

_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")

TicketCategory = Literal[
    "quality", "damaged", "wrong_goods", "missing_goods", "delivery", "invoice", "question", "other"
]


class ResponseHours(Section):
    """Working hours until a ticket of each priority is answered."""

    urgent: float = Field(1.0, gt=0, le=1000)
    high: float = Field(4.0, gt=0, le=1000)
    normal: float = Field(8.0, gt=0, le=1000)
    low: float = Field(16.0, gt=0, le=1000)


class ResolutionHours(Section):
    """Working hours until a ticket of each priority is solved."""

    urgent: float = Field(8.0, gt=0, le=2000)
    high: float = Field(16.0, gt=0, le=2000)
    normal: float = Field(24.0, gt=0, le=2000)
    low: float = Field(40.0, gt=0, le=2000)


class Tickets(Section):
    """Targets, warnings, what is a supplier's fault, what is a repeat, who is asked how it went."""

    first_response_hours: ResponseHours = ResponseHours()
    resolution_hours: ResolutionHours = ResolutionHours()
    warn_pct: float = Field(75.0, ge=0, le=100)  # of a target, from where on it is told
    supplier_faults: tuple[TicketCategory, ...] = ("quality",)
    fault_days: int = Field(365, ge=1, le=4000)  # told of a supplier and of a customer
    repeat_days: int = Field(30, ge=1, le=730)
    survey_days: int = Field(30, ge=1, le=365)  # since a ticket was solved


def require_spans(spans: tuple[str, ...]) -> tuple[str, ...]:
    """Stretches of work as 09:00-12:00, each after the one before."""
    last = ""
    for span in spans:
        first, _, end = span.partition("-")
        if not _SPAN.fullmatch(span) or first >= end or first < last:
            raise PydanticCustomError("work_spans", "09:00-12:00, 13:00-18:00", {})
        last = end
    return spans


#: The stretches of every worked day.
WorkSpans = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(require_spans)]
