"""Exchange rates: entered, and asked for wherever money of another currency comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier.quotes import exchange_rate
from scm_cli.errors import Exit, ScmError
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from scm_cli.run import Run


def exchange_rates(con: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Every rate that was entered."""
    return rows(con, "SELECT currency, rate_on, rate_price FROM exchange_rate")


def of_today(con: Any, run: Run) -> Callable[[str | None], Decimal]:  # noqa: ANN401
    """What a unit of a currency costs in our own today; the answer refuses one without a rate."""
    known = exchange_rates(con)
    return lambda currency: exchange_rate(known, currency, run.setting("currency"), run.today)


def enter(run: Run, currency: str, text: str, on: date | None) -> Committed:
    """Enter what one unit of a currency costs; a rate of the same day is replaced."""
    from scm_cli.core import master

    given = master.values("exchange_rate", {"currency": currency, "rate_price": text})
    if given["currency"] in (None, run.settings.currency):
        raise ScmError(
            "a rate is for a foreign currency",
            hint="For example: scm supplier rate USD 7.1.",
            exit_code=Exit.USAGE,
        )
    row = {**given, "rate_on": on or run.today}
    with writing(run) as con:
        key = (row["currency"], row["rate_on"])
        old = [r for r in exchange_rates(con) if (r["currency"], r["rate_on"]) == key]
        changes = Changes()
        if not old:
            changes.insert("exchange_rate", [row])
        elif old[0]["rate_price"] != row["rate_price"]:
            changes.update("exchange_rate", [row])
        return commit(con, run, changes)
