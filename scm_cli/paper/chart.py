"""Small charts as inline SVG: no script, no file beside them, colours from the page's CSS."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WIDE, HIGH = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 10, 24
FUNNEL_WIDE, FUNNEL_MIDDLE, FUNNEL_STEP = 330, 305, 38


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: its name, its CSS class, a value per day (None where there is none)."""

    name: str
    css: str
    values: Sequence[float | None]


def line_chart(title: str, days: Sequence[date], lines: Sequence[Line]) -> str:
    """Lines over days as SVG; empty when there are not two days to join.

    The scale starts at zero, so that heights compare as amounts do.
    """
    known = [value for line in lines for value in line.values if value is not None]
    if len(days) < 2 or not known:
        return ""
    top = nice_top(max(known))
    step = (WIDE - LEFT - RIGHT) / (len(days) - 1)
    rise = (HIGH - TOP - BOTTOM) / top

    def at(index: int, value: float) -> str:
        return f"{LEFT + index * step:.1f},{HIGH - BOTTOM - max(0.0, value) * rise:.1f}"

    drawn = [_grid(top, rise), _days(days, step)]
    drawn += [
        f'<polyline class="{line.css}" points="{" ".join(at(*point) for point in run)}"/>'
        for line in lines
        for run in runs(line.values)
    ]
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a funnel: its name, its CSS class, its count, what is said beside it."""

    name: str
    css: str
    count: int
    told: str = ""


def funnel_chart(title: str, bars: Sequence[Bar]) -> str:
    """Centred bars, each as wide as its share of the widest; empty when nothing is counted.

    >>> funnel_chart("Funnel", [Bar("Talk", "stage", 0)])
    ''
    """
    most = max((bar.count for bar in bars), default=0)
    if not most:
        return ""
    drawn = []
    for row, bar in enumerate(bars):
        wide = max(FUNNEL_WIDE * bar.count / most, 2.0 if bar.count else 0.0)
        top, middle = TOP + row * FUNNEL_STEP, FUNNEL_MIDDLE
        drawn.append(
            f'<rect class="{bar.css}" x="{middle - wide / 2:.1f}" y="{top}" width="{wide:.1f}" '
            f'height="{FUNNEL_STEP - 8}" rx="3"/>'
            f'<text x="0" y="{top + 20}">{escape(bar.name)}</text>'
            f'<text x="{WIDE}" y="{top + 20}" text-anchor="end">{bar.count:,}'
            f"{' · ' if bar.told else ''}{escape(bar.told)}</text>"
        )
    high = TOP + FUNNEL_STEP * len(bars)
    return (
        f'<svg viewBox="0 0 {WIDE} {high}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


def nice_top(value: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below `value`.

    >>> nice_top(1830.0), nice_top(0.0), nice_top(5000.0)
    (2000.0, 1.0, 5000.0)
    """
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * step for step in (1.0, 2.0, 2.5, 5.0, 10.0) if power * step >= value)


def short(value: float) -> str:
    """A figure for an axis.

    >>> short(2500.0), short(1_500_000.0), short(40.0)
    ('2.5k', '1.5M', '40')
    """
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches without a gap, as (index, value).

    >>> runs([1.0, None, 2.0, 3.0])
    [[(0, 1.0)], [(2, 2.0), (3, 3.0)]]
    """
    found: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is not None:
            found[-1].append((index, value))
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def _grid(top: float, rise: float) -> str:
    drawn = []
    for share in (0.0, 0.5, 1.0):
        height = HIGH - BOTTOM - top * share * rise
        drawn.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{short(top * share)}</text>'
        )
    return "".join(drawn)


def _days(days: Sequence[date], step: float) -> str:
    last = len(days) - 1
    anchors = {0: "start", last: "end"}
    return "".join(
        f'<text x="{LEFT + index * step:.1f}" y="{HIGH - 6}" '
        f'text-anchor="{anchors.get(index, "middle")}">{days[index]:%m-%d}</text>'
        for index in sorted({0, last // 2, last})
    )
