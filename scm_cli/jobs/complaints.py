"""What all tickets say: how many, how fast, how satisfied; whose faults, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.customer import ticket_figures
from scm_cli.core.customer.tickets import timed
from scm_cli.errors import Exit, Say, ScmError
from scm_cli.jobs import hours, ticket
from scm_cli.store import service
from scm_cli.store.gateway import reading

if TYPE_CHECKING:
    from scm_cli.run import Run

#: What figures may be split by → the column of a ticket.
BY = {
    "month": "month", "category": "category", "priority": "priority", "channel": "channel", "owner": "owner",
    "item": "sku", "customer": "customer", "supplier": "supplier",
}  # fmt: skip
FIGURES = (
    "tickets", "open", "answer_hours", "answer_p90_hours", "answer_in_target_pct", "solution_hours",
    "solution_p90_hours", "solution_in_target_pct", "rated", "satisfaction", "satisfied_pct", "asked",
    "response_pct", "repeats", "repeat_pct", "reopened",
)  # fmt: skip
FAULTS_BY = {"item": ["sku"], "lot": ["sku", "lot"], "supplier": ["supplier"]}
RECENT = 10


@dataclass(frozen=True, slots=True)
class Days:
    """Tickets opened in these days; without an end all from or up to the other."""

    first: date | None = None
    last: date | None = None

    def require(self) -> None:
        """Raises: ScmError: they are turned round (exit 2)."""
        if self.first and self.last and self.first > self.last:
            raise ScmError(
                "the range ends on {last}, before it begins on {first}",
                hint="Give --from and --to the other way round.",
                exit_code=Exit.USAGE, first=self.first, last=self.last,
            )  # fmt: skip

    def within(self, found: pl.DataFrame) -> pl.DataFrame:
        first, last = self.first or date.min, self.last or date.max
        return found.filter(pl.col("opened_on").is_between(first, last))


def _known(by: str | None, names: dict[str, Any]) -> None:
    if by is not None and by not in names:
        raise ScmError(
            "tickets are not split by {by}", hint="Split them by {names}.",
            exit_code=Exit.USAGE, by=by, names=", ".join(names),
        )  # fmt: skip


def figures(run: Run, by: str | None, days: Days) -> list[dict[str, Any]]:
    """Volume, speed against the targets, satisfaction, repeats; in all or split.

    Raises:
        ScmError: they are not split so, or the range is turned round.
    """
    _known(by, BY)
    days.require()
    with reading(run) as con:
        every = service.every(con)
        told = every.to_dicts()
        promised = ticket.targets(con, run, told)
        faults = ticket_figures.blamed(service.faults(con)) if by == "supplier" else None
    if every.is_empty():
        return []
    now = hours.now(run, promised.hours)
    times = pl.DataFrame([timed(row, now, promised) for row in told], _TIMES, orient="row")
    whole = pl.concat([every, times], how="horizontal")
    if faults is not None:
        whole = whole.drop("supplier").join(faults.select("ticket_no", "supplier"), on="ticket_no")
    whole = ticket_figures.marked_repeats(whole, run.settings.tickets.repeat_days)
    whole = days.within(whole.with_columns(month=pl.col("opened_on").dt.strftime("%Y-%m")))
    found = ticket_figures.figures(whole, BY[by] if by else None)
    if by == "month":
        found = found.sort("month")
    return _rounded(found if by is None else found.rename({BY[by]: by}))


_TIMES: dict[str, Any] = {
    "answer_hours": pl.Float64, "answer_due_at": pl.Datetime("us"), "answer_state": pl.String,
    "solution_hours": pl.Float64, "solution_due_at": pl.Datetime("us"), "solution_state": pl.String,
}  # fmt: skip


def _rounded(found: pl.DataFrame) -> list[dict[str, Any]]:
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def faults(con: Any, run: Run, customer: str | None = None) -> pl.DataFrame:  # noqa: ANN401
    """Tickets that a supplier caused: of the categories that the settings name, or said so by hand."""
    found = service.faults(con, customer)
    theirs = pl.col("category").is_in(list(run.settings.tickets.supplier_faults))
    return ticket_figures.blamed(found.filter(theirs | pl.col("stated").is_not_null()))


def defects(run: Run, by: str, days: Days) -> list[dict[str, Any]]:
    """Faults by item, lot or supplier beside what left or came in those days.

    Raises:
        ScmError: they are not split so, or the range is turned round.
    """
    _known(by, FAULTS_BY)
    days.require()
    with reading(run) as con:
        found = days.within(faults(con, run))
        first, last = days.first or date.min, days.last or run.today
        volumes = service.volumes(con, by, first, last)
    names = FAULTS_BY[by]
    told = ticket_figures.touched(found, names)
    key = pl.concat_str(names, separator=" ", ignore_nulls=False)
    told = told.join(volumes, left_on=key, right_on="key", how="left", maintain_order="left")
    share = pl.col("complaint_qty") / pl.col("volume_qty") * 100
    told = told.with_columns(defect_pct=pl.when(pl.col("volume_qty") > 0).then(share))
    return _rounded(told.select(*names, *DEFECTS))


DEFECTS = (
    "complaints", "complaint_customers", "complaint_qty", "complaint_amount", "volume_qty", "defect_pct",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Complaints:
    """What customers complained of a supplier: the figures, one sentence, the newest tickets."""

    figures: dict[str, Any]
    told: Say
    rows: list[dict[str, Any]]


def of_supplier(con: Any, run: Run, code: str) -> Complaints:  # noqa: ANN401 -- the store's connection
    """This supplier's faults of the last days, and whom they touched."""
    first = run.today - timedelta(days=run.settings.tickets.fault_days - 1)
    mine = faults(con, run).filter(pl.col("supplier") == code)
    mine = mine.filter(pl.col("opened_on").is_between(first, run.today))
    found = ticket_figures.touched(mine, ["supplier"])
    names = ("complaints", "complaint_customers", "complaint_amount")
    sums = found.row(0, named=True) if len(found) else dict.fromkeys(names, 0)
    figures = {n: round(sums[n], 2) for n in names}
    newest = mine.sort("opened_on", "ticket_no", descending=True).head(RECENT)
    shown = newest.select(
        pl.col("ticket_no").alias("ticket"), "opened_on", "customer", "sku", "lot", "qty",
        pl.col("amount").round(2), "basis",
    )  # fmt: skip
    return Complaints(figures, sentence(figures, run.settings.currency), shown.to_dicts())


