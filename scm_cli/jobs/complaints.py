"""What all tickets say: how many, how fast, how satisfied; whose faults, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from scm_cli.core.calendar import require_range
from scm_cli.core.customer import ticket_figures
from scm_cli.core.customer.ticket_clock import timed
from scm_cli.errors import Exit, ScmError
from scm_cli.jobs import faults, hours, ticket
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


@dataclass(frozen=True, slots=True)
class Days:
    """Tickets opened in these days; without an end all from or up to the other."""

    first: date | None = None
    last: date | None = None

    def require(self) -> None:
        """Raises: ScmError: they are turned round (exit 2)."""
        require_range(self.first, self.last)

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
        steps = service.clocked(con)
        caused = frame(con, run) if by == "supplier" else None
    if every.is_empty():
        return []
    now = hours.now(run, promised.hours)
    timings = [timed(row, steps.get(row["ticket_no"], ()), now, promised) for row in told]
    times = pl.DataFrame(timings, _TIMES, orient="row")
    whole = pl.concat([every, times], how="horizontal")
    if caused is not None:
        whose = caused.select("ticket_no", "supplier")
        whole = whole.drop("supplier").join(whose, on="ticket_no", how="left")
    whole = ticket_figures.marked_repeats(whole, run.settings.tickets.repeat_days)
    whole = days.within(whole.with_columns(month=pl.col("opened_on").dt.strftime("%Y-%m")))
    found = ticket_figures.figures(whole, BY[by] if by else None)
    if by == "month":
        found = found.sort("month")
    return _rounded(found if by is None else found.rename({BY[by]: by}))


_TIMES: dict[str, Any] = {
    "answer_hours": pl.Float64, "answer_due_at": pl.Datetime("us"), "answer_state": pl.String,
    "solution_hours": pl.Float64, "solution_due_at": pl.Datetime("us"), "solution_state": pl.String,
    "customer_waited_hours": pl.Float64, "waiting_since": pl.Datetime("us"),
}  # fmt: skip


def _rounded(found: pl.DataFrame) -> list[dict[str, Any]]:
    return found.with_columns(pl.selectors.float().round(2)).to_dicts()


def frame(con: Any, run: Run) -> pl.DataFrame:  # noqa: ANN401 -- the store's connection
    """Tickets that suppliers caused, each with its supplier where one is known."""
    return pl.DataFrame(faults.every(con, run), _FAULTS)


_FAULTS: dict[str, Any] = {
    "ticket_no": pl.String, "opened_on": pl.Date, "customer": pl.String, "category": pl.String,
    "sku": pl.String, "lot": pl.String, "qty": pl.Float64, "amount": pl.Float64, "supplier": pl.String,
    "basis": pl.String, "fault_on": pl.Date,
}  # fmt: skip


def defects(run: Run, by: str, days: Days) -> list[dict[str, Any]]:
    """Faults by item, lot or supplier beside what left or came in those days.

    Raises:
        ScmError: they are not split so, or the range is turned round.
    """
    _known(by, FAULTS_BY)
    days.require()
    with reading(run) as con:
        found = days.within(frame(con, run))
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
