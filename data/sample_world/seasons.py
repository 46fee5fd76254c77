"""The calendar: open days, holidays, the seasons of demand, promotions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sample_world import planted

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = date(2024, 1, 1)
LAST = date(2025, 12, 31)
DAY = timedelta(days=1)
SPRING_FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
SUNDAY = 6

#: Inclinations to order from Monday to Sunday.
WEEK = (1.0, 0.9, 0.85, 0.85, 0.8, 0.45, 0.15)

#: Demand relative to an ordinary month, January to December, at mid-month.
MONTHS: dict[str, tuple[float, ...]] = {
    "书写工具": (0.8, 1.3, 1.2, 0.9, 0.9, 1.0, 0.9, 1.8, 1.5, 0.9, 0.9, 0.9),
    "本册": (0.8, 1.4, 1.2, 0.9, 0.9, 0.9, 1.0, 2.0, 1.6, 0.9, 0.9, 1.0),
    "办公纸品": (1.0, 0.8, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 1.1, 1.0, 1.0, 1.1),
    "办公用品": (1.0, 1.0, 1.1, 1.0, 1.0, 0.9, 0.9, 1.2, 1.2, 1.0, 1.0, 1.0),
    "礼品包装": (1.5, 1.1, 0.7, 0.7, 0.9, 0.8, 0.7, 0.8, 0.9, 1.0, 1.5, 2.1),
    "节日礼品": (1.4, 1.2, 0.6, 0.6, 0.8, 0.7, 0.7, 0.9, 0.9, 1.1, 1.8, 2.3),
    "袋包": (1.2, 1.1, 0.9, 0.8, 0.9, 0.8, 1.0, 1.7, 1.3, 0.8, 1.1, 1.4),
    "派对用品": (1.1, 0.8, 0.8, 0.9, 1.1, 1.2, 0.9, 0.9, 0.9, 1.0, 1.1, 1.7),
    "美术用品": (0.8, 1.1, 1.1, 0.9, 0.9, 1.0, 1.3, 1.6, 1.3, 0.9, 0.9, 1.0),
    "胶粘": (0.9, 1.1, 1.1, 1.0, 0.9, 0.9, 1.0, 1.4, 1.3, 1.0, 1.0, 1.1),
    "食品礼盒": (1.9, 1.8, 0.6, 0.5, 0.6, 0.6, 0.5, 0.6, 1.0, 0.9, 1.2, 2.2),
    "台历日程": (1.6, 0.7, 0.2, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 3.4),
}

#: event, from (month, day), until, kind, category, expected uplift %, items that spike in it.
PROMOTIONS = (
    ("618", (6, 1), (6, 18), "promotion", "", "", planted.MIDYEAR_618_ITEMS),
    ("双11", (11, 1), (11, 11), "promotion", "", "", planted.DOUBLE_11_ITEMS),
)
SEASON_EVENTS = (
    ("开学季 本册 School start", (8, 15), (9, 10), "other", "本册", 90, ()),
    ("开学季 书写 School start", (8, 15), (9, 10), "other", "书写工具", 70, ()),
    ("圣诞元旦 Christmas", (12, 1), (12, 24), "festival", "节日礼品", 120, ()),
)


def all_days() -> Iterator[date]:
    """Every day of the history, in order."""
    day = FIRST
    while day <= LAST:
        yield day
        day += DAY


@cache
def firm_closures() -> tuple[tuple[date, date, str], ...]:
    """When the firm itself is closed: (from, until, name)."""
    found = [(f - DAY, f + 7 * DAY, "春节 Spring Festival") for f in SPRING_FESTIVALS]
    for year in (2024, 2025, 2026):
        found.append((date(year, 5, 1), date(year, 5, 2), "劳动节 Labour Day"))
        found.append((date(year, 10, 1), date(year, 10, 3), "国庆节 National Day"))
    return tuple(sorted(found))


@cache
def is_open(day: date) -> bool:
    """Goods move from Monday to Saturday, outside the firm's holidays."""
    return day.weekday() != SUNDAY and not any(a <= day <= b for a, b, _ in firm_closures())


def next_open(day: date) -> date:
    """That day, or the first open day after it."""
    while not is_open(day):
        day += DAY
    return day


@cache
def season(category: str, day: date) -> float:
    """The season's factor, straight between mid-months."""
    months = MONTHS[category]
    shift = (day.day - 15.5) / 31
    other = (day.month - 1 + (1 if shift > 0 else -1)) % 12
    return months[day.month - 1] * (1 - abs(shift)) + months[other] * abs(shift)


@cache
def appetite(day: date) -> float:
    """How readily customers order at all on that day: the week and the holidays."""
    for festival in SPRING_FESTIVALS:
        if festival - 4 * DAY <= day <= festival + 8 * DAY:
            return WEEK[day.weekday()] * 0.06
    if not is_open(day) and day.weekday() != SUNDAY:
        return WEEK[day.weekday()] * 0.2
    return WEEK[day.weekday()]


@cache
def promotion(day: date) -> tuple[str, tuple[str, ...]] | None:
    """The promotion that runs on that day and the items that spike in it."""
    for name, start, end, _, _, _, spikes in PROMOTIONS:
        if start <= (day.month, day.day) <= end:
            return name, spikes
    return None
