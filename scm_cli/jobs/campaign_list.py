"""Campaigns as they stand, who is in them, and the list of whom to contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.customer import campaign as rules
from scm_cli.core.records.campaigns import TREATED
from scm_cli.jobs.outbox_place import folder, safe
from scm_cli.store import campaigns, crm, lookup
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.run import Run


def listed(run: Run) -> list[dict[str, Any]]:
    """Every campaign, the newest first."""
    with reading(run) as con:
        return campaigns.campaigns(con)


def one(con: Any, number: str) -> dict[str, Any]:  # noqa: ANN401
    """A campaign with the size of its groups.

    Raises:
        ScmError: there is none of that number (exit 4).
    """
    lookup.one(con, "campaign", "campaign_no", number)
    return next(row for row in campaigns.campaigns(con) if row["campaign"] == number)


def shown(run: Run, number: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A campaign, and who is in which of its groups."""
    with reading(run) as con:
        return one(con, number), campaigns.members(con, number)


def contacts(run: Run, number: str) -> str:
    """Write a campaign's contact list; the path. Who is kept apart does not stand in it.

    Raises:
        ScmError: there is no such campaign.
    """
    from scm_cli.excel.campaign_book import ContactList, write_contacts

    with reading(run) as con:
        row = one(con, number)
        every = campaigns.members(con, number)
        meant = [m for m in every if m["arm"] == TREATED]
        extra = _extra(con, run, row, {m["customer"] for m in meant})
    lines = [{**m, "message": _message(row, {**m, **extra.get(m["customer"], {})}, run)} for m in meant]  # fmt: skip
    path = folder(run) / "campaigns" / f"{safe(number)} {safe(row['name'])}.xlsx"
    made = ContactList(row, tuple(lines), run.settings.company)
    return str(write_contacts(path, made, run.lang))


def _extra(con: Any, run: Run, row: dict[str, Any], codes: set[str]) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    """What messages say beside the customer's own fields: its last day, what it buys next."""
    import polars as pl

    from scm_cli.core.customer import repurchase

    named = set(rules.template(row["message"] or ""))
    found: dict[str, dict[str, Any]] = {code: {} for code in codes}
    items = dict(crm.item_names(con).iter_rows())
    if "item" in named:
        found = {code: {"item": items.get(row["sku"])} for code in codes}
    if not named & {"last_on", "next_item"}:
        return found
    lines = crm.bought(con, run.settings.walk_in_customer)
    first = repurchase.next_items(lines, run.today).unique(
        "customer", keep="first", maintain_order=True
    )
    for code, sku in first.select("customer", "sku").iter_rows():
        found.get(code, {})["next_item"] = items.get(sku)
    last = lines.group_by("customer").agg(pl.col("day").max())
    for code, day in last.iter_rows():
        found.get(code, {})["last_on"] = day
    return found


def _message(row: dict[str, Any], values: dict[str, Any], run: Run) -> str | None:
    if not row["message"]:
        return None
    price = None if row["offer_price"] is None else f"{float(row['offer_price']):g}"
    told = {**values, "contact": values["contact"] or values["name"], "price": price,
            "until_on": row["until_on"], "company": run.settings.company}  # fmt: skip
    return rules.written(row["message"], told)
