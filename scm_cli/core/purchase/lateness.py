"""Which open order lines are late, and which will more likely be late than not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.arrival import Anchor, remaining_days

if TYPE_CHECKING:
    from datetime import date

BY_SUPPLIER = Anchor("due_on", ("supplier",))


def late_lines(lines: pl.DataFrame, delays: pl.DataFrame, today: date) -> pl.DataFrame:
    """Open lines that are late or at risk, the latest first.

    Args:
        lines: open lines with `supplier, due_on` (promised, else requested day), `told_on` (the
            day that a shipment notice says, null without one).
        delays: `lead_time.delays`; suppliers without a row are taken to keep their word.
        today: lines due before are late.

    Returns:
        The lines with `late_days` (negative: days to go), `expected_on`, `latest_p90_on` and
        `state`: late, or at_risk when the expected day is after the due day. A notice's day
        counts before what was learnt; what was learnt is conditional on the line not being
        here yet.

    >>> from datetime import date
    >>> lines = pl.DataFrame({"purchase": ["P1"], "line": [1], "supplier": ["S"],
    ...     "due_on": [date(2026, 1, 10)], "told_on": [None]}, schema_overrides={"told_on": pl.Date})
    >>> known = pl.DataFrame({"supplier": ["S"], "lead_days": [[0, 5]], "weights": [[0.2, 0.8]]})
    >>> late_lines(lines, known, date(2026, 1, 5)).select("state", "expected_on").row(0)
    ('at_risk', datetime.date(2026, 1, 15))
    """
    known = remaining_days(lines, delays, today, anchor=BY_SUPPLIER)
    recorded = pl.col("supplier").is_in(delays["supplier"].implode())
    soonest = pl.max_horizontal("due_on", pl.lit(today))
    learnt = (
        pl.when(recorded).then(pl.max_horizontal("expected_on", pl.lit(today))).otherwise(soonest)
    )
    found = known.with_columns(
        late_days=(pl.lit(today) - pl.col("due_on")).dt.total_days(),
        expected_on=pl.coalesce("told_on", learnt),
        latest_p90_on=pl.coalesce(
            "told_on", pl.when(recorded).then("latest_p90_on").otherwise(soonest)
        ),
    )
    late = pl.col("due_on") < today
    state = pl.when(late).then(pl.lit("late")).when(pl.col("expected_on") > pl.col("due_on"))
    found = found.with_columns(state=state.then(pl.lit("at_risk")))
    return found.filter(pl.col("state").is_not_null()).sort("due_on", "purchase", "line")
