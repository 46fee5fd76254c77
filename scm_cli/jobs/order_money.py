"""Orders of a platform in another currency, or with discounts of lines or of the whole order."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.intake import order_money
from scm_cli.core.intake.typed import Refusal
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs.rates import exchange_rates, rate_or_none

if TYPE_CHECKING:
    from scm_cli.core.intake.known import Known
    from scm_cli.core.intake.prepared import Prepared
    from scm_cli.core.intake.typed import Typed

#: What a platform writes in the first row of an order, or in each.
CURRENCY, DISCOUNT = "sold_currency", "order_discount_amount"
OWN_DISCOUNT = "line_discount_amount"  # in each row: what is taken off it alone
_TABLE = "sales_order_line"


def settle(con: Any, rows: Typed, ready: Prepared, known: Known) -> list[Problem]:  # noqa: ANN401
    """Prices less the discounts of line and order, in the firm's own currency; what was converted is told.

    An order that cannot be settled so is refused: its currency has no rate on its day, or its
    discount is more than it is worth.
    """
    lines = ready.tables[_TABLE]
    told = [name for name in (CURRENCY, DISCOUNT, OWN_DISCOUNT) if name in lines.columns]
    if not told or "unit_price" not in lines.columns:
        return []
    orders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines.select(
        "row", "order_no", "ordered_on", "qty", "factor", "unit_price", *told
    ).iter_rows(named=True):
        orders[line["order_no"]].append(line)
    rates = exchange_rates(con)
    prices: dict[int, Decimal | None] = {}
    used: dict[str, list[Decimal]] = defaultdict(list)
    for mine in orders.values():
        new = _less_discount(rows, mine)
        currency = _first(mine, CURRENCY)
        currency = None if currency is None else currency.strip().upper()
        if currency not in (None, known.currency) and any(new):
            rate = _rate(rows, mine, rates, (currency, known.currency))
            new = [order_money.converted(price, rate) for price in new]
            used[currency].append(rate)
        prices.update(zip((line["row"] for line in mine), new, strict=True))
    _put(ready, prices)
    return [_converted(currency, known.currency, each) for currency, each in used.items()]


def _first(lines: list[dict[str, Any]], name: str) -> Any:  # noqa: ANN401
    return next((line[name] for line in lines if line.get(name) is not None), None)


def _less_discount(rows: Typed, lines: list[dict[str, Any]]) -> list[Decimal | None]:
    discount = _first(lines, DISCOUNT)
    if not discount and not any(line.get(OWN_DISCOUNT) for line in lines):
        return [line["unit_price"] for line in lines]
    priced = [
        order_money.Priced(
            e["qty"] / e["factor"], e["unit_price"], e.get(OWN_DISCOUNT) or Decimal(0)
        )
        for e in lines
    ]
    try:
        return order_money.discounted(priced, discount or Decimal(0))
    except ScmError as error:
        cells = (DISCOUNT, OWN_DISCOUNT)
        rows.refused += [Refusal(e["row"], None, error.say, cells) for e in lines]
        return [line["unit_price"] for line in lines]


def _rate(
    rows: Typed, lines: list[dict[str, Any]], rates: list[dict[str, Any]], pair: tuple[str, str]
) -> Decimal:
    """What the currency cost on the order's day; an order without a rate is refused."""
    currency, own = pair
    on = lines[0]["ordered_on"]
    rate = rate_or_none(rates, currency, own, on)
    if rate is not None:
        return rate
    why = Say(
        "there is no exchange rate for {currency} on {day}; enter one: "
        "scm supplier rate {currency} 7.1 --on {day}",
        currency=currency, day=on,
    )  # fmt: skip
    rows.refused += [Refusal(line["row"], None, why, (CURRENCY,)) for line in lines]
    return Decimal(1)  # the refused order goes no further


def _put(ready: Prepared, prices: dict[int, Decimal | None]) -> None:
    lines = ready.tables[_TABLE]
    new = pl.DataFrame(
        {"row": list(prices), "unit_price": list(prices.values())},
        schema={"row": lines.schema["row"], "unit_price": pl.Decimal(18, 6)},
    )
    names = lines.columns
    ready.tables[_TABLE] = (
        lines.drop("unit_price")
        .join(new, on="row", how="left", maintain_order="left")
        .select(names)
    )


def _converted(currency: str, own: str, rates: list[Decimal]) -> Problem:
    shown = ", ".join(f"{rate.normalize():f}" for rate in sorted(set(rates)))
    told = Say(
        "{n} {n:order|orders} became {own} at the exchange rate of {n:its|their} day ({rates})",
        n=len(rates), own=own, rates=shown,
    )  # fmt: skip
    return Problem(currency, told)
