"""Exchange rates: entered, and asked for wherever money of another currency comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.changes import Changes
from scm_cli.core.supplier.quotes import exchange_rate
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.settings import is_currency
from scm_cli.store.commit import Committed, commit
from scm_cli.store.currency import code_of
from scm_cli.store.gateway import rows, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from scm_cli.run import Run

_BOUND = f"""
SELECT supplier, {code_of("currency")} AS currency FROM supplier s
WHERE EXISTS (SELECT 1 FROM purchase_order o WHERE o.supplier = s.supplier)
    OR EXISTS (SELECT 1 FROM receipt h WHERE h.supplier = s.supplier)
    OR EXISTS (SELECT 1 FROM payment p WHERE p.partner = s.supplier AND p.direction = 'out')
    OR EXISTS (SELECT 1 FROM opening_balance b WHERE b.partner = s.supplier AND b.kind IN ('payable', 'advance_paid'))
"""


def exchange_rates(con: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Every rate that was entered."""
    return rows(con, "SELECT currency, rate_on, rate_price FROM exchange_rate")


def of_today(con: Any, run: Run) -> Callable[[str | None], Decimal]:  # noqa: ANN401
    """What a unit of a currency costs in our own today; the answer refuses one without a rate."""
    known = exchange_rates(con)
    return lambda currency: exchange_rate(known, currency, run.setting("currency"), run.today)


def rate_or_none(
    known: Sequence[dict[str, Any]], currency: str | None, own: str, on: date
) -> Decimal | None:
    """What a unit of a currency costs in our own on a day; None where nobody entered it."""
    try:
        return exchange_rate(known, currency, own, on)
    except ScmError:
        return None


def moved(con: Any, currencies: Mapping[str, str | None], own: str) -> dict[str, Say]:  # noqa: ANN401
    """Suppliers whose currency would change though they have documents in it, and what to say.

    Args:
        con: the store's connection.
        currencies: supplier → its new currency; None is the firm's own.
        own: the firm's currency.
    """
    bound = {row["supplier"]: row["currency"] for row in rows(con, _BOUND)}
    what = "{supplier} has orders or payments in {currency}: what it is paid in stays as it is"
    return {
        code: Say(what, supplier=code, currency=bound[code])
        for code, new in currencies.items()
        if code in bound and bound[code] != (new or own)
    }


def enter(run: Run, currency: str, text: str, on: date | None) -> Committed:
    """Enter what one unit of a currency costs; a rate of the same day is replaced."""
    from scm_cli.core import master

    given = master.values("exchange_rate", {"currency": currency, "rate_price": text})
    if given["currency"] in (None, run.settings.currency) or not is_currency(given["currency"]):
        raise ScmError(
            "a rate is for a foreign currency, named by its three letters",
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
