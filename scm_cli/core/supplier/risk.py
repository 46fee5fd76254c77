"""How risky a supplier is, with each reason: papers, trial orders, dependence, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from scm_cli.core.records.qualification import paper_name
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRADES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a supplier; the counts are over the window that `Bounds` was made for.

    `due_lines` are order lines whose day has come; `late_lines` those of them that came after
    it, or not at all. `share_pct` is its part of all that was spent, `sole_items` the items
    that nobody else offers.
    """

    checklist: Sequence[Mapping[str, Any]] = ()
    credit_code: bool | None = None
    orders: int = 0
    due_lines: int = 0
    late_lines: int = 0
    received_qty: float = 0.0
    rejected_qty: float = 0.0
    share_pct: float = 0.0
    sole_items: int = 0
    suspended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a figure speaks against a supplier."""

    trial_orders: int = 3
    min_lines: int = 5
    late_pct: float = 20.0
    reject_pct: float = 5.0
    share_pct: float = 30.0


@dataclass(frozen=True, slots=True)
class Risk:
    """The rating, and each reason with its own grade, the gravest first."""

    rating: str
    reasons: list[tuple[str, Say]] = field(default_factory=list)

    def rows(self) -> list[dict[str, Any]]:
        return [{"grade": grade, "reason": say} for grade, say in self.reasons]


def risk(known: Known, bounds: Bounds) -> Risk:
    """The rating of a supplier: its gravest reason; three medium ones make a high one.

    That nobody else offers its items is told and raises no rating: in a small firm it is the rule.

    >>> found = risk(Known(orders=9, due_lines=20, late_lines=5, credit_code=True), Bounds())
    >>> found.rating, [say.english for _, say in found.reasons]
    ('medium', ['5 of 20 lines came late or not yet'])
    >>> risk(Known(orders=9, due_lines=20, credit_code=True), Bounds()).rating
    'low'
    """
    found = [
        *_papers(known),
        *_trial(known, bounds),
        *_dependence(known, bounds),
        *_history(known, bounds),
    ]
    found.sort(key=lambda each: -GRADES.index(each[0]))
    grades = [grade for grade, _ in found]
    if "high" in grades or grades.count("medium") >= 3:
        return Risk("high", found)
    return Risk("medium" if "medium" in grades else "low", found)


def _papers(known: Known) -> list[tuple[str, Say]]:
    found = []
    for row in known.checklist:
        paper = paper_name(row["kind"])
        if row["required"] and row["status"] in ("missing", "not yet"):
            found.append(("high", Say("{paper} is missing", paper=paper)))
        elif row["required"] and row["status"] == "expired":
            found.append(
                ("high", Say("{paper} expired on {day}", paper=paper, day=row["valid_until_on"]))
            )
        elif row["status"] == "expiring":
            told = Say(
                "{paper} expires in {days} {days:day|days}", paper=paper, days=row["left_days"]
            )
            found.append(("medium", told))
    if known.credit_code is None:
        found.append(("medium", Say("no credit code is known")))
    elif not known.credit_code:
        found.append(("medium", Say("the credit code is not valid")))
    return found


def _trial(known: Known, bounds: Bounds) -> list[tuple[str, Say]]:
    if known.orders >= bounds.trial_orders:
        return []
    if not known.orders:
        return [("medium", Say("nothing was received yet"))]
    return [("medium", Say("only {n} orders were received so far", n=known.orders))]


def _dependence(known: Known, bounds: Bounds) -> list[tuple[str, Say]]:
    found = []
    if known.share_pct >= bounds.share_pct:
        told = Say("{pct} % of what we spend goes there", pct=f"{known.share_pct:.1f}")
        found.append(("medium", told))
    if known.sole_items:
        found.append(("low", Say("nobody else offers {n} of its items", n=known.sole_items)))
    return found


def _history(known: Known, bounds: Bounds) -> list[tuple[str, Say]]:
    found = []
    if known.due_lines >= bounds.min_lines:
        late = 100 * known.late_lines / known.due_lines
        if late >= bounds.late_pct:
            grade = "high" if late >= 2 * bounds.late_pct else "medium"
            told = Say(
                "{late} of {n} lines came late or not yet", late=known.late_lines, n=known.due_lines
            )
            found.append((grade, told))
    came = known.received_qty + known.rejected_qty
    if came and known.due_lines >= bounds.min_lines:
        refused = 100 * known.rejected_qty / came
        if refused >= bounds.reject_pct:
            grade = "high" if refused >= 2 * bounds.reject_pct else "medium"
            found.append((grade, Say("{pct} % of what came was refused", pct=f"{refused:.1f}")))
    if known.suspended_on is not None:
        found.append(("medium", Say("it was suspended on {day}", day=known.suspended_on)))
    return found
