"""A plan and what it was made from: the data that planning hands to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from scm_cli.core.forecast.frames import Outlook
    from scm_cli.core.replenish.foreseen import Sales
    from scm_cli.core.replenish.schemas import Plan
    from scm_cli.errors import Problem


@dataclass(frozen=True, slots=True)
class Facts:
    """What planning reads from the shop, all frames."""

    today: date
    place: str
    items: pl.DataFrame
    demand: pl.DataFrame
    moves: pl.DataFrame
    committed: pl.DataFrame
    levels: pl.DataFrame
    purchases: pl.DataFrame
    offers: pl.DataFrame
    policies: pl.DataFrame
    sold: pl.DataFrame
    closures: pl.DataFrame
    events: pl.DataFrame
    breaks: pl.DataFrame
    sales: Sales | None = None
    never_stocked: frozenset[str] = frozenset()  # of which nobody entered what lies there


@dataclass(frozen=True, slots=True, eq=False)  # a plan is itself, whatever its frames hold
class Planned:
    """A plan beside what it was made from."""

    facts: Facts
    stocked: pl.DataFrame
    forecast: pl.DataFrame
    plan: Plan
    protection: pl.DataFrame
    leads: pl.DataFrame
    delay_days: dict[str, float]
    unknown: pl.DataFrame
    snoozed: pl.DataFrame
    outlook: Outlook
    abnormal: pl.DataFrame
    problems: tuple[Problem, ...] = ()
    foreseen: pl.DataFrame | None = None