def sentence(figures: dict[str, Any], currency: str) -> Say:
    """Whom a supplier's faults touched, and what they were worth."""
    return Say(
        "this supplier's faults touched {n} {n:customer|customers}, {amount} {currency} "
        "({tickets} {tickets:ticket|tickets})",
        n=figures["complaint_customers"],
        amount=f"{figures['complaint_amount'] or 0:,.2f}",
        currency=currency,
        tickets=figures["complaints"],
    )


def of_customer(con: Any, run: Run, code: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # noqa: ANN401
    """A customer's tickets in figures, and the newest with the supplier whose fault they were."""
    blamed = faults(con, run, code)
    whose = dict(blamed.select("ticket_no", "supplier").iter_rows())
    found = service.tickets(con, None, None, code)
    rated = [row["rating"] for row in found if row["rating"] is not None]
    figures = {
        "tickets": len(found), "open_tickets": sum(row["status"] == "open" for row in found),
        "last_ticket_on": found[0]["opened_on"] if found else None,
        "satisfaction": round(sum(rated) / len(rated), 2) if rated else None,
        "complaint_amount": round(blamed["amount"].sum() or 0.0, 2) if len(blamed) else None,
    }  # fmt: skip
    names = ("ticket", "opened_on", "category", "sku", "lot", "subject", "status", "rating")
    told = [{**{n: row[n] for n in names}, "supplier": whose.get(row["ticket"])} for row in found]
    return figures, told[:RECENT]


def failures(found: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Faults as inspections that failed; none when the settings say that they do not count."""
    failed = ticket_figures.as_failures(found)
    return failed if run.settings.scoring.complaints else failed.clear()


def counted(cards: pl.DataFrame, found: pl.DataFrame, days: Days) -> pl.DataFrame:
    """The cards of suppliers with whom their faults of these days touched, and for how much."""
    told = ticket_figures.touched(days.within(found), ["supplier"]).drop("complaint_qty")
    whole = cards.join(told, on="supplier", how="left", maintain_order="left")
    counts = ("complaints", "complaint_customers")
    return whole.with_columns(
        pl.col(counts).fill_null(0), pl.col("complaint_amount").fill_null(0.0).round(2)
    )
