"""The periods over which suppliers are scored: a month, a quarter, or any range of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from scm_cli.errors import Exit, ScmError

_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A range of days, both included, and what it is called."""

    from_on: date
    until_on: date
    name: str


def month(text: str) -> Period:
    """A calendar month.

    Raises:
        ScmError: it is not written as a month.

    >>> month("2026-02").until_on.isoformat()
    '2026-02-28'
    """
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise ScmError(
            "{text} is not a month", hint="Write it as 2026-03.", exit_code=Exit.USAGE, text=text
        )
    first = date(int(found[1]), int(found[2]), 1)
    return Period(first, _months_later(first, 1) - ONE_DAY, f"{first:%Y-%m}")


def quarter(text: str) -> Period:
    """A calendar quarter.

    Raises:
        ScmError: it is not written as a quarter.

    >>> quarter("2026Q1").name, quarter("2026-q4").until_on.isoformat()
    ('2026Q1', '2026-12-31')
    """
    found = _QUARTER.fullmatch(text.strip())
    if found is None:
        raise ScmError(
            "{text} is not a quarter", hint="Write it as 2026Q1.", exit_code=Exit.USAGE, text=text
        )
    return _quarter_from(date(int(found[1]), 3 * int(found[2]) - 2, 1))


def between(first: date, last: date) -> Period:
    """Any range, both days included.

    Raises:
        ScmError: it ends before it starts.

    >>> between(date(2026, 1, 1), date(2026, 1, 31)).name
    '2026-01-01..2026-01-31'
    """
    if last < first:
        raise ScmError(
            "the period ends on {last}, before it starts on {first}",
            hint="Turn --from and --to round.",
            exit_code=Exit.USAGE,
            first=first,
            last=last,
        )
    return Period(first, last, f"{first}..{last}")


def last_quarter(today: date, grace_days: int = 0) -> Period:
    """The newest quarter that has ended, its days of grace [days] included.

    >>> last_quarter(date(2026, 4, 1)).name, last_quarter(date(2026, 4, 1), 3).name
    ('2026Q1', '2025Q4')
    """
    day = today - timedelta(days=grace_days)
    return earlier(_quarter_from(date(day.year, day.month - (day.month - 1) % 3, 1)), 1)[0]


def earlier(period: Period, count: int) -> list[Period]:
    """The `count` whole quarters that ended before a period began, oldest first.

    >>> [each.name for each in earlier(quarter("2026Q1"), 2)]
    ['2025Q3', '2025Q4']
    """
    on = period.from_on
    first = date(on.year, on.month - (on.month - 1) % 3, 1)
    return [_quarter_from(_months_later(first, -3 * n)) for n in range(count, 0, -1)]


def require_ended(period: Period, today: date, grace_days: int = 0) -> None:
    """Refuse a period whose last line may still come in time.

    Raises:
        ScmError: it has not ended, its days of grace [days] included.

    >>> require_ended(quarter("2026Q1"), date(2026, 4, 1))
    """
    scored_on = period.until_on + timedelta(days=grace_days + 1)
    if today < scored_on:
        raise ScmError(
            "{period} has not ended: it can be scored from {day} on",
            hint="Name a period that is over, or use --from and --to up to yesterday.",
            period=period.name,
            day=scored_on,
        )


def _quarter_from(first: date) -> Period:
    until = _months_later(first, 3) - ONE_DAY
    return Period(first, until, f"{first.year}Q{(first.month + 2) // 3}")


def _months_later(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
