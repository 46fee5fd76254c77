"""How deals pass through their stages: counts, days, chances, and what they will bring.

A stage is entered by every deal that stands in it or came further, known or not on which day: a
deal that was engaged was prospected before. Of the deals that entered a stage each one advanced,
was lost from it, or is open in it. A lost deal counts as far as it came and brings nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.customer.ranking import wilson_pct

if TYPE_CHECKING:
    from datetime import date

    from scm_cli.core.customer.deals import Stages

ADVANCED, LOST, OPEN = "advanced", "lost", "open"
FIGURES = (
    "stage", "entered", "advanced", "lost", "open", "conversion_pct", "low_pct", "high_pct",
    "median_days", "p90_days", "decided_pct",
)  # fmt: skip


def standing(deals: pl.DataFrame, events: pl.DataFrame, stages: Stages) -> pl.DataFrame:
    """`deals` with `fate` (won, lost, open) and `at`: how far each came, as the rank of a stage.

    `deals`: deal_no, stage and more. `events`: deal_no, event_no, stage, changed_on. A won deal
    passed all stages; a lost one stood in the last open stage that its events name.
    """
    ranks = {name: n for n, name in enumerate(stages.open)}
    steps = events.filter(pl.col("stage").is_in(list(stages.open))).sort("deal_no", "event_no")
    last = steps.group_by("deal_no").agg(pl.col("stage").last().alias("last_open"))
    is_won, is_lost = pl.col("stage") == stages.won, pl.col("stage") == stages.lost
    rank = pl.when(is_lost).then(pl.col("last_open")).otherwise(pl.col("stage"))
    rank = rank.replace_strict(ranks, default=0, return_dtype=pl.Int64)
    return deals.join(last, on="deal_no", how="left", maintain_order="left").with_columns(
        pl.when(is_won).then(pl.lit("won")).when(is_lost).then(pl.lit(LOST)).otherwise(pl.lit(OPEN))
        .alias("fate"),
        pl.when(is_won).then(pl.lit(len(stages.open))).otherwise(rank).alias("at"),
    ).drop("last_open")  # fmt: skip


def passages(stood: pl.DataFrame, events: pl.DataFrame, stages: Stages) -> pl.DataFrame:
    """One row per deal and open stage that it entered.

    `stood` comes from `standing`. Adds `rank`, `outcome` (advanced, lost, open), `entered_on`
    (null where no event names the stage), `left_on` and `days` between them.
    """
    top = pl.col("at").clip(upper_bound=len(stages.open) - 1)
    rows = stood.with_columns(pl.int_ranges(0, top + 1).alias("rank")).explode("rank")
    here = pl.col("rank") == pl.col("at")
    rows = rows.with_columns(
        pl.when(~here).then(pl.lit(ADVANCED)).otherwise(pl.col("fate")).alias("outcome")
    )
    ladder = {name: n for n, name in enumerate((*stages.open, stages.won))}
    days = events.select(
        "deal_no", "changed_on",
        pl.col("stage").replace_strict(ladder, default=-1, return_dtype=pl.Int64).alias("step"),
    )  # fmt: skip
    entered = days.group_by("deal_no", pl.col("step").alias("rank")).agg(
        pl.col("changed_on").min().alias("entered_on")
    )
    rows = rows.join(entered, on=["deal_no", "rank"], how="left", maintain_order="left")
    later = (
        rows.select("deal_no", "rank", "outcome")
        .join(days, on="deal_no")
        .filter(
            pl.when(pl.col("outcome") == LOST)
            .then(pl.col("step") == -1)
            .otherwise(pl.col("step") > pl.col("rank"))
        )
        .group_by("deal_no", "rank")
        .agg(pl.col("changed_on").min().alias("left_on"))
    )
    rows = rows.join(later, on=["deal_no", "rank"], how="left", maintain_order="left")
    between = (pl.col("left_on") - pl.col("entered_on")).dt.total_days()
    return rows.with_columns(pl.when(between >= 0).then(between).alias("days"))


def funnel(
    passed: pl.DataFrame, stood: pl.DataFrame, stages: Stages, by: str | None, range_pct: float
) -> pl.DataFrame:
    """The rows of `FIGURES` (and `by` in front), stages in order, the closing ones at the end.

    `conversion_pct` is advanced ÷ entered with its range (Wilson); `decided_pct` leaves those out
    that are still open. Days are those of deals that left the stage and whose days are known; in
    the closing stages they are the days from opening to closing.
    """
    keys = [by] if by else []
    named = passed.with_columns(
        pl.col("rank").replace_strict(dict(enumerate(stages.open)), return_dtype=pl.String)
        .alias("stage")
    )  # fmt: skip
    gone = pl.col("days").filter(pl.col("outcome") != OPEN)
    counted = named.group_by([*keys, "stage"]).agg(
        pl.len().alias("entered"),
        *[(pl.col("outcome") == name).sum().alias(name) for name in (ADVANCED, LOST, OPEN)],
        gone.median().alias("median_days"),
        gone.quantile(0.9, "linear").alias("p90_days"),
    )
    rows = pl.concat([counted, _closed(stood, keys)])
    return _ordered(_shares(rows, range_pct, stages), stages, keys)


def _closed(stood: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    took = (pl.col("closed_on") - pl.col("opened_on")).dt.total_days()
    none = pl.lit(0).cast(pl.UInt32)
    return (
        stood.filter(pl.col("fate") != OPEN)
        .group_by([*keys, "stage"])
        .agg(
            pl.len().alias("entered"),
            *[none.alias(name) for name in (ADVANCED, LOST, OPEN)],
            took.median().alias("median_days"),
            took.quantile(0.9, "linear").alias("p90_days"),
        )
    )


def _shares(rows: pl.DataFrame, range_pct: float, stages: Stages) -> pl.DataFrame:
    share, low, high = wilson_pct(
        rows["advanced"].to_numpy(), rows["entered"].to_numpy(), range_pct
    )
    decided = rows["advanced"] + rows["lost"]
    of_decided = wilson_pct(rows["advanced"].to_numpy(), decided.to_numpy(), range_pct)[0]
    closes = pl.col("stage").is_in([stages.won, stages.lost])
    names = ("conversion_pct", "low_pct", "high_pct", "decided_pct")
    made = zip(names, (share, low, high, of_decided), strict=True)
    rows = rows.with_columns(pl.Series(name, values) for name, values in made)
    return rows.with_columns(
        pl.when(~closes & pl.col(n).is_not_nan()).then(pl.col(n)).alias(n) for n in names
    )


def _ordered(rows: pl.DataFrame, stages: Stages, keys: list[str]) -> pl.DataFrame:
    """Every stage for every group, in order; what nobody entered stands at 0."""
    every = pl.DataFrame({"stage": list(stages.every)}).with_row_index("place")
    whole = rows.select(keys).unique().join(every, how="cross") if keys else every
    counts = ["entered", "advanced", "lost", "open"]
    found = whole.join(rows, on=[*keys, "stage"], how="left", nulls_equal=True)
    return (
        found.sort(*keys, "place", nulls_last=True)
        .with_columns(pl.col(counts).fill_null(0).cast(pl.Int64))
        .select([*keys, *FIGURES])
    )


def in_period(passed: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """The passages that touch a stretch of days, as they stood at its end.

    Entered before its end and not left before it began; who left after it was still open in it.
    Passages without a day of entry belong to no period.
    """
    came = (pl.col("entered_on") <= last) & (
        pl.col("left_on").is_null() | (pl.col("left_on") >= first)
    )
    found = passed.filter(came)
    after = pl.col("left_on") > last
    return found.with_columns(
        pl.when(after).then(pl.lit(OPEN)).otherwise(pl.col("outcome")).alias("outcome"),
        pl.when(~after.fill_null(False)).then(pl.col("days")).alias("days"),
    )


def win_rate(stood: pl.DataFrame, by: str | None, range_pct: float) -> pl.DataFrame:
    """Won ÷ closed with its range per group: won, lost, open, win_rate_pct, low_pct, high_pct.

    Also `won_amount`, and `cycle_days` (median from opening to winning), and `velocity_amount`:
    what the open deals bring per day, open × win rate × mean value of a won deal ÷ cycle.
    """
    keys = [by] if by else []
    won, value = pl.col("fate") == "won", pl.col("worth_amount")
    took = (pl.col("closed_on") - pl.col("opened_on")).dt.total_days()
    rows = stood.group_by(keys or [pl.lit(1).alias("all")]).agg(
        *[(pl.col("fate") == n).sum().cast(pl.Int64).alias(n) for n in ("won", LOST, OPEN)],
        value.filter(won).sum().alias("won_amount"),
        value.filter(won).mean().alias("mean"),
        took.filter(won).median().alias("cycle_days"),
    )
    closed = rows["won"] + rows["lost"]
    share, low, high = wilson_pct(rows["won"].to_numpy(), closed.to_numpy(), range_pct)
    rows = rows.with_columns(
        pl.Series("win_rate_pct", share), pl.Series("low_pct", low), pl.Series("high_pct", high)
    ).with_columns(pl.col("win_rate_pct", "low_pct", "high_pct").fill_nan(None))
    speed = pl.col("open") * pl.col("win_rate_pct") / 100 * pl.col("mean") / pl.col("cycle_days")
    rows = rows.with_columns(
        pl.when(pl.col("cycle_days") > 0).then(speed).alias("velocity_amount")
    ).drop("mean")
    return rows.sort(keys, nulls_last=True) if keys else rows.drop("all")


def stage_chances(stood: pl.DataFrame, stages: Stages, min_deals: int) -> dict[int, float]:
    """Rank of a stage → the share of closed deals that came so far and were won.

    Where fewer than `min_deals` such deals are closed, the share over all of them stands in; with
    none closed at all there is no chance to tell, and none is given.
    """
    closed = stood.filter(pl.col("fate") != OPEN)
    if closed.is_empty():
        return {}
    at, won = closed["at"].to_numpy(), (closed["fate"] == "won").to_numpy()
    found = {}
    for rank in range(len(stages.open)):
        came = at >= rank
        enough = int(came.sum()) >= min_deals
        found[rank] = float(won[came].mean() if enough else won.mean())
    return found


def chance_of_wins(chances: np.ndarray) -> np.ndarray:
    """How likely 0, 1, 2 ... wins are among independent deals (Poisson binomial, by convolution).

    >>> chance_of_wins(np.array([0.5, 0.5])).tolist()
    [0.25, 0.5, 0.25]
    """
    spread = np.ones(1)
    for chance in chances[chances > 0]:
        spread = np.convolve(spread, [1 - chance, chance])
    return spread
