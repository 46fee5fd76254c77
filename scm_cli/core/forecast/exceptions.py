"""Items whose forecast wants a look: what is listed, and the sentence for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from scm_cli.core.forecast.frames import KEYS
from scm_cli.core.forecast.tracking import signals
from scm_cli.errors import Say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

EXCEPTIONS = {
    "sku": pl.String,
    "warehouse": pl.String,
    "kind": pl.String,
    "expected_qty": pl.Float64,
    "actual_qty": pl.Float64,
}
#: Kind → one sentence for one item, one for how many there are.
SENTENCES: dict[str, tuple[str, str]] = {
    "above band": (
        "{actual} were asked for, more than the {expected} that 95 % of cases stay below",
        "{n} items sell more than the forecast's 95 % bound",
    ),
    "below band": (
        "{actual} were asked for, less than the {expected} that 95 % of cases stay above",
        "{n} items sell less than the forecast's 5 % bound",
    ),
    "bias high": (
        "run after run the forecast is too high; on average it said {expected}, {actual} came",
        "the forecast of {n} items stays too high",
    ),
    "bias low": (
        "run after run the forecast is too low; on average it said {expected}, {actual} came",
        "the forecast of {n} items stays too low",
    ),
    "ended": ("it has stopped selling; the forecast fades", "{n} items have stopped selling"),
    "new": (
        "it has little history; the forecast leans on other items or on the owner",
        "{n} items have little history yet",
    ),
    "demand unknown": (
        "it was out of stock for most of 90 days: what would have sold is not known",
        "the demand of {n} items is not known: out of stock for most of 90 days",
    ),
    "abnormal line": (
        "{actual} were asked for in one day; the forecast counts {expected} of them",
        "{n} one-off large lines are kept out of the forecast",
    ),
}


RECENT_DAYS = 31  # an interval that was over longer ago is no news


@dataclass(frozen=True, slots=True)
class WatchRules:
    """From where on an item is told.

    A bias: the tracking signal of the last `runs` months beyond `limit`, and the forecast off by
    more than `bias_pct` of what came. A band: left by more than `slack_pct` of its own width;
    without it one item in ten would be told every day by chance alone.
    """

    runs: int = 6
    limit: float = 5.0
    bias_pct: float = 25.0
    slack_pct: float = 25.0


def exceptions(
    kept: pl.DataFrame, methods: pl.DataFrame, today: date, rules: WatchRules
) -> pl.DataFrame:
    """What the kept forecasts and the newest one give cause to look at, schema `EXCEPTIONS`.

    Args:
        kept: schema `tracking.SNAPSHOT`, with what came so far.
        methods: `sku`, `warehouse`, `method` of the newest forecast.
        today: intervals that end before it are over.
        rules: when a bias is told.
    """
    parts = [*_bands(kept, today, rules), _biased(kept, rules)]
    named = {"ended": pl.col("method") == "dead", "new": _leans(pl.col("method"))}
    for kind, test in named.items():
        found = methods.filter(test).select(*KEYS).unique()
        parts.append(_told(found, kind, pl.lit(None), pl.lit(None)))
    return pl.concat(parts).sort("kind", *KEYS)


def _leans(method: pl.Expr) -> pl.Expr:
    short = method.str.starts_with("short")
    return short | method.is_in(["category", "owner min/max", "owner guess"])


def _bands(kept: pl.DataFrame, today: date, rules: WatchRules) -> list[pl.DataFrame]:
    """Each item's newest interval that is over or left already: above its band, or below it."""
    seen = kept.filter(pl.col("made_on") < today)
    recent = seen.filter(
        pl.col("interval_until_on") >= pl.lit(today) - pl.duration(days=RECENT_DAYS)
    )
    low, high = pl.col("interval_p05_qty"), pl.col("interval_p95_qty")
    actual, slack = pl.col("interval_actual_qty"), (high - low) * rules.slack_pct / 100
    above = actual > high + slack
    newest = recent.filter((pl.col("interval_until_on") < today) | above)
    newest = newest.sort("made_on").group_by(KEYS).last()
    return [
        _told(newest.filter(above), "above band", high, actual),
        _told(newest.filter(actual < low - slack), "below band", low, actual),
    ]


def _biased(kept: pl.DataFrame, rules: WatchRules) -> pl.DataFrame:
    size = pl.col("expected_qty") - pl.col("actual_qty")
    found = signals(kept, rules.runs).filter(
        (pl.col("signal").abs() >= rules.limit)
        & (size.abs() * 100 > rules.bias_pct * pl.col("actual_qty"))
    )
    kind = pl.when(pl.col("signal") > 0).then(pl.lit("bias high")).otherwise(pl.lit("bias low"))
    told = found.with_columns(kind.alias("kind"))
    return told.select(list(EXCEPTIONS)).cast(pl.Schema(EXCEPTIONS))


def _told(frame: pl.DataFrame, kind: str, expected: pl.Expr, actual: pl.Expr) -> pl.DataFrame:
    return frame.select(
        *KEYS,
        pl.lit(kind).alias("kind"),
        expected.cast(pl.Float64).alias("expected_qty"),
        actual.cast(pl.Float64).alias("actual_qty"),
    ).cast(pl.Schema(EXCEPTIONS))


def unknown_demand(keys: pl.DataFrame) -> pl.DataFrame:
    """Items whose demand is not known, schema `EXCEPTIONS`."""
    return _told(keys.select(KEYS).unique(), "demand unknown", pl.lit(None), pl.lit(None))


def kept_out(abnormal: pl.DataFrame) -> pl.DataFrame:
    """Days whose one-off line the forecast does not count whole, schema `EXCEPTIONS`."""
    counted = pl.col("qty") - pl.col("abnormal_qty")
    return _told(abnormal, "abnormal line", counted, pl.col("qty"))


def sentence(row: Mapping[str, object]) -> Say:
    """One exception as a person would say it.

    >>> sentence({"kind": "above band", "expected_qty": 12.0, "actual_qty": 30.5}).english
    '30.5 were asked for, more than the 12 that 95 % of cases stay below'
    """
    values = {n: f"{row[f'{n}_qty'] or 0:.6g}" for n in ("expected", "actual")}
    return Say(SENTENCES[str(row["kind"])][0], **values)


def summary(found: pl.DataFrame) -> list[tuple[str, Say]]:
    """How many of each kind there are: (kind, sentence), in the order of `SENTENCES`.

    >>> none = pl.DataFrame(schema=EXCEPTIONS)
    >>> summary(none)
    []
    """
    counts = dict(found.group_by("kind").len().iter_rows())
    return [
        (kind, Say(told[1], n=counts[kind])) for kind, told in SENTENCES.items() if kind in counts
    ]
