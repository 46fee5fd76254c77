"""Tickets that suppliers caused: all of them, those of one supplier, those of one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scm_cli.core.customer import faults
from scm_cli.store import service

if TYPE_CHECKING:
    from scm_cli.errors import Say
    from scm_cli.run import Run

RECENT = 10


def every(con: Any, run: Run, customer: str | None = None) -> list[dict[str, Any]]:  # noqa: ANN401 -- the store's connection
    """Faults of the categories that the settings name, or said by hand to be a supplier's."""
    theirs = run.settings.tickets.supplier_faults
    return [
        faults.blamed(row) for row in service.faults(con, customer)
        if row["category"] in theirs or row["stated"] is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Complaints:
    """What customers complained of a supplier: the figures, one sentence, the newest tickets."""

    figures: dict[str, Any]
    told: Say
    rows: list[dict[str, Any]]


def of_supplier(con: Any, run: Run, code: str) -> Complaints:  # noqa: ANN401
    """This supplier's faults of the last days, and whom they touched.

    Where nobody ever kept a fault, the figures are unknown, not zero.
    """
    known = every(con, run)
    first = run.today - timedelta(days=run.settings.tickets.fault_days - 1)
    mine = [
        row for row in known
        if row["supplier"] == code and first <= row["opened_on"] <= run.today
    ]  # fmt: skip
    figures = faults.sums(mine)
    mine.sort(key=lambda row: (row["opened_on"], row["ticket_no"]), reverse=True)
    names = ("opened_on", "customer", "sku", "lot", "qty", "amount", "basis")
    newest = [{"ticket": r["ticket_no"], **{n: r[n] for n in names}} for r in mine[:RECENT]]
    told = faults.sentence(figures, run.settings.currency)
    return Complaints(figures if known else dict.fromkeys(figures), told, newest)


def of_customer(con: Any, run: Run, code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: ANN401
    """A customer's tickets in figures, and the newest with the supplier whose fault they were."""
    caused = every(con, run, code)
    whose = {row["ticket_no"]: row["supplier"] for row in caused}
    found = service.tickets(con, None, None, code)
    rated = [row["rating"] for row in found if row["rating"] is not None]
    figures = {
        "tickets": len(found), "open_tickets": sum(row["status"] == "open" for row in found),
        "last_ticket_on": found[0]["opened_on"] if found else None,
        "satisfaction": round(sum(rated) / len(rated), 2) if rated else None,
        "complaint_amount": faults.sums(caused)["complaint_amount"] if caused else None,
    }  # fmt: skip
    names = ("ticket", "opened_on", "category", "sku", "lot", "subject", "status", "rating")
    told = [{**{n: row[n] for n in names}, "supplier": whose.get(row["ticket"])} for row in found]
    return figures, told[:RECENT]
