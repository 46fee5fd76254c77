"""What is not bought, and why: the items that one would expect on the buy list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.replenish.needs import NEVER, Outcome
from scm_cli.core.replenish.schemas import KEY, NOT_BOUGHT, conformed

if TYPE_CHECKING:
    from datetime import date


def on_day(days: pl.Expr, today: date) -> pl.Expr:
    """The date so many days from today; null for no day."""
    real = days.is_between(0, NEVER - 1)
    return pl.when(real).then(pl.lit(today) + pl.duration(days=days)).cast(pl.Date)


_OF_ROW = [
    "row", *KEY, "interval_days", "interval_mean_qty", "daily_mean_qty", "short_qty", "safety_qty",
    "inbound_qty", "committed_qty", "position_qty", "target_qty", "risk_qty",
]  # fmt: skip


def facts(rows: pl.DataFrame) -> pl.DataFrame:
    """What every row of the plan tells about its item, under the names of the output."""
    return rows.select(
        *_OF_ROW,
        on_hand_qty="usable_qty",
        reorder_point_qty="trigger_qty",
        owner_min_qty="min_qty",
        owner_max_qty="max_qty",
    )


def not_bought(rows: pl.DataFrame, orders: pl.DataFrame, today: date) -> pl.DataFrame:
    """Rows that one would expect on the list and that are not, each with the reason."""
    state = orders.group_by("row").agg(
        pl.col("wasted").any(), pl.col("supplier", "moq_qty").first()
    )
    names = facts(rows).drop(rows.columns, strict=False)
    rows = rows.drop("supplier").hstack(names)
    rows = rows.join(state, on="row", how="left", maintain_order="left")
    rows = rows.filter(~(pl.col("wasted") == False).fill_null(False))  # noqa: E712
    rows = rows.with_columns(
        reason=_reason(),
        needed_qty="buy_qty",
        short_on=on_day(pl.col("short_day"), today),
        closes_on=on_day(pl.col("close_day"), today),
    )
    return conformed(rows.filter(pl.col("reason").is_not_null()), NOT_BOUGHT).sort(KEY)


def _reason() -> pl.Expr:
    low = pl.col("usable_qty") <= pl.max_horizontal("safety_qty", 0.0)
    below_owner = (pl.col("usable_qty") < pl.col("min_qty")).fill_null(False)
    missed = pl.col("outcome") != Outcome.ENOUGH
    waits = pl.col("outcome").replace_strict(
        {
            Outcome.EXPEDITE: "expedite_instead",
            Outcome.NO_SOONER: "inbound_no_later",
            Outcome.NOT_WORTH: "not_worth",
            Outcome.SHELF_LIFE: "shelf_life",
        },
        default=None,
        return_dtype=pl.String,
    )
    return (
        pl.when("broken").then(pl.lit("broken"))
        .when(~pl.col("known")).then(pl.lit("no_data"))
        .when((pl.col("received_qty") > 0) & (pl.col("buy_qty") <= 0)).then(pl.lit("transferred"))
        .when(pl.col("wasted").fill_null(False)).then(pl.lit("minimum_expires"))
        .when(missed & (pl.col("kind") == "none")).then(pl.lit("not_stocked"))
        .when(missed & waits.is_not_null()).then(waits)
        .when(missed).then(pl.lit("no_supplier"))
        .when(pl.col("kind") == "none").then(None)
        .when(low & (pl.col("inbound_qty") > 0)).then(pl.lit("covered_by_inbound"))
        .when(low & (pl.col("daily_mean_qty") <= 0)).then(pl.lit("no_demand"))
        .when(below_owner).then(pl.lit("above_trigger"))
        .when(low).then(pl.lit("sells_seldom"))
    )  # fmt: skip
