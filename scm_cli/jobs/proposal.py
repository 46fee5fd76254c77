"""What lies too long or spoils soon, offered to those who would buy it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice, number
from scm_cli.core.customer import clearance, segment
from scm_cli.core.customer.segment_words import labels
from scm_cli.errors import Say
from scm_cli.jobs import segment as segments
from scm_cli.jobs import shelf
from scm_cli.store import campaigns
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.jobs.planned import Planned
    from scm_cli.run import Run

JOINS = {"en": {"and": "and", "or": "or", "no": "no"}, "zh": {"and": "且", "or": "或", "no": "否"}}


def proposed(run: Run, made: Planned | None = None) -> list[dict[str, Any]]:
    """Surplus by the money in it: who would buy it, by what rule, and the floor of its price.

    `made`: the plan, where it is at hand; else it is made anew.
    """
    from scm_cli.core.customer.segment_match import matched

    lying = _lying(run, made)[: run.settings.campaigns.proposals]
    words = {**labels(run.lang), **JOINS[run.lang]}
    told = run.settings.campaigns
    found = []
    with reading(run) as con:
        items = {row["sku"]: row for row in campaigns.prices(con)}
        kinds = {items[row["sku"]]["category"] for row in lying}
        near = [s for s, item in items.items() if item["category"] in kinds]
        known = segments.crowd(con, run, {"item", "due_category"}, near)
    for row in lying:
        item = items[row["sku"]]
        rule = clearance.buyers_rule(row["sku"], item["category"], words)
        who = matched(segment.parsed(rule), known.people, known.sets, run.today, labels(run.lang))
        price = clearance.Lying(item["sale_price"], item["purchase_price"], row["wait_days"])
        holding = run.settings.planning.holding_cost_pct
        floor = clearance.floor_price(price, holding, told.salvage_pct)
        found.append(
            {**row, "name": item["name"], "sale_price": item["sale_price"], "floor_price": floor,
             "customers": len(who), "rule": rule}
        )  # fmt: skip
    return found


def notices(run: Run, made: Planned) -> list[Notice]:
    """What the night says of surplus: to how many it could be offered, and how low the price may go."""
    found = []
    for row in proposed(run, made):
        if not row["customers"]:
            continue
        cost = row["excess_amount"]
        template = "{qty} too many, {amount}: {n} {n:customer|customers} may want it"
        if row["floor_price"] is not None:
            template = "{qty} too many, {amount}: {n} {n:customer|customers} may want it, not below {price}"
        amount = Say("cost unknown") if cost is None else f"{cost:,.2f}"
        what = Say(
            template, qty=number(round(row["excess_qty"])), amount=amount,
            n=row["customers"], price=row["floor_price"],
        )  # fmt: skip
        found.append(
            Notice("offer", row["sku"], "scm customer campaign propose", what, row["expiry_on"])
        )
    return found


def _lying(run: Run, made: Planned | None) -> list[dict[str, Any]]:
    """One row per item: what expires unsold, else what is too much; the most money first."""
    rows: dict[str, dict[str, Any]] = {}
    for lot in shelf.expiring(run, None):
        if lot["advice"] == "sell":
            mine = rows.setdefault(
                lot["sku"],
                {"sku": lot["sku"], "kind": "expires", "excess_qty": 0.0, "excess_amount": None,
                 "expiry_on": lot["expiry_on"], "wait_days": None},
            )  # fmt: skip
            mine["excess_qty"] += lot["left_qty"]
            mine["excess_amount"] = _sum(mine["excess_amount"], lot["loss_amount"])
    soon = set(rows)
    for row in shelf.excess(run, made):
        if row["sku"] in soon:
            continue
        usable, qty = float(row["usable_qty"] or 0), float(row["excess_qty"])
        waits = clearance.wait_days(row["cover_days"], usable, qty) if row["kind"] == "excess" else None  # fmt: skip
        mine = rows.setdefault(
            row["sku"],
            {"sku": row["sku"], "kind": row["kind"], "excess_qty": 0.0, "excess_amount": None,
             "expiry_on": None, "wait_days": waits},
        )  # fmt: skip
        mine["excess_qty"] = round(mine["excess_qty"] + qty, 4)
        mine["excess_amount"] = _sum(mine["excess_amount"], row["excess_amount"])
        if waits is not None and mine["wait_days"] is not None:
            mine["wait_days"] = max(waits, mine["wait_days"])
    return sorted(rows.values(), key=lambda row: (-(row["excess_amount"] or 0), row["sku"]))


def _sum(known: float | None, more: float | None) -> float | None:
    """The money of a surplus; None where no cost is known, which is not nought."""
    return known if more is None else round((known or 0.0) + more, 2)
