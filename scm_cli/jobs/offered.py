"""Standing offers in the firm's own money, at cost, with each supplier's record of lateness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier import quotes as rules
from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.supplier.landed_cost import Offer
    from scm_cli.run import Run


@dataclass(slots=True)
class Known:
    """What is read of the shop for one comparison."""

    skus: dict[str, dict[str, Any]]
    quantities: dict[str, float]
    offers: list[dict[str, Any]]
    suppliers: dict[str, dict[str, Any]]
    rates: list[dict[str, Any]]
    daily: dict[str, float]
    late_days: dict[str, float]


def late_days(history: Any, run: Run) -> dict[str, float]:  # noqa: ANN401 -- a frame
    """Expected days late per supplier; "" is the shop's mean, for those without a record."""
    import polars as pl

    from scm_cli.core.replenish.lead_time import delays

    if history.is_empty():
        return {}
    late = pl.col("lead_days").list.eval(pl.element().clip(0, None)) * pl.col("weights")
    found = delays(history, run.today).select("supplier", "n", late.list.sum().alias("late"))
    told: dict[str, float] = dict(found.select("supplier", "late").iter_rows())
    seen = found.filter(pl.col("n") > 0)
    if len(seen):
        told[""] = float(
            seen.select((pl.col("late") * pl.col("n")).sum() / pl.col("n").sum()).item()
        )
    return told


def offers(run: Run, known: Known, *, only_quotes: bool) -> tuple[list[Offer], list[Problem]]:
    """Offers in our money: of each supplier its newest standing quote, else its price list.

    The second answer names what was left out, and why.
    """
    left_out: list[Problem] = []
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in known.offers:
        if row["source"] or not only_quotes:
            grouped.setdefault((row["sku"], row["supplier"]), []).append(row)
    chosen: list[list[dict[str, Any]]] = []
    for (sku, seller), lines in sorted(grouped.items()):
        state = known.suppliers[seller]["state"]
        if state in rules.BARRED:
            what = Say("{supplier} is {state}", supplier=seller, state=Say(state))
            left_out.append(Problem(sku, what))
            continue
        standing = _standing(lines, run, left_out)
        if standing:
            chosen.append(standing)
    said, rates = run.settings, _rates(run, known)
    ours = _Ours(
        said.currency,
        said.purchasing.deducts_tax,
        rates,
        _order_freight(known, chosen, rates),
    )
    return [_offer(known, lines, ours) for lines in chosen], left_out


def _standing(
    lines: list[dict[str, Any]], run: Run, left_out: list[Problem]
) -> list[dict[str, Any]]:
    """The newest quote that is not over, else the valid price list; what is over is told."""
    by_source: dict[tuple[Any, str], list[dict[str, Any]]] = {}
    for row in lines:
        by_source.setdefault((row["quoted_on"] or run.today.min, row["source"]), []).append(row)
    for (_, source), found in sorted(by_source.items(), reverse=True):
        valid = [row for row in found if rules.is_valid(row, run.today)]
        if valid:
            return valid
        over = found[0]
        what = Say(
            "{supplier}: {source} expired on {day}", supplier=over["supplier"],
            source=source or Say("the price list"), day=over["valid_until_on"],
        )  # fmt: skip
        left_out.append(Problem(over["sku"], what))
    return []


def _order_freight(
    known: Known, chosen: list[list[dict[str, Any]]], rates: Mapping[str | None, float]
) -> dict[tuple[str, str], float]:
    """(quote, item) → its share of the freight of an order, by value of the asked quantities."""
    values: dict[str, dict[str, float]] = {}
    freight: dict[str, float] = {}
    for lines in chosen:
        first = lines[0]
        if first["source"] and first["freight_amount"]:
            value = first["unit_price"] / first["factor"] * known.quantities[first["sku"]]
            values.setdefault(first["source"], {})[first["sku"]] = value
            freight[first["source"]] = first["freight_amount"] * rates[first["currency"]]
    found = {}
    for source, mine in values.items():
        total = sum(mine.values())
        for sku, value in mine.items():
            share = value / total if total else 1 / len(mine)
            found[source, sku] = freight[source] * share
    return found


def _rates(run: Run, known: Known) -> dict[str | None, float]:
    """Currency → what one unit of it costs, for all that are asked."""
    own = run.settings.currency
    return {
        currency: float(rules.exchange_rate(known.rates, currency, own, run.today))
        for currency in {row["currency"] for row in known.offers}
    }


@dataclass(frozen=True, slots=True)
class _Ours:
    """What turns a given price into our cost."""

    currency: str
    deducts: bool
    rates: Mapping[str | None, float]
    shares: Mapping[tuple[str, str], float]


def _offer(known: Known, lines: list[dict[str, Any]], ours: _Ours) -> Offer:
    from scm_cli.core.supplier.landed_cost import Break, Offer, cost_price

    terms = min(lines, key=lambda line: line["from_qty"])  # the terms stand with the first price
    seller, item = known.suppliers[terms["supplier"]], known.skus[terms["sku"]]
    tax = terms["tax_rate_pct"]
    if tax is None:  # a foreign price has no tax of ours in it
        tax = (item["tax_rate_pct"] or 0) if terms["currency"] in (None, ours.currency) else 0
    per, given = ours.rates[terms["currency"]] / terms["factor"], float(tax)
    breaks = tuple(
        Break(
            line["from_qty"],
            cost_price(line["unit_price"] * per, given, included=line["tax_included"], deducts=ours.deducts),
        )
        for line in lines
    )  # fmt: skip
    days = terms["payment_days"] if terms["payment_days"] is not None else seller["payment_days"]
    lead = terms["lead_time_days"]
    return Offer(
        terms["sku"], terms["supplier"], breaks,
        moq_qty=terms["moq_qty"] or 0.0, multiple_qty=terms["order_multiple_qty"] or 0.0,
        freight_price=terms["freight_price"] * per,
        freight_amount=ours.shares.get((terms["source"], terms["sku"]), 0.0),
        duty_pct=terms["duty_pct"], payment_days=float(days or 0),
        late_days=known.late_days.get(terms["supplier"], known.late_days.get("", 0.0)),
        lead_days=seller["lead_time_days"] if lead is None else lead,
        source=terms["source"], valid_until_on=terms["valid_until_on"],
    )  # fmt: skip
