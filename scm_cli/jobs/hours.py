"""The firm's working hours: its week, its holidays, its own closures, its hours of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.working_hours import WorkHours, moment
from scm_cli.store.gateway import rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from scm_cli.run import Run

CLOSED = "SELECT from_on, until_on FROM closure WHERE party_kind = 'firm' ORDER BY 1"


def of_firm(con: Any, run: Run, days: Iterable[date]) -> WorkHours:  # noqa: ANN401 -- the store's connection
    """The hours in which answers are counted; `days` say which years are asked for."""
    from scm_cli.core.calendar import firm_calendar

    years = {day.year for day in days} | {run.today.year}
    closed = [(row["from_on"], row["until_on"]) for row in rows(con, CLOSED)]
    asked = range(min(years), max(years) + 2)
    calendar = firm_calendar(run.setting("working_days"), run.setting("country"), closed, asked)
    return WorkHours.of(calendar, run.setting("working_hours"))


def now(run: Run, week: WorkHours) -> datetime:
    """The moment up to which those who wait have waited; of another day only its beginning is sure."""
    return run.now if run.now.date() == run.today else moment(run.today, None, week)
