"""Offers side by side at their true cost: gathered, ranked per item and for the basket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scm_cli.core.supplier import quotes as rules
from scm_cli.errors import Problem, Say, ScmError
from scm_cli.jobs import offered
from scm_cli.jobs.offered import Known
from scm_cli.jobs.rates import exchange_rates
from scm_cli.store import lookup, offers
from scm_cli.store.gateway import reading, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from scm_cli.core.supplier.basket import Basket
    from scm_cli.core.supplier.landed_cost import Compared, Offer, Rates
    from scm_cli.run import Run

PLACES = 6  # of money per unit


@dataclass(slots=True)
class Comparison:
    """The rows, the basket (of two items or more), what was left out, what was assumed."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    basket: dict[str, Any] | None = None
    left_out: list[Problem] = field(default_factory=list)
    assumed: list[Say] = field(default_factory=list)


def compare(run: Run, skus: Sequence[str], rfq: str | None, qty: Decimal | None) -> Comparison:
    """Every standing offer for the items (or for those of a request) at its true cost.

    Raises:
        ScmError: an unknown code, nothing to compare, a currency without a rate.
    """
    done = Comparison()
    known = _gathered(run, list(dict.fromkeys(skus)), rfq, qty, done)
    found, left_out = offered.offers(run, known, only_quotes=rfq is not None)
    done.left_out += left_out
    ranked = _ranked(run, known, found)
    done.rows = [_row(c, known) for each in ranked.values() for c in each]
    if not done.rows:
        raise ScmError(
            "there is no standing offer for {skus}",
            hint="Ask for some: scm supplier rfq SKU=100; or enter one: scm supplier quote add.",
            problems=tuple(done.left_out),
            skus=", ".join(known.skus),
        )
    for sku in known.skus.keys() - ranked.keys():
        done.left_out.append(Problem(sku, Say("nobody offers it")))
    if len(ranked) > 1:
        done.basket = _basket(run, ranked)
    done.assumed += _assumed(run, known, found)
    return done


def _gathered(
    run: Run, skus: list[str], rfq: str | None, qty: Decimal | None, done: Comparison
) -> Known:
    from scm_cli.store import planning

    with reading(run) as con:
        asked: dict[str, Any] = {}
        if rfq is not None:
            lookup.one(con, "rfq", "rfq_no", rfq)
            found = rows(
                con, "SELECT sku, qty FROM rfq_line WHERE rfq_no = ? ORDER BY line_no", [rfq]
            )
            asked = {row["sku"]: row["qty"] for row in found}
            skus = skus or list(asked)
        items = _items(con, skus)
        if not items:
            raise ScmError("compare what?", hint="Name items, or a request with --rfq.")
        suggested = offers.suggested(con, skus)
        quantities = {}
        for sku in skus:
            given = qty if qty is not None else asked.get(sku, suggested.get(sku))
            if given is None:
                done.assumed.append(Say("{sku}: no quantity was given, so 1 was taken", sku=sku))
            quantities[sku] = float(given if given is not None else 1)
        standing = offers.standing(con, skus, rfq, run.today)
        history = planning.purchase_history(con)
        return Known(
            items,
            quantities,
            standing,
            {r["supplier"]: r for r in rows(con, "SELECT * EXCLUDE (entry) FROM supplier")},
            exchange_rates(con),
            offers.daily_demand(con, skus, run.today),
            offered.late_days(history, run),
        )


def _rates(run: Run, daily_qty: float) -> Rates:
    from scm_cli.core.supplier.landed_cost import Rates

    said = run.settings.purchasing
    held = run.settings.planning.holding_cost_pct
    return Rates(said.money_cost_pct, held, said.late_day_cost_pct, daily_qty)


def _items(con: Any, skus: list[str]) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """The items by code, in the order asked for; an unknown code is refused with the nearest."""
    found = {
        r["sku"]: r for r in rows(con, "SELECT * FROM item WHERE list_contains(?, sku)", [skus])
    }
    return {sku: found[sku] if sku in found else lookup.item(con, sku) for sku in skus}


