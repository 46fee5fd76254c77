"""Messages about open lines: hurry (expedite), postpone (defer), call off (cancel).

Open lines are used up in the order in which they arrive. A line is needed on the first day on
which the need N(t) exceeds the stock and all lines before it. Needed sooner than expected:
expedite; later by more than the tolerance: defer; not within the horizon: cancel. What is
shipped comes: it is neither put off nor called off. Purchases
suggested in the same run stand in the queue, so that accepting them changes no message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from scm_cli.core.replenish.needs import NEVER
from scm_cli.core.replenish.walk import EPSILON, blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scm_cli.core.replenish.inputs import Ready
    from scm_cli.core.replenish.schemas import PlanRules
    from scm_cli.core.replenish.walk import Days


def messages(ready: Ready, planned: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    """Expedite, defer and cancel, one row per open line concerned.

    Args:
        ready: checked inputs.
        planned: what this run suggests, `row, day, qty` (arrivals positive on their day,
            transfers out negative on day 0).
        rules: freeze, tolerance.

    Returns:
        `row, kind, document, line, expected_on, day, needed_day, qty`.
    """
    real = ready.lines.select(
        "row", "day", "qty", "document", "line", "expected_on", "shipped", order=0
    )
    lines = pl.concat([real, planned.with_columns(order=1)], how="diagonal_relaxed")
    lines = lines.filter(pl.col("row").is_in(ready.lines["row"].unique().implode()))
    lines = lines.sort("row", "day", "order", "document", "line", nulls_last=True)
    if lines.is_empty():
        return lines.with_columns(kind=pl.lit("", pl.String), needed_day=pl.lit(0)).drop("order")
    stock = ready.items.select(
        pl.col("row").cast(pl.Int64), *(name for name in _OF_ITEM if name != "row")
    )
    lines = lines.join(stock, on="row", maintain_order="left")
    arrived = (pl.col("qty").cum_sum() - pl.col("qty")).over("row")
    lines = lines.with_columns(
        before_qty=arrived + pl.col("usable_qty"),
        new_day=pl.when(pl.col("order") == 1).then("day").cum_max().forward_fill().over("row"),
    ).filter(pl.col("order") == 0)
    needed, ample = _needed(ready, lines)
    lines = lines.with_columns(
        needed_day=pl.Series(needed, dtype=pl.Int64), ample=pl.Series(ample, dtype=pl.Boolean)
    )
    return _judged(lines, rules)


_OF_ITEM = [
    "row", "usable_qty", "interval_days", "review_days", "fastest_days", "target_qty",
    "trigger_qty", "known",
]  # fmt: skip


def _needed(ready: Ready, lines: pl.DataFrame) -> tuple[Days, NDArray[np.bool_]]:
    """First day on which each line is needed after what came before it; NEVER within the span.

    The second answer says whether stock without this line reaches the target.
    """
    row, before = lines["row"].to_numpy(), lines["before_qty"].to_numpy()
    cycle = (lines["target_qty"] - lines["trigger_qty"]).to_numpy()
    needed = np.full(row.size, NEVER, dtype=np.int64)
    ample = np.zeros(row.size, dtype=np.bool_)
    for block in blocks(ready):
        part = slice(*np.searchsorted(row, [block.first, block.stop]))
        at = row[part] - block.first
        if not at.size:
            continue
        span, need, stock = block.span[at], block.need[at], before[part] + EPSILON
        inside = np.arange(need.shape[1]) < span[:, None]
        count = ((need <= stock[:, None]) & inside).sum(axis=1)
        needed[part] = np.where(count < span, count, NEVER)
        by_end = need[np.arange(at.size), block.interval[at] - 1]
        ample[part] = stock >= by_end + cycle[part]
    return needed, ample


def _judged(lines: pl.DataFrame, rules: PlanRules) -> pl.DataFrame:
    day, needed = pl.col("day"), pl.col("needed_day")
    freeze = max(rules.freeze_days, rules.transfer_days)
    tolerance = pl.max_horizontal(pl.col("review_days"), rules.defer_tolerance_days)
    free = (day > freeze) & pl.col("known")
    early = (needed < day) & (needed < pl.col("interval_days"))
    replaceable = day == pl.col("fastest_days").fill_null(-1)  # as soon as a new order would be
    stays = pl.when(early & (~free | replaceable)).then("day")  # nothing overtakes it
    lines = lines.with_columns(
        needed_day=pl.max_horizontal(needed, "new_day", stays.cum_max().forward_fill().over("row"))
    )
    hurry = free & early & ~replaceable
    never = (needed == NEVER) & pl.col("ample")
    later = free & ~never & (needed != NEVER) & (needed > day + tolerance)
    lines = lines.with_columns(_hurry=hurry, _later=later, _never=never & free)
    held = pl.when("_later").then("needed_day").cum_max().over("row").forward_fill().over("row")
    passed = free & ~pl.col("_never") & ~pl.col("_hurry") & (day < held.fill_null(-1))
    kind = (
        pl.when("_hurry")
        .then(pl.lit("expedite"))
        .when("_never")
        .then(pl.lit("cancel"))
        .when(pl.col("_later") | passed)
        .then(pl.lit("defer"))
    )
    lines = lines.with_columns(
        kind=kind, needed_day=pl.when(needed == NEVER).then(held).otherwise(needed)
    )
    said = pl.col("kind").is_not_null()
    said &= (pl.col("kind") == "expedite") | ~pl.col("shipped").fill_null(False)
    return lines.filter(said).select(
        "row", "kind", "document", "line", "expected_on", "day", "needed_day", "qty"
    )
