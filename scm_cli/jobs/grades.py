"""What a supplier's grade means for a new order or request: nothing, a warning, or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.store import scoring

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from scm_cli.run import Run


def require_grade(
    con: Any,  # noqa: ANN401 -- the store's connection
    run: Run,
    supplier: str,
    *,
    override: bool = False,
) -> list[Problem]:
    """The warning that the supplier's grade of the last scored quarter calls for, if any.

    Raises:
        ScmError: the settings block that grade, and that is not overridden.
    """
    tier, told = _standing(con, run, supplier)
    rules = run.settings.scoring
    if tier in rules.block_tiers and not override:
        raise ScmError(
            "supplier {supplier}: {what}; that grade is blocked",
            hint="Look at `scm supplier tier {supplier}`, say --override --reason WHY, "
            "or change scoring.block_tiers in scm.toml.",
            supplier=supplier,
            what=told,
        )
    if tier in (*rules.block_tiers, *rules.warn_tiers):
        return [Problem(supplier, told)]
    return []


def _standing(con: Any, run: Run, supplier: str) -> tuple[str, Say]:  # noqa: ANN401
    """The grade of today, and where it comes from; a safety failure is a D at once."""
    day = scoring.unsafe_on(con, supplier, run.today)
    if day is not None:
        return "D", Say("it is graded D since the safety failure of {day}", day=day)
    found = scoring.stored_tier(con, supplier) or {"tier": "", "period": ""}
    return found["tier"], Say(
        "it is graded {tier} in {period}", tier=found["tier"], period=found["period"]
    )


def invited(con: Any, run: Run, suppliers: Iterable[str], *, named: bool) -> list[str]:  # noqa: ANN401
    """Whom a request may go to; of those that nobody named, blocked grades are left out.

    Raises:
        ScmError: a supplier that was named has a blocked grade.
    """
    kept = []
    for supplier in suppliers:
        try:
            warned = require_grade(con, run, supplier)
        except ScmError as error:
            if named:
                raise
            warned = [Problem(supplier, error.say)]
        else:
            kept.append(supplier)
        for each in warned:
            run.talk(Say("Warning: {where}: {what}", where=each.where, what=each.what))
    return kept


def notices(con: Any, run: Run, within: timedelta) -> list[Notice]:  # noqa: ANN401
    """Suppliers that fell in the last quarter or put somebody in danger, told while it is news."""
    since = run.today - within
    fell = [
        Notice(
            "supplier fell",
            row["supplier"],
            row["period"],
            Say(
                "now graded {tier}: score {score} of 100", tier=row["tier"], score=row["score_pct"]
            ),
        )
        for row in scoring.fallen(con, since)
    ]
    unsafe = [
        Notice(
            "safety failure",
            row["supplier"],
            row["inspection_no"],
            Say(
                "{sku}: {finding}; the supplier is a D",
                sku=row["sku"],
                finding=row["finding"] or "-",
            ),
            row["inspected_on"],
        )
        for row in scoring.unsafe_lately(con, since, run.today)
    ]
    return [*fell, *unsafe]
