"""Money of another currency in the firm's own (`own_currency`, which the gateway sets), and the tax in it."""

from __future__ import annotations

OWN = "getvariable('own_currency')"


def code_of(*stated: str) -> str:
    """SQL for the currency that is stated first, else the firm's own."""
    return f"coalesce({', '.join(stated)}, {OWN})"


def own_rate(currency: str, day: str) -> str:
    """SQL for what a unit of a currency costs in the firm's own on a day; NULL without a rate.

    The newest rate of that day or before counts; before the first rate, the first.

    Args:
        currency: SQL expression of its code; NULL is the firm's own.
        day: SQL expression of the day.
    """
    return (
        f"CASE WHEN {code_of(currency)} = {OWN} THEN 1 "
        f"ELSE (SELECT coalesce(arg_max(x.rate_price, x.rate_on) FILTER (x.rate_on <= {day}), "
        f"arg_min(x.rate_price, x.rate_on)) FROM exchange_rate x WHERE x.currency = {currency}) END"
    )


def tax_pct(stated: str, currency: str) -> str:
    """SQL for the tax [%] within a price that includes it; `i` is its item.

    What was stated counts. Where nothing was, a price in the firm's currency holds the item's tax,
    one in another holds none: what is imported is taxed at the border.

    Args:
        stated: SQL expression of the stated rate [%], or NULL.
        currency: SQL expression of the price's currency, or NULL for the firm's.
    """
    at_home = f"{code_of(currency)} = {OWN}"
    return f"coalesce({stated}, CASE WHEN {at_home} THEN i.tax_rate_pct END, 0)"
