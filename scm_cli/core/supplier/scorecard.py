"""What each purchase line says of its supplier, and what all of them say together.

A line counts in the period in which it was due: the day that was first promised (frozen; a
change that we asked for refreezes it), else order date + quoted lead time, else the day that was
asked for. What we cancelled is taken out, what the supplier cancelled stays in.

- in full: accepted by due + grace ≥ ordered × (1 − tolerance).
- on time: in full, or whatever came of the line came by due + grace, rejects included, and
  nothing is still to come.
- delivered share: min(1, accepted ÷ ordered), whenever it came.
- days late: from the due day to the day on which enough was accepted; for a line that is still
  open to the day of the count; to the last receipt where the rest will not come. 0 when early.
  A line of which nothing came or will come has none.
- padding: days from the day that was asked for to the day that was promised.

Quantities [item's unit], shares 0-1, days are calendar days. Every figure comes with its count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.supplier.periods import Period

LINES = {
    "line": pl.Int64,  # number that receipts name
    "supplier": pl.String,
    "purchase_no": pl.String,
    "line_no": pl.Int64,
    "sku": pl.String,
    "status": pl.String,  # of the order; drafts never get here
    "ordered_on": pl.Date,
    "requested_on": pl.Date,
    "promised_on": pl.Date,  # frozen
    "quoted_days": pl.Int64,
    "qty": pl.Float64,
    "cancelled_qty": pl.Float64,
    "cancelled_by": pl.String,  # us, supplier; null means us
    "received_before_qty": pl.Float64,  # before the books began, on a day that nobody knows
}
RECEIPTS = {
    "line": pl.Int64,  # null: received without an order
    "supplier": pl.String,
    "received_on": pl.Date,
    "accepted_qty": pl.Float64,
    "rejected_qty": pl.Float64,
}
INSPECTIONS = {
    "supplier": pl.String,
    "on": pl.Date,
    "failed_qty": pl.Float64,
    "is_safety": pl.Boolean,
}
OPEN = ("approved", "confirmed")
FUZZ = 1e-6  # quantities have 4 places
NINE_IN_TEN = 0.9


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is forgiven: part of the quantity [%], days past the promise [days]."""

    tolerance_pct: float = 0.0
    grace_days: int = 0


def judged(
    lines: pl.DataFrame,
    receipts: pl.DataFrame,
    period: Period,
    allowed: Allowance,
    today: date,
) -> pl.DataFrame:
    """The evidence: one row per line that was due in the period, with what became of it.

    Args:
        lines: `LINES`; may hold more than the period.
        receipts: `RECEIPTS`; those after `today` do not count yet.
        period: by due date.
        allowed: tolerance and grace.
        today: open lines are late by at least the days until then.

    >>> from datetime import date
    >>> from scm_cli.core.supplier.periods import month
    >>> line = {"line": 1, "supplier": "S", "status": "closed", "promised_on": date(2026, 1, 9),
    ...     "qty": 10.0}
    >>> came = [{"line": 1, "received_on": date(2026, 1, n), "accepted_qty": 5.0} for n in (8, 12)]
    >>> told = judged(pl.DataFrame([line]), pl.DataFrame(came), month("2026-01"), Allowance(),
    ...     date(2026, 2, 1)).row(0, named=True)
    >>> told["on_time"], told["in_full"], told["late_days"], told["delivered_share"]
    (False, False, 3, 1.0)
    """
    due = _due(typed(lines, LINES), period, allowed)
    came = typed(receipts, RECEIPTS).filter(
        pl.col("line").is_not_null(), pl.col("received_on") <= today
    )
    met = _met(due, came)
    asked = met.with_columns(ordered_qty=_ordered()).filter(pl.col("ordered_qty") > FUZZ)
    need = pl.col("ordered_qty") * (1 - allowed.tolerance_pct / 100) - FUZZ
    asked = asked.with_columns(need_qty=need)
    whole = asked.join(_completed(asked, came), on="line", how="left", maintain_order="left")
    return _told(whole, today).sort("supplier", "due_on", "line").drop("line")


