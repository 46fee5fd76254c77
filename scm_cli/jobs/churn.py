"""Who comes back and who is leaving: repurchase, retention, churn, call list, recommendations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer import churn, recommend, repurchase, rfm
from scm_cli.errors import Exit, ScmError
from scm_cli.store import crm, lookup
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.run import Run

FIELDS = (
    "customer", "last_order_on", "usual_interval_days", "overdue_days", "churn_pct", "value_amount",
    "next_item", "name", "contact", "mobile", "phone", "owner", "purchases", "basis", "expected_on",
    "is_overdue", "yearly_amount", "next_item_on", "available_qty",
)  # fmt: skip
PEOPLE = ("name", "contact", "mobile", "phone", "owner", "opted_out")


def risk_rules(run: Run) -> churn.ChurnRules:
    """How far ahead is looked and when a customer is overdue, as the shop's settings say."""
    told = run.settings.customers
    return churn.ChurnRules(told.churn_days, told.churn_intervals, told.overdue_times)


@dataclass(frozen=True, slots=True)
class Risks:
    """Every customer who bought, with its risk and scores, and its items by when they are next."""

    customers: pl.DataFrame
    next_items: pl.DataFrame


def judged(con: Any, run: Run, items: pl.DataFrame | None = None) -> Risks:  # noqa: ANN401 -- the store's connection
    """Judge all customers by what they bought; `items`: `crm.bought`, where it is at hand."""
    walk_in = run.settings.walk_in_customer
    purchases = crm.purchases(con, walk_in)
    bought = rfm.buying(purchases, run.today)
    found = churn.churn(bought, purchases, run.today, risk_rules(run))
    scored = rfm.standing(rfm.scored(found))
    items = crm.bought(con, walk_in) if items is None else items
    return Risks(scored, repurchase.next_items(items, run.today))


def risks(run: Run, *, overdue: bool, call: bool) -> list[dict[str, Any]]:
    """Customers by value at risk; only the overdue ones, or those to call today.

    To call are overdue customers who may be called and whose risk is not beyond hope nor small:
    they are the ones whom a call can still change.
    """
    with reading(run) as con:
        found = judged(con, run)
        people = crm.customers(con).select("customer", *PEOPLE)
        stock = crm.on_hand(con)
    rows = found.customers.join(people, on="customer", how="left")
    first = found.next_items.unique("customer", keep="first", maintain_order=True)
    first = first.rename({"sku": "next_item", "expected_on": "next_item_on"})
    first = first.select("customer", "next_item", "next_item_on")
    rows = rows.join(first, on="customer", how="left")
    rows = rows.join(stock.rename({"sku": "next_item"}), on="next_item", how="left")
    if overdue or call:
        rows = rows.filter("is_overdue")
    if call:
        rows = rows.filter(~pl.col("opted_out").fill_null(False))
    rows = rows.rename({"last_on": "last_order_on"}).sort(-pl.col("value_amount"), "customer")
    return rows.select(FIELDS).with_columns(pl.selectors.float().round(2)).to_dicts()


def scores(run: Run, standing: str | None) -> list[dict[str, Any]]:
    """RFM of every customer, the best first."""
    known = [name for name, _ in rfm.STANDINGS]
    if standing is not None and standing not in known:
        raise ScmError(
            "there is no standing {standing}",
            hint="There are {names}.",
            exit_code=Exit.USAGE,
            standing=standing,
            names=", ".join(known),
        )
    with reading(run) as con:
        purchases = crm.purchases(con, run.settings.walk_in_customer)
    found = rfm.standing(rfm.scored(rfm.buying(purchases, run.today)))
    if standing is not None:
        found = found.filter(pl.col("standing") == standing)
    names = ("customer", "rfm", "standing", "recency_days", "purchases", "yearly_amount",
             "spend_amount", "basket_amount", "usual_interval_days", "first_on", "last_on")  # fmt: skip
    found = found.sort(-pl.col("yearly_amount"), "customer").select(names)
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def rates(run: Run, months: int) -> list[dict[str, Any]]:
    """The repurchase rate of the window that ends today, and with each of the months before."""
    told = run.settings.customers
    ends = [run.today]
    for _ in range(months):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    with reading(run) as con:
        purchases = crm.purchases(con, run.settings.walk_in_customer)
    found = repurchase.rates(
        purchases, sorted(ends), told.repurchase_days, run.settings.deals.range_pct
    )
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def cohorts(run: Run) -> list[dict[str, Any]]:
    """Per month of the first purchase: how many bought again soon."""
    with reading(run) as con:
        purchases = crm.purchases(con, run.settings.walk_in_customer)
    found = repurchase.second_purchases(purchases, run.today, run.settings.customers.second_days)
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def triangle(run: Run) -> list[dict[str, Any]]:
    """The retention triangle, a row per cohort and month."""
    with reading(run) as con:
        purchases = crm.purchases(con, run.settings.walk_in_customer)
    found = repurchase.retention(purchases, run.today)
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def pair_rules(run: Run) -> recommend.PairRules:
    """When two items count as bought together, as the shop's settings say."""
    told = run.settings.customers
    return recommend.PairRules(told.min_together, told.min_lift)


def recommended(run: Run, customer: str | None, sku: str | None) -> list[dict[str, Any]]:
    """What to offer a customer, or what goes with an item; in stock only.

    Raises:
        ScmError: neither is named, or there is none of that code.
    """
    if (customer is None) == (sku is None):
        raise ScmError(
            "recommended is for a customer, or to go with an item",
            hint="Give a customer's code, or --item SKU.",
            exit_code=Exit.USAGE,
        )
    with reading(run) as con:
        if customer is not None:
            lookup.one(con, "customer", "customer", customer)
        if sku is not None:
            lookup.item(con, sku)
        lines, stock = crm.bought(con, run.settings.walk_in_customer), crm.on_hand(con)
        skus = crm.item_names(con)
    rules = pair_rules(run)
    if customer is not None:
        found = recommend.for_customer(lines, customer, stock, rules)
    else:
        days = run.settings.customers.second_days
        found = recommend.follows(lines, str(sku), rules, days)
        found = found.join(
            stock.filter(pl.col("available_qty") > 0), on="sku", maintain_order="left"
        )
    found = found.join(skus, on="sku", how="left", maintain_order="left")
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()
