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
    found = scoring.stored_tier(con, supplier)
    if found is None:
        return []
    rules = run.settings.scoring
    told = {"tier": found["tier"], "period": found["period"], "supplier": supplier}
    if found["tier"] in rules.block_tiers and not override:
        raise ScmError(
            "supplier {supplier} is graded {tier} in {period}; that grade is blocked",
            hint="Look at `scm supplier tier {supplier}`, or change scoring.block_tiers in scm.toml.",
            **told,
        )
    if found["tier"] in (*rules.block_tiers, *rules.warn_tiers):
        return [Problem(supplier, Say("it is graded {tier} in {period}", **told))]
    return []


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
    """Suppliers that fell in the last quarter, told while it is news."""
    return [
        Notice(
            "supplier fell",
            row["supplier"],
            row["period"],
            Say(
                "now graded {tier}: score {score} of 100", tier=row["tier"], score=row["score_pct"]
            ),
        )
        for row in scoring.fallen(con, run.today - within)
    ]
