"""Contracts with suppliers: what is in force, what was called off, what is due, which price holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from scm_cli.core.advise.notices import Notice, number
from scm_cli.errors import Problem, Say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reminders:
    """From when on a contract is told to end, and when it is used too little."""

    warn_days: tuple[int, ...] = (60, 30, 7)
    under_use_from_pct: float = 25.0
    under_use_pct: float = 80.0


def faults(contract: Row, lines: Sequence[Row]) -> list[Problem]:
    """What makes a contract impossible; all of it.

    >>> bad = {"valid_from_on": date(2026, 2, 1), "valid_until_on": date(2026, 1, 1),
    ...     "min_amount": None, "max_amount": None}
    >>> [p.what.english for p in faults(bad, [])]
    ['the contract ends on 2026-01-01, before it starts on 2026-02-01', 'no item and no price is agreed']
    """
    found = []
    first, last = contract["valid_from_on"], contract["valid_until_on"]
    if last < first:
        told = Say(
            "the contract ends on {last}, before it starts on {first}", last=last, first=first
        )
        found.append(Problem("valid_until_on", told))
    if _crossed(contract, "min_amount", "max_amount"):
        told = Say(
            "the minimum {low} is above the maximum {high}",
            low=f"{contract['min_amount']:,.2f}",
            high=f"{contract['max_amount']:,.2f}",
        )
        found.append(Problem("min_amount", told))
    if not lines:
        found.append(Problem("lines", Say("no item and no price is agreed")))
    seen: set[str] = set()
    for line in lines:
        if line["sku"] in seen:
            found.append(Problem(line["sku"], Say("the contract names the item twice")))
        seen.add(line["sku"])
        if _crossed(line, "min_qty", "max_qty"):
            told = Say(
                "the minimum {low} is above the maximum {high}",
                low=number(line["min_qty"]),
                high=number(line["max_qty"]),
            )
            found.append(Problem(line["sku"], told))
    return found


def twins(contract: Row, lines: Sequence[Row], others: Sequence[Row]) -> list[Problem]:
    """Items that another contract of the supplier agrees for some of the same days.

    `others`: `sku, contract_no, valid_from_on, valid_until_on, ended_on`.

    >>> mine = {"valid_from_on": date(2026, 1, 1), "valid_until_on": date(2026, 12, 31)}
    >>> other = {"sku": "A1", "contract_no": "HT-1", "valid_from_on": date(2026, 6, 1),
    ...     "valid_until_on": date(2027, 5, 31), "ended_on": None}
    >>> [p.what.english for p in twins(mine, [{"sku": "A1"}], [other])]
    ['contract HT-1 has it too until 2027-05-31: the one that began last counts']
    """
    skus = {line["sku"] for line in lines}
    told = "contract {number} has it too until {day}: the one that began last counts"
    return [
        Problem(each["sku"], Say(told, number=each["contract_no"], day=last_on(each)))
        for each in others
        if each["sku"] in skus
        and each["valid_from_on"] <= contract["valid_until_on"]
        and last_on(each) >= contract["valid_from_on"]
    ]


def _crossed(row: Row, low: str, high: str) -> bool:
    least, most = row.get(low), row.get(high)
    return least is not None and most is not None and least > most


def last_on(contract: Row) -> date:
    """The last day on which a contract holds: its end, or the day on which it was ended.

    >>> last_on({"valid_until_on": date(2026, 12, 31), "ended_on": date(2026, 6, 1)}).isoformat()
    '2026-06-01'
    """
    ended: date | None = contract["ended_on"]
    until: date = contract["valid_until_on"]
    return until if ended is None else min(ended, until)


def standing(contract: Row, today: date) -> str:
    """Whether a contract is to come, in force, over, or was terminated.

    >>> standing({"status": "in_force", "valid_from_on": date(2026, 1, 1),
    ...     "valid_until_on": date(2026, 12, 31), "ended_on": None}, date(2026, 7, 1))
    'in force'
    """
    if contract["status"] == "terminated":
        return "terminated"
    if today < contract["valid_from_on"]:
        return "to come"
    return "expired" if today > last_on(contract) else "in force"


def use(
    contract: Row, lines: Sequence[Row], calls: Sequence[Row], today: date
) -> list[dict[str, Any]]:
    """How far each line of a contract is used, and the contract as a whole (the last row, no item).

    `calls` are order lines that count against it: sku, qty (cancelled taken off), amount.
    `elapsed_pct` is the part of its time that has passed; `called_pct` the part of the minimum
    that was called off, null without a minimum.

    >>> contract = {"valid_from_on": date(2026, 1, 1), "valid_until_on": date(2026, 12, 31),
    ...     "ended_on": None, "min_amount": Decimal(1000), "max_amount": None}
    >>> line = {"sku": "A1", "min_qty": Decimal(100), "max_qty": None}
    >>> call = {"sku": "A1", "qty": Decimal(30), "amount": Decimal(120)}
    >>> [(r["sku"], r["called_pct"], r["elapsed_pct"])
    ...     for r in use(contract, [line], [call], date(2026, 7, 2))]
    [('A1', 30.0, 49.9), (None, 12.0, 49.9)]
    """
    elapsed = elapsed_pct(contract, today)
    found = []
    for line in lines:
        mine = [c for c in calls if c["sku"] == line["sku"]]
        qty = sum((c["qty"] for c in mine), Decimal(0))
        found.append(
            {
                "sku": line["sku"],
                "called_qty": qty,
                "min_qty": line["min_qty"],
                "max_qty": line["max_qty"],
                "called_amount": sum((c["amount"] or Decimal(0) for c in mine), Decimal(0)),
                "min_amount": None,
                "max_amount": None,
                "called_pct": _share(qty, line["min_qty"]),
                "elapsed_pct": elapsed,
            }
        )
    amount = sum((row["called_amount"] for row in found), Decimal(0))
    whole = {
        "sku": None, "called_qty": None, "min_qty": None, "max_qty": None, "called_amount": amount,
        "min_amount": contract["min_amount"], "max_amount": contract["max_amount"],
        "called_pct": _share(amount, contract["min_amount"]), "elapsed_pct": elapsed,
    }  # fmt: skip
    return [*found, whole]


def _share(part: Decimal, whole: Decimal | None) -> float | None:
    return round(float(100 * part / whole), 1) if whole else None


def elapsed_pct(contract: Row, today: date) -> float:
    """The part of a contract's time that has passed before today, 0-100.

    >>> elapsed_pct({"valid_from_on": date(2026, 1, 1), "valid_until_on": date(2026, 1, 10),
    ...     "ended_on": None}, date(2026, 1, 6))
    50.0
    """
    days = (last_on(contract) - contract["valid_from_on"]).days + 1
    past = (today - contract["valid_from_on"]).days
    return round(100 * min(max(past, 0), days) / days, 1) if days > 0 else 100.0


def overdrawn(used: Sequence[Row]) -> list[Problem]:
    """What was called off beyond a maximum.

    >>> row = {"sku": "A1", "called_qty": Decimal(12), "max_qty": Decimal(10), "called_amount": Decimal(1),
    ...     "max_amount": None}
    >>> [p.what.english for p in overdrawn([row])]
    ['12 are called off, 10 are agreed at most']
    """
    found = []
    told = "{called} are called off, {most} are agreed at most"
    for row in used:
        if row["max_qty"] is not None and row["called_qty"] > row["max_qty"]:
            values = {"called": number(row["called_qty"]), "most": number(row["max_qty"])}
            found.append(Problem(row["sku"], Say(told, **values)))
        if row["max_amount"] is not None and row["called_amount"] > row["max_amount"]:
            values = {"called": f"{row['called_amount']:,.2f}", "most": f"{row['max_amount']:,.2f}"}
            found.append(Problem("max_amount", Say(told, **values)))
    return found


def notices(contract: Row, used: Sequence[Row], today: date, rules: Reminders) -> list[Notice]:
    """That a contract ends soon, and what of it is used too little for the time that has passed.

    Under-use: of the part of the minimum that an even pace would have called off by now, less
    than `under_use_pct` was; told from `under_use_from_pct` of the contract's time on.

    >>> row = {"sku": "A1", "called_pct": 10.0, "elapsed_pct": 50.0, "called_qty": Decimal(10),
    ...     "min_qty": Decimal(100), "called_amount": Decimal(0), "min_amount": None}
    >>> contract = {"contract_no": "HT-1", "supplier": "S1", "status": "in_force", "ended_on": None,
    ...     "valid_from_on": date(2026, 1, 1), "valid_until_on": date(2026, 12, 31)}
    >>> [n.what.english for n in notices(contract, [row], date(2026, 7, 2), Reminders())]
    ['A1: 10 of 100 are called off when 50.0 % of the time has passed']
    """
    if standing(contract, today) != "in force":
        return []
    found = []
    last, who, no = last_on(contract), contract["supplier"], contract["contract_no"]
    left = (last - today).days
    if left <= max(rules.warn_days, default=-1):
        stage = sum(left <= days for days in rules.warn_days)
        told = "the contract ends in {days} {days:day|days}"
        if stage > 1:
            told = "the contract ends in {days} {days:day|days}: renew it, or its prices end"
        found.append(Notice("contract", who, no, Say(told, days=left), last))
    for row in used:
        elapsed, called = row["elapsed_pct"], row["called_pct"]
        if called is None or called >= 100 or elapsed < rules.under_use_from_pct:
            continue
        if called < elapsed * rules.under_use_pct / 100:
            found.append(Notice("contract", who, no, _under_use(row), last))
    return found


def _under_use(row: Row) -> Say:
    if row["sku"] is None:
        return Say(
            "{called} of {least} are called off when {pct} % of the time has passed",
            called=f"{row['called_amount']:,.2f}",
            least=f"{row['min_amount']:,.2f}",
            pct=row["elapsed_pct"],
        )
    return Say(
        "{sku}: {called} of {least} are called off when {pct} % of the time has passed",
        sku=row["sku"],
        called=number(row["called_qty"]),
        least=number(row["min_qty"]),
        pct=row["elapsed_pct"],
    )


def value(lines: Sequence[Row]) -> Decimal | None:
    """What the least agreed quantities are worth at the agreed prices; None when none is agreed.

    >>> value([{"unit_price": Decimal("2.5"), "factor": Decimal(1), "min_qty": Decimal(100)}])
    Decimal('250.00')
    """
    amounts = [
        (line["min_qty"] / line["factor"] * line["unit_price"]).quantize(CENT, ROUND_HALF_UP)
        for line in lines
        if line["min_qty"] is not None
    ]
    return sum(amounts, Decimal(0)) if amounts else None
