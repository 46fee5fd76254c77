"""When something will arrive: quantiles of a lead time, and of an order that is already late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.closures import closed_days, jumping_days

if TYPE_CHECKING:
    from datetime import date

__all__ = ["PROMISE", "Anchor", "jumping_days", "quantile_days", "remaining_days"]

LATER_SHARE = {0.5: 0.1, 0.9: 0.5}  # beyond all experience: as late again by this share of so far


def quantile_days(lead_times: pl.DataFrame, share: float) -> pl.Series:
    """Smallest lead time [open days] that is enough with the given chance (0-1), per row.

    >>> known = pl.DataFrame({"lead_days": [[5, 9]], "weights": [[0.6, 0.4]]})
    >>> [quantile_days(known, share).to_list() for share in (0.5, 0.9)]
    [[5], [9]]
    """
    rows = lead_times.select("lead_days", "weights").with_row_index("_row")
    points = rows.explode("lead_days", "weights")
    upto = pl.col("weights").cum_sum().over("_row")
    enough = points.filter(upto >= share - 1e-9).group_by("_row", maintain_order=True).first()
    last = points.group_by("_row", maintain_order=True).last()
    found = rows.select("_row").join(enough, on="_row", how="left", maintain_order="left")
    found = found.join(last, on="_row", how="left", maintain_order="left", suffix="_last")
    return found.select(pl.coalesce("lead_days", "lead_days_last").alias("days")).to_series()


@dataclass(frozen=True, slots=True)
class Anchor:
    """From where days are counted: the order day of a supplier-item, or a supplier's promise."""

    day: str = "ordered_on"
    key: tuple[str, ...] = ("supplier", "sku")


PROMISE = Anchor("first_promised_on", ("supplier",))


def remaining_days(
    orders: pl.DataFrame,
    known: pl.DataFrame,
    today: date,
    *,
    anchor: Anchor = Anchor(),
    closures: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """How much longer open orders take, given that they have not come yet.

    Args:
        orders: `supplier, sku` and the anchor's day per open line; other columns are kept.
        known: `lead_time.lead_times`; with anchor `PROMISE` `lead_time.delays`.
        today: the day of asking.
        anchor: days counted from the order (default) or from the promise.
        closures: `closures.CLOSURES`; a promise knows of them, pass none then.

    Returns:
        `orders` in their order with `remaining_p50_days`, `remaining_p90_days` (calendar days
        from today, closures jumped, at least 1), `expected_on`, `latest_p90_on`.

    The distribution is that of the days L given L > d, with d the open days passed. An order
    older than any line ever seen is expected after another tenth of d (P90: half of d).

    >>> from datetime import date
    >>> known = pl.DataFrame({"supplier": ["S"], "sku": ["A"], "lead_days": [[5, 9, 20]],
    ...     "weights": [[0.6, 0.3, 0.1]]})
    >>> order = pl.DataFrame({"supplier": ["S"], "sku": ["A"], "ordered_on": [date(2026, 1, 1)]})
    >>> remaining_days(order, known, date(2026, 1, 7))["remaining_p50_days"].to_list()
    [3]
    """
    dated = orders.with_row_index("_row").select(
        "_row", *anchor.key, start=anchor.day, _today=pl.lit(today)
    )
    passed = (pl.col("_today") - pl.col("start")).dt.total_days()
    shut = closed_days(dated, "start", "_today", closures)
    dated = dated.with_columns(_passed=passed - shut)
    points = dated.join(known.select(*anchor.key, "lead_days", "weights"), on=anchor.key)
    points = points.explode("lead_days", "weights").filter(pl.col("lead_days") > pl.col("_passed"))
    share = pl.col("weights").cum_sum().over("_row") / pl.col("weights").sum().over("_row")
    points = points.with_columns(_upto=share).sort("_row", "lead_days")
    left = [_left(dated, points, level, today, closures) for level in LATER_SHARE]
    return orders.drop(_TOLD, strict=False).with_columns(
        *left,
        *(
            (pl.lit(today) + pl.duration(days=pl.lit(days))).alias(name)
            for name, days in zip(_TOLD[2:], left, strict=True)
        ),
    )


_TOLD = ("remaining_p50_days", "remaining_p90_days", "expected_on", "latest_p90_on")


def _left(
    dated: pl.DataFrame,
    points: pl.DataFrame,
    level: float,
    today: date,
    closures: pl.DataFrame | None,
) -> pl.Series:
    """Calendar days from today that are enough with the given chance."""
    found = points.filter(pl.col("_upto") >= level - 1e-9).group_by("_row").first()
    found = found.select("_row", _left=pl.col("lead_days") - pl.col("_passed"))
    dated = dated.join(found, on="_row", how="left", maintain_order="left")
    beyond = (pl.col("_passed") * LATER_SHARE[level]).ceil().cast(pl.Int64)
    open_days = dated.select("supplier", days=pl.coalesce("_left", beyond).clip(1, None))
    return jumping_days(open_days, today, closures).alias(f"remaining_p{level * 100:.0f}_days")
