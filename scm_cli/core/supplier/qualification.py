"""A supplier's papers against what its category requires, and the steps from state to state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice
from scm_cli.core.records.qualification import LONG_TERM, LONG_TERM_WORDS, paper_name
from scm_cli.errors import Exit, Problem, Say, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Rows = Sequence[Mapping[str, Any]]

#: From which states each step may be taken, and where it leads.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "approve": (("candidate",), "approved"),
    "suspend": (("candidate", "approved"), "suspended"),
    "end": (("candidate", "approved", "suspended"), "ended"),
    "reinstate": (("suspended", "ended"), "approved"),
}
#: States and steps as a sentence says them.
STATES = {
    "candidate": "a candidate",
    "approved": "approved",
    "suspended": "suspended",
    "ended": "ended",
    "approve": "approved",
    "suspend": "suspended",
    "end": "ended",
    "reinstate": "taken back",
}
#: How a paper stands, worst first.
STATUSES = ("expired", "missing", "not yet", "expiring", "valid", "long-term")


def next_state(supplier: Mapping[str, Any], step: str) -> str:
    """The state after a step; who was ended comes back as a candidate.

    Raises:
        ScmError: the step cannot be taken from the supplier's state.

    >>> next_state({"supplier": "S1", "state": "candidate"}, "approve")
    'approved'
    >>> next_state({"supplier": "S1", "state": "ended"}, "reinstate")
    'candidate'
    """
    allowed, after = STEPS[step]
    if supplier["state"] not in allowed:
        raise ScmError(
            "supplier {supplier} is {state}; it cannot be {step}",
            hint="See `scm supplier show {supplier}`.",
            supplier=supplier["supplier"],
            state=Say(STATES[supplier["state"]]),
            step=Say(STATES[step]),
        )
    return "candidate" if supplier["state"] == "ended" else after


def required_kinds(required: Mapping[str, Iterable[str]], category: str | None) -> list[str]:
    """The papers that a supplier of a category needs; `*` stands for every category.

    >>> required_kinds({"*": ["business_licence"], "food": ["food_licence"]}, "food")
    ['business_licence', 'food_licence']
    """
    asked = [*required.get("*", ()), *(required.get(category, ()) if category else ())]
    return list(dict.fromkeys(asked))


def checklist(
    papers: Rows, required: Sequence[str], today: date, warn_days: int
) -> list[dict[str, Any]]:
    """One row per required kind and per kind that is there: its newest paper and how it stands.

    `papers` are rows of `qualification` of one supplier. `status` is missing, expired,
    expiring (within `warn_days`), not yet (begins later), valid or long-term; `left_days` counts
    to the last valid day.

    >>> paper = {"kind": "tax_status", "number": "7", "issuer": None, "file": None,
    ...     "valid_from_on": None, "valid_until_on": date(2026, 1, 9)}
    >>> [(r["kind"], r["status"], r["left_days"])
    ...     for r in checklist([paper], ["business_licence"], date(2026, 1, 2), 60)]
    [('business_licence', 'missing', None), ('tax_status', 'expiring', 7)]
    """
    kinds = [*required, *(k for k in dict.fromkeys(p["kind"] for p in papers) if k not in required)]
    found = []
    for kind in kinds:
        mine = [p for p in papers if p["kind"] == kind]
        best = max(mine, key=lambda p: (begun(p, today), p["valid_until_on"]), default=None)
        row = {"kind": kind, "required": kind in required, "number": None, "issuer": None,
               "valid_until_on": None, "left_days": None, "status": "missing"}  # fmt: skip
        if best is not None:
            row |= {n: best[n] for n in ("number", "issuer")}
            row["status"] = paper_status(best, today, warn_days)
            if best["valid_until_on"] != LONG_TERM:
                row["valid_until_on"] = best["valid_until_on"]
                row["left_days"] = (best["valid_until_on"] - today).days
        found.append(row)
    return found


def begun(paper: Mapping[str, Any], today: date) -> bool:
    """Whether a paper is in force already."""
    return paper["valid_from_on"] is None or bool(paper["valid_from_on"] <= today)


def paper_status(paper: Mapping[str, Any], today: date, warn_days: int) -> str:
    """How one paper stands on a day; its last day still counts.

    >>> paper_status({"valid_from_on": None, "valid_until_on": date(2026, 1, 2)}, date(2026, 1, 2), 30)
    'expiring'
    """
    if not begun(paper, today):
        return "not yet"
    if paper["valid_until_on"] == LONG_TERM:
        return "long-term"
    if paper["valid_until_on"] < today:
        return "expired"
    soon = (paper["valid_until_on"] - today).days <= warn_days
    return "expiring" if soon else "valid"


def lacking(checked: Rows, *, expired_only: bool = False) -> list[Problem]:
    """What of a checklist stands in the way: of approval all that is not valid, of an order what expired.

    >>> row = {"kind": "tax_status", "required": True, "status": "missing"}
    >>> [p.where for p in lacking([row])], lacking([row], expired_only=True)
    (['tax_status'], [])
    """
    found = []
    for row in checked:
        if not row["required"]:
            continue
        if row["status"] == "expired":
            told = Say("it expired on {day}", day=row["valid_until_on"])
            found.append(Problem(row["kind"], told))
        elif row["status"] in ("missing", "not yet") and not expired_only:
            told = (
                Say("it is missing") if row["status"] == "missing" else Say("it is not valid yet")
            )
            found.append(Problem(row["kind"], told))
    return found


REFUSALS = {
    "approve": "supplier {supplier} cannot be approved: required papers are missing",
    "order": "nothing is ordered from {supplier}: required papers have expired",
}


def require_papers(
    code: str, problems: Sequence[Problem], action: str, override: str | None
) -> str | None:
    """What was overridden, as one text for the records; None when nothing stood in the way.

    `override` is the reason for going on all the same; `action` is approve or order.

    Raises:
        ScmError: something stands in the way and no reason was given.

    >>> require_papers("S1", [Problem("tax_status", Say("it is missing"))], "order", "known")
    'tax_status: it is missing'
    """
    if not problems:
        return None
    if override is None:
        raise ScmError(
            REFUSALS[action],
            hint="Enter the papers with `scm supplier qualify {supplier}`, or say --override --reason WHY.",
            exit_code=Exit.REFUSED,
            problems=tuple(problems),
            supplier=code,
        )
    return "; ".join(f"{p.where}: {p.what.english}" for p in problems)


def last_day(text: str | None, *, long_term: bool) -> str:
    """The text of a paper's last day; a paper without an end has the last day of all.

    Raises:
        ScmError: neither a day nor long-term is stated, or both.

    >>> last_day("长期", long_term=False), last_day("2027-01-31", long_term=False)
    ('2100-12-31', '2027-01-31')
    """
    said = text is not None and text.strip().lower() in LONG_TERM_WORDS
    if (text is None or said) and (long_term or said):
        return LONG_TERM.isoformat()
    if text is None or long_term:
        raise ScmError(
            "until when is the paper valid?",
            hint="Give --until DATE, or --long-term.",
            exit_code=Exit.USAGE,
        )
    return text


def notices(
    checked: Mapping[str, Rows], today: date, warn_days: Sequence[int] = (60, 30, 7)
) -> list[Notice]:
    """What of the papers needs somebody's hand, supplier by supplier; `checked` are checklists.

    An expiring paper is told with more weight at each of `warn_days` [days before its end].

    >>> row = {"kind": "tax_status", "required": True, "status": "expiring", "number": "7",
    ...     "left_days": 7, "valid_until_on": date(2026, 1, 9)}
    >>> [n.what.english for n in notices({"S1": [row]}, date(2026, 1, 2))]
    ['tax status certificate expires in 7 days: new orders stop then']
    """
    found = []
    for supplier, rows in checked.items():
        for row in rows:
            told = _told(row, warn_days)
            if told is not None:
                values = {"day": row["valid_until_on"], "days": row["left_days"]}
                say = Say(told, paper=paper_name(row["kind"]), **values)
                by_on = row["valid_until_on"] or today
                found.append(Notice("paper", supplier, row["number"] or "", say, by_on))
    return sorted(found, key=lambda n: (n.by_on or today, n.who))


def _told(row: Mapping[str, Any], warn_days: Sequence[int]) -> str | None:
    if row["status"] == "expiring":
        stage = sum(row["left_days"] <= days for days in warn_days)
        if stage >= len(warn_days) and row["required"]:
            return TOLD[2]
        return TOLD[1 if stage > 1 else 0]
    if row["required"] and row["status"] == "expired":
        return TOLD[3]
    return TOLD[4] if row["required"] and row["status"] == "missing" else None


TOLD = (
    "{paper} expires in {days} {days:day|days}",
    "{paper} expires in {days} {days:day|days}: ask for its renewal",
    "{paper} expires in {days} {days:day|days}: new orders stop then",
    "{paper} expired on {day}: new orders are blocked",
    "{paper} is missing",
)


def kept_name(sha256: str, name: str) -> str:
    """The name under which the shop keeps a paper's file: the same content has one name.

    >>> kept_name("a" * 64, "licence.pdf")
    'aaaaaaaaaaaa-licence.pdf'
    """
    return f"{sha256[:12]}-{name}"
