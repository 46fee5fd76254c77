"""What is shared with a supplier: in which language, and its need week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date


def language(supplier: Mapping[str, Any], ours: str) -> str:
    """The language in which a supplier is written to: its own, else that of its name, else ours.

    >>> language({"language": None, "name": "杭州纸业", "region": None}, "en")
    'zh'
    >>> language({"language": None, "name": "Acme GmbH", "region": "DE"}, "zh")
    'en'
    """
    if supplier["language"]:
        return str(supplier["language"])
    name = str(supplier["name"] or "")
    if any("一" <= sign <= "鿿" for sign in name):
        return "zh"
    return "en" if any(sign.isalpha() for sign in name) else ours


def weekly_need(start: float, demand: Sequence[float], supply: Sequence[float]) -> list[float]:
    """What will have to be bought beyond what is ordered and planned, week by week.

    Args:
        start: usable stock at the beginning [stock units].
        demand: expected per week.
        supply: firm and planned arrivals per week.

    The running balance is netted to nothing: a week needs what it lacks and no week before has
    asked for (time-phased netting, Orlicky, Material Requirements Planning, 1975).

    >>> weekly_need(10, [6, 6, 6], [0, 5, 0])
    [0.0, 0.0, 3.0]
    """
    balance, asked, found = start, 0.0, []
    for wanted, coming in zip(demand, supply, strict=True):
        balance += coming - wanted
        need = max(-balance - asked, 0.0)
        asked += need
        found.append(need)
    return found


def spread(buckets: Iterable[tuple[date, int, float]], first: date, weeks: int) -> list[float]:
    """Quantities of buckets (day, length in days, quantity) as weeks from `first` on, by days.

    >>> from datetime import date
    >>> spread([(date(2026, 1, 5), 14, 28.0)], date(2026, 1, 12), 2)
    [14.0, 0.0]
    """
    found = [0.0] * weeks
    for day, length, qty in buckets:
        for week in range(weeks):
            begin = first.toordinal() + 7 * week
            common = min(begin + 7, day.toordinal() + length) - max(begin, day.toordinal())
            if common > 0:
                found[week] += qty * common / length
    return found


def week_of(day: date | None, first: date, weeks: int) -> int | None:
    """The week in which a day falls; what is overdue or undated is needed at once; None beyond.

    >>> from datetime import date
    >>> week_of(date(2026, 1, 1), date(2026, 1, 5), 13), week_of(date(2026, 1, 12), date(2026, 1, 5), 13)
    (0, 1)
    """
    if day is None:
        return 0
    at = (day - first).days // 7
    return None if at >= weeks else max(at, 0)