def typed(frame: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The columns of a schema in its types; those that are not there are null.

    >>> typed(pl.DataFrame({"line": [1]}), RECEIPTS).columns
    ['line', 'supplier', 'received_on', 'accepted_qty', 'rejected_qty']
    """
    return frame.select(
        pl.col(n).cast(kind) if n in frame.columns else pl.lit(None, kind).alias(n)
        for n, kind in schema.items()
    )


def _due(lines: pl.DataFrame, period: Period, allowed: Allowance) -> pl.DataFrame:
    """Lines due in the period: when, on what basis, and until when they are in time."""
    quoted = pl.col("ordered_on") + pl.duration(days="quoted_days")
    on = pl.coalesce("promised_on", quoted, "requested_on")
    basis = (
        pl.when(pl.col("promised_on").is_not_null())
        .then(pl.lit("promise"))
        .when(quoted.is_not_null())
        .then(pl.lit("quoted"))
        .otherwise(pl.lit("requested"))
    )
    zero = pl.col("cancelled_qty", "received_before_qty").fill_null(0.0)
    return (
        lines.with_columns(zero, due_on=on)
        .filter(pl.col("due_on").is_between(period.from_on, period.until_on))
        .with_columns(
            basis=basis, latest_on=pl.col("due_on") + pl.duration(days=allowed.grace_days)
        )
    )


def _met(due: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    """What came of each line, and how much of it in time."""
    dated = came.drop("supplier").with_columns(
        pl.col("accepted_qty", "rejected_qty").fill_null(0.0)
    )
    dated = dated.join(due.select("line", "latest_on"), on="line")
    timely = pl.col("received_on") <= pl.col("latest_on")
    both = pl.col("accepted_qty") + pl.col("rejected_qty")
    sums = dated.group_by("line").agg(
        accepted=pl.col("accepted_qty").sum(),
        rejected_qty=pl.col("rejected_qty").sum(),
        accepted_by=pl.col("accepted_qty").filter(timely).sum(),
        came_by=both.filter(timely).sum(),
        came_after=both.filter(~timely).sum(),
        last_received_on=pl.col("received_on").max(),
    )
    before = pl.col("received_before_qty")
    known = ("accepted", "accepted_by", "came_by")
    return due.join(sums, on="line", how="left", maintain_order="left").with_columns(
        pl.col("rejected_qty", "came_after").fill_null(0.0),
        *((pl.col(n).fill_null(0.0) + before).alias(n) for n in known),
    )


def _ordered() -> pl.Expr:
    """What counts as ordered: without what we cancelled."""
    ours = pl.col("cancelled_by").fill_null("us") != "supplier"
    kept = pl.col("qty") - pl.when(ours).then("cancelled_qty").otherwise(0.0)
    gone = ours & (pl.col("status") == "cancelled")
    return pl.when(gone).then(pl.min_horizontal(kept, "accepted")).otherwise(kept)


def _completed(asked: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    """The day on which enough was accepted, of lines that had goods after they were due."""
    late = asked.filter(pl.col("last_received_on") > pl.col("due_on"))
    steps = came.select("line", "received_on", "accepted_qty").join(
        late.select("line", "need_qty", "received_before_qty"), on="line"
    )
    steps = steps.sort("line", "received_on")
    so_far = pl.col("accepted_qty").cum_sum().over("line") + pl.col("received_before_qty")
    enough = steps.filter(so_far >= pl.col("need_qty"))
    return enough.group_by("line").agg(completed_on=pl.col("received_on").min())


def _told(whole: pl.DataFrame, today: date) -> pl.DataFrame:
    """Each line's verdict."""
    kept = pl.col("qty") - pl.col("cancelled_qty")
    still = pl.col("status").is_in(OPEN) & (pl.col("accepted") < kept - FUZZ)
    short = pl.col("accepted") < pl.col("need_qty")
    whole = whole.with_columns(
        in_full=pl.col("accepted_by") >= pl.col("need_qty"), open=still & short
    )
    timely = (pl.col("came_by") > FUZZ) & (pl.col("came_after") <= FUZZ) & ~pl.col("open")
    end_on = (
        pl.when(pl.col("completed_on").is_not_null())
        .then("completed_on")
        .when("in_full")
        .then("due_on")
        .when("open")
        .then(pl.lit(today))
        .when(pl.col("accepted") > FUZZ)
        .then(pl.coalesce("last_received_on", "due_on"))
        .otherwise("last_received_on")
    )
    share = pl.min_horizontal(1.0, pl.col("accepted") / pl.col("ordered_qty"))
    return whole.select(
        "line", "supplier", "purchase_no", "line_no", "sku", "ordered_qty", "requested_on", "promised_on",
        "due_on", "basis",
        accepted_by_due_qty="accepted_by",
        accepted_qty="accepted",
        rejected_qty="rejected_qty",
        last_received_on="last_received_on",
        late_days=(end_on - pl.col("due_on")).dt.total_days().clip(0, None),
        on_time=pl.col("in_full") | timely,
        in_full="in_full",
        open="open",
        delivered_share=share,
    )  # fmt: skip


def punctuality(evidence: pl.DataFrame) -> pl.DataFrame:
    """Per supplier: counts of lines due, on time, in full; delivered share, lateness, padding.

    >>> rows = pl.DataFrame({"supplier": ["S"] * 3, "basis": ["promise"] * 3,
    ...     "on_time": [True, True, False], "in_full": [True, False, False],
    ...     "delivered_share": [1.0, 0.5, 0.0], "late_days": [0, 0, None],
    ...     "promised_on": [None] * 3, "requested_on": [None] * 3},
    ...     schema_overrides={"promised_on": pl.Date, "requested_on": pl.Date})
    >>> punctuality(rows).select("lines", "on_time_lines", "in_full_lines", "delivered_share").row(0)
    (3, 2, 1, 0.5)
    """
    count = pl.len().cast(pl.Int64)
    padding = (pl.col("promised_on") - pl.col("requested_on")).dt.total_days()
    return evidence.group_by("supplier").agg(
        lines=count,
        assumed_lines=(pl.col("basis") != "promise").sum().cast(pl.Int64),
        on_time_lines=pl.col("on_time").sum().cast(pl.Int64),
        in_full_lines=pl.col("in_full").sum().cast(pl.Int64),
        delivered_share=pl.col("delivered_share").mean(),
        late_days_mean=pl.col("late_days").mean(),
        late_days_p90=pl.col("late_days").quantile(NINE_IN_TEN, interpolation="linear"),
        padding_days=padding.mean(),
    )


def quality(receipts: pl.DataFrame, inspections: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Per supplier: what passed of what was received in the period, with or without an order.

    Goods that failed at an inspection were accepted at the door; they are taken off again.

    Returns:
        `supplier, received_lines, received_qty, failed_qty, pass_share, unsafe`: rejected and
        failed [item's unit], the share 0-1 (null without receipts), any safety failure.

    >>> from datetime import date
    >>> from scm_cli.core.supplier.periods import month
    >>> came = pl.DataFrame({"supplier": ["S"], "received_on": [date(2026, 1, 5)],
    ...     "accepted_qty": [90.0], "rejected_qty": [10.0]})
    >>> found = pl.DataFrame({"supplier": ["S"], "on": [date(2026, 1, 6)], "failed_qty": [5.0]})
    >>> quality(came, found, month("2026-01")).row(0)
    ('S', 1, 100.0, 15.0, 0.85, False)
    """
    came = typed(receipts, RECEIPTS).filter(_within("received_on", period))
    looked = typed(inspections, INSPECTIONS).filter(_within("on", period))
    got = came.group_by("supplier").agg(
        received_lines=pl.len().cast(pl.Int64),
        received_qty=pl.col("accepted_qty").sum() + pl.col("rejected_qty").sum(),
        refused=pl.col("rejected_qty").sum(),
    )
    bad = looked.group_by("supplier").agg(
        failed=pl.col("failed_qty").sum(), unsafe=pl.col("is_safety").fill_null(False).any()
    )
    both = got.join(bad, on="supplier", how="full", coalesce=True).with_columns(
        pl.col("received_lines").fill_null(0),
        pl.col("received_qty", "refused", "failed").fill_null(0.0),
        pl.col("unsafe").fill_null(False),
    )
    bad_qty = pl.min_horizontal(pl.col("refused") + pl.col("failed"), "received_qty")
    some = pl.col("received_qty") > FUZZ
    return both.select(
        "supplier", "received_lines", "received_qty",
        failed_qty=pl.col("refused") + pl.col("failed"),
        pass_share=pl.when(some).then(1 - bad_qty / pl.col("received_qty")),
        unsafe="unsafe",
    ).sort("supplier")  # fmt: skip


def _within(column: str, period: Period) -> pl.Expr:
    return pl.col(column).is_between(period.from_on, period.until_on)
