"""Figures over all tickets: how many, how fast, how satisfied, how often again; whom faults touched.

- first answer, solution [working hours]: median and 90th percentile (linear) of the tickets that
  have one; in target = kept ÷ (kept + late), where a ticket that still waits beyond its target is
  late already.
- satisfaction: mean of the ratings 1-5; satisfied = share of 4 and 5; response rate = rated ÷
  asked, of those that were asked.
- a repeat is a ticket of the same customer about the same item (without one: of the same
  category) within some days of the one before, or one that was opened again.
"""

from __future__ import annotations

import polars as pl

RATED_WELL = 4
NINE_IN_TEN = 0.9


def marked_repeats(tickets: pl.DataFrame, days: int) -> pl.DataFrame:
    """The tickets with `is_repeat`.

    Args:
        tickets: `ticket_no, customer, sku, category, opened_on, reopened`.
        days: from the ticket before, at most.

    >>> from datetime import date
    >>> asked = pl.DataFrame({"ticket_no": ["1", "2", "3"], "customer": ["C"] * 3, "sku": ["A"] * 3,
    ...     "category": ["quality"] * 3, "reopened": [0] * 3,
    ...     "opened_on": [date(2026, 1, 1), date(2026, 1, 20), date(2026, 4, 1)]})
    >>> marked_repeats(asked, 30)["is_repeat"].to_list()
    [False, True, False]
    """
    about = pl.coalesce(
        pl.lit("sku ") + pl.col("sku"), pl.lit("category ") + pl.col("category")
    ).alias("about")
    ordered = tickets.with_columns(about).sort("opened_on", "ticket_no")
    gap = (pl.col("opened_on") - pl.col("opened_on").shift(1)).dt.total_days()
    soon = (gap.over("customer", "about") <= days).fill_null(False)
    return ordered.with_columns(is_repeat=soon | (pl.col("reopened") > 0)).drop("about")


def figures(tickets: pl.DataFrame, by: str | None) -> pl.DataFrame:
    """One row per value of `by` (one row in all without it), as the module says.

    Args:
        tickets: `status, answer_hours, answer_state, solution_hours, solution_state` (of
            `tickets.timed`), `rating, surveyed_on, is_repeat, reopened`, and `by`.
        by: a column.

    >>> told = pl.DataFrame({"status": ["closed"] * 2, "answer_hours": [1.0, 3.0],
    ...     "answer_state": ["kept", "late"], "solution_hours": [4.0, None],
    ...     "solution_state": ["kept", None], "rating": [5, None], "surveyed_on": [1, 1],
    ...     "is_repeat": [False, True], "reopened": [0, 1]})
    >>> figures(told, None).select("tickets", "answer_hours", "answer_in_target_pct",
    ...     "satisfaction", "response_pct", "repeat_pct").row(0)
    (2, 2.0, 50.0, 5.0, 50.0, 50.0)
    """
    asked = pl.col("surveyed_on").is_not_null()
    rated = pl.col("rating").is_not_null()
    told = tickets if by is not None else tickets.with_columns(all_=pl.lit(1))
    found = told.group_by(by or "all_").agg(
        tickets=pl.len().cast(pl.Int64),
        open=_count(pl.col("status") == "open"),
        **_speed("answer"),
        **_speed("solution"),
        rated=_count(rated),
        satisfaction=pl.col("rating").cast(pl.Float64).mean(),
        satisfied_pct=_pct(pl.col("rating") >= RATED_WELL, rated),
        asked=_count(asked),
        response_pct=_pct(asked & rated, asked),
        repeats=_count(pl.col("is_repeat")),
        repeat_pct=_pct(pl.col("is_repeat"), pl.lit(True)),
        reopened=_count(pl.col("reopened") > 0),
    )
    found = found.with_columns(pl.selectors.float().fill_nan(None))
    return found.drop("all_") if by is None else found.sort(-pl.col("tickets"), by, nulls_last=True)


def _count(when: pl.Expr) -> pl.Expr:
    return when.fill_null(False).sum().cast(pl.Int64)


def _pct(when: pl.Expr, among: pl.Expr) -> pl.Expr:
    """A share in %; null where there is nobody."""
    return (when & among).fill_null(False).filter(among).mean() * 100


def _speed(name: str) -> dict[str, pl.Expr]:
    took, state = pl.col(f"{name}_hours"), pl.col(f"{name}_state")
    return {
        f"{name}_hours": took.median(),
        f"{name}_p90_hours": took.quantile(NINE_IN_TEN, "linear"),
        f"{name}_in_target_pct": _pct(state == "kept", state.is_in(["kept", "late"])),
    }


def touched(faults: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Per value of `by`: tickets, customers, goods and their worth; the most money first.

    `complaint_amount`: what is claimed, else the goods at the price of their order (the item's
    without one); faults without either count nothing.

    >>> one = pl.DataFrame({"supplier": ["S", "S"], "customer": ["C", "D"], "qty": [2.0, 1.0],
    ...     "amount": [20.0, None]})
    >>> touched(one, ["supplier"]).row(0)
    ('S', 2, 2, 3.0, 20.0)
    """
    found = faults.group_by(by).agg(
        complaints=pl.len().cast(pl.Int64),
        complaint_customers=pl.col("customer").n_unique().cast(pl.Int64),
        complaint_qty=pl.col("qty").sum(),
        complaint_amount=pl.col("amount").sum(),
    )
    return found.sort(-pl.col("complaint_amount"), *by, nulls_last=True)


def as_failures(faults: pl.DataFrame) -> pl.DataFrame:
    """Faults of known suppliers as the inspections of `scorecard.quality`.

    >>> from datetime import date
    >>> as_failures(pl.DataFrame({"supplier": ["S", None], "fault_on": [date(2026, 2, 1)] * 2,
    ...     "qty": [3.0, 1.0]})).row(0)
    ('S', datetime.date(2026, 2, 1), 3.0, False)
    """
    known = faults.filter(pl.col("supplier").is_not_null())
    return known.select(
        "supplier", pl.col("fault_on").alias("on"), pl.col("qty").alias("failed_qty"),
        pl.lit(False).alias("is_safety"),
    )  # fmt: skip
