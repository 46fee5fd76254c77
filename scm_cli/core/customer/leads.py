"""Leads: who was there before, who takes the new one, how long people wait, what one costs.

Plain Python over one lead and its neighbours; only the cost per channel goes over all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scm_cli.core.search import folded
from scm_cli.errors import Exit, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DIGITS = 7  # of a phone number that must agree, from its end
_CLOCK = re.compile(r"(?:^|\D)([01]?\d|2[0-3])[:：]([0-5]\d)")
_FORM = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|公司|集团|商行|\b(co|ltd|inc|llc|gmbh|company|limited)\b)",
    re.IGNORECASE,
)


def clock(text: str | None) -> str | None:
    """The time of day in a text such as `2026-03-01 9:05:31`, as 09:05; None when there is none.

    >>> clock("2026-03-01 9:05:31"), clock("2026-03-01"), clock("18：30")
    ('09:05', None, '18:30')
    """
    found = _CLOCK.search(text or "")
    return f"{int(found[1]):02d}:{found[2]}" if found else None


def require_clock(text: str | None, field: str) -> str | None:
    """A time of day as it is typed.

    Raises:
        ScmError: it is none.
    """
    if text is None:
        return None
    found = clock(text)
    if found is None:
        raise ScmError(
            "{text} is no time of day ({field})",
            hint="Write it as 09:30.",
            exit_code=Exit.USAGE,
            text=text,
            field=field,
        )
    return found


def _phone(text: object) -> str:
    return re.sub(r"\D", "", str(text or ""))[-11:]


def _firm(text: object) -> str:
    """A company's name without its legal form.

    >>> _firm("长沙晨光文具有限公司") == _firm("长沙晨光文具"), _firm("Acme Co., Ltd.")
    (True, 'acme')
    """
    return re.sub(r"[^\w]", "", _FORM.sub("", folded(str(text or ""))))


def twins(
    lead: Mapping[str, Any], others: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """Who of `others` (leads and customers) is probably the same, and by which field.

    Credit code, phone or mobile (last 11 digits), e-mail, company name without its legal form, or,
    when neither names a company, the contact's name in the same region.

    >>> lead = {"mobile": "138 0013 8000", "company": "晨光文具有限公司"}
    >>> [why for _, why in twins(lead, [{"phone": "+86-13800138000"}, {"company": "晨光文具"}])]
    ['phone', 'company']
    """
    phones = {
        p for p in (_phone(lead.get("mobile")), _phone(lead.get("phone"))) if len(p) >= DIGITS
    }
    firm, name = _firm(lead.get("company")), folded(str(lead.get("name") or ""))
    found = []
    for other in others:
        theirs = {_phone(other.get("mobile")), _phone(other.get("phone"))}
        named = other.get("company") or (other.get("customer") and other.get("name"))
        if lead.get("uscc") and lead["uscc"] == other.get("uscc"):
            found.append((other, "credit code"))
        elif phones & theirs:
            found.append((other, "phone"))
        elif lead.get("email") and folded(lead["email"]) == folded(other.get("email") or ""):
            found.append((other, "e-mail"))
        elif firm and firm == _firm(named):
            found.append((other, "company"))
        elif (
            name and not firm and not named and name == folded(other.get("name") or "")
            and lead.get("region") == other.get("region")
        ):  # fmt: skip
            found.append((other, "name"))
    return found


def earlier_twins(
    every: Iterable[Mapping[str, Any]], customers: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any], str]]:
    """Each lead with the first customer or earlier lead that is probably the same, and by which field.

    `every`: leads in the order in which they came. A lead and the customer that it became are no
    twins. The fields are those of `twins`, but for a contact's bare name.
    """
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for each in customers:
        for key in _keys(each, each.get("name")):
            seen.setdefault(key, each)
    found = []
    for lead in every:
        keys = _keys(lead, lead.get("company"))
        for key in keys:
            other = seen.get(key)
            became = other is not None and other.get("customer") == (lead.get("customer") or "")
            if other is not None and not became:
                found.append((lead, other, key[0]))
                break
        for key in keys:
            seen.setdefault(key, {**lead, "customer": None})
    return found


def _keys(row: Mapping[str, Any], company: object) -> list[tuple[str, str]]:
    phones = [p for p in (_phone(row.get("mobile")), _phone(row.get("phone"))) if len(p) >= DIGITS]
    told = [("credit code", str(row.get("uscc") or "")), *[("phone", p) for p in phones]]
    told += [("e-mail", folded(str(row.get("email") or ""))), ("company", _firm(company))]
    return [key for key in told if key[1]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who takes a lead, and why; nobody when no one may."""

    person: str | None
    why: Say


