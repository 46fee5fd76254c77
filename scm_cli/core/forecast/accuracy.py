"""How good the forecasts were, in the owner's terms and in the field's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from scm_cli.core.forecast.batch import Floats

ACCURACY = {
    "rows": pl.Int64,
    "accuracy_pct": pl.Float64,
    "naive_accuracy_pct": pl.Float64,
    "bias_pct": pl.Float64,
    "total_error_pct": pl.Float64,
    "coverage_pct": pl.Float64,
    "pinball_qty": pl.Float64,
}

CLASSES = ["abc_class", "pattern"]


def pinball(actual: Floats, quantile: Floats, prob: float) -> Floats:
    """Pinball loss [units] of a quantile (Koenker and Bassett, Econometrica 46, 1978, 33-50).

    >>> pinball(np.array([10.0]), np.array([8.0]), 0.9).round(2).tolist()
    [1.8]
    """
    short = actual - quantile
    return np.maximum(prob * short, (prob - 1) * short)


def accuracy(rows: pl.DataFrame, by: list[str] | None = None, prob: float = 0.95) -> pl.DataFrame:
    """Accuracy of past forecasts, per class.

    Args:
        rows: one row per item and period: `actual_qty`, `forecast_qty`, optionally
            `naive_qty` (what the last period would have said) and `quantile_qty` at `prob`, with
            `quantile_actual_qty` where the quantile is of another span than the forecast.
        by: columns of the classes; one row for everything when absent.
        prob: the promised probability of `quantile_qty`.

    Returns:
        Columns of `ACCURACY`: accuracy = 100 * max(0, 1 - sum|F - A| / sum A), null without
        demand; bias = (sum F - sum A) / sum A; total error = its absolute value; coverage = share
        of periods at or below the quantile, to compare with `prob`.

    >>> rows = pl.DataFrame({"actual_qty": [10.0, 20.0], "forecast_qty": [12.0, 17.0]})
    >>> accuracy(rows)["accuracy_pct"].round(1).to_list()
    [83.3]
    """
    optional = {"naive_qty", "quantile_qty", "quantile_actual_qty"} - set(rows.columns)
    filled = rows.with_columns(pl.lit(None, pl.Float64).alias(c) for c in sorted(optional))
    actual, total = pl.col("actual_qty"), pl.col("actual_qty").sum()

    def share(error: pl.Expr) -> pl.Expr:
        return pl.when(total > 0).then(100 * error / total)

    def right(column: str) -> pl.Expr:
        known = pl.col(column).is_not_null().any()
        missed = (pl.col(column) - actual).abs().sum()
        return pl.when(known).then((100 - share(missed)).clip(0))

    bias = pl.col("forecast_qty").sum() - total
    short = pl.coalesce("quantile_actual_qty", actual) - pl.col("quantile_qty")
    measures = [
        pl.len().cast(pl.Int64).alias("rows"),
        right("forecast_qty").alias("accuracy_pct"),
        right("naive_qty").alias("naive_accuracy_pct"),
        share(bias).alias("bias_pct"),
        share(bias.abs()).alias("total_error_pct"),
        (100 * (short <= 0).mean()).alias("coverage_pct"),
        pl.max_horizontal(prob * short, (prob - 1) * short).mean().alias("pinball_qty"),
    ]
    if by:
        return filled.group_by(by).agg(measures).sort(by)
    return filled.select(measures)


def accuracy_table(rows: pl.DataFrame, *, each: bool = False) -> pl.DataFrame:
    """Accuracy by class over all runs, of everything, and of everything run by run.

    Args:
        rows: as for `accuracy`, with `made_on`, `warehouse`, `abc_class`, `pattern`.
        each: of one item: run by run and warehouse by warehouse instead.

    Returns:
        `made_on` (null over all runs), `abc_class`, `pattern` ("all"), and `ACCURACY`.
    """
    if each:
        return accuracy(rows, ["made_on", "warehouse", *CLASSES])
    everything = [pl.lit("all").alias(c) for c in CLASSES]
    no_run = pl.lit(None, pl.Date).alias("made_on")
    parts = [
        accuracy(rows, CLASSES).with_columns(no_run),
        accuracy(rows).with_columns(no_run, *everything),
        accuracy(rows, ["made_on"]).with_columns(everything),
    ]
    return pl.concat([part.select("made_on", *CLASSES, *ACCURACY) for part in parts])