def _ranked(run: Run, known: Known, found: Sequence[Offer]) -> dict[str, list[Compared]]:
    from scm_cli.core.supplier.landed_cost import compared

    by_item: dict[str, list[Offer]] = {}
    for offer in found:
        by_item.setdefault(offer.sku, []).append(offer)
    return {
        sku: compared(by_item[sku], known.quantities[sku], _rates(run, known.daily.get(sku, 0.0)))
        for sku in known.skus
        if sku in by_item
    }


def _row(c: Compared, known: Known) -> dict[str, Any]:
    return {
        "sku": c.offer.sku, "supplier": c.offer.supplier, "name": known.suppliers[c.offer.supplier]["name"],
        "qty": c.qty, "bought_qty": c.bought_qty,
        **{name: round(value, PLACES) for name, value in c.terms.items()},
        "true_unit_cost": round(c.true_unit_cost, PLACES), "rank": c.rank, "break_even_qty": c.break_even_qty,
        "lead_time_days": c.offer.lead_days, "quote": c.offer.source or None,
        "valid_until_on": c.offer.valid_until_on,
    }  # fmt: skip


def _basket(run: Run, ranked: Mapping[str, list[Compared]]) -> dict[str, Any]:
    """The whole list from one supplier, or split; an order's own cost counts once per supplier."""
    from scm_cli.core.supplier.basket import basket

    costs: dict[tuple[str, str], float] = {}
    fixed: dict[str, float] = {}
    order = run.settings.purchasing.order_cost_amount
    for sku, offers_of in ranked.items():
        for c in offers_of:
            shared = c.offer.freight_amount * (1 + c.offer.duty_pct / 100)
            whole = c.true_unit_cost * c.qty - shared * c.qty / c.bought_qty
            costs[sku, c.offer.supplier] = whole
            fixed[c.offer.supplier] = fixed.get(c.offer.supplier, order) + shared
    best: Basket = basket(costs, fixed)
    winners = {sku: each[0].offer.supplier for sku, each in ranked.items()}
    return {
        "kind": "split" if best.is_split else "single",
        "single": best.single,
        "single_amount": None if best.single_amount is None else round(best.single_amount, 2),
        "split": best.split,
        "split_amount": round(best.split_amount, 2),
        "line_winners": winners,
    }


def _assumed(run: Run, known: Known, found: Sequence[Offer]) -> list[Say]:
    """What the figures rest on, in sentences."""
    said, own = run.settings.purchasing, run.settings.currency
    tax = (
        "tax is deducted, prices count without it"
        if said.deducts_tax
        else "tax is not deducted, prices count with it"
    )
    told = [
        Say("money costs {pct} % a year, holding stock {held} % a year", pct=said.money_cost_pct,
            held=run.settings.planning.holding_cost_pct),
        Say("a day late costs {pct} % of the price; placing an order costs {amount}",
            pct=said.late_day_cost_pct, amount=said.order_cost_amount),
        Say(tax),
    ]  # fmt: skip
    for row in {r["currency"]: r for r in known.offers}.values():
        if row["currency"] not in (None, own):
            rate = rules.exchange_rate(known.rates, row["currency"], own, run.today)
            told.append(
                Say(
                    "1 {currency} = {rate} {own}",
                    currency=row["currency"],
                    rate=f"{rate.normalize():f}",
                    own=own,
                )
            )
    bound = {o.sku for o in found if o.moq_qty > known.quantities[o.sku] or o.multiple_qty > 1}
    for sku in (sku for sku in known.skus if sku in bound):
        daily = known.daily.get(sku, 0.0)
        template = "nobody asks for {sku}: a surplus counts as lost"
        if daily > 0:
            template = "{sku} sells {daily} a day"
        told.append(Say(template, sku=sku, daily=round(daily, 2)))
    unknown = sorted({o.supplier for o in found} - known.late_days.keys())
    if unknown:
        mean = "the shop's mean" if "" in known.late_days else "no delay"
        told.append(
            Say(
                "no delivery record of {suppliers}: {mean} was taken",
                suppliers=", ".join(unknown),
                mean=Say(mean),
            )
        )
    return told