def assigned(
    lead: Mapping[str, Any],
    people: Sequence[Mapping[str, Any]],
    open_leads: Mapping[str, int],
) -> Assigned:
    """Who takes a lead: the fitting person with the fewest open leads, and one sentence why.

    A person with regions or categories takes only leads that name one of them; who names none
    takes any. Whoever is full (`most_leads`) takes none. A person made for the lead (both fit by
    name) goes before one who merely takes any; then who is at work at the hour the lead came, then
    the fewest open leads, then the code.

    >>> people = [{"person": "Li", "region": "华东"}, {"person": "Wang", "region": None}]
    >>> assigned({"region": "华东"}, people, {"Li": 4}).person
    'Li'
    >>> assigned({"region": "西北"}, people, {}).why.english
    'Wang: takes any region, takes any category, 0 open leads'
    """
    ranked = []
    for each in people:
        if each.get("status", "active") != "active":
            continue
        fits = [_fit(each.get(n), lead.get(n)) for n in ("region", "category")]
        load, most = open_leads.get(each["person"], 0), each.get("most_leads")
        if None in fits or (most is not None and load >= most):
            continue
        away = not at_work(each, lead.get("came_clock"))
        ranked.append((-sum(bool(f) for f in fits), away, load, each["person"], fits))
    if not ranked:
        return Assigned(None, Say("nobody serves this region and category and has room"))
    _, away, load, person, (region, category) = min(ranked)
    told = Say(
        "{person}: {region}, {category}, {n} open {n:lead|leads}",
        person=person,
        region=Say("serves {what}", what=lead["region"]) if region else Say("takes any region"),
        category=Say("serves {what}", what=lead["category"]) if category else Say("takes any category"),
        n=load,
    )  # fmt: skip
    if away:
        told = Say("{why}, not at work at {hour}", why=told, hour=lead["came_clock"])
    return Assigned(person, told)


def _fit(served: str | None, asked: str | None) -> bool | None:
    """True: named; False: takes any; None: not for this person."""
    if not served:
        return False
    words = [folded(w) for w in re.split(r"[,，;；、/]", served)]
    return True if asked and any(w and w in folded(asked) for w in words) else None


def at_work(person: Mapping[str, Any], hour: str | None) -> bool:
    """Whether a person works at that time of day; who states no hours works at any.

    >>> at_work({"works_from": "09:00", "works_until": "18:00"}, "20:15")
    False
    """
    since, until = person.get("works_from"), person.get("works_until")
    return hour is None or ((since or "00:00") <= hour <= (until or "24:00"))


def channel_costs(
    counts: Iterable[Mapping[str, Any]], spend: Mapping[str, float]
) -> list[dict[str, Any]]:
    """What a lead and a customer of each channel cost; a channel without spend has no cost.

    `counts`: channel, leads, qualified, customers, won_amount; `spend`: channel → amount. What
    was spent on a channel that brought nobody stands there too.

    >>> rows = channel_costs([{"channel": "ad", "leads": 10, "customers": 2}], {"ad": 500.0})
    >>> rows[0]["lead_cost_amount"], rows[0]["customer_cost_amount"]
    (50.0, 250.0)
    """
    found = {row["channel"]: dict(row) for row in counts}
    for channel in spend:
        found.setdefault(channel, {"channel": channel, "leads": 0, "customers": 0})
    for channel, row in found.items():
        paid = spend.get(channel)
        row["spend_amount"] = paid
        for name, count in (("lead", "leads"), ("customer", "customers")):
            known = paid is not None and row[count]
            row[f"{name}_cost_amount"] = round(paid / row[count], 2) if known else None
    return sorted(found.values(), key=lambda r: (-r["leads"], str(r["channel"])))
