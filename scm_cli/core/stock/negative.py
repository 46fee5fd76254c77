"""Stock below zero: a warning until a warehouse's first full count, then refused.

A negative mostly means goods that arrived and were not entered; it is shown with that
likely cause, never clipped to zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scm_cli.errors import Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from decimal import Decimal

    Level = Mapping[tuple[str, str], Decimal]


def worsened(before: Level, after: Level) -> dict[tuple[str, str], Decimal]:
    """Places that are below zero now and were not, or are lower than before.

    >>> worsened({("A", "W"): -1}, {("A", "W"): -1, ("B", "W"): -2})
    {('B', 'W'): -2}
    """
    return {place: qty for place, qty in after.items() if qty < before.get(place, 0)}


def problems(
    before: Level, after: Level, counted: Collection[str], policy: str
) -> tuple[list[Problem], list[Problem]]:
    """What to refuse and what to warn about; `policy` is auto, warn or refuse."""
    refused: list[Problem] = []
    warned: list[Problem] = []
    for (sku, warehouse), qty in worsened(before, after).items():
        problem = Problem(
            f"{sku} @ {warehouse}",
            Say("stock would be {qty}", qty=f"{qty:f}".rstrip("0").rstrip(".")),
            Say("Was a receipt forgotten? Enter it with `scm stock receive`, or count."),
        )
        strict = policy == "refuse" or (policy == "auto" and warehouse in counted)
        (refused if strict else warned).append(problem)
    return refused, warned


def require_stock(
    before: Level, after: Level, counted: Collection[str] = (), policy: str = "refuse"
) -> list[Problem]:
    """Refuse what may not go below zero; the warnings that remain.

    Raises:
        ScmError: some stock would fall below zero where that is refused.
    """
    refused, warned = problems(before, after, counted, policy)
    if refused:
        raise ScmError(
            "not enough stock in {n} {n:place|places}; nothing was changed",
            hint="Receive, transfer or count first.",
            problems=tuple(refused),
            n=len(refused),
        )
    return warned
