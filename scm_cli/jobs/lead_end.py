"""How leads end, and what they cost: lost, turned into customers, spend per channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.core.calendar import require_range
from scm_cli.core.changes import Changes
from scm_cli.core.customer import leads
from scm_cli.core.customer.deals import followed
from scm_cli.errors import ScmError
from scm_cli.jobs import documents
from scm_cli.jobs.deal import stages_of
from scm_cli.store import lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scm_cli.run import Run

STORED = "SELECT * EXCLUDE (entry) FROM lead_spend"
COSTS = """
SELECT coalesce(l.channel, l.source) AS channel, count(*) AS leads,
    count(*) FILTER (l.status IN ('qualified', 'converted')) AS qualified,
    count(*) FILTER (l.status = 'converted') AS customers,
    coalesce(sum(d.won_amount), 0)::DOUBLE AS won_amount
FROM lead l LEFT JOIN (
    SELECT lead_no, sum(value_amount) AS won_amount FROM deal WHERE stage = $won GROUP BY lead_no
) d USING (lead_no)
WHERE ($first IS NULL OR l.came_on >= $first) AND ($last IS NULL OR l.came_on <= $last) GROUP BY ALL
"""
#: Spend of a stretch that reaches beyond the asked days counts by its days within them.
SPEND = """
SELECT channel, sum(spend_amount
    * (greatest(0, least(until_on, coalesce($last, until_on)) - greatest(from_on, coalesce($first, from_on)) + 1))
    / (until_on - from_on + 1))::DOUBLE AS spend_amount
FROM lead_spend WHERE until_on >= from_on GROUP BY channel HAVING sum(spend_amount) > 0
"""


def lose(run: Run, number: str, reason: str) -> Committed:
    """A lead that came to nothing."""
    return _ended(run, number, {"status": "lost", "lost_reason": reason})


def _ended(run: Run, number: str, new: dict[str, Any]) -> Committed:
    with writing(run, small=True) as con:
        lead = lookup.one(con, "lead", "lead_no", number)
        changes = Changes()
        if any(lead[n] != v for n, v in new.items()):
            changes.update("lead", [{"lead_no": number, **new}])
        return commit(con, run, changes)


def convert(run: Run, number: str, code: str, value: Any) -> tuple[str, Committed]:  # noqa: ANN401 -- Decimal or None
    """A lead becomes a customer (made when new) with a deal in the first stage; the deal's number.

    Raises:
        ScmError: there is no such lead, or it was converted before.
    """
    from scm_cli.core import master

    stages, changes = stages_of(run), Changes()
    with writing(run, small=True) as con:
        lead = lookup.one(con, "lead", "lead_no", number)
        if lead["status"] == "converted":
            told = "lead {number} is customer {customer} already"
            raise ScmError(told, number=number, customer=lead["customer"])
        if not rows(con, "SELECT 1 FROM customer WHERE customer = ?", [code]):
            shared = ("mobile", "phone", "email", "region", "uscc", "owner")
            named = {
                "customer": code,
                "name": lead["company"] or lead["name"],
                "contact": lead["name"],
            }
            changes.insert(
                "customer", [master.row("customer", {**named, **{n: lead[n] for n in shared}})]
            )
        deal_no = documents.number(con, run, changes, "deal")
        deal = master.row("deal", {
            "deal_no": deal_no, "customer": code, "lead_no": number, "owner": lead["owner"],
            "source": lead["channel"] or lead["source"], "stage": stages.open[0],
            "opened_on": run.today, "value_amount": value, "name": lead["category"],
        })  # fmt: skip
        changes.insert("deal", [deal])
        who = {"person": run.who or None, "note": None}
        changes.insert("deal_event", [{**e, **who} for e in followed(deal, None, None, stages)])
        changes.update("lead", [{"lead_no": number, "status": "converted", "customer": code}])
        return deal_no, commit(con, run, changes)


def costs(run: Run, first: date | None, last: date | None) -> list[dict[str, Any]]:
    """What a lead and a customer of each channel cost in a stretch of days."""
    asked = {"first": first, "last": last}
    with reading(run) as con:
        counted = rows(con, COSTS, {**asked, "won": run.setting("deals.won")})
        spend = {r["channel"]: r["spend_amount"] for r in rows(con, SPEND, asked)}
    return leads.channel_costs(counted, spend)


def spend(run: Run, values: Mapping[str, Any]) -> Committed:
    """Enter what a channel cost; the same channel, campaign and first day is corrected."""
    from scm_cli.core import master

    require_range(values["from_on"], values["until_on"])
    row, changes = master.row("lead_spend", values), Changes()
    with writing(run, small=True) as con:
        key = [row["channel"], row["campaign"], row["from_on"]]
        old = rows(con, f"{STORED} WHERE channel = ? AND campaign = ? AND from_on = ?", key)
        if not old:
            changes.insert("lead_spend", [row])
        elif old[0] != row:
            changes.update("lead_spend", [row])
        return commit(con, run, changes)
