"""One-off large lines stay outside the forecast: capped in history, apart in the order book.

A line is abnormal when it is `times` its item's usual largest line (the 95 % quantile of the
largest line of each day of sales, read downwards, so that one such line is never its own
measure and lines that recur are usual by themselves). What is above the usual line is kept
apart in `abnormal_qty`; an open order of such size is wanted as it stands and consumes no
forecast. On days of events large lines are expected: there it takes `event_times` as much.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from scm_cli.core.forecast.demand import key_columns

USUAL_QUANTILE = 0.95


@dataclass(frozen=True, slots=True)
class AbnormalRules:
    """When a line is abnormal: `times` the usual largest one, known from `sale_days` or more.

    On days of events it is `event_times` the usual one: no promotion sells that in one line.
    """

    times: float = 5.0
    sale_days: int = 12
    event_times: float = 100.0


def usual_lines(demand: pl.DataFrame, rules: AbnormalRules) -> pl.DataFrame:
    """Series keys and `usual_qty`, its usual largest line; series with too few days are absent.

    Args:
        demand: series keys, `on`, `qty` and, where it is known, `line_qty`, the day's largest
            line; else the day's total stands for it.
        rules: what makes a line abnormal.
    """
    keys = key_columns(demand)
    sold = demand.filter(pl.col("qty") > 0).select(*keys, _line(demand).alias("line"))
    usual = sold.group_by(keys).agg(
        usual_qty=pl.col("line").quantile(USUAL_QUANTILE, "lower"), days=pl.len()
    )
    enough = usual.filter((pl.col("days") >= rules.sale_days) & (pl.col("usual_qty") > 0))
    return enough.select(*keys, "usual_qty").sort(keys)


def without_abnormal(
    demand: pl.DataFrame,
    rules: AbnormalRules,
    calm_days: pl.DataFrame | None = None,
    usual: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Demand with abnormal lines cut to the usual one; `abnormal_qty` is what was cut off.

    Args:
        demand: as for `usual_lines`.
        rules: what makes a line abnormal.
        calm_days: `on`: days of events, on which `event_times` holds.
        usual: of `usual_lines`, when it is known already.

    >>> from datetime import date
    >>> days = pl.date_range(date(2026, 1, 1), date(2026, 1, 20), eager=True)
    >>> rows = pl.DataFrame({"sku": "A", "on": days, "qty": [2.0] * 19 + [500.0]})
    >>> without_abnormal(rows, AbnormalRules())["abnormal_qty"].to_list()[-2:]
    [0.0, 498.0]
    """
    keys = key_columns(demand)
    usual = usual_lines(demand, rules) if usual is None else usual
    joined = demand.join(usual, on=keys, how="left", maintain_order="left", nulls_equal=True)
    line = _line(demand)
    times = pl.lit(rules.times)
    if calm_days is not None:
        event = pl.col("on").is_in(calm_days["on"].unique().to_list())
        times = pl.when(event).then(rules.event_times).otherwise(rules.times)
    over = pl.when(line > times * pl.col("usual_qty")).then(line - pl.col("usual_qty"))
    cut = joined.with_columns(over.fill_null(0.0).clip(0.0).alias("abnormal_qty"))
    return cut.with_columns(pl.col("qty") - pl.col("abnormal_qty")).drop("usual_qty")


def is_abnormal(orders: pl.DataFrame, usual: pl.DataFrame, rules: AbnormalRules) -> pl.Series:
    """Whether each open order line is abnormal, in the order of `orders`.

    Args:
        orders: series keys and `qty`, one row per line.
        usual: of `usual_lines`.
        rules: what makes a line abnormal.

    >>> usual = pl.DataFrame({"sku": ["A"], "usual_qty": [2.0]})
    >>> lines = pl.DataFrame({"sku": ["A", "A", "B"], "qty": [3.0, 99.0, 99.0]})
    >>> is_abnormal(lines, usual, AbnormalRules()).to_list()
    [False, True, False]
    """
    keys = [c for c in usual.columns if c != "usual_qty"]
    joined = orders.join(usual, on=keys, how="left", maintain_order="left", nulls_equal=True)
    large = pl.col("qty") > rules.times * pl.col("usual_qty")
    return joined.select(large.fill_null(False).alias("abnormal")).to_series()


def _line(demand: pl.DataFrame) -> pl.Expr:
    """The largest line of the day, never more than the day's total."""
    total = pl.col("qty").cast(pl.Float64)
    if "line_qty" not in demand.columns:
        return total
    return pl.min_horizontal(pl.col("line_qty").cast(pl.Float64), total)
