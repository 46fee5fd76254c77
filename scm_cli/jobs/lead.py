"""Leads: entered, assigned, answered, turned into customers; what channels cost."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from scm_cli.core import phones
from scm_cli.core.changes import Changes
from scm_cli.core.customer import leads
from scm_cli.core.working_hours import moment, worked_hours
from scm_cli.errors import Exit, Problem, Say, ScmError
from scm_cli.jobs import documents, hours
from scm_cli.store import crm, lookup
from scm_cli.store.commit import Committed, commit
from scm_cli.store.gateway import reading, rows, writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scm_cli.core.working_hours import WorkHours
    from scm_cli.run import Run

RECENT = 20
OPEN = ("new", "contacted", "qualified")
#: First answer: the first interaction with the lead.
LIST = """
SELECT l.lead_no AS lead, l.came_on, l.came_clock, l.name, l.company, l.mobile, l.region, l.category,
    l.source, l.channel, l.campaign, l.owner, l.status, l.customer, l.lost_reason, l.assigned_why,
    i.happened_on AS answered_on, i.clock AS answered_clock
FROM lead l LEFT JOIN (
    SELECT lead_no, happened_on, clock FROM interaction WHERE lead_no IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY lead_no ORDER BY happened_on, clock, interaction_no) = 1
) i USING (lead_no)
WHERE ($status IS NULL OR l.status = $status) AND ($owner IS NULL OR l.owner = $owner)
ORDER BY l.came_on DESC, l.came_clock DESC NULLS LAST, l.lead_no DESC
"""


def listed(run: Run, status: str | None, owner: str | None) -> list[dict[str, Any]]:
    """Leads, newest first, with their age and how long they waited for the first answer."""
    with reading(run) as con:
        found = rows(con, LIST, {"status": status, "owner": owner})
        week = hours.of_firm(con, run, (row["came_on"] for row in found))
    limit = run.setting("deals.answer_hours")
    return [_aged(row, run, week, limit) for row in found]


def _aged(row: dict[str, Any], run: Run, week: WorkHours, limit: float) -> dict[str, Any]:
    """A lead with `age_days`, `answer_hours` [working hours] and whether it waits for too long."""
    came, hour, late = moment(row["came_on"], row["came_clock"], week), None, False
    answered = (row.pop("answered_on"), row.pop("answered_clock"))
    if answered[0] is not None:
        hour = worked_hours(came, moment(*answered, week), week)
    elif row["status"] in OPEN:
        late = worked_hours(came, hours.now(run, week), week) > limit
    age = (run.today - row["came_on"]).days if row["status"] in OPEN else None
    return {
        **row,
        "age_days": age,
        "answer_hours": None if hour is None else round(hour, 2),
        "is_waiting": late,
    }


def ageing(run: Run, by: str) -> list[dict[str, Any]]:
    """Per owner, channel or source: open leads, their ages, and how fast the first answer came."""
    grouped: dict[Any, list[dict[str, Any]]] = {}
    for row in listed(run, None, None):
        grouped.setdefault(row[by], []).append(row)
    found = []
    for name, mine in grouped.items():
        ages = [r["age_days"] for r in mine if r["age_days"] is not None]
        took = [r["answer_hours"] for r in mine if r["answer_hours"] is not None]
        found.append({
            by: name, "leads": len(mine), "open": len(ages),
            "oldest_days": max(ages, default=None), "answered": len(took),
            "median_answer_hours": round(median(took), 2) if took else None,
            "slowest_answer_hours": max(took, default=None),
            "waiting": sum(r["is_waiting"] for r in mine),
        })  # fmt: skip
    return sorted(found, key=lambda r: (-r["waiting"], -r["open"], str(r[by])))


@dataclass(frozen=True, slots=True)
class Shown:
    """A lead, what was said, and who may be the same."""

    record: dict[str, Any]
    interactions: list[dict[str, Any]]
    twins: list[dict[str, Any]]


def shown(run: Run, number: str) -> Shown:
    """One lead and what hangs on it."""
    with reading(run) as con:
        lead = lookup.one(con, "lead", "lead_no", number)
        said = crm.interactions(con, "lead_no", number, RECENT)
        same = _twins(con, lead)
    return Shown({"lead": lead.pop("lead_no"), **lead}, said, same)


def _twins(con: Any, lead: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401
    others = rows(
        con,
        "SELECT lead_no, NULL AS customer, name, company, mobile, phone, email, uscc, region FROM lead "
        "WHERE lead_no IS DISTINCT FROM $number UNION ALL "
        "SELECT NULL, customer, name, NULL, mobile, phone, email, uscc, region FROM customer "
        "WHERE customer IS DISTINCT FROM $customer ORDER BY ALL",
        {"number": lead.get("lead_no"), "customer": lead.get("customer")},
    )
    return [
        {"lead": o["lead_no"], "customer": o["customer"], "name": o["company"] or o["name"], "same": why}
        for o, why in leads.twins(lead, others)
    ]  # fmt: skip


def twins(run: Run) -> list[dict[str, Any]]:
    """Open leads that are probably a customer or an earlier lead."""
    with reading(run) as con:
        every = rows(con, "SELECT * EXCLUDE (entry) FROM lead ORDER BY came_on, lead_no")
        known = rows(con, "SELECT * EXCLUDE (entry) FROM customer ORDER BY customer")
    return [
        {"lead": lead["lead_no"], "name": lead["company"] or lead["name"], "same": why,
         "is": other.get("lead_no") or other.get("customer"), "status": lead["status"]}
        for lead, other, why in leads.earlier_twins(every, known) if lead["status"] in OPEN
    ]  # fmt: skip


def add(run: Run, texts: Mapping[str, str]) -> documents.Entered:
    """Enter a lead; who takes it is decided unless an owner is named, and twins are told.

    Raises:
        ScmError: it names neither a contact nor a company, or a value does not fit.
    """
    from scm_cli.core import master

    given, changes = master.values("lead", texts), Changes()
    if not given.get("name") and not given.get("company"):
        raise ScmError(
            "a lead needs a contact or a company",
            hint="Give it with --name or --company.",
            exit_code=Exit.USAGE,
        )
    given["came_clock"] = leads.require_clock(given.get("came_clock"), "--came-clock")
    if given.get("came_on") is None:
        given["came_on"] = run.today
        given["came_clock"] = given["came_clock"] or run.clock
    with writing(run, small=True) as con:
        number = given.get("lead_no") or documents.number(con, run, changes, "lead")
        row = master.row("lead", {**given, "lead_no": number})
        same = _twins(con, row)
        if row["owner"] is None:
            row |= _assigned(con, row)
        changes.insert("lead", [row])
        told = [Problem(number, _same(each)) for each in same]
        told += phones.doubts(number, row["mobile"])
        return documents.Entered(number, commit(con, run, changes), tuple(told))


def _same(twin: Mapping[str, Any]) -> Say:
    other = twin["lead"] or twin["customer"]
    return Say("{other} is probably the same: {field}", other=other, field=Say(twin["same"]))


def _assigned(con: Any, lead: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    people = rows(con, "SELECT * EXCLUDE (entry) FROM salesperson ORDER BY person")
    if not people:
        return {}
    found = leads.assigned(lead, people, _loads(con))
    return {"owner": found.person, "assigned_why": found.why.english}


IS_OPEN = "status IN ('new', 'contacted', 'qualified')"


def _loads(con: Any) -> dict[str, int]:  # noqa: ANN401
    """Owner → open leads."""
    counted = f"SELECT owner, count(*) AS n FROM lead WHERE {IS_OPEN} AND owner IS NOT NULL"
    return {row["owner"]: row["n"] for row in rows(con, f"{counted} GROUP BY owner")}


def assign(
    run: Run, number: str | None, owner: str | None
) -> tuple[list[dict[str, Any]], Committed]:
    """Give leads without an owner one, or one lead the owner that is named; each with the reason.

    Raises:
        ScmError: there is no such lead, or the shop knows no salespeople.
    """
    told, changes = [], Changes()
    with writing(run) as con:
        people = rows(con, "SELECT * EXCLUDE (entry) FROM salesperson ORDER BY person")
        if not people and owner is None:
            raise ScmError(
                "the shop knows no salespeople",
                hint="Import them: `scm template salespeople FILE` makes the sheet.",
            )
        load = _loads(con)
        for lead in _asked(con, number):
            found = leads.assigned(lead, people, load)
            if owner is not None:
                found = leads.Assigned(owner, Say("named by {who}", who=run.who))
            told.append({"lead": lead["lead_no"], "owner": found.person, "why": found.why})
            if found.person is not None:
                load[found.person] = load.get(found.person, 0) + 1
                new = {"owner": found.person, "assigned_why": found.why.english}
                changes.update("lead", [{"lead_no": lead["lead_no"], **new}])
        return told, commit(con, run, changes)


def _asked(con: Any, number: str | None) -> list[dict[str, Any]]:  # noqa: ANN401
    """The lead that is named, else all that have no owner, the oldest first."""
    if number is not None:
        return [lookup.one(con, "lead", "lead_no", number)]
    free = f"SELECT * EXCLUDE (entry) FROM lead WHERE owner IS NULL AND {IS_OPEN}"
    return rows(con, f"{free} ORDER BY came_on, came_clock, lead_no")
