"""The figures over all deals of a funnel, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import number
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping


def sentences(whole: Mapping[str, Any]) -> list[Say]:
    """Win rate with its range, pace, and what the open deals are worth; each where it is known.

    >>> told = sentences({"win_rate_pct": 50.0, "low_pct": 20.0, "high_pct": 80.0, "won": 2,
    ...     "lost": 2, "open": 0, "velocity_amount": None, "weighted_amount": None})
    >>> [each.english for each in told]
    ['Win rate 50.0 % (20.0 to 80.0 %): 2 won, 2 lost, 0 open.']
    """
    told = []
    if whole["win_rate_pct"] is not None:
        told.append(Say(
            "Win rate {pct} % ({low} to {high} %): {won} won, {lost} lost, {open} open.",
            pct=whole["win_rate_pct"], low=whole["low_pct"], high=whole["high_pct"],
            won=whole["won"], lost=whole["lost"], open=whole["open"],
        ))  # fmt: skip
    if whole["velocity_amount"] is not None:
        told.append(Say(
            "From opening to winning {days} days (median); at this pace {amount} a day.",
            days=number(whole["cycle_days"]), amount=number(whole["velocity_amount"]),
        ))  # fmt: skip
    if whole["weighted_amount"] is not None and whole["open"]:
        told.append(Say(
            "Open deals are worth {amount}, weighted by their chance {weighted}; "
            "{n} without a value, {stalled} stalled.",
            amount=number(whole["pipeline_amount"]), weighted=number(whole["weighted_amount"]),
            n=whole["without_value"], stalled=whole["stalled"],
        ))  # fmt: skip
    return told
